// Cells of a file being written: every column is turned into texts first, by kernels that know its type; then rows are put together.

/// The cells of a column as they will stand in the file.
package struct CellTexts: Sendable {
    /// Which text each row has; nil where row r has text r.
    package var codes: [UInt32]?
    /// An entry more than there are texts.
    package var offsets: [UInt32]
    package var bytes: [UInt8]
    /// 1 where the row has no value; nil where all have one.
    package var missing: [UInt8]?

    package init(codes: [UInt32]? = nil, offsets: [UInt32], bytes: [UInt8], missing: [UInt8]? = nil) {
        self.codes = codes
        self.offsets = offsets
        self.bytes = bytes
        self.missing = missing
    }
}

/// Rows one behind the other: before each cell its column's lead, `absent` in place of a missing one, `rowEnd` after the last.
/// Texts add up to less than 4 GiB per column.
package func joinCells(
    _ columns: [CellTexts], leads: [[UInt8]], absent: [UInt8], rowEnd: [UInt8], rowCount: Int
) -> [UInt8] {
    precondition(columns.count == leads.count, "a lead per column")
    var byteCount = rowCount * (rowEnd.count + leads.reduce(0) { $0 + $1.count })
    for column in columns { byteCount += cellByteCount(column, absent: absent.count, rowCount: rowCount) }
    // SAFETY: the lengths added up above are those of everything that is copied below, cell by cell in the same way; copies never go
    // past the end of a source, whose offsets and codes are checked, and rows of a tile write only between their own cursors.
    return unsafe [UInt8](unsafeUninitializedCapacity: byteCount) { output, initialized in
        initialized = byteCount
        guard let base = output.baseAddress else { return }
        var cursors = [Int](repeating: 0, count: tileRows)
        var next = 0
        for tile in stride(from: 0, to: rowCount, by: tileRows) {
            let rows = tile..<min(tile + tileRows, rowCount)
            next = startRows(rows, columns, leads, absent: absent.count, rowEnd: rowEnd.count, at: next, &cursors)
            for (column, lead) in zip(columns, leads) {
                unsafe copyCells(column, rows, lead, absent, to: base, &cursors)
            }
            for row in 0..<rows.count { unsafe copyBytes(rowEnd, to: base + cursors[row]) }
        }
        precondition(next == byteCount, "rows fill what was reserved for them")
    }
}

/// Rows are written a tile at a time, column by column, so that what is being written stays in the nearest cache.
private let tileRows = 512

private func cellByteCount(_ column: CellTexts, absent: Int, rowCount: Int) -> Int {
    if column.codes == nil, column.missing == nil {
        precondition(column.offsets.count == rowCount + 1, "a text per row")
        return Int(column.offsets[rowCount] - column.offsets[0])
    }
    var total = 0
    forEachLength(column, absent: absent, 0..<rowCount) { _, length in total += length }
    return total
}

@inline(__always)
private func forEachLength(_ column: CellTexts, absent: Int, _ rows: Range<Int>, _ body: (Int, Int) -> Void) {
    let offsets = column.offsets.span
    switch (column.codes, column.missing) {
    case (nil, nil):
        for row in rows { body(row - rows.lowerBound, Int(offsets[row + 1] - offsets[row])) }
    case (nil, let missing?):
        let missing = missing.span
        for row in rows {
            body(row - rows.lowerBound, missing[row] != 0 ? absent : Int(offsets[row + 1] - offsets[row]))
        }
    case (let codes?, nil):
        let codes = codes.span
        for row in rows {
            body(row - rows.lowerBound, Int(offsets[Int(codes[row]) + 1] - offsets[Int(codes[row])]))
        }
    case (let codes?, let missing?):
        let codes = codes.span
        let missing = missing.span
        for row in rows {
            let length = missing[row] != 0 ? absent : Int(offsets[Int(codes[row]) + 1] - offsets[Int(codes[row])])
            body(row - rows.lowerBound, length)
        }
    }
}

