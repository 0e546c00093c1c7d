/// Distinct byte strings in order of arrival, found again by hash: open addressing over 32-bit codes.
package struct WordTable: Sendable {
    /// `count` + 1 entries into `bytes`.
    package private(set) var offsets: [UInt32]
    package private(set) var bytes: [UInt8]
    private var hashes: [UInt32]
    /// code + 1, or 0 for a free slot.
    private var slots: [UInt32]
    let seed: UInt64

    package var count: Int { offsets.count - 1 }

    /// Said instead of a code where the table can take no more bytes (4 GiB).
    package static let full = UInt32.max

    /// Starts with these words, which differ from one another.
    package init(offsets: [UInt32] = [0], bytes: [UInt8] = [], seed: UInt64) {
        self.offsets = offsets
        self.bytes = bytes
        self.seed = seed
        hashes = []
        slots = []
        let count = offsets.count - 1
        hashes.reserveCapacity(count)
        for code in 0..<count {
            let hash = xxHash64(bytes.span, from: Int(offsets[code]), to: Int(offsets[code + 1]), seed: seed)
            hashes.append(UInt32(truncatingIfNeeded: hash))
        }
        var slotCount = 64
        while slotCount < 2 * count { slotCount *= 2 }
        fill(slotCount: slotCount)
    }

    /// The code of the bytes `from..<to` of `source`, a new one where they were not met before.
    package mutating func intern(_ source: [UInt8], from: Int, to: Int) -> UInt32 {
        let hash = UInt32(truncatingIfNeeded: xxHash64(source.span, from: from, to: to, seed: seed))
        let slot = probe(source, from: from, to: to, hash: hash)
        if slots[slot] != 0 { return slots[slot] - 1 }
        guard bytes.count + (to - from) <= Int(UInt32.max), count < Int(UInt32.max) - 2 else { return Self.full }
        bytes.append(contentsOf: source[from..<to])
        offsets.append(UInt32(bytes.count))
        hashes.append(hash)
        slots[slot] = UInt32(count)
        if count * 2 > slots.count { fill(slotCount: slots.count * 2) }
        return UInt32(count - 1)
    }

    /// The code of these bytes, or nil where they were never interned.
    package func find(_ source: [UInt8], from: Int, to: Int) -> UInt32? {
        let hash = UInt32(truncatingIfNeeded: xxHash64(source.span, from: from, to: to, seed: seed))
        let slot = probe(source, from: from, to: to, hash: hash)
        return slots[slot] == 0 ? nil : slots[slot] - 1
    }

    /// The slot that holds these bytes, or the free one where they belong.
    private func probe(_ source: [UInt8], from: Int, to: Int, hash: UInt32) -> Int {
        let mask = slots.count - 1
        var slot = Int(hash) & mask
        let length = to - from
        while slots[slot] != 0 {
            let code = Int(slots[slot] - 1)
            let start = Int(offsets[code])
            if hashes[code] == hash, Int(offsets[code + 1]) - start == length,
                sameBytes(bytes.span, start, source.span, from, count: length)
            {
                return slot
            }
            slot = (slot + 1) & mask
        }
        return slot
    }

    private mutating func fill(slotCount: Int) {
        slots = Array(repeating: 0, count: slotCount)
        let mask = slotCount - 1
        for code in 0..<count {
            var slot = Int(hashes[code]) & mask
            while slots[slot] != 0 { slot = (slot + 1) & mask }
            slots[slot] = UInt32(code + 1)
        }
    }
}

extension WordTable {
    /// The codes of all rows of a text column; missing rows get 0. Nil where the table became full.
    package mutating func intern(rows offsets: [UInt32], bytes: [UInt8], missing: [UInt64]) -> [UInt32]? {
        let rowCount = offsets.count - 1
        var codes = [UInt32](repeating: 0, count: rowCount)
        for row in 0..<rowCount {
            if !missing.isEmpty, missing[row >> 6] >> UInt64(row & 63) & 1 == 1 { continue }
            let code = intern(bytes, from: Int(offsets[row]), to: Int(offsets[row + 1]))
            if code == Self.full { return nil }
            codes[row] = code
        }
        return codes
    }
}

