/// How the objects of a JSON file follow one another.
package enum JSONLayout: Hashable, Sendable {
    /// One on a line.
    case lines
    /// One after another, each on any number of lines.
    case loose
    /// In a list, between commas; scanning starts behind its bracket.
    case list
}

/// What is wrong with a record of a JSON file.
package enum JSONFault: Hashable, Sendable {
    /// Something else than an object.
    case notAnObject
    /// Something else than JSON.
    case notJSON
    case cutOff
    case repeatedKey
    case badEscape
    case nestedTooDeep
    case textBehind
}

/// What scanning of one file remembers between blocks.
package struct JSONScanState: Sendable {
    package let layout: JSONLayout
    /// What stands behind the list's bracket belongs to an object around it.
    package let ignoresRest: Bool
    package var names: JSONNames
    /// The list's closing bracket was met.
    package internal(set) var hasEnded = false
    /// Per column: the last record that had it. Records are numbered from 1.
    fileprivate var seen: [UInt64] = []
    fileprivate var serial: UInt64 = 0

    package init(layout: JSONLayout, ignoresRest: Bool = false, names: JSONNames) {
        self.layout = layout
        self.ignoresRest = ignoresRest
        self.names = names
    }
}

/// Finds the values of the objects in `bytes`, until the index is full or no whole object is left; an object is a row, and the values in
/// objects inside it have columns of their own.
///
/// Numbers and `true`, `false` are cells as they stand, text without quotes and escapes, lists as they stand; `null`, `NaN` and what is
/// not there are empty cells. Columns past the index's width are only named. `quoted` tells per column whether text stood in it.
package func scanJSON(
    _ bytes: Span<UInt8>, isLast: Bool, longestRecord: Int, state: inout JSONScanState, into index: inout CellIndex,
    quoted: inout [Bool]
) -> CSVScanResult {
    var scan = JSONScan(isLast: isLast, width: index.width, capacity: index.capacity)
    scan.quoted = Array(repeating: false, count: max(index.width, 1))
    let result = scan.run(bytes, longestRecord, &state, &index)
    quoted = scan.quoted
    return result
}

private struct JSONScan {
    let isLast: Bool
    let width: Int
    let capacity: Int
    var quoted: [Bool] = []
    private var result = CSVScanResult()
    /// Objects around the one being read: node, and the key in it.
    private var outer: [(node: Int, child: Int)] = []

    private static let deepest = 64

    init(isLast: Bool, width: Int, capacity: Int) {
        self.isLast = isLast
        self.width = width
        self.capacity = capacity
    }

    private enum Outcome {
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
    private func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 }

