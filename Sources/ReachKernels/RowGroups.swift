// Rows of a file, block by block, are distributed to groups: those of one group come to stand together, in the order of the file. Both
// sides are walked in order, which memory likes far better than picking each group's rows out of all blocks.

/// Which group each row of a file belongs to: that of its customer among groups of `width` neighbouring customers.
package struct RowGroups: Sendable {
    /// A run of blocks that is distributed for itself, so that others can be at the same time.
    package struct Part: Sendable {
        package let blocks: Range<Int>
        /// Where each group's rows begin among the part's; an entry more than there are groups.
        package let starts: [UInt32]
    }

    package let groupCount: Int
    package let parts: [Part]
    private let owners: [[UInt32]]
    private let width: UInt32
    /// Of `width`, where it is a power of two.
    private let shift: UInt32?
    private let skip: UInt32

    /// `owners` has the customer of each row by blocks; rows with `skip` belong to no group.
    package init(_ owners: [[UInt32]], width: Int, groupCount: Int, skip: UInt32, partCount: Int) {
        self.owners = owners
        self.width = UInt32(width)
        self.groupCount = groupCount
        self.skip = skip
        let shift = width & (width - 1) == 0 ? UInt32(width.trailingZeroBitCount) : nil
        self.shift = shift
        let share = max(1, (owners.count + partCount - 1) / partCount)
        let runs = stride(from: 0, to: owners.count, by: share).map { $0..<min(owners.count, $0 + share) }
        let counted =
            try? inParallel(runs.count) { part -> Part in
                var starts = [UInt32](repeating: 0, count: groupCount + 1)
                for block in runs[part] {
                    countGroups(owners[block], skip: skip, width: UInt32(width), shift: shift, into: &starts)
                }
                for group in 0..<groupCount { starts[group + 1] += starts[group] }
                return Part(blocks: runs[part], starts: starts)
            }
        parts = counted ?? []
    }

    /// Rows of a group.
    package func count(of group: Int) -> Int {
        parts.reduce(0) { $0 + Int($1.starts[group + 1] - $1.starts[group]) }
    }

    /// Each row's place among the `width` customers of its group, by group.
    package func places() throws -> [[UInt16]] {
        let made = try inParallel(parts.count) { index -> [UInt16] in
            let part = parts[index]
            var next = part.starts
            var out = [UInt16](repeating: 0, count: Int(next[groupCount]))
            for block in part.blocks {
                distribute(owners[block], block, &next, &out) { owner, group in
                    UInt16(truncatingIfNeeded: owner &- UInt32(truncatingIfNeeded: group) &* width)
                }
            }
            return out
        }
        return try joined(made)
    }

    /// What the parts hold of each group, one after the other.
    package func joined<Element: Sendable>(_ made: [[Element]]) throws -> [[Element]] {
        try inParallel(groupCount) { group in
            var rows: [Element] = []
            rows.reserveCapacity(count(of: group))
            for (part, values) in zip(parts, made) {
                rows.append(contentsOf: values[Int(part.starts[group])..<Int(part.starts[group + 1])])
            }
            return rows
        }
    }

    /// Writes what `make` gives of each of the block's values to the next place of its row's group.
    @inline(__always)
    fileprivate func distribute<Value, Element>(
        _ values: [Value], _ block: Int, _ next: inout [UInt32], _ out: inout [Element],
        _ make: (Value, Int) -> Element
    ) {
        let known = owners[block]
        precondition(values.count == known.count, "a value per row")
        let customers = known.span
        let source = values.span
        var places = next.mutableSpan
        var target = out.mutableSpan
        for row in 0..<customers.count {
            let customer = customers[row]
            if customer == skip { continue }
            let group = shift.map { Int(customer >> $0) } ?? Int(customer / width)
            let place = places[group]
            places[group] = place &+ 1
            target[Int(place)] = make(source[row], group)
        }
    }
}