/// XXH64 with seed 0 of each row's bytes.
package func textHashes(offsets: [UInt32], bytes: [UInt8]) -> [UInt64] {
    let raw = bytes.span
    let ends = offsets.span
    var hashes = [UInt64](repeating: 0, count: offsets.count - 1)
    var out = hashes.mutableSpan
    for row in 0..<out.count {
        out[row] = xxHash64(raw, from: Int(ends[row]), to: Int(ends[row + 1]), seed: 0)
    }
    return hashes
}

/// Whether more than half of the known rows have different hashes, which is whether they are different texts within a hair; and how many
/// rows are known. `missing` has a bit per row, or no words where nothing is missing.
package func areMostlyDistinct(_ hashes: [UInt64], missing: [UInt64]) -> (known: Int, areDistinct: Bool) {
    let rows = hashes.span
    let bits = missing.span
    let known = missing.isEmpty ? rows.count : rows.count - countBits(missing)
    var slotCount = 64
    while slotCount < rows.count * 2 { slotCount *= 2 }
    var slots = [UInt64](repeating: 0, count: slotCount)
    var table = slots.mutableSpan
    var distinct = 0
    for row in 0..<rows.count {
        if !bits.isEmpty, bits[row >> 6] >> UInt64(row & 63) & 1 == 1 { continue }
        let hash = max(1, rows[row])
        var slot = Int(truncatingIfNeeded: hash) & (slotCount - 1)
        while table[slot] != 0, table[slot] != hash { slot = (slot + 1) & (slotCount - 1) }
        if table[slot] == 0 {
            table[slot] = hash
            distinct += 1
            if distinct * 2 > known { return (known, true) }
        }
    }
    return (known, false)
}

/// The 16-bit hash of each row's bytes by which an equality test passes over plain text without reading it: the low bits of its hash.
package func textFingerprints(_ hashes: [UInt64]) -> [UInt16] { hashes.map { UInt16(truncatingIfNeeded: $0) } }

/// The same of texts that were not hashed yet.
package func textFingerprints(offsets: [UInt32], bytes: [UInt8]) -> [UInt16] {
    textFingerprints(textHashes(offsets: offsets, bytes: bytes))
}

/// The same of one text.
package func textFingerprint(of text: [UInt8]) -> UInt16 { textFingerprint(text.span, from: 0, to: text.count) }

/// The low 16 bits of XXH64 with seed 0; part of the file format.
package func textFingerprint(_ bytes: Span<UInt8>, from: Int, to: Int) -> UInt16 {
    UInt16(truncatingIfNeeded: xxHash64(bytes, from: from, to: to, seed: 0))
}

/// The texts of dictionary codes one after the other; missing rows are empty.
package func spellWords(
    _ codes: [UInt32], offsets: [UInt32], bytes: [UInt8], missing: [UInt64]
) -> (offsets: [UInt32], bytes: [UInt8]) {
    var spelledOffsets: [UInt32] = [0]
    spelledOffsets.reserveCapacity(codes.count + 1)
    var spelled: [UInt8] = []
    for row in 0..<codes.count {
        if missing.isEmpty || missing[row >> 6] >> UInt64(row & 63) & 1 == 0 {
            let code = Int(codes[row])
            spelled.append(contentsOf: bytes[Int(offsets[code])..<Int(offsets[code + 1])])
        }
        spelledOffsets.append(UInt32(spelled.count))
    }
    return (spelledOffsets, spelled)
}

extension WordTable {
    /// The codes of all rows taken as keys, `UInt32.max` for empty ones. Nil where the table became full.
    package mutating func positions(of offsets: [UInt32], bytes: [UInt8], missing: [UInt64]) -> [UInt32]? {
        var positions = [UInt32](repeating: .max, count: offsets.count - 1)
        for row in 0..<positions.count where offsets[row] != offsets[row + 1] {
            if !missing.isEmpty, missing[row >> 6] >> UInt64(row & 63) & 1 == 1 { continue }
            positions[row] = intern(bytes, from: Int(offsets[row]), to: Int(offsets[row + 1]))
            if positions[row] == Self.full { return nil }
        }
        return positions
    }
}
