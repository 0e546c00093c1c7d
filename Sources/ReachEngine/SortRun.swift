import ReachColumns

/// Rows of one chunk with the values they are sorted by.
struct SortRun: Sendable {
    let chunk: Int
    /// Rows of the population in the chunk, those included that were left out for coming too late.
    let populationCount: Int
    /// Rows in the chunk's scope.
    let positions: [UInt32]
    /// A value per row and sort key.
    let keys: [Vector]

    struct Entry: Hashable, Sendable {
        let run: Int
        let row: Int
    }

    /// The first `limit` rows of all runs in sorted order; ties stay in the order of runs and rows.
    static func merged(_ runs: [SortRun], limit: Int?, descending: [Bool]) -> [Entry] {
        var entries: [Entry] = []
        entries.reserveCapacity(runs.reduce(0) { $0 + $1.positions.count })
        for (run, sorted) in runs.enumerated() {
            for row in sorted.positions.indices { entries.append(Entry(run: run, row: row)) }
        }
        func isBefore(_ one: Entry, _ other: Entry) -> Bool {
            for (place, isDescending) in descending.enumerated() {
                let order = runs[one.run].keys[place].compare(
                    one.row, with: runs[other.run].keys[place], other.row, descending: isDescending)
                if order != 0 { return order < 0 }
            }
            return (one.run, runs[one.run].positions[one.row]) < (other.run, runs[other.run].positions[other.row])
        }
        guard let limit, limit < entries.count else { return entries.sorted(by: isBefore) }
        return smallest(limit, of: entries, by: isBefore)
    }

    /// A heap of the best so far with the worst of them on top.
    private static func smallest(_ limit: Int, of entries: [Entry], by isBefore: (Entry, Entry) -> Bool) -> [Entry] {
        var heap = Array(entries.prefix(limit))
        func sink(_ start: Int) {
            var parent = start
            while 2 * parent + 1 < heap.count {
                var child = 2 * parent + 1
                if child + 1 < heap.count, isBefore(heap[child], heap[child + 1]) { child += 1 }
                if !isBefore(heap[parent], heap[child]) { return }
                heap.swapAt(parent, child)
                parent = child
            }
        }
        for start in stride(from: heap.count / 2, through: 0, by: -1) { sink(start) }
        for entry in entries.dropFirst(limit) where isBefore(entry, heap[0]) {
            heap[0] = entry
            sink(0)
        }
        return heap.sorted(by: isBefore)
    }
}

extension Vector {
    /// Negative where this row comes first; missing comes last in both directions.
    func compare(_ row: Int, with other: Vector, _ otherRow: Int, descending: Bool) -> Int {
        let isMissing = missing.map { $0[row] != 0 } ?? false
        let otherIsMissing = other.missing.map { $0[otherRow] != 0 } ?? false
        if isMissing || otherIsMissing { return isMissing == otherIsMissing ? 0 : isMissing ? 1 : -1 }
        let order: Int
        switch (storage, other.storage) {
        case (.lanes(let one), .lanes(let two)):
            order = one[row] < two[otherRow] ? -1 : one[row] > two[otherRow] ? 1 : 0
        case (.floats(let one), .floats(let two)):
            order = one[row] < two[otherRow] ? -1 : one[row] > two[otherRow] ? 1 : 0
        case (.text(let one), .text(let two)): order = one.compare(row, with: two, otherRow)
        default: preconditionFailure("a sort key has one type")
        }
        return descending ? -order : order
    }
}
