/// Distinct 64-bit keys in order of arrival, found again by hash: open addressing over 32-bit positions.
package struct LaneTable: Sendable {
    package private(set) var lanes: [Int64] = []
    /// position + 1, or 0 for a free slot.
    private var slots: [UInt32]
    private let seed: UInt64

    package var count: Int { lanes.count }

    package init(seed: UInt64) {
        slots = Array(repeating: 0, count: 64)
        self.seed = seed
    }

    /// The position of a key, a new one where it was not met before.
    package mutating func intern(_ lane: Int64) -> UInt32 {
        let slot = probe(lane)
        if slots[slot] != 0 { return slots[slot] - 1 }
        lanes.append(lane)
        slots[slot] = UInt32(lanes.count)
        if lanes.count * 2 > slots.count { grow() }
        return UInt32(lanes.count - 1)
    }

    package func find(_ lane: Int64) -> UInt32? {
        let slot = probe(lane)
        return slots[slot] == 0 ? nil : slots[slot] - 1
    }

    @inline(__always)
    private func probe(_ lane: Int64) -> Int {
        let mask = slots.count - 1
        // Neighbouring keys stay neighbours, so that ascending keys are a walk through memory; their higher bits are scattered.
        let key = UInt64(bitPattern: lane)
        var slot = Int(truncatingIfNeeded: (key & 0xFFFF) &+ Self.mix((key >> 16) ^ seed)) & mask
        if slots[slot] == 0 || lanes[Int(slots[slot] - 1)] == lane { return slot }
        // Runs of neighbours leave no gaps to find by walking on: leap, by an odd step of the key's own, which reaches every slot.
        let step = Int(truncatingIfNeeded: Self.mix(key &+ seed)) | 1
        repeat { slot = (slot &+ step) & mask } while slots[slot] != 0 && lanes[Int(slots[slot] - 1)] != lane
        return slot
    }

    private mutating func grow() {
        slots = Array(repeating: 0, count: slots.count * 2)
        for position in 0..<lanes.count { slots[probe(lanes[position])] = UInt32(position + 1) }
    }

    /// The finaliser of SplitMix64: every bit of the key reaches every bit of the slot.
    @inline(__always)
    private static func mix(_ value: UInt64) -> UInt64 {
        var mixed = value
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

extension LaneTable {
    /// The positions of all rows, `UInt32.max` where the row's bit is set in `missing` (which has no words where none is).
    package mutating func positions(of keys: [Int64], missing: [UInt64]) -> [UInt32] {
        var positions = [UInt32](repeating: .max, count: keys.count)
        for row in 0..<keys.count where missing.isEmpty || missing[row >> 6] >> UInt64(row & 63) & 1 == 0 {
            positions[row] = intern(keys[row])
        }
        return positions
    }
}