/// Where each row of the tile starts; gives where the next tile does.
private func startRows(
    _ rows: Range<Int>, _ columns: [CellTexts], _ leads: [[UInt8]], absent: Int, rowEnd: Int, at start: Int,
    _ cursors: inout [Int]
) -> Int {
    let fixed = rowEnd + leads.reduce(0) { $0 + $1.count }
    for row in 0..<rows.count { cursors[row] = fixed }
    for column in columns {
        var lengths = cursors.mutableSpan
        forEachLength(column, absent: absent, rows) { lengths[$0] += $1 }
    }
    var next = start
    for row in 0..<rows.count {
        let length = cursors[row]
        cursors[row] = next
        next += length
    }
    return next
}

/// Copies one cell of each row behind what the row has, and moves the cursors on.
private func copyCells(
    _ column: CellTexts, _ rows: Range<Int>, _ lead: [UInt8], _ absent: [UInt8], to base: UnsafeMutablePointer<UInt8>,
    _ cursors: inout [Int]
) {
    let offsets = column.offsets.span
    let codeList = column.codes ?? []
    let missingList = column.missing ?? []
    let codes = codeList.span
    let missing = missingList.span
    let hasCodes = column.codes != nil
    let hasMissing = column.missing != nil
    var next = cursors.mutableSpan
    // SAFETY: the lead and the texts outlive the closures; a text's range is checked against its bytes.
    unsafe lead.withUnsafeBufferPointer { lead in
        unsafe column.bytes.withUnsafeBufferPointer { bytes in
            for row in rows {
                var cursor = next[row - rows.lowerBound]
                if let from = lead.baseAddress { unsafe copyBytes(from, lead.count, to: base + cursor) }
                cursor += lead.count
                if hasMissing, missing[row] != 0 {
                    unsafe copyBytes(absent, to: base + cursor)
                    cursor += absent.count
                } else {
                    let text = hasCodes ? Int(codes[row]) : row
                    let (from, to) = (Int(offsets[text]), Int(offsets[text + 1]))
                    precondition(from <= to && to <= bytes.count, "a text stands in its bytes")
                    if let source = bytes.baseAddress { unsafe copyBytes(source + from, to - from, to: base + cursor) }
                    cursor += to - from
                }
                next[row - rows.lowerBound] = cursor
            }
        }
    }
}

private func copyBytes(_ bytes: [UInt8], to target: UnsafeMutablePointer<UInt8>) {
    // SAFETY: the caller reserved as many bytes as there are.
    unsafe bytes.withUnsafeBufferPointer { source in
        if let from = source.baseAddress { unsafe copyBytes(from, source.count, to: target) }
    }
}

/// Most cells are short: two loads that may overlap take any length up to sixteen.
@inline(__always)
private func copyBytes(_ source: UnsafePointer<UInt8>, _ count: Int, to target: UnsafeMutablePointer<UInt8>) {
    let from = unsafe UnsafeRawPointer(source)
    let to = UnsafeMutableRawPointer(target)
    // SAFETY: every load and store lies within the `count` bytes of either side.
    switch count {
    case 0: return
    case 1: unsafe to.storeBytes(of: from.load(as: UInt8.self), as: UInt8.self)
    case 2...3:
        let first = unsafe from.loadUnaligned(as: UInt16.self)
        let last = unsafe from.loadUnaligned(fromByteOffset: count - 2, as: UInt16.self)
        unsafe to.storeBytes(of: first, as: UInt16.self)
        unsafe to.storeBytes(of: last, toByteOffset: count - 2, as: UInt16.self)
    case 4...7:
        let first = unsafe from.loadUnaligned(as: UInt32.self)
        let last = unsafe from.loadUnaligned(fromByteOffset: count - 4, as: UInt32.self)
        unsafe to.storeBytes(of: first, as: UInt32.self)
        unsafe to.storeBytes(of: last, toByteOffset: count - 4, as: UInt32.self)
    case 8...16:
        let first = unsafe from.loadUnaligned(as: UInt64.self)
        let last = unsafe from.loadUnaligned(fromByteOffset: count - 8, as: UInt64.self)
        unsafe to.storeBytes(of: first, as: UInt64.self)
        unsafe to.storeBytes(of: last, toByteOffset: count - 8, as: UInt64.self)
    default: unsafe to.copyMemory(from: from, byteCount: count)
    }
}
