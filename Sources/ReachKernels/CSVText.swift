import CKernels

/// A column of text read from cells.
package struct ParsedText: Sendable {
    /// A row more than the column; points into `bytes`.
    package var offsets: [UInt32]
    package var bytes: [UInt8]
    /// A bit per row, least significant first, set where the cell is empty or named as missing.
    package var missing: [UInt64]
    package var missingCount = 0
    /// Cells from which a spreadsheet guard was taken: `'=` became `=`.
    package var unguardedCount = 0
    /// Whether all bytes are ASCII, Latin or Cyrillic letters that no normalisation changes.
    package var isSurelyNormal = true
}

/// Copies the cells of `column` together. With `unguards` a leading `'` before `= + - @ ' tab CR` is left out:
/// exports add it.
package func collectText(
    _ bytes: Span<UInt8>, _ index: borrowing CellIndex, column: Int, missing: [[UInt8]], unguards: Bool = true
) -> ParsedText {
    precondition(column < index.width, "the index holds the column")
    let count = index.rowCount
    let starts = index.starts.span
    let ends = index.ends.span
    let base = column * index.capacity
    var byteCount = 0
    for row in base..<base + count { byteCount += Int(ends[row] &- starts[row]) }
    if missing.isEmpty, let text = copyCells(bytes, index, base, byteCount) { return text }
    var offsets = Array(repeating: UInt32(0), count: count + 1)
    var output = Array(repeating: UInt8(0), count: byteCount)
    var words = Array(repeating: UInt64(0), count: (count + 63) / 64)
    var missingCount = 0
    var unguardedCount = 0
    var written = 0
    var seen: UInt8 = 0
    for row in 0..<count {
        var start = Int(starts[base + row])
        let end = Int(ends[base + row])
        if start == end || isNamedMissing(bytes, start, end, missing) {
            words[row >> 6] |= 1 << UInt64(row & 63)
            missingCount += 1
        } else {
            if unguards, bytes[start] == 0x27, start + 1 < end, startsFormula(bytes[start + 1]) {
                start += 1
                unguardedCount += 1
            }
            for at in start..<end {
                let byte = bytes[at]
                output[written] = byte
                seen |= byte
                written += 1
            }
        }
        offsets[row + 1] = UInt32(truncatingIfNeeded: written)
    }
    output.removeLast(byteCount - written)
    var text = ParsedText(offsets: offsets, bytes: output, missing: words)
    text.missingCount = missingCount
    text.unguardedCount = unguardedCount
    if seen >= 0x80 { text.isSurelyNormal = isSurelyNormal(text.bytes.span) }
    return text
}

/// All cells as they are; nil where one may be guarded.
private func copyCells(_ bytes: Span<UInt8>, _ index: borrowing CellIndex, _ base: Int, _ byteCount: Int) -> ParsedText?
{
    let count = index.rowCount
    var words = Array(repeating: UInt64(0), count: (count + 63) / 64)
    let starts = index.starts.span.extracting(base..<base + count)
    let ends = index.ends.span.extracting(base..<base + count)
    var output: [UInt8] = []
    var isDone = false
    // SAFETY: cells lie within the bytes; offsets, bits and copies have the room that the function asks for, and it fills what is taken
    // as initialised here: an offset for each row and one more, and the bytes of all cells.
    let offsets = unsafe [UInt32](unsafeUninitializedCapacity: count + 1) { offsets, filled in
        output = unsafe [UInt8](unsafeUninitializedCapacity: byteCount + Int(REACH_COPY_SLACK)) { output, written in
            isDone = unsafe bytes.withUnsafeBufferPointer { bytes in
                unsafe starts.withUnsafeBufferPointer { starts in
                    unsafe ends.withUnsafeBufferPointer { ends in
                        unsafe words.withUnsafeMutableBufferPointer { words in
                            unsafe reach_collect_cells(
                                bytes.baseAddress, bytes.count, starts.baseAddress, ends.baseAddress, count, 0x27,
                                output.baseAddress, offsets.baseAddress, words.baseAddress)
                        }
                    }
                }
            }
            written = isDone ? byteCount : 0
        }
        filled = isDone ? count + 1 : 0
    }
    guard isDone else { return nil }
    var text = ParsedText(offsets: offsets, bytes: output, missing: words)
    text.missingCount = setBits(words)
    var seen: UInt8 = 0
    for at in 0..<output.count { seen |= output[at] }
    if seen >= 0x80 { text.isSurelyNormal = isSurelyNormal(text.bytes.span) }
    return text
}

/// Whether a spreadsheet may run a text that starts with this byte, or whether a guard before it must be told from text.
@inline(__always)
package func startsFormula(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x3D, 0x2B, 0x2D, 0x40, 0x09, 0x0D, 0x27: true
    default: false
    }
}

/// Whether text is in normal form C by its lead bytes alone: below U+0300, or U+0400 to U+047F. False proves nothing.
package func isSurelyNormal(_ bytes: Span<UInt8>) -> Bool {
    for at in 0..<bytes.count {
        let byte = bytes[at]
        if byte >= 0xCC, byte != 0xD0, byte != 0xD1 { return false }
    }
    return true
}

/// Whether text is in normal form C.
package func isNormal(_ bytes: Span<UInt8>) -> Bool {
    guard var text = try? UTF8Span(validating: bytes) else { return true }
    return text.checkForNFC(quickCheck: false)
}

/// What a run of bytes is made of.
package struct TextCensus: Hashable, Sendable {
    package var isASCII = true
    package var isUTF8 = true
    package var hasNUL = false
}

/// One plain pass that vectorises; only bytes past ASCII are then validated.
package func takeCensus(_ bytes: Span<UInt8>) -> TextCensus {
    var census = TextCensus()
    var high: UInt8 = 0
    var hasNUL = false
    for at in 0..<bytes.count {
        let byte = bytes[at]
        high |= byte
        if byte == 0 { hasNUL = true }
    }
    census.hasNUL = hasNUL
    census.isASCII = high < 0x80
    if !census.isASCII { census.isUTF8 = (try? UTF8Span(validating: bytes)) != nil }
    return census
}

/// Where the first byte is that no UTF-8 text holds at its place; nil where all is well.
package func firstInvalidByte(_ bytes: Span<UInt8>) -> Int? {
    do {
        _ = try UTF8Span(validating: bytes)
        return nil
    } catch {
        return error.byteOffsets.lowerBound
    }
}
