/// The values of one object.
extension JSONScan {
    /// The object that starts at `start`, as row `row`.
    @inline(__always)
    mutating func object(
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
                if isText {
                    marks[column] = max(marks[column], beginsEscaped ? .textOnly : .text)
                    beginsEscaped = false
                }
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
            beginsEscaped = beginsWithNeedlessEscape(bytes, content, end)
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

    /// `\u0030` to `\u0039` and `\u0020`, which nobody needs to write so.
    private func beginsWithNeedlessEscape(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Bool {
        guard end - start >= 6 else { return false }
        return isWord(bytes, start, "\\u003") && bytes[start + 5] &- 0x30 < 10 || isWord(bytes, start, "\\u0020")
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
