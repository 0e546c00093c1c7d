/// Distinct 64-bit keys in order of arrival, found again: by their distance from the smallest one where keys lie close together, as
/// numbers given out by a database do, else by hash, with open addressing over 32-bit positions.
package struct LaneTable: Sendable {
    package private(set) var lanes: [Int64] = []
    /// position + 1, or 0 for a free slot.
    private var slots: [UInt32]
    /// Slot 0 is this key's, slot 1 the next one's; nil where slots are found by hash.
    private var firstKey: Int64?
    private var smallest = Int64.max
    private var largest = Int64.min
    private let seed: UInt64

    package var count: Int { lanes.count }

    package init(seed: UInt64) {
        slots = Array(repeating: 0, count: 64)
        self.seed = seed
    }

    /// The position of a key, a new one where it was not met before.
    @inline(__always)
    package mutating func intern(_ lane: Int64) -> UInt32 {
        if let firstKey {
            let slot = UInt64(bitPattern: lane &- firstKey)
            if slot < UInt64(slots.count), slots[Int(slot)] != 0 { return slots[Int(slot)] - 1 }
        } else {
            let slot = probe(lane)
            if slots[slot] != 0 { return slots[slot] - 1 }
        }
        return add(lane)
    }

    package func find(_ lane: Int64) -> UInt32? {
        if let firstKey {
            let slot = UInt64(bitPattern: lane &- firstKey)
            return slot < UInt64(slots.count) && slots[Int(slot)] != 0 ? slots[Int(slot)] - 1 : nil
        }
        let slot = probe(lane)
        return slots[slot] == 0 ? nil : slots[slot] - 1
    }

    /// Keys lie close together where a slot for each one between the smallest and the largest takes no more than this many per key.
    private static let mostSlotsPerKey: UInt64 = 8

    /// A key not met before.
    @inline(never)
    private mutating func add(_ lane: Int64) -> UInt32 {
        smallest = min(smallest, lane)
        largest = max(largest, lane)
        lanes.append(lane)
        let position = UInt32(lanes.count)
        if let firstKey {
            let slot = UInt64(bitPattern: lane &- firstKey)
            if slot < UInt64(slots.count) { slots[Int(slot)] = position } else { layOut() }
        } else if lanes.count * 2 > slots.count {
            layOut()
        } else {
            slots[probe(lane)] = position
        }
        return position - 1
    }

    /// Gives all keys their slots anew, with room for more.
    private mutating func layOut() {
        let span = UInt64(bitPattern: largest &- smallest)
        if span / Self.mostSlotsPerKey < UInt64(lanes.count) {
            // Keys that come in order grow upwards, others to both sides.
            let room = Int64(span / 2 + 1024)
            let isAscending = lanes[lanes.count - 1] == largest
            let low = isAscending || smallest < .min + room ? smallest : smallest - room
            if isAscending, let firstKey, firstKey <= smallest, largest > firstKey {
                // All others keep their slots.
                let slotCount = Int(truncatingIfNeeded: largest &- firstKey) + 1 + Int(room)
                slots = extended(slots, to: slotCount)
                slots[Int(truncatingIfNeeded: largest &- firstKey)] = UInt32(lanes.count)
                return
            }
            firstKey = low
            slots = extended([], to: Int(truncatingIfNeeded: largest &- low) + 1 + Int(room))
            for (position, lane) in lanes.enumerated() {
                slots[Int(truncatingIfNeeded: lane &- low)] = UInt32(position + 1)
            }
            return
        }
        firstKey = nil
        var slotCount = 64
        while slotCount < lanes.count * 4 { slotCount *= 2 }
        slots = extended([], to: slotCount)
        for position in 0..<lanes.count { slots[probe(lanes[position])] = UInt32(position + 1) }
    }

    @inline(__always)
    private func probe(_ lane: Int64) -> Int {
        let mask = slots.count - 1
        // Neighbouring keys stay neighbours, so that ascending keys are a walk through memory; their higher bits are scattered.
        let key = UInt64(bitPattern: lane)
        var slot = Int(truncatingIfNeeded: (key & 0xFFFF) &+ mixedBits((key >> 16) ^ seed)) & mask
        if slots[slot] == 0 || lanes[Int(slots[slot] - 1)] == lane { return slot }
        // Runs of neighbours leave no gaps to find by walking on: leap, by an odd step of the key's own, which reaches every slot.
        let step = Int(truncatingIfNeeded: mixedBits(key &+ seed)) | 1
        repeat { slot = (slot &+ step) & mask } while slots[slot] != 0 && lanes[Int(slots[slot] - 1)] != lane
        return slot
    }
}

extension LaneTable {
    /// The positions of all rows, `UInt32.max` where the row's bit is set in `missing` (which has no words where none is).
    package mutating func positions(of keys: [Int64], missing: [UInt64]) -> [UInt32] {
        var positions = [UInt32](repeating: .max, count: keys.count)
        if missing.isEmpty {
            // The table may be far larger than the caches: looking first and adding later lets many rows wait for memory at once.
            if firstKey == nil || findAll(keys, into: &positions) {
                for row in 0..<keys.count where positions[row] == .max { positions[row] = intern(keys[row]) }
            }
            return positions
        }
        for row in 0..<keys.count where missing[row >> 6] >> UInt64(row & 63) & 1 == 0 {
            positions[row] = intern(keys[row])
        }
        return positions
    }

    /// The positions of those keys that were met before, where keys lie close together; gives whether there are others.
    private func findAll(_ keys: [Int64], into positions: inout [UInt32]) -> Bool {
        guard let firstKey else { return true }
        let lanes = keys.span
        let known = slots.span
        var out = positions.mutableSpan
        var hasOthers = false
        for row in 0..<lanes.count {
            let slot = UInt64(bitPattern: lanes[row] &- firstKey)
            let position = slot < UInt64(known.count) ? known[Int(truncatingIfNeeded: slot)] &- 1 : .max
            out[row] = position
            if position == .max { hasOthers = true }
        }
        return hasOthers
    }
}