private func countGroups(_ owners: [UInt32], skip: UInt32, width: UInt32, shift: UInt32?, into starts: inout [UInt32]) {
    let customers = owners.span
    var counts = starts.mutableSpan
    for row in 0..<customers.count where customers[row] != skip {
        let group = shift.map { Int(customers[row] >> $0) } ?? Int(customers[row] / width)
        counts[group + 1] &+= 1
    }
}

/// The codes of a block's rows, as wide as they are stored.
package enum BlockCodes: Sendable {
    case bytes([UInt8])
    case shorts([UInt16])
    case words([UInt32])
}

extension RowGroups {
    /// `offset + factor × code` of each row of a block. `next` are the places of a part, at first its `starts`.
    package func distribute(
        _ codes: BlockCodes, block: Int, offset: UInt32, factor: UInt32, next: inout [UInt32], into out: inout [UInt8]
    ) {
        distribute(codes, block, &next, &out) { UInt8(truncatingIfNeeded: offset &+ factor &* $0) }
    }

    package func distribute(
        _ codes: BlockCodes, block: Int, offset: UInt32, factor: UInt32, next: inout [UInt32],
        into out: inout [UInt32]
    ) {
        distribute(codes, block, &next, &out) { offset &+ factor &* $0 }
    }

    @inline(__always)
    private func distribute<Element>(
        _ codes: BlockCodes, _ block: Int, _ next: inout [UInt32], _ out: inout [Element],
        _ make: (UInt32) -> Element
    ) {
        switch codes {
        case .bytes(let codes): distribute(codes, block, &next, &out) { code, _ in make(UInt32(code)) }
        case .shorts(let codes): distribute(codes, block, &next, &out) { code, _ in make(UInt32(code)) }
        case .words(let codes): distribute(codes, block, &next, &out) { code, _ in make(code) }
        }
    }

    /// Lanes as they are.
    package func distribute(_ lanes: [Int64], block: Int, next: inout [UInt32], into out: inout [Int64]) {
        distribute(lanes, block, &next, &out) { lane, _ in lane }
    }

    /// Floats as they are.
    package func distribute(_ floats: [Double], block: Int, next: inout [UInt32], into out: inout [Double]) {
        distribute(floats, block, &next, &out) { float, _ in float }
    }

    /// The texts of a block behind those that their groups have already; row r is `bytes[offsets[r]..<offsets[r + 1]]`.
    package func distribute(
        offsets: [UInt32], bytes: [UInt8], block: Int, into texts: inout [(offsets: [UInt32], bytes: [UInt8])]
    ) {
        for (row, customer) in owners[block].enumerated() where customer != skip {
            let group = Int(customer / width)
            texts[group].bytes.append(contentsOf: bytes[Int(offsets[row])..<Int(offsets[row + 1])])
            texts[group].offsets.append(UInt32(truncatingIfNeeded: texts[group].bytes.count))
        }
    }
}

/// The values in another order: the k-th goes to `places[k]`.
package func permuted(_ values: [UInt8], to places: [UInt32]) -> [UInt8] { permute(values, places, 0) }
package func permuted(_ values: [UInt16], to places: [UInt32]) -> [UInt16] { permute(values, places, 0) }
package func permuted(_ values: [UInt32], to places: [UInt32]) -> [UInt32] { permute(values, places, 0) }

@inline(__always)
private func permute<Element>(_ values: [Element], _ places: [UInt32], _ filler: Element) -> [Element] {
    precondition(values.count == places.count, "a place per value")
    var moved = [Element](repeating: filler, count: values.count)
    let source = values.span
    let targets = places.span
    var out = moved.mutableSpan
    for row in 0..<source.count { out[Int(targets[row])] = source[row] }
    return moved
}

/// Greatest common divisor of the codes' distances from `low`, which none is below; 1 ends the search.
package func codeStep(_ codes: [UInt32], low: UInt32) -> UInt32 {
    let rows = codes.span
    var step: UInt32 = 0
    for row in 0..<rows.count {
        let distance = rows[row] &- low
        if step != 0, distance % step == 0 { continue }
        step = UInt32(truncatingIfNeeded: greatestCommonDivisor(UInt64(step), UInt64(distance)))
        if step == 1 { return 1 }
    }
    return step
}
