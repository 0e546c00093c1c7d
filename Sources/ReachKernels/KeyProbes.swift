/// Tells most keys that a table does not hold from those it does, without looking for them: most stored keys are not in a small file.
package struct LaneFilter: Sendable {
    /// A bit for every key's low bits; empty where all keys may be known.
    private let bits: [UInt64]
    /// Smallest and largest key; nil where there is none.
    private let bounds: ClosedRange<Int64>?
    /// All keys, ascending; nil where there are too many.
    private let sorted: [Int64]?

    package init(_ table: LaneTable) {
        var bitCount = 1 << 10
        while bitCount < table.count * 16 { bitCount *= 2 }
        // With so many keys most stored ones are known.
        let passesAll = table.count > Self.mostFiltered
        if passesAll { bitCount = 0 }
        var bits = [UInt64](repeating: 0, count: bitCount / 64)
        for lane in table.lanes where !passesAll {
            let bit = Self.bit(of: lane) & (bitCount - 1)
            bits[bit >> 6] |= 1 << UInt64(bit & 63)
        }
        self.bits = bits
        let found = laneBounds(table.lanes, missing: [])
        bounds = table.count > 0 ? found.low...found.high : nil
        sorted = table.count <= Self.mostSorted ? table.lanes.sorted() : nil
    }

    /// Whether a key can be in the range.
    package func mayHold(_ range: ClosedRange<Int64>) -> Bool {
        guard let bounds, bounds.overlaps(range) else { return false }
        guard let sorted else { return true }
        var low = 0
        var high = sorted.count
        while low < high {
            let middle = (low + high) / 2
            if sorted[middle] < range.lowerBound { low = middle + 1 } else { high = middle }
        }
        return low < sorted.count && sorted[low] <= range.upperBound
    }

    /// The rows whose key can be in the table.
    fileprivate func candidates(_ keys: [Int64]) -> [UInt32] {
        if bits.isEmpty { return Array(0..<UInt32(keys.count)) }
        var candidates = [UInt32](repeating: 0, count: keys.count + 1)
        var out = candidates.mutableSpan
        let lanes = keys.span
        let words = bits.span
        let mask = words.count * 64 - 1
        var next = 0
        // Every row is written down, and only candidates move on: no branch to mispredict.
        for row in 0..<lanes.count {
            let bit = Self.bit(of: lanes[row]) & mask
            out[next] = UInt32(truncatingIfNeeded: row)
            next += Int(truncatingIfNeeded: words[bit >> 6] >> UInt64(bit & 63) & 1)
        }
        candidates.removeLast(candidates.count - next)
        return candidates
    }

    /// Neighbouring keys have neighbouring bits, so that ascending keys are a walk through memory.
    @inline(__always)
    private static func bit(of lane: Int64) -> Int {
        let key = UInt64(bitPattern: lane)
        return Int(truncatingIfNeeded: key ^ (key >> 23) ^ (key >> 43))
    }

    private static let mostFiltered = 1 << 20

    /// More keys than these are in most chunks, if they are in any.
    private static let mostSorted = 1 << 14
}

extension LaneTable {
    /// Which rows hold a key that the table knows, and its position. `missing` has a bit per row, or no words where nothing is missing;
    /// the filter is the table's.
    package func knownRows(
        of keys: [Int64], missing: [UInt64], filter: LaneFilter
    ) -> (rows: [UInt32], positions: [UInt32]) {
        var rows: [UInt32] = []
        var positions: [UInt32] = []
        for row in filter.candidates(keys) {
            if !missing.isEmpty, missing[Int(row >> 6)] >> UInt64(row & 63) & 1 == 1 { continue }
            guard let position = find(keys[Int(row)]) else { continue }
            rows.append(row)
            positions.append(position)
        }
        return (rows, positions)
    }
}

extension WordTable {
    /// The same of text; empty text is no key.
    package func knownRows(
        of offsets: [UInt32], bytes: [UInt8], missing: [UInt64]
    ) -> (rows: [UInt32], positions: [UInt32]) {
        var rows: [UInt32] = []
        var positions: [UInt32] = []
        for row in 0..<(offsets.count - 1) where offsets[row] != offsets[row + 1] {
            guard let position = find(bytes, from: Int(offsets[row]), to: Int(offsets[row + 1])) else { continue }
            if !missing.isEmpty, missing[row >> 6] >> UInt64(row & 63) & 1 == 1 { continue }
            rows.append(UInt32(truncatingIfNeeded: row))
            positions.append(position)
        }
        return (rows, positions)
    }
}

/// Every number becomes what the table holds at it, but for `skip`.
package func translate(_ numbers: inout [UInt32], by table: [UInt32], skip: UInt32) {
    var out = numbers.mutableSpan
    let known = table.span
    for index in 0..<out.count where out[index] != skip { out[index] = known[Int(out[index])] }
}
