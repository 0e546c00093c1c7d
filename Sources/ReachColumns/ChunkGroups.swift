import ReachKernels

/// Brings the rows of a column of a file together by the groups that they belong to.
package struct ChunkGroups: Sendable {
    private let groups: RowGroups

    package init(_ groups: RowGroups) { self.groups = groups }

    /// Each group's rows as a chunk, in the order of the file; forms are as wide as the widest of all groups, and ranges are left out.
    /// `dictionary` is asked for only where some blocks hold its codes and others none.
    package func distributed(_ blocks: [Chunk], dictionary: () -> TextDictionary) throws -> [Chunk] {
        let missing = try distributedMissing(blocks)
        let payloads = try payloads(of: blocks, dictionary)
        return (0..<groups.groupCount).map { group in
            let rowCount = groups.count(of: group)
            let isMissing = missing?[group].droppedIfEmpty
            if isMissing?.setCount == rowCount { return .allMissing(rowCount: rowCount) }
            return Chunk(rowCount: rowCount, payload: payloads[group], missing: isMissing, range: nil)
        }
    }

    private func distributedMissing(_ blocks: [Chunk]) throws -> [Bitmap]? {
        if blocks.allSatisfy({ $0.missing == nil }) { return nil }
        let flags = try parts(of: UInt8(0)) { [groups] block, next, out in
            let chunk = blocks[block]
            let mask = chunk.missing.map { unpackBits($0.words, count: chunk.rowCount) }
            let marks = BlockCodes.bytes(mask ?? Array(repeating: 0, count: chunk.rowCount))
            groups.distribute(marks, block: block, offset: 0, factor: 1, next: &next, into: &out)
        }
        return flags.map { Bitmap(count: $0.count, words: packBits($0)) }
    }

    private func payloads(of blocks: [Chunk], _ dictionary: () -> TextDictionary) throws -> [Chunk.Payload] {
        var frame = Frame()
        for block in blocks { frame.add(block) }
        switch frame.kind {
        case .nothing: return Array(repeating: .allMissing, count: groups.groupCount)
        case .text: return texts(blocks, dictionary)
        case .floats:
            return try parts(of: Double(0)) { [groups] block, next, out in
                let floats = blocks[block].decodedFloats() ?? []
                groups.distribute(floats, block: block, next: &next, into: &out)
            }.map { .floats($0) }
        case .words:
            if frame.largestWord <= UInt32(UInt8.max) { return try codes8(blocks, Frame()).map { .words8($0) } }
            return try codes32(blocks, Frame()).map { .words32($0) }
        case .lanes:
            guard let (base, step, largest) = frame.codes else { return try lanes(blocks) }
            if largest <= UInt64(UInt8.max) {
                return try codes8(blocks, frame).map { .codes8(base: base, step: step, $0) }
            }
            return try codes32(blocks, frame).map { .codes32(base: base, step: step, $0) }
        }
    }

    private func lanes(_ blocks: [Chunk]) throws -> [Chunk.Payload] {
        try parts(of: Int64(0)) { [groups] block, next, out in
            groups.distribute(blocks[block].decodedLanes() ?? [], block: block, next: &next, into: &out)
        }.map { .lanes($0) }
    }

    private func codes8(_ blocks: [Chunk], _ frame: Frame) throws -> [[UInt8]] {
        try parts(of: UInt8(0)) { [groups] block, next, out in
            let (codes, place) = (blocks[block].blockCodes, frame.place(blocks[block].payload))
            groups.distribute(
                codes, block: block, offset: place.offset, factor: place.factor, next: &next, into: &out)
        }
    }

    private func codes32(_ blocks: [Chunk], _ frame: Frame) throws -> [[UInt32]] {
        try parts(of: UInt32(0)) { [groups] block, next, out in
            let (codes, place) = (blocks[block].blockCodes, frame.place(blocks[block].payload))
            groups.distribute(
                codes, block: block, offset: place.offset, factor: place.factor, next: &next, into: &out)
        }
    }

    private func texts(_ blocks: [Chunk], _ dictionary: () -> TextDictionary) -> [Chunk.Payload] {
        let hasWords = blocks.contains { $0.decodedWords() != nil && $0.missingCount < $0.rowCount }
        let words = hasWords ? dictionary() : nil
        var texts = Array(repeating: (offsets: [UInt32(0)], bytes: [UInt8]()), count: groups.groupCount)
        for (block, chunk) in blocks.enumerated() {
            guard let (offsets, bytes) = chunk.decodedText(words) else { continue }
            groups.distribute(offsets: offsets, bytes: bytes, block: block, into: &texts)
        }
        return texts.map { .plainText(offsets: $0.offsets, bytes: $0.bytes, fingerprints: []) }
    }

    /// The values of each group, where `add` distributes those of a block.
    private func parts<Element: Sendable>(
        of filler: Element, _ add: @escaping @Sendable (Int, inout [UInt32], inout [Element]) -> Void
    ) throws -> [[Element]] {
        let made = try inParallel(groups.parts.count) { [groups] index in
            let part = groups.parts[index]
            var next = part.starts
            var out = [Element](repeating: filler, count: Int(next[groups.groupCount]))
            for block in part.blocks { add(block, &next, &out) }
            return out
        }
        return try groups.joined(made)
    }
}

