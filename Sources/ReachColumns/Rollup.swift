import ReachKernels

/// A figure of each customer over all their rows in a column of activity: worked out when the rows are stored, so that a question
/// which is asked all the time need not read them.
package enum Rollup: String, Hashable, Sendable, CaseIterable {
    /// The value in the last row; missing where a customer has no rows.
    case last
    /// The sum of the values; 0 where a customer has no rows.
    case total

    /// What is kept of a column of activity.
    package static func kept(of column: ColumnSchema) -> [Rollup] {
        switch (column.role, column.type) {
        case (.time, _): [.last]
        case (.attribute, .integer), (.attribute, .decimal): [.last, .total]
        default: []
        }
    }
}

extension Chunk {
    /// The figure of each run of rows, a row per run. Nil where a value is missing, or a sum might not fit in 64 bits: then the rows tell.
    package func rolledUp(_ rollup: Rollup, offsets: [UInt32], policy: EncodingPolicy) -> Chunk? {
        guard missing == nil, rowCount > 0 else { return nil }
        let counts = runLengths(offsets)
        switch rollup {
        case .total:
            return runTotals(offsets, counts: counts).map {
                ChunkEncoder.encode(lanes: $0, missing: nil, policy: policy)
            }
        case .last:
            guard let lanes = lanes(at: runEnds(offsets)) else { return nil }
            return ChunkEncoder.encode(lanes: lanes, missing: Bitmap(zeros: counts), policy: policy)
        }
    }

    /// The sum of the lanes of each run's rows that are in the mask; an empty mask is every row. `counts` says how many those are. Nil
    /// where a sum might not fit in 64 bits, and for what is not stored as codes.
    package func runTotals(_ offsets: [UInt32], counts: [Int64], mask: [UInt8] = []) -> [Int64]? {
        guard let range else { return nil }
        let largest = Int64(clamping: max(range.lowerBound.magnitude, range.upperBound.magnitude))
        guard !largest.multipliedReportingOverflow(by: Int64(rowCount)).overflow else { return nil }
        switch payload {
        case .constant(let lane): return laneSums(counts, counts, base: lane, step: 0)
        case .codes8(let base, let step, let codes):
            return laneSums(runCodeSums(offsets, codes, mask), counts, base: base, step: step)
        case .codes16(let base, let step, let codes):
            return laneSums(runCodeSums(offsets, codes, mask), counts, base: base, step: step)
        case .codes32(let base, let step, let codes):
            return laneSums(runCodeSums(offsets, codes, mask), counts, base: base, step: step)
        default: return nil
        }
    }

    /// The lanes at these positions, whatever is missing there; nil for what is not fixed-point.
    package func lanes(at positions: [UInt32]) -> [Int64]? {
        switch payload {
        case .constant(let lane): [Int64](repeating: lane, count: positions.count)
        case .codes8(let base, let step, let codes): takeLanes(codes, base: base, step: step, at: positions)
        case .codes16(let base, let step, let codes): takeLanes(codes, base: base, step: step, at: positions)
        case .codes32(let base, let step, let codes): takeLanes(codes, base: base, step: step, at: positions)
        case .lanes(let all): take(all, at: positions)
        default: nil
        }
    }
}

/// Figures of a partition that get the rows of its runs as well.
package struct RollupLanes: Sendable {
    private let rollup: Rollup
    private var lanes: [Int64]
    private var missing: Bitmap
    /// When each customer's last row was.
    private var times: [Int64]

    /// `figures` are of the first of the customers; the others have no rows. `times` are the last times of the same; totals do without.
    package init(_ rollup: Rollup, _ figures: Chunk, times: Chunk?, customers: Int) {
        self.rollup = rollup
        func padded(_ chunk: Chunk) -> [Int64] {
            let known = chunk.decodedLanes() ?? [Int64](repeating: 0, count: chunk.rowCount)
            return known + [Int64](repeating: 0, count: customers - chunk.rowCount)
        }
        lanes = padded(figures)
        self.times = times.map(padded) ?? []
        missing = Bitmap(count: customers)
        guard rollup == .last else { return }
        for row in 0..<customers where row >= figures.rowCount || figures.isMissing(at: row) { missing[row] = true }
    }

    /// Adds a run's rows, which stand by customer and time and came later than all before them. False where a sum does not fit in 64 bits.
    package mutating func add(_ values: [Int64], times rowTimes: [Int64], owners: [UInt32]) -> Bool {
        for (row, owner) in owners.enumerated() {
            let customer = Int(owner)
            switch rollup {
            case .total:
                let (sum, overflow) = lanes[customer].addingReportingOverflow(values[row])
                if overflow { return false }
                lanes[customer] = sum
            case .last:
                if !missing[customer], rowTimes[row] < times[customer] { continue }
                missing[customer] = false
                lanes[customer] = values[row]
                times[customer] = rowTimes[row]
            }
        }
        return true
    }

    package func chunk(policy: EncodingPolicy) -> Chunk {
        ChunkEncoder.encode(lanes: lanes, missing: missing.droppedIfEmpty, policy: policy)
    }
}

extension Bitmap {
    /// Set where a count is 0; nil where none is.
    package init?(zeros counts: [Int64]) {
        var none: [UInt8] = []
        guard narrowRange(&none, counts, from: 0, through: 0) > 0 else { return nil }
        self.init(count: counts.count, words: packBits(none))
    }
}
