/// Finds the cells of lines whose cells are parted by runs of blanks and tabs, until the index is full or no whole line is left.
///
/// Blanks at either end of a line part nothing. A cell may stand in quotes, then it may hold blanks, but no quote and no line end. Lines
/// end in LF, CR LF, or with `crEndsRecords` in CR. Blank lines stand for no row. Unless `isLast`, a line that is cut off is left.
package func scanAligned(
    _ bytes: Span<UInt8>, crEndsRecords: Bool, isLast: Bool, into index: inout CellIndex
) -> CSVScanResult {
    var result = CSVScanResult()
    var cells: [Range<Int>] = []
    var at = 0
    while at < bytes.count, index.rowCount < index.capacity {
        var end = at
        while end < bytes.count, bytes[end] != 0x0A, !(crEndsRecords && bytes[end] == 0x0D) { end += 1 }
        if end == bytes.count, !isLast { break }
        var next = end + 1
        if end < bytes.count, bytes[end] == 0x0D {
            if next == bytes.count, !isLast { break }
            if next < bytes.count, bytes[next] == 0x0A { next += 1 }
        }
        var last = end
        if last > at, bytes[last - 1] == 0x0D { last -= 1 }
        let line = result.lineCount
        let fault = splitAligned(bytes, at, last, into: &cells)
        if let fault {
            result.malformed.append(
                MalformedRecord(
                    range: at..<last, line: line, column: min(cells.count, index.width - 1), reason: fault,
                    rowsBefore: index.rowCount))
        } else if cells.isEmpty {
            result.blankLines += 1
        } else if cells.count == index.width {
            index.append(cells: cells, record: at..<last, line: line)
        } else {
            result.malformed.append(
                MalformedRecord(
                    range: at..<last, line: line, column: min(cells.count, index.width) - 1,
                    reason: .cellCount(cells.count), rowsBefore: index.rowCount))
        }
        result.lineCount += 1
        at = min(next, bytes.count)
    }
    result.consumed = at
    return result
}

/// The cells of one line.
package func splitAligned(
    _ bytes: Span<UInt8>, _ start: Int, _ end: Int, into cells: inout [Range<Int>]
) -> MalformedRecord.Reason? {
    cells.removeAll(keepingCapacity: true)
    var at = start
    while true {
        while at < end, bytes[at] == 0x20 || bytes[at] == 0x09 { at += 1 }
        if at == end { return nil }
        if bytes[at] == 0x22 {
            let from = at + 1
            at = from
            while at < end, bytes[at] != 0x22 { at += 1 }
            if at == end { return .unclosedQuote }
            cells.append(from..<at)
            at += 1
            if at < end, bytes[at] != 0x20, bytes[at] != 0x09 { return .textAfterQuote }
            continue
        }
        let from = at
        while at < end, bytes[at] != 0x20, bytes[at] != 0x09 { at += 1 }
        cells.append(from..<at)
    }
}
