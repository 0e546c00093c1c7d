// The way back from `appendPacked`. Every function reads `count` integers from `packed` at `at`, which it moves behind them, and
// gives nil where the bytes end too early or are none that `appendPacked` writes.

package func unpack8(_ packed: RawSpan, at: inout Int, count: Int) -> [UInt8]? {
    guard mayHold(count, packed, at, UInt8.self) else { return nil }
    var isWhole = false
    // SAFETY: `unpack` fills `count` elements or says that it did not; then none counts as initialised.
    let codes = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
        isWhole = unsafe packed.withUnsafeBytes { unsafe unpack($0, &at, into: buffer.baseAddress, count: count) }
        initialized = isWhole ? count : 0
    }
    return isWhole ? codes : nil
}

package func unpack16(_ packed: RawSpan, at: inout Int, count: Int) -> [UInt16]? {
    guard mayHold(count, packed, at, UInt16.self) else { return nil }
    var isWhole = false
    // SAFETY: as in `unpack8`.
    let codes = unsafe [UInt16](unsafeUninitializedCapacity: count) { buffer, initialized in
        isWhole = unsafe packed.withUnsafeBytes { unsafe unpack($0, &at, into: buffer.baseAddress, count: count) }
        initialized = isWhole ? count : 0
    }
    return isWhole ? codes : nil
}

package func unpack32(_ packed: RawSpan, at: inout Int, count: Int) -> [UInt32]? {
    guard mayHold(count, packed, at, UInt32.self) else { return nil }
    var isWhole = false
    // SAFETY: as in `unpack8`.
    let codes = unsafe [UInt32](unsafeUninitializedCapacity: count) { buffer, initialized in
        isWhole = unsafe packed.withUnsafeBytes { unsafe unpack($0, &at, into: buffer.baseAddress, count: count) }
        initialized = isWhole ? count : 0
    }
    return isWhole ? codes : nil
}

package func unpack64(_ packed: RawSpan, at: inout Int, count: Int) -> [Int64]? {
    guard mayHold(count, packed, at, UInt64.self) else { return nil }
    var isWhole = false
    // SAFETY: as in `unpack8`; lanes and words are trivial types of one size and alignment.
    let lanes = unsafe [Int64](unsafeUninitializedCapacity: count) { buffer, initialized in
        isWhole = unsafe buffer.withMemoryRebound(to: UInt64.self) { buffer in
            unsafe packed.withUnsafeBytes { unsafe unpack($0, &at, into: buffer.baseAddress, count: count) }
        }
        initialized = isWhole ? count : 0
    }
    return isWhole ? lanes : nil
}

/// `count` 32-bit integers as sums: 0, the first, the first two …; `count` + 1 entries. Nil also where the sums outgrow 32 bits.
package func unpackRunningSums(_ packed: RawSpan, at: inout Int, count: Int) -> [UInt32]? {
    guard mayHold(count, packed, at, UInt32.self) else { return nil }
    var isWhole = false
    // SAFETY: the first entry is set here, `unpack` fills the `count` behind it or says that it did not; then none counts as
    // initialised.
    let sums = unsafe [UInt32](unsafeUninitializedCapacity: count + 1) { buffer, initialized in
        guard let base = buffer.baseAddress else { return }
        unsafe base.initialize(to: 0)
        isWhole = unsafe packed.withUnsafeBytes { unsafe unpack($0, &at, into: base + 1, count: count) }
        guard isWhole else { return }
        var sum: UInt64 = 0
        for index in 1..<(count + 1) {
            unsafe sum &+= UInt64(base[index])
            unsafe base[index] = UInt32(truncatingIfNeeded: sum)
        }
        isWhole = sum <= UInt64(UInt32.max)
        initialized = isWhole ? count + 1 : 0
    }
    return isWhole ? sums : nil
}

/// Whether the bytes from `at` on are enough for the heads of the blocks: nothing is allocated for what cannot be there.
@inline(__always)
private func mayHold<Word>(_ count: Int, _ packed: RawSpan, _ at: Int, _ type: Word.Type) -> Bool {
    let blocks = count / packedBlockRows + (count % packedBlockRows == 0 ? 0 : 1)
    return count >= 0 && at >= 0 && at <= packed.byteCount
        && (packed.byteCount - at) / (1 + MemoryLayout<Word>.size) >= blocks
}

@inline(__always)
private func unpack<Word: FixedWidthInteger & UnsignedInteger>(
    _ packed: UnsafeRawBufferPointer, _ at: inout Int, into out: UnsafeMutablePointer<Word>?, count: Int
) -> Bool {
    if count == 0 { return true }
    guard let out = unsafe out, let source = packed.baseAddress else { return false }
    let wordBytes = MemoryLayout<Word>.size
    var start = 0
    while start < count {
        let rows = min(packedBlockRows, count - start)
        guard packed.count - at >= 1 + wordBytes else { return false }
        // SAFETY: the head's bytes were just found to be there.
        let head = unsafe source.load(fromByteOffset: at, as: UInt8.self)
        let low = unsafe Word(littleEndian: source.loadUnaligned(fromByteOffset: at + 1, as: Word.self))
        at += 1 + wordBytes
        let width = Int(head & 127)
        let isSummed = head & 128 != 0
        let byteCount = rows == packedBlockRows ? packedBlockBytes(width: width) : rows * ((width + 7) / 8)
        guard width <= Word.bitWidth, packed.count - at >= byteCount + (isSummed ? wordBytes : 0) else { return false }
        var sum: Word = 0
        if isSummed {
            // SAFETY: the first value's bytes, and those of the block behind it, were just found to be there.
            sum = unsafe Word(littleEndian: source.loadUnaligned(fromByteOffset: at, as: Word.self))
            at += wordBytes
        }
        // SAFETY: `out` has room for `count` values, `rows` of them from `start` on.
        let block = unsafe out + start
        if rows == packedBlockRows {
            unsafe unpackBlock(source + at, low: low, width: width, into: block)
        } else {
            unsafe unpackBytes(source + at, low: low, width: (width + 7) / 8, into: block, count: rows)
        }
        if isSummed {
            for row in 0..<rows {
                unsafe sum &+= block[row]
                unsafe block[row] = sum
            }
        }
        at += byteCount
        start += rows
    }
    return true
}

/// The values of a block that is not whole, `width` bytes each.
@inline(__always)
private func unpackBytes<Word: FixedWidthInteger & UnsignedInteger>(
    _ packed: UnsafeRawPointer, low: Word, width: Int, into out: UnsafeMutablePointer<Word>, count: Int
) {
    for row in 0..<count {
        var value: Word = 0
        for byte in 0..<width {
            // SAFETY: `count` × `width` bytes stand at `packed`.
            let part = unsafe packed.load(fromByteOffset: row * width + byte, as: UInt8.self)
            value |= Word(truncatingIfNeeded: part) &<< Word(truncatingIfNeeded: 8 * byte)
        }
        unsafe out[row] = low &+ value
    }
}
