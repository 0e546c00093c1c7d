/// The short words of a small table as two integers each: a row's word is found by comparing these, without hashing its bytes.
private struct ShortWords {
    private struct Entry {
        var low: UInt64 = 0
        var high: UInt64 = 0
        /// code + 1, or 0 for a free slot.
        var code: UInt32 = 0
    }

    private var entries: [Entry]
    private let seed: UInt64

    /// The eighth byte of the second integer holds the length.
    static let longest = 15

    init(_ table: WordTable, seed: UInt64) {
        self.seed = seed
        var count = 16
        while count < table.count * 4 { count *= 2 }
        entries = Array(repeating: Entry(), count: count)
        for code in 0..<table.count {
            let length = Int(table.offsets[code + 1] - table.offsets[code])
            if length > Self.longest { continue }
            var bytes = Array(table.bytes[Int(table.offsets[code])..<Int(table.offsets[code + 1])])
            bytes.append(contentsOf: repeatElement(0, count: 16 - length))
            let (low, high) = Self.integers(bytes.span, 0, length)
            var slot = place(low, high)
            while entries[slot].code != 0 { slot = (slot + 1) & (entries.count - 1) }
            entries[slot] = Entry(low: low, high: high, code: UInt32(code + 1))
        }
    }

    /// The word of `length` bytes at `start`, behind which sixteen can be read.
    @inline(__always)
    static func integers(_ bytes: Span<UInt8>, _ start: Int, _ length: Int) -> (low: UInt64, high: UInt64) {
        let low = load64(bytes, start)
        if length < 8 { return (low & (1 << UInt64(8 * length) &- 1), UInt64(length) << 56) }
        let high = load64(bytes, start + 8) & (1 << UInt64(8 * (length - 8)) &- 1)
        return (low, high | UInt64(length) << 56)
    }

    @inline(__always)
    private func place(_ low: UInt64, _ high: UInt64) -> Int {
        Int(truncatingIfNeeded: mixedBits((low ^ seed) &+ high &* 0x9E37_79B9_7F4A_7C15)) & (entries.count - 1)
    }

    /// The code of a word, nil where the table does not have it.
    @inline(__always)
    func find(_ low: UInt64, _ high: UInt64) -> UInt32? {
        var slot = place(low, high)
        while true {
            let entry = entries[slot]
            if entry.code == 0 { return nil }
            if entry.low == low, entry.high == high { return entry.code - 1 }
            slot = (slot + 1) & (entries.count - 1)
        }
    }
}

extension WordTable {
    /// The codes of all rows of a text column, 0 for missing ones, where the table has all their words and at most half as many as there
    /// are known rows; else nil, and cheaply so where the table is large.
    package func knownCodes(rows offsets: [UInt32], bytes: [UInt8], missing: [UInt64]) -> [UInt32]? {
        let rowCount = offsets.count - 1
        let knownCount = missing.isEmpty ? rowCount : rowCount - countBits(missing)
        guard count > 0, count <= mostShortWords, count * 2 <= knownCount else { return nil }
        let short = ShortWords(self, seed: seed)
        var codes = [UInt32](repeating: 0, count: rowCount)
        var out = codes.mutableSpan
        let source = bytes.span
        let ends = offsets.span
        let bits = missing.span
        for row in 0..<rowCount {
            if !bits.isEmpty, bits[row >> 6] >> UInt64(row & 63) & 1 == 1 { continue }
            let start = Int(ends[row])
            let length = Int(ends[row + 1]) - start
            if length <= ShortWords.longest, start + 16 <= source.count {
                let (low, high) = ShortWords.integers(source, start, length)
                guard let code = short.find(low, high) else { return nil }
                out[row] = code
            } else {
                guard let code = find(bytes, from: start, to: start + length) else { return nil }
                out[row] = code
            }
        }
        return codes
    }
}

/// Beyond this, laying out the short words for one chunk costs more than it saves.
private let mostShortWords = 4_096
