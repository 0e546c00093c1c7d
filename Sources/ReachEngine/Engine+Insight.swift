import ReachColumns
import ReachDiagnostics
import ReachKernels
import ReachPlan

/// What statistics take from the engine: figures of an audience's members, part by part, and all cores.
extension Engine {
    /// By chunk of customers, the lanes of the members for whom every one of these fixed-point scalars is known.
    package func lanes(of audience: Condition, _ scalars: [Scalar]) throws -> [MemberLanes] {
        try mapChunks { evaluator in
            let rowCount = evaluator.customers.rowCount
            var members = try evaluator.audience(audience)
            if members.isNone { return MemberLanes(rowCount: rowCount, positions: [], lanes: scalars.map { _ in [] }) }
            let vectors = try scalars.map { try evaluator.vector($0, evaluator.customers) }
            for vector in vectors {
                faults.count(vector.faults)
                members.remove(vector.missing)
            }
            if members.isEvery { return MemberLanes(rowCount: rowCount, positions: nil, lanes: vectors.map(\.lanes)) }
            let positions = members.positions
            return MemberLanes(
                rowCount: rowCount, positions: positions, lanes: vectors.map { take($0.lanes, at: positions) })
        }
    }

    /// What `body` makes of each index below `count`, on all threads, in order.
    package func inParallel<Result: Sendable>(
        _ count: Int, _ body: @escaping @Sendable (Int) throws -> Result
    ) throws -> [Result] {
        try mapIndices(0..<count, body)
    }

    /// Counts members by the period of their first row in a table and of every other period in which they have one: cell first ×
    /// `starts.count` + period − first. `starts` are the first instants, or days, of adjoining periods; they cover all times.
    package func cohortCells(of audience: Condition, table: Int, starts: [Int64]) throws -> [UInt32] {
        guard let time = source.schema.tables[table].index(of: .time), !starts.isEmpty else { return [] }
        let empty = [UInt32](repeating: 0, count: starts.count * starts.count)
        let parts = try foldChunks(0..<source.customerChunkCount, into: empty) { cells, evaluator in
            let members = try evaluator.audience(audience)
            let scope = try evaluator.activity(table)
            if members.isNone || scope.rowCount == 0 { return }
            try evaluator.addCohorts(members, scope, time, starts, into: &cells)
        }
        return parts.reduce(empty) { total, part in zip(total, part).map { $0 + $1 } }
    }
}

/// Figures of the members among one chunk's customers.
package struct MemberLanes: Sendable {
    /// Customers of the chunk.
    package let rowCount: Int
    /// Rows of the members within the chunk, ascending; nil where all are.
    package let positions: [UInt32]?
    /// By scalar, a lane per member.
    package let lanes: [[Int64]]
}

extension ChunkEvaluator {
    fileprivate func addCohorts(
        _ members: Mask, _ scope: Scope, _ time: Int, _ starts: [Int64], into cells: inout [UInt32]
    ) throws {
        let chunk = try chunk(time, scope)
        let mask = members.kernelBytes
        guard chunk.missing == nil else { return try addDated(mask, scope, time, starts, &cells) }
        switch chunk.payload {
        case .codes8(let base, let step, let codes):
            let table = PeriodTable(starts: starts, base: base, step: step, largest: UInt32(UInt8.max))
            ReachKernels.addCohorts(scope.offsets, codes, mask, table, into: &cells)
        case .codes16(let base, let step, let codes):
            let table = PeriodTable(starts: starts, base: base, step: step, largest: UInt32(UInt16.max))
            ReachKernels.addCohorts(scope.offsets, codes, mask, table, into: &cells)
        case .codes32(let base, let step, let codes):
            let largest = chunk.range.map { UInt32(clamping: ($0.upperBound - base) / step) } ?? .max
            let table = PeriodTable(starts: starts, base: base, step: step, largest: largest)
            ReachKernels.addCohorts(scope.offsets, codes, mask, table, into: &cells)
        default: try addDated(mask, scope, time, starts, &cells)
        }
    }

    /// Times of any form, rows without one passed over.
    private func addDated(
        _ mask: [UInt8], _ scope: Scope, _ time: Int, _ starts: [Int64], _ cells: inout [UInt32]
    ) throws {
        let type = engine.source.schema.tables[scope.table].columns[time].type
        let times = try vector(column: time, type: type, scope)
        let lanes = times.lanes
        var offsets: [UInt32] = [0]
        var codes: [UInt16] = []
        for customer in 0..<customers.rowCount {
            for row in Int(scope.offsets[customer])..<Int(scope.offsets[customer + 1]) where times.missing?[row] != 1 {
                codes.append(UInt16(starts.lastIndex { $0 <= lanes[row] } ?? 0))
            }
            offsets.append(UInt32(codes.count))
        }
        let table = PeriodTable(firstCodes: starts.indices.map { Int64($0) }, largest: UInt32(UInt16.max))
        ReachKernels.addCohorts(offsets, codes, mask, table, into: &cells)
    }
}
