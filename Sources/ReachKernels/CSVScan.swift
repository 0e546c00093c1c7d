import CKernels

/// How a delimited file is written.
package struct CSVDialect: Hashable, Sendable {
    package var delimiter: UInt8
    /// A bare CR ends a record: files of the old Macintosh. Elsewhere a CR counts only before LF.
    package var crEndsRecords: Bool
    /// Quotes keep cells together that hold delimiters or line ends. Without, they are text like any other character.
    package var hasQuotes = true
    /// Rows with fewer cells than there are columns are rows, with nothing in the last ones.
    package var fillsShortRows = false

    package init(delimiter: UInt8, crEndsRecords: Bool = false) {
        self.delimiter = delimiter
        self.crEndsRecords = crEndsRecords
    }
}

/// A record that cannot become a row.
package struct MalformedRecord: Hashable, Sendable {
    package enum Reason: Hashable, Sendable {
        /// The record has this many cells.
        case cellCount(Int)
        /// A quote inside an unquoted cell.
        case bareQuote
        /// Text between a closing quote and the next delimiter.
        case textAfterQuote
        /// A quote that nothing closes; the record is its first line.
        case unclosedQuote
        case json(JSONFault)
    }

    package let range: Range<Int>
    /// Counted from the block's first line, which is 0.
    package let line: Int
    /// Zero-based column where the trouble is.
    package let column: Int
    package let reason: Reason
    /// How many rows of the index stand before it.
    package let rowsBefore: Int

    package init(range: Range<Int>, line: Int, column: Int, reason: Reason, rowsBefore: Int) {
        self.range = range
        self.line = line
        self.column = column
        self.reason = reason
        self.rowsBefore = rowsBefore
    }
}

/// What one scan of a block found.
package struct CSVScanResult: Sendable {
    /// Complete records end here; the rest waits for more bytes.
    package internal(set) var consumed = 0
    /// Lines that end within the consumed bytes.
    package internal(set) var lineCount = 0
    /// Empty lines that stand for no row: those of files with more than one column.
    package internal(set) var blankLines = 0
    /// Rows with one empty cell past the last column, as a delimiter at the end of a line makes.
    package internal(set) var trailingDelimiters = 0
    package internal(set) var malformed: [MalformedRecord] = []
    /// Content of cells with doubled quotes; to be appended to the block's bytes, past which the index counts.
    package internal(set) var unescaped: [UInt8] = []
}

/// Finds the cells of the records in `bytes`, until the index is full or no complete record is left.
///
/// A record that is cut off by the end of `bytes` is left unless `isLast`. A quoted cell that runs on for more than
/// `longestRecord` bytes counts as never closed: then its first line alone is malformed, and scanning goes on after it.
/// Cells are slices between quotes, or of `unescaped` where quotes are doubled. Blanks around quotes are ignored. A quote right after a
/// digit, in a cell that does not start with one, is a mark of inches or seconds and text (`TV 55"`).
package func scanRecords(
    _ bytes: Span<UInt8>, dialect: CSVDialect, isLast: Bool, longestRecord: Int, into index: inout CellIndex
) -> CSVScanResult {
    var result = CSVScanResult()
    var scan = RecordScan(dialect: dialect, isLast: isLast, longestRecord: longestRecord, width: index.width)
    var at = 0
    while at < bytes.count, index.rowCount < index.capacity {
        // Nearly all records of nearly all files are plain; the careful scan takes the one that is not.
        if !dialect.crEndsRecords {
            at = scanPlainRecords(bytes, from: at, dialect, &index, &result)
            if at == bytes.count || index.rowCount == index.capacity { break }
        }
        let outcome = scan.record(bytes, at, &index, &result)
        switch outcome {
        case .incomplete:
            result.consumed = at
            return result
        case .done(let next): at = next
        }
    }
    result.consumed = at
    return result
}

/// Takes records as long as they need no care; gives the start of the first that does.
private func scanPlainRecords(
    _ bytes: Span<UInt8>, from start: Int, _ dialect: CSVDialect, _ index: inout CellIndex,
    _ result: inout CSVScanResult
) -> Int {
    let (width, capacity, rows) = (index.width, index.capacity, index.rowCount)
    let line = UInt32(truncatingIfNeeded: result.lineCount)
    // SAFETY: the index has `width * capacity` cells and `capacity` records, and holds no more rows than that; the scan is told so and
    // keeps within. It reads the `count` bytes of the buffer from `start` on, which lies within.
    let (next, found) = unsafe bytes.withUnsafeBufferPointer { source in
        unsafe index.starts.withUnsafeMutableBufferPointer { starts in
            unsafe index.ends.withUnsafeMutableBufferPointer { ends in
                unsafe index.recordStarts.withUnsafeMutableBufferPointer { recordStarts in
                    unsafe index.recordEnds.withUnsafeMutableBufferPointer { recordEnds in
                        unsafe index.lines.withUnsafeMutableBufferPointer { lines in
                            var records = unsafe reach_records(
                                width: width, capacity: capacity, rows: rows, line: line, delimiter: dialect.delimiter,
                                starts: starts.baseAddress, ends: ends.baseAddress,
                                record_starts: recordStarts.baseAddress, record_ends: recordEnds.baseAddress,
                                lines: lines.baseAddress)
                            let next = unsafe reach_scan_plain(source.baseAddress, source.count, start, &records)
                            return unsafe (next, records.rows)
                        }
                    }
                }
            }
        }
    }
    result.lineCount += found - rows
    index.rowCount = found
    return next
}

