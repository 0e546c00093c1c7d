/// Numbers and `true`, `false` are cells as they stand, text without quotes and escapes, lists as they stand; `null`, `NaN` and what is
/// not there are empty cells. Columns past the index's width are only named. `marks` tells per column whether text stood in it; text whose first
/// character is a digit or blank that is written as an escape (`\u0034`) is text only.
package func scanJSON(
    _ bytes: Span<UInt8>, isLast: Bool, longestRecord: Int, state: inout JSONScanState, into index: inout CellIndex,
    marks: inout [TextMark]
) -> CSVScanResult {
    var scan = JSONScan(isLast: isLast, width: index.width, capacity: index.capacity)
    scan.marks = Array(repeating: .none, count: max(index.width, 1))
    let result = scan.run(bytes, longestRecord, &state, &index)
    marks = scan.marks
    return result
}

/// One scan of a block.
struct JSONScan {
    let isLast: Bool
    let width: Int
    let capacity: Int
    var marks: [TextMark] = []
    /// The text that was read last began with a digit or blank as an escape.
    var beginsEscaped = false
    var result = CSVScanResult()
    /// Objects around the one being read: node, and the key in it.
    var outer: [(node: Int, child: Int)] = []

    static let deepest = 64

    init(isLast: Bool, width: Int, capacity: Int) {
        self.isLast = isLast
        self.width = width
        self.capacity = capacity
    }

    enum Outcome {
        case row(end: Int)
        case incomplete
        case fault(JSONFault)
    }

    mutating func run(
        _ bytes: Span<UInt8>, _ longestRecord: Int, _ state: inout JSONScanState, _ index: inout CellIndex
    ) -> CSVScanResult {
        var starts = index.starts
        var ends = index.ends
        index.starts = []
        index.ends = []
        var names = state.names
        var seen = state.seen
        state.names = JSONNames()
        state.seen = []
        var at = 0
        while index.rowCount < capacity {
            at = skipSeparators(bytes, at, &state)
            result.consumed = at
            if at == bytes.count { break }
            let line = result.lineCount
            let escapes = result.unescaped.count
            state.serial += 1
            var outcome: Outcome
            if state.hasEnded {
                outcome = .fault(.textBehind)
            } else {
                var startSpan = starts.mutableSpan
                var endSpan = ends.mutableSpan
                outcome = object(
                    bytes, at, index.rowCount, state.layout, state.serial, &names, &seen, &startSpan, &endSpan)
            }
            var next = 0
            if case .row(let end) = outcome {
                next = end
                if state.layout == .lines, !endsLine(bytes, &next) { outcome = .fault(.textBehind) }
                if next == bytes.count, !isLast, state.layout == .lines { outcome = .incomplete }
            }
            if case .incomplete = outcome, isLast || bytes.count - at > longestRecord { outcome = .fault(.cutOff) }
            switch outcome {
            case .row(let end):
                index.recordStarts[index.rowCount] = UInt32(truncatingIfNeeded: at)
                index.recordEnds[index.rowCount] = UInt32(truncatingIfNeeded: end)
                index.lines[index.rowCount] = UInt32(truncatingIfNeeded: line)
                index.rowCount += 1
            case .incomplete:
                result.lineCount = line
                result.unescaped.removeLast(result.unescaped.count - escapes)
                restore(&state, &index, names, seen, starts, ends)
                return result
            case .fault(let fault):
                result.lineCount = line
                result.unescaped.removeLast(result.unescaped.count - escapes)
                guard let end = pastFault(bytes, at, state) else {
                    restore(&state, &index, names, seen, starts, ends)
                    return result
                }
                var last = end
                while last > at, isBlank(bytes[last - 1]) { last -= 1 }
                result.malformed.append(
                    MalformedRecord(
                        range: at..<last, line: line, column: 0, reason: .json(fault), rowsBefore: index.rowCount))
                for position in at..<end where bytes[position] == 0x0A { result.lineCount += 1 }
                next = end
            }
            at = next
            result.consumed = at
        }
        restore(&state, &index, names, seen, starts, ends)
        return result
    }

    private func restore(
        _ state: inout JSONScanState, _ index: inout CellIndex, _ names: JSONNames, _ seen: [UInt64],
        _ starts: [UInt32], _ ends: [UInt32]
    ) {
        state.names = names
        state.seen = seen
        index.starts = starts
        index.ends = ends
    }

    /// Blanks, line ends, and in a list commas and the closing bracket.
    private mutating func skipSeparators(_ bytes: Span<UInt8>, _ start: Int, _ state: inout JSONScanState) -> Int {
        var at = start
        while at < bytes.count {
            if state.hasEnded, state.ignoresRest { return bytes.count }
            switch bytes[at] {
            case 0x0A: result.lineCount += 1
            case 0x20, 0x09, 0x0D: break
            case 0x2C where state.layout == .list && !state.hasEnded: break
            case 0x5D where state.layout == .list && !state.hasEnded: state.hasEnded = true
            default: return at
            }
            at += 1
        }
        return at
    }

    /// Moves past blanks and answers whether the line ends there.
    private func endsLine(_ bytes: Span<UInt8>, _ at: inout Int) -> Bool {
        while at < bytes.count, bytes[at] == 0x20 || bytes[at] == 0x09 || bytes[at] == 0x0D { at += 1 }
        return at == bytes.count || bytes[at] == 0x0A
    }

    /// Where a record ends that is none, as well as can be told; nil where that takes more bytes.
    private func pastFault(_ bytes: Span<UInt8>, _ start: Int, _ state: JSONScanState) -> Int? {
        var at = start
        if state.layout == .lines {
            while at < bytes.count, bytes[at] != 0x0A { at += 1 }
            return at < bytes.count || isLast ? at : nil
        }
        if state.hasEnded { return isLast ? bytes.count : nil }
        // Up to the end of its brackets, or the next comma outside of them.
        var depth = 0
        var isQuoted = false
        while at < bytes.count {
            let byte = bytes[at]
            if isQuoted {
                if byte == 0x5C { at += 1 } else if byte == 0x22 { isQuoted = false }
            } else if byte == 0x22 {
                isQuoted = true
            } else if byte == 0x7B || byte == 0x5B {
                depth += 1
            } else if byte == 0x7D || byte == 0x5D {
                if depth == 0 { return max(at, start + 1) }
                depth -= 1
                if depth == 0 { return at + 1 }
            } else if depth == 0, byte == 0x2C || state.layout == .loose && byte == 0x0A {
                return max(at, start + 1)
            }
            at += 1
        }
        return isLast ? bytes.count : nil
    }

    @inline(__always)
    func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 }

    /// Past blanks; line ends are counted, and in a file of lines they end the record, as `nil` says.
    @inline(__always)
    mutating func skipBlanks(_ bytes: Span<UInt8>, _ at: inout Int, _ layout: JSONLayout) -> Bool {
        while at < bytes.count, bytes[at] <= 0x20 {
            switch bytes[at] {
            case 0x20, 0x09, 0x0D: break
            case 0x0A:
                if layout == .lines { return false }
                result.lineCount += 1
            default: return true
            }
            at += 1
        }
        return true
    }
}