extension Chunk {
    /// Codes of numbers or words as they are stored; 0 for every row of what has none.
    fileprivate var blockCodes: BlockCodes {
        switch payload {
        case .codes8(_, _, let codes), .words8(let codes): .bytes(codes)
        case .codes16(_, _, let codes), .words16(let codes): .shorts(codes)
        case .codes32(_, _, let codes), .words32(let codes): .words(codes)
        default: .bytes([UInt8](repeating: 0, count: rowCount))
        }
    }
}

/// What the payloads of all blocks have in common.
private struct Frame: Sendable {
    enum Kind {
        case nothing, lanes, floats, words, text
    }

    private(set) var kind = Kind.nothing
    private(set) var largestWord: UInt32 = 0
    private var low = Int64.max
    private var high = Int64.min
    /// Greatest common divisor of all distances from any value; 0 while there is one value alone.
    private var step: UInt64 = 0
    private var first: Int64?
    private var hasWideLanes = false

    mutating func add(_ chunk: Chunk) {
        switch chunk.payload {
        case .allMissing: break
        case .constant(let lane): add(base: lane, step: 0, range: lane...lane)
        case .codes8(let base, let step, _), .codes16(let base, let step, _), .codes32(let base, let step, _):
            add(base: base, step: UInt64(step), range: chunk.range ?? base...base)
        case .lanes:
            kind = .lanes
            hasWideLanes = true
        case .floats: kind = .floats
        case .words8(let codes): add(words: codes)
        case .words16(let codes): add(words: codes)
        case .words32(let codes): add(words: codes)
        case .plainText: kind = .text
        }
    }

    private mutating func add(words codes: [some FixedWidthInteger]) {
        if kind != .text { kind = .words }
        largestWord = max(largestWord, codes.reduce(0) { max($0, UInt32(truncatingIfNeeded: $1)) })
    }

    private mutating func add(base: Int64, step added: UInt64, range: ClosedRange<Int64>) {
        kind = .lanes
        low = min(low, range.lowerBound)
        high = max(high, range.upperBound)
        step = greatestCommonDivisor(step, added)
        if let first {
            step = greatestCommonDivisor(step, UInt64(bitPattern: base > first ? base &- first : first &- base))
        } else {
            first = base
        }
    }

    /// Base, step and largest code by which 32 bits hold every value; nil where they do not.
    var codes: (base: Int64, step: Int64, largest: UInt64)? {
        guard !hasWideLanes else { return nil }
        let step = max(1, step)
        let largest = UInt64(bitPattern: high &- low) / step
        guard largest <= UInt64(UInt32.max), step <= UInt64(Int64.max) else { return nil }
        return (low, Int64(step), largest)
    }

    /// How a payload's codes become those of the frame; words stay what they are.
    func place(_ payload: Chunk.Payload) -> (offset: UInt32, factor: UInt32) {
        guard let (low, common, _) = codes, kind == .lanes else { return (0, 1) }
        func offset(_ base: Int64) -> UInt32 {
            UInt32(truncatingIfNeeded: UInt64(bitPattern: base &- low) / UInt64(common))
        }
        switch payload {
        case .constant(let lane): return (offset(lane), 0)
        case .codes8(let base, let step, _), .codes16(let base, let step, _), .codes32(let base, let step, _):
            return (offset(base), UInt32(truncatingIfNeeded: step / common))
        default: return (0, 0)
        }
    }
}
