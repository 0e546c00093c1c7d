/// Keys in ascending order, by their bytes from the lowest up; only those in which any differ take a pass.
package func sortedKeys(_ keys: [UInt64]) -> [UInt64] {
    var from = keys
    var to = keys
    let present = keys.reduce(into: (any: UInt64(0), all: UInt64.max)) { bits, key in
        bits.any |= key
        bits.all &= key
    }
    let differing = present.any & ~present.all
    for shift in stride(from: UInt64(0), to: 64, by: 11) where (differing >> shift) & 0x7FF != 0 {
        to = scattered(from, shift: shift, into: to)
        swap(&from, &to)
    }
    return from
}

/// The keys ordered by eleven of their bits, equal ones as they were; `target` lends its place.
private func scattered(_ keys: [UInt64], shift: UInt64, into target: consuming [UInt64]) -> [UInt64] {
    var next = [Int](repeating: 0, count: 2_048)
    for key in keys { next[Int((key >> shift) & 0x7FF)] &+= 1 }
    var before = 0
    for digit in next.indices {
        let count = next[digit]
        next[digit] = before
        before &+= count
    }
    var result = target
    do {
        let source = keys.span
        var out = result.mutableSpan
        var places = next.mutableSpan
        for index in 0..<source.count {
            let digit = Int((source[index] >> shift) & 0x7FF)
            out[places[digit]] = source[index]
            places[digit] &+= 1
        }
    }
    return result
}

/// The distinct ones of sorted keys, and how often each occurs.
package func countedKeys(_ sorted: [UInt64]) -> (keys: [UInt64], counts: [UInt32]) {
    var keys: [UInt64] = []
    var counts: [UInt32] = []
    keys.reserveCapacity(sorted.count)
    counts.reserveCapacity(sorted.count)
    for key in sorted {
        if keys.last == key {
            counts[counts.count - 1] &+= 1
        } else {
            keys.append(key)
            counts.append(1)
        }
    }
    return (keys, counts)
}
