import ReachKernels

/// A rejected row and where it lies in its block.
struct RejectedRecord: Sendable {
    let range: Range<Int>
    var rejection: Rejection
    /// Rejected for a zero byte rather than for what is no UTF-8.
    var isNUL = false
}

extension RecordBlock {
    /// Line of the file on which a row starts.
    func line(of row: Int) -> Int { firstLine + Int(index.lines[row]) }

    /// Says of rejections which file they are from, where there are several.
    func name(_ rejected: inout [RejectedRecord]) {
        guard let fileName else { return }
        rejected = rejected.map { record in
            var record = record
            record.rejection = Rejection(
                line: record.rejection.line, column: record.rejection.column,
                reason: "\(record.rejection.reason), in \(fileName)", clause: record.rejection.clause)
            return record
        }
    }

    func malformedRejections(width: Int, prefix: Int) -> [RejectedRecord] {
        malformed.map { record in
            let reason = record.reason.text(width: width, prefix: prefix)
            let clause = isDelimited ? record.reason.clause(width: width) : nil
            let rejection = Rejection(line: firstLine + record.line, column: nil, reason: reason, clause: clause)
            return RejectedRecord(range: record.range, rejection: rejection)
        }
    }

    /// Takes out rows that are no UTF-8 or hold a zero byte. Nearly all blocks are told to have none in one pass.
    mutating func removeUndecodable() -> (rejected: [RejectedRecord], decodableRows: Int, hasNonASCII: Bool) {
        let whole = takeCensus(bytes.span)
        if whole.isUTF8, !whole.hasNUL { return ([], 0, false) }
        var rejected: [RejectedRecord] = []
        var rows: [Int] = []
        var decodable = 0
        for row in 0..<index.rowCount {
            let range = index.record(row)
            let census = takeCensus(bytes.span.extracting(range))
            if census.isUTF8, !census.hasNUL {
                if !census.isASCII { decodable += 1 }
                continue
            }
            rows.append(row)
            let reason = census.hasNUL ? "a zero byte" : "bytes that are not UTF-8"
            let rejection = Rejection(line: line(of: row), column: nil, reason: reason)
            rejected.append(RejectedRecord(range: range, rejection: rejection, isNUL: census.isUTF8))
        }
        index.remove(rows)
        return (rejected, decodable, !whole.isASCII)
    }
}
