import ReachColumns
import ReachKernels
import ReachPlan

/// A question about a known text, put to every distinct word once or to every row of plain text.
enum TextPredicate: Hashable {
    case comparison(Comparison, [UInt8])
    /// Ascending by bytes.
    case anyOf([[UInt8]])
    case match(TextMatch)

    /// A mask of the texts for which it holds.
    func rows(offsets: [UInt32], bytes: [UInt8]) -> [UInt8] {
        switch self {
        case .comparison(.equal, let needle): return markEqualTexts(offsets: offsets, bytes: bytes, to: needle)
        case .comparison(let comparison, let needle):
            return compareTexts(offsets: offsets, bytes: bytes, with: needle).map {
                comparison.holds(order: Int($0)) ? 1 : 0
            }
        case .anyOf(let texts):
            return (0..<offsets.count - 1).map { row in
                Self.contains(texts, bytes, Int(offsets[row]), Int(offsets[row + 1])) ? 1 : 0
            }
        case .match(let match):
            var matcher = TextMatcher(match)
            return (0..<offsets.count - 1).map { row in
                matcher.matches(bytes, from: Int(offsets[row]), to: Int(offsets[row + 1])) ? 1 : 0
            }
        }
    }

    /// Keeps the rows for whose text it holds; `fingerprints` may be absent, and `isASCII` said where it is known.
    func narrow(
        _ held: inout Mask, offsets: [UInt32], bytes: [UInt8], fingerprints: [UInt16], isASCII: Bool? = nil
    ) {
        if case .comparison(.equal, let needle) = self, !fingerprints.isEmpty {
            return held.narrowBits {
                narrowEqualTexts(
                    &$0, offsets: offsets, bytes: bytes, fingerprints: fingerprints,
                    fingerprint: textFingerprint(of: needle), to: needle)
            }
        }
        guard case .match(let match) = self, let needle = match.needle(in: bytes, isASCII: isASCII) else {
            return held.narrow(to: Mask(bytes: rows(offsets: offsets, bytes: bytes)))
        }
        if case .contains = match {
            let found = Bitmap(count: offsets.count - 1, words: bitsContaining(offsets: offsets, bytes: bytes, needle))
            return held.narrow(to: Mask(found))
        }
        let isSuffix = if case .hasSuffix = match { true } else { false }
        held.narrowBits { narrowAffix(&$0, offsets: offsets, bytes: bytes, needle, atEnd: isSuffix) }
    }

    private static func contains(_ sorted: [[UInt8]], _ bytes: [UInt8], _ from: Int, _ to: Int) -> Bool {
        var low = 0
        var high = sorted.count
        while low < high {
            let middle = (low + high) / 2
            let order = compareBytes(sorted[middle], 0, sorted[middle].count, bytes, from, to)
            if order == 0 { return true }
            if order < 0 { low = middle + 1 } else { high = middle }
        }
        return false
    }
}

extension TextMatch {
    /// The pattern for the fast search of `bytes`, where it finds the same: an ASCII pattern that is no `like`, and nothing in the bytes
    /// that only folding makes one of its letters.
    fileprivate func needle(in bytes: [UInt8], isASCII known: Bool?) -> ASCIINeedle? {
        let pattern: String
        switch self {
        case .contains(let text), .hasPrefix(let text), .hasSuffix(let text): pattern = text
        case .like: return nil
        }
        guard let needle = ASCIINeedle(folded: Array(pattern.utf8)) else { return nil }
        guard needle.hasForeignForms else { return needle }
        return known ?? isASCII(bytes, from: 0, to: bytes.count) ? needle : nil
    }
}

/// Matches texts against one folded pattern; keeps its scratch memory between rows.
struct TextMatcher {
    private enum Pattern {
        case contains([UInt8])
        case hasPrefix([UInt8])
        case hasSuffix([UInt8])
        case like([TextMatch.LikeToken])
    }

    private let pattern: Pattern
    private var folded: [UInt8] = []
    private var scalars: [UInt32] = []

    init(_ match: TextMatch) {
        switch match {
        case .contains(let text): pattern = .contains(Array(text.utf8))
        case .hasPrefix(let text): pattern = .hasPrefix(Array(text.utf8))
        case .hasSuffix(let text): pattern = .hasSuffix(Array(text.utf8))
        case .like(let tokens): pattern = .like(tokens)
        }
    }

    mutating func matches(_ bytes: [UInt8], from: Int, to: Int) -> Bool {
        folded.removeAll(keepingCapacity: true)
        FoldTable.append(bytes, from: from, to: to, into: &folded)
        switch pattern {
        case .contains(let needle): return find(needle, in: folded, from: 0, to: folded.count) != nil
        case .hasPrefix(let needle):
            return folded.count >= needle.count
                && compareBytes(folded, 0, needle.count, needle, 0, needle.count) == 0
        case .hasSuffix(let needle):
            let start = folded.count - needle.count
            return start >= 0 && compareBytes(folded, start, folded.count, needle, 0, needle.count) == 0
        case .like(let tokens):
            scalars.removeAll(keepingCapacity: true)
            var index = 0
            while index < folded.count { scalars.append(UTF8Bytes.scalar(folded, at: &index, to: folded.count)) }
            return like(tokens)
        }
    }

    /// Greedy with one place to come back to: the latest `%`, which then takes one scalar more.
    private func like(_ tokens: [TextMatch.LikeToken]) -> Bool {
        var token = 0
        var position = 0
        var retry: (token: Int, position: Int)?
        while position < scalars.count {
            if token < tokens.count, case .anyRun = tokens[token] {
                token += 1
                retry = (token, position)
            } else if token < tokens.count, accepts(tokens[token], scalars[position]) {
                token += 1
                position += 1
            } else if let last = retry {
                retry = (last.token, last.position + 1)
                token = last.token
                position = last.position + 1
            } else {
                return false
            }
        }
        return tokens[token...].allSatisfy { $0 == .anyRun }
    }

    private func accepts(_ token: TextMatch.LikeToken, _ scalar: UInt32) -> Bool {
        switch token {
        case .scalar(let wanted): wanted.value == scalar
        case .anyScalar: true
        case .anyRun: false
        }
    }
}