/// How many of the bytes are `value`.
package func countBytes(_ bytes: Span<UInt8>, _ value: UInt8) -> Int {
    // SAFETY: the buffer is passed with its size.
    unsafe bytes.withUnsafeBufferPointer { unsafe reach_count_byte($0.baseAddress, $0.count, value) }
}

/// Scans one record after another; what it remembers lasts for one record.
private struct RecordScan {
    enum Outcome {
        case incomplete
        case done(next: Int)
    }

    enum Cell {
        case incomplete
        case bad(MalformedRecord.Reason)
        /// `after` is the byte that ends the cell: a delimiter, CR or LF, or the end of the bytes.
        case found(start: Int, end: Int, after: Int)
    }

    let delimiter: UInt8
    let crEndsRecords: Bool
    let hasQuotes: Bool
    let fillsShortRows: Bool
    let isLast: Bool
    let longestRecord: Int
    let width: Int
    /// Line ends inside quotes of the record being scanned.
    var quotedLineEnds = 0

    init(dialect: CSVDialect, isLast: Bool, longestRecord: Int, width: Int) {
        delimiter = dialect.delimiter
        crEndsRecords = dialect.crEndsRecords
        hasQuotes = dialect.hasQuotes
        fillsShortRows = dialect.fillsShortRows
        self.isLast = isLast
        self.longestRecord = longestRecord
        self.width = width
    }

    @inline(__always)
    mutating func record(
        _ bytes: Span<UInt8>, _ start: Int, _ index: inout CellIndex, _ result: inout CSVScanResult
    ) -> Outcome {
        let row = index.rowCount
        let capacity = index.capacity
        var at = start
        var column = 0
        quotedLineEnds = 0
        while true {
            var cellStart = 0
            var cellEnd = 0
            switch cell(bytes, at, recordStart: start, &result.unescaped) {
            case .incomplete: return .incomplete
            case .bad(let reason): return malformed(bytes, start, column, reason, row, &result)
            case .found(let from, let to, let after): (cellStart, cellEnd, at) = (from, to, after)
            }
            if column < width {
                index.starts[column * capacity + row] = UInt32(truncatingIfNeeded: cellStart)
                index.ends[column * capacity + row] = UInt32(truncatingIfNeeded: cellEnd)
            }
            column += 1
            if at < bytes.count, bytes[at] == delimiter {
                at += 1
                continue
            }
            guard let next = pastLineEnd(bytes, at) else { return .incomplete }
            let end = recordEnd(bytes, start, at)
            let line = result.lineCount
            result.lineCount += 1 + quotedLineEnds
            if fillsShortRows, column < width, end > start {
                for absent in column..<width {
                    index.starts[absent * capacity + row] = 0
                    index.ends[absent * capacity + row] = 0
                }
                column = width
            }
            if column == width || column == width + 1 && cellStart == cellEnd && width > 0 {
                if column > width { result.trailingDelimiters += 1 }
                index.recordStarts[row] = UInt32(truncatingIfNeeded: start)
                index.recordEnds[row] = UInt32(truncatingIfNeeded: end)
                index.lines[row] = UInt32(truncatingIfNeeded: line)
                index.rowCount = row + 1
            } else if end == start {
                result.blankLines += 1
            } else {
                let reason = MalformedRecord.Reason.cellCount(column)
                result.malformed.append(
                    MalformedRecord(
                        range: start..<end, line: line, column: min(column, width) - 1, reason: reason,
                        rowsBefore: row))
            }
            return .done(next: next)
        }
    }

    /// The cell that starts at `start`.
    @inline(__always)
    private mutating func cell(
        _ bytes: Span<UInt8>, _ start: Int, recordStart: Int, _ unescaped: inout [UInt8]
    ) -> Cell {
        let count = bytes.count
        var at = start
        while at < count {
            let byte = bytes[at]
            if byte == delimiter { return .found(start: start, end: at, after: at) }
            if byte == 0x0A {
                let end = at > start && bytes[at - 1] == 0x0D ? at - 1 : at
                return .found(start: start, end: end, after: at)
            }
            if byte == 0x22, hasQuotes {
                if onlyBlanks(bytes, start, at) { return quotedCell(bytes, at + 1, recordStart, &unescaped) }
                guard bytes[at - 1] &- 0x30 < 10 else { return .bad(.bareQuote) }
            }
            if byte == 0x0D && crEndsRecords { return .found(start: start, end: at, after: at) }
            at += 1
        }
        guard isLast else { return .incomplete }
        let end = count > start && bytes[count - 1] == 0x0D ? count - 1 : count
        return .found(start: start, end: end, after: count)
    }