    /// Past blanks; line ends are counted, and in a file of lines they end the record, as `nil` says.
    @inline(__always)
    private mutating func skipBlanks(_ bytes: Span<UInt8>, _ at: inout Int, _ layout: JSONLayout) -> Bool {
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

    /// The object that starts at `start`, as row `row`.
    @inline(__always)
    private mutating func object(
        _ bytes: Span<UInt8>, _ start: Int, _ row: Int, _ layout: JSONLayout, _ serial: UInt64,
        _ names: inout JSONNames, _ seen: inout [UInt64], _ starts: inout MutableSpan<UInt32>,
        _ ends: inout MutableSpan<UInt32>
    ) -> Outcome {
        guard bytes[start] == 0x7B else { return .fault(.notAnObject) }
        let raw = unsafe bytes.bytes
        var at = start + 1
        var node = 0
        var previous = -1
        var found = 0
        var needsKey = true
        var mayEnd = true
        outer.removeAll(keepingCapacity: true)
        while true {
            guard skipBlanks(bytes, &at, layout) else { return .fault(.cutOff) }
            guard at < bytes.count else { return .incomplete }
            let byte = bytes[at]
            if mayEnd, byte == 0x7D {
                at += 1
                guard let around = outer.popLast() else { break }
                (node, previous) = around
                needsKey = false
                continue
            }
            if !needsKey {
                guard byte == 0x2C else { return .fault(.notJSON) }
                at += 1
                needsKey = true
                mayEnd = false
                continue
            }
            guard byte == 0x22 else { return .fault(.notJSON) }
            let expected = previous < 0 ? names.opener(of: node) : names.follower(of: previous)
            var child = -1
            if expected >= 0, let next = names.matches(expected, bytes, raw, at + 1) {
                child = expected
                at = next
            } else {
                switch key(bytes, raw, &at, node, &names) {
                case .found(let read): child = read
                case .incomplete: return .incomplete
                case .fault(let fault): return .fault(fault)
                }
                names.learn(child, after: previous, in: node)
            }
            guard skipBlanks(bytes, &at, layout) else { return .fault(.cutOff) }
            guard at < bytes.count else { return .incomplete }
            guard bytes[at] == 0x3A else { return .fault(.notJSON) }
            at += 1
            guard skipBlanks(bytes, &at, layout) else { return .fault(.cutOff) }
            guard at < bytes.count else { return .incomplete }
            mayEnd = true
            if bytes[at] == 0x7B {
                guard outer.count < Self.deepest else { return .fault(.nestedTooDeep) }
                outer.append((node, child))
                node = names.node(of: child, in: node)
                previous = -1
                at += 1
                continue
            }
            let column = names.column(of: child, in: node)
            if column >= seen.count { seen += Array(repeating: 0, count: column + 1 - seen.count) }
            if seen[column] == serial { return .fault(.repeatedKey) }
            seen[column] = serial
            var from = 0
            var to = 0
            var isText = false
            switch value(bytes, raw, &at, layout, &from, &to, &isText) {
            case .found: break
            case .incomplete: return .incomplete
            case .fault(let fault): return .fault(fault)
            }
            if column < width {
                starts[column * capacity + row] = UInt32(truncatingIfNeeded: from)
                ends[column * capacity + row] = UInt32(truncatingIfNeeded: to)
                if isText { quoted[column] = true }
                found += 1
            }
            previous = child
            needsKey = false
        }
        if found < width {
            for column in 0..<width where column >= seen.count || seen[column] != serial {
                starts[column * capacity + row] = 0
                ends[column * capacity + row] = 0
            }
        }
        return .row(end: at)
    }

    private enum Part {
        case found(Int)
        case incomplete
        case fault(JSONFault)
    }

    /// A key that was not the expected one; `at` is its quote.
    @inline(never)
    private func key(
        _ bytes: Span<UInt8>, _ raw: RawSpan, _ at: inout Int, _ node: Int, _ names: inout JSONNames
    ) -> Part {
        let from = at + 1
        var end = from
        var hasEscapes = false
        while true {
            end = pastPlainText(bytes, raw, end)
            guard end < bytes.count else { return .incomplete }
            if bytes[end] == 0x22 { break }
            guard bytes[end] == 0x5C else { return .fault(.notJSON) }
            hasEscapes = true
            end += 2
        }
        at = end + 1
        if !hasEscapes { return .found(names.child(of: node, key: bytes.extracting(from..<end))) }
        var plain: [UInt8] = []
        guard appendUnescapedJSON(bytes, from, end, to: &plain) else { return .fault(.badEscape) }
        return .found(names.child(of: node, key: plain.span))
    }

    /// A value that is no object: `from ..< to` is its cell.
    @inline(__always)
    private mutating func value(
        _ bytes: Span<UInt8>, _ raw: RawSpan, _ at: inout Int, _ layout: JSONLayout, _ from: inout Int,
        _ to: inout Int, _ isText: inout Bool
    ) -> Part {
        let first = bytes[at]
        if first == 0x22 {
            from = at + 1
            var end = pastPlainText(bytes, raw, from)
            if end < bytes.count, bytes[end] == 0x22 {
                to = end
                at = end + 1
                isText = to > from
                return .found(0)
            }
            while end < bytes.count, bytes[end] != 0x22 {
                // A line end in text is one escape that somebody forgot, or a quote.
                if bytes[end] != 0x5C, bytes[end] != 0x09 { return .fault(.notJSON) }
                end = pastPlainText(bytes, raw, end + (bytes[end] == 0x5C ? 2 : 1))
            }
            guard end < bytes.count else { return .incomplete }
            let content = from
            from = bytes.count + result.unescaped.count
            guard appendUnescapedJSON(bytes, content, end, to: &result.unescaped) else { return .fault(.badEscape) }
            to = bytes.count + result.unescaped.count
            at = end + 1
            isText = to > from
            return .found(0)
        }
        if first == 0x5B { return list(bytes, &at, layout, &from, &to, &isText) }
        from = at
        var end = at
        while end < bytes.count {
            let byte = bytes[end]
            if byte == 0x2C || byte == 0x7D || byte <= 0x20 || byte == 0x5D { break }
            end += 1
        }
        guard end < bytes.count else { return .incomplete }
        to = end
        at = end
        if first &- 0x30 < 10 || first == 0x2D && end - from > 1 && bytes[from + 1] &- 0x30 < 10 { return .found(0) }
        switch end - from {
        case 4 where isWord(bytes, from, "true"): return .found(0)
        case 5 where isWord(bytes, from, "false"): return .found(0)
        case 4 where isWord(bytes, from, "null"), 3 where isWord(bytes, from, "NaN"),
            8 where isWord(bytes, from, "Infinity"), 9 where isWord(bytes, from, "-Infinity"):
            to = from
            return .found(0)
        default: return .fault(.notJSON)
        }
    }

    @inline(__always)
    private func isWord(_ bytes: Span<UInt8>, _ start: Int, _ word: StaticString) -> Bool {
        for offset in 0..<word.utf8CodeUnitCount {
            // SAFETY: the literal is ASCII and as long as the loop.
            if unsafe bytes[start + offset] != word.utf8Start[offset] { return false }
        }
        return true
    }

    /// A list is kept as it stands.
    @inline(never)
    private mutating func list(
        _ bytes: Span<UInt8>, _ at: inout Int, _ layout: JSONLayout, _ from: inout Int, _ to: inout Int,
        _ isText: inout Bool
    ) -> Part {
        from = at
        var depth = 0
        var isQuoted = false
        while at < bytes.count {
            let byte = bytes[at]
            if byte == 0x0A {
                if isQuoted || layout == .lines { return .fault(isQuoted ? .notJSON : .cutOff) }
                result.lineCount += 1
            }
            at += 1
            if isQuoted {
                if byte == 0x5C { at += 1 } else if byte == 0x22 { isQuoted = false }
            } else if byte == 0x22 {
                isQuoted = true
            } else if byte == 0x5B || byte == 0x7B {
                depth += 1
            } else if byte == 0x5D || byte == 0x7D {
                depth -= 1
                if depth == 0 {
                    to = at
                    isText = true
                    return .found(0)
                }
            }
        }
        return .incomplete
    }
}

/// The first byte from `start` on that ends plain text: a quote, a backslash or a control character.
@inline(__always)
private func pastPlainText(_ bytes: Span<UInt8>, _ raw: RawSpan, _ start: Int) -> Int {
    let ones: UInt64 = 0x0101_0101_0101_0101
    var at = start
    while at + 8 <= bytes.count {
        // SAFETY: eight bytes from `at` on were just found to lie in the bytes.
        let word = unsafe UInt64(littleEndian: raw.unsafeLoadUnaligned(fromByteOffset: at, as: UInt64.self))
        let quote = word ^ (0x22 &* ones)
        let escape = word ^ (0x5C &* ones)
        // A byte's top bit is set where it is zero, or below 0x20; false alarms lie only above a true one.
        let hits =
            ((quote &- ones) & ~quote | (escape &- ones) & ~escape | (word &- (0x20 &* ones)) & ~word)
            & (0x80 &* ones)
        if hits != 0 { return at + (hits.trailingZeroBitCount >> 3) }
        at += 8
    }
    while at < bytes.count, bytes[at] != 0x22, bytes[at] != 0x5C, bytes[at] >= 0x20 { at += 1 }
    return min(at, bytes.count)
}

/// Appends what the JSON text `start ..< end` stands for; false where an escape stands for nothing.
@inline(never)
package func appendUnescapedJSON(_ bytes: Span<UInt8>, _ start: Int, _ end: Int, to output: inout [UInt8]) -> Bool {
    var at = start
    while at < end {
        let byte = bytes[at]
        at += 1
        guard byte == 0x5C else {
            output.append(byte)
            continue
        }
        guard at < end else { return false }
        let letter = bytes[at]
        at += 1
        switch letter {
        case 0x22, 0x5C, 0x2F: output.append(letter)
        case 0x62: output.append(0x08)
        case 0x66: output.append(0x0C)
        case 0x6E: output.append(0x0A)
        case 0x72: output.append(0x0D)
        case 0x74: output.append(0x09)
        case 0x75:
            guard var scalar = hexUnit(bytes, at, end) else { return false }
            at += 4
            if scalar & 0xFC00 == 0xD800 {
                guard at + 6 <= end, bytes[at] == 0x5C, bytes[at + 1] == 0x75, let low = hexUnit(bytes, at + 2, end),
                    low & 0xFC00 == 0xDC00
                else { return false }
                scalar = 0x10000 + ((scalar & 0x3FF) << 10) + (low & 0x3FF)
                at += 6
            }
            // Half a pair is no character, and a zero byte none that a table holds.
            guard scalar != 0, let valid = Unicode.Scalar(scalar), let utf8 = UTF8.encode(valid) else { return false }
            output.append(contentsOf: utf8)
        default: return false
        }
    }
    return true
}

private func hexUnit(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> UInt32? {
    guard start + 4 <= end else { return nil }
    var unit: UInt32 = 0
    for at in start..<start + 4 {
        let byte = bytes[at]
        let digit: UInt8
        switch byte {
        case 0x30...0x39: digit = byte - 0x30
        case 0x41...0x46: digit = byte - 0x37
        case 0x61...0x66: digit = byte - 0x57
        default: return nil
        }
        unit = unit << 4 | UInt32(digit)
    }
    return unit
}
