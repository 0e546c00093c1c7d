/// The columns of a JSON file: a path of keys, joined by `_`, is a column's name. What is learned of the order of keys makes finding
/// the next one a comparison.
package struct JSONNames: Sendable {
    /// All that were seen, in that order, those known from the start first.
    package private(set) var names: [String]
    private var numbers: [String: Int]

    /// Keys under one object; children of a node hang on each other by `sibling`.
    private struct Child {
        /// First of its words in `keyWords`.
        let word: Int
        let byteCount: Int
        var column = -1
        var node = -1
        var sibling = -1
        /// The key that came after it last time.
        var follower = -1
    }

    private struct Node {
        let prefix: String
        var first = -1
        var last = -1
        /// The key that objects here start with.
        var opener = -1
    }

    private var children: [Child] = []
    private var nodes = [Node(prefix: "")]
    /// Keys as words of eight bytes, zeros behind the last byte.
    private var keyWords: [UInt64] = []

    package init(_ known: [String] = []) {
        names = known
        numbers = Dictionary(known.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// What is expected at the start of an object.
    func opener(of node: Int) -> Int { nodes[node].opener }

    func follower(of child: Int) -> Int { children[child].follower }

    mutating func learn(_ child: Int, after previous: Int, in node: Int) {
        if previous < 0 { nodes[node].opener = child } else { children[previous].follower = child }
    }

    /// Whether the key of `child` and a closing quote stand at `at`; then where they end, else nil.
    @inline(__always)
    func matches(_ child: Int, _ bytes: Span<UInt8>, _ raw: RawSpan, _ at: Int) -> Int? {
        let byteCount = children[child].byteCount
        let end = at + byteCount
        guard end < bytes.count, bytes[end] == 0x22 else { return nil }
        var word = children[child].word
        var from = at
        while end - from >= 8 {
            // SAFETY: eight bytes from `from` on end before `end`, which lies in the bytes.
            let found = unsafe UInt64(littleEndian: raw.unsafeLoadUnaligned(fromByteOffset: from, as: UInt64.self))
            if found != keyWords[word] { return nil }
            word += 1
            from += 8
        }
        if from == end { return end + 1 }
        var found: UInt64 = 0
        if from + 8 <= bytes.count {
            // SAFETY: eight bytes from `from` on were just found to lie in the bytes.
            found = unsafe UInt64(littleEndian: raw.unsafeLoadUnaligned(fromByteOffset: from, as: UInt64.self))
            found &= (1 << UInt64(8 * (end - from))) - 1
        } else {
            for offset in 0..<end - from { found |= UInt64(bytes[from + offset]) << UInt64(8 * offset) }
        }
        return found == keyWords[word] ? end + 1 : nil
    }

    /// The child of `node` with this key, which is new where there was none.
    mutating func child(of node: Int, key: Span<UInt8>) -> Int {
        let words = Self.words(key)
        var at = nodes[node].first
        while at >= 0 {
            if children[at].byteCount == key.count,
                words.indices.allSatisfy({ words[$0] == keyWords[children[at].word + $0] })
            {
                return at
            }
            at = children[at].sibling
        }
        children.append(Child(word: keyWords.count, byteCount: key.count))
        keyWords += words
        let new = children.count - 1
        if nodes[node].last >= 0 { children[nodes[node].last].sibling = new } else { nodes[node].first = new }
        nodes[node].last = new
        return new
    }

    private static func words(_ key: Span<UInt8>) -> [UInt64] {
        var words = Array(repeating: UInt64(0), count: (key.count + 7) / 8)
        for at in 0..<key.count { words[at >> 3] |= UInt64(key[at]) << UInt64(8 * (at & 7)) }
        return words
    }

    private func key(of child: Int) -> String {
        let bytes = (0..<children[child].byteCount).map { at in
            UInt8(truncatingIfNeeded: keyWords[children[child].word + (at >> 3)] >> UInt64(8 * (at & 7)))
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The column of a key's values.
    @inline(__always)
    mutating func column(of child: Int, in node: Int) -> Int {
        let known = children[child].column
        return known >= 0 ? known : addColumn(child, node)
    }

    @inline(never)
    private mutating func addColumn(_ child: Int, _ node: Int) -> Int {
        let name = nodes[node].prefix + key(of: child)
        if numbers[name] == nil {
            numbers[name] = names.count
            names.append(name)
        }
        let column = numbers[name] ?? 0
        children[child].column = column
        return column
    }

    /// The object under a key.
    mutating func node(of child: Int, in node: Int) -> Int {
        if children[child].node >= 0 { return children[child].node }
        nodes.append(Node(prefix: nodes[node].prefix + key(of: child) + "_"))
        children[child].node = nodes.count - 1
        return nodes.count - 1
    }
}