    @inline(__always)
    private func onlyBlanks(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Bool {
        var at = start
        while at < end, bytes[at] == 0x20 { at += 1 }
        return at == end
    }

    /// The cell whose content starts at `start`, after its opening quote.
    private mutating func quotedCell(
        _ bytes: Span<UInt8>, _ start: Int, _ recordStart: Int, _ unescaped: inout [UInt8]
    ) -> Cell {
        let count = bytes.count
        var at = start
        var hasDoubled = false
        while true {
            while at < count, bytes[at] != 0x22 {
                let byte = bytes[at]
                if byte == 0x0A {
                    if !(crEndsRecords && at > start && bytes[at - 1] == 0x0D) { quotedLineEnds += 1 }
                } else if byte == 0x0D && crEndsRecords {
                    quotedLineEnds += 1
                }
                at += 1
            }
            if at == count {
                return isLast || count - recordStart > longestRecord ? .bad(.unclosedQuote) : .incomplete
            }
            if at + 1 == count {
                if isLast { break }
                return count - recordStart > longestRecord ? .bad(.unclosedQuote) : .incomplete
            }
            guard bytes[at + 1] == 0x22 else { break }
            hasDoubled = true
            at += 2
        }
        var after = at + 1
        while after < count, bytes[after] == 0x20, delimiter != 0x20 { after += 1 }
        if after < count, bytes[after] == 0x0D, !crEndsRecords, after + 1 < count ? bytes[after + 1] == 0x0A : true {
            after += 1
        }
        if after == count, !isLast { return .incomplete }
        if after < count {
            let byte = bytes[after]
            guard byte == delimiter || byte == 0x0A || byte == 0x0D && crEndsRecords else {
                return .bad(.textAfterQuote)
            }
        }
        if !hasDoubled { return .found(start: start, end: at, after: after) }
        let from = count + unescaped.count
        appendUnescaped(bytes, start, at, &unescaped)
        return .found(start: from, end: count + unescaped.count, after: after)
    }

    private func appendUnescaped(_ bytes: Span<UInt8>, _ start: Int, _ end: Int, _ unescaped: inout [UInt8]) {
        var at = start
        while at < end {
            unescaped.append(bytes[at])
            at += bytes[at] == 0x22 ? 2 : 1
        }
    }

    /// Where the next record starts, given that `at` is CR, LF or the end of the bytes; nil where that cannot be told yet.
    @inline(__always)
    private func pastLineEnd(_ bytes: Span<UInt8>, _ at: Int) -> Int? {
        if at == bytes.count { return at }
        if bytes[at] == 0x0A { return at + 1 }
        if at + 1 == bytes.count { return isLast ? at + 1 : nil }
        return bytes[at + 1] == 0x0A ? at + 2 : at + 1
    }

    /// Where the record ends whose line end is at `at`.
    @inline(__always)
    private func recordEnd(_ bytes: Span<UInt8>, _ start: Int, _ at: Int) -> Int {
        if at > start, at == bytes.count || bytes[at] == 0x0A, bytes[at - 1] == 0x0D { return at - 1 }
        return at
    }

    /// Takes the record's first line for all of it, so that one stray quote costs one line and no more.
    private func malformed(
        _ bytes: Span<UInt8>, _ start: Int, _ column: Int, _ reason: MalformedRecord.Reason, _ row: Int,
        _ result: inout CSVScanResult
    ) -> Outcome {
        var at = start
        while at < bytes.count, bytes[at] != 0x0A, !(bytes[at] == 0x0D && crEndsRecords) { at += 1 }
        if at == bytes.count, !isLast { return .incomplete }
        guard let next = pastLineEnd(bytes, at) else { return .incomplete }
        result.malformed.append(
            MalformedRecord(
                range: start..<recordEnd(bytes, start, at), line: result.lineCount, column: column, reason: reason,
                rowsBefore: row))
        result.lineCount += 1
        return .done(next: next)
    }
}

/// Past the last line end that is outside quotes, given that the bytes begin outside; nil where there is none.
package func lastRecordEnd(_ bytes: Span<UInt8>, hasQuotes: Bool = true) -> Int? {
    var isQuoted = hasQuotes && countBytes(bytes, 0x22) % 2 == 1
    var at = bytes.count
    while at > 0 {
        at -= 1
        if bytes[at] == 0x22, hasQuotes {
            isQuoted.toggle()
        } else if bytes[at] == 0x0A, !isQuoted {
            return at + 1
        }
    }
    return nil
}
