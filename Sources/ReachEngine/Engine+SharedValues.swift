import ReachColumns
import ReachKernels
import ReachPlan

extension Engine {
    /// Customers of the audience with the same known value, two or more to a group, their rows ascending. `kinds` has the expressions whose
    /// values are compared with one another; with `isJoint` all of the only kind's have to agree.
    ///
    /// Values are told apart by hashes that are begun anew each time (`ValuePrint`). Groups of a kind come in no certain order.
    package func sharedValues(
        of audience: Condition, kinds: [[Scalar]], isJoint: Bool, report: @Sendable (_ customers: Int) -> Void
    ) throws -> [[[Int]]] {
        let seed = UInt64.random(in: .min ... .max)
        let bits = 6
        let parts = try mapChunks { evaluator in
            let rows = try evaluator.audience(audience).positions
            let printed = try kinds.map { scalars in
                let columns = try scalars.map { try evaluator.prints($0, of: rows, seed: seed) }
                let first = UInt32(evaluator.chunk * evaluator.engine.source.geometry.chunkRows)
                return partedByPrint(
                    isJoint ? Self.joined(columns, rows, first, seed) : Self.each(columns, rows, first), bits: bits)
            }
            report(rows.count)
            return printed
        }
        return try kinds.indices.map { kind in
            try mapIndices(0..<(1 << bits)) { part -> [[Int]] in
                var rows: [PrintedRow] = []
                for chunk in parts {
                    let (own, starts) = chunk[kind]
                    rows += own[starts[part]..<starts[part + 1]]
                }
                return rowsOfSharedPrints(rows).map { $0.map { Int($0) } }
            }.flatMap(\.self)
        }
    }

    private static func each(
        _ columns: [(prints: [ValuePrint], missing: [UInt8]?)], _ rows: [UInt32], _ first: UInt32
    ) -> [PrintedRow] {
        var printed: [PrintedRow] = []
        printed.reserveCapacity(rows.count * columns.count)
        for column in columns {
            for place in rows.indices where column.missing?[place] ?? 0 == 0 {
                printed.append(PrintedRow(column.prints[place], row: first + rows[place]))
            }
        }
        return printed
    }

    private static func joined(
        _ columns: [(prints: [ValuePrint], missing: [UInt8]?)], _ rows: [UInt32], _ first: UInt32, _ seed: UInt64
    ) -> [PrintedRow] {
        let prints = joinedPrints(columns.map(\.prints), seed: seed)
        return rows.indices.compactMap { place in
            columns.contains { $0.missing?[place] ?? 0 != 0 }
                ? nil : PrintedRow(prints[place], row: first + rows[place])
        }
    }
}

extension ChunkEvaluator {
    /// The prints of the rows' values, and which are missing, in the order of `rows`.
    fileprivate func prints(
        _ scalar: Scalar, of rows: [UInt32], seed: UInt64
    ) throws -> (prints: [ValuePrint], missing: [UInt8]?) {
        let vector = try vector(scalar, customers).taking(rows)
        engine.faults.count(vector.faults)
        let prints: [ValuePrint]
        switch vector.storage {
        case .lanes(let lanes): prints = lanePrints(lanes, seed: seed)
        case .floats(let floats):
            // Both zeros are one value.
            prints = lanePrints(floats.map { Int64(bitPattern: ($0 == 0 ? 0 : $0).bitPattern) }, seed: seed)
        case .text(let text):
            guard let codes = text.codes else {
                prints = textPrints(offsets: text.offsets, bytes: text.bytes, seed: seed)
                break
            }
            // Words are hashed once each, where there are not far more of them than rows.
            if text.offsets.count <= codes.count + 1 {
                let words = textPrints(offsets: text.offsets, bytes: text.bytes, seed: seed)
                prints = codes.map { Int($0) < words.count ? words[Int($0)] : ValuePrint(hash: 0, more: 0) }
            } else {
                let own = text.spelled
                prints = textPrints(offsets: own.offsets, bytes: own.bytes, seed: seed)
            }
        }
        return (prints, vector.missing)
    }
}

extension TextColumn {
    /// Each row's text, one after the other.
    fileprivate var spelled: (offsets: [UInt32], bytes: [UInt8]) {
        var spelled: (offsets: [UInt32], bytes: [UInt8]) = ([0], [])
        spelled.offsets.reserveCapacity(count + 1)
        for row in 0..<count {
            let (from, to) = range(at: row)
            spelled.bytes += bytes[from..<to]
            spelled.offsets.append(UInt32(spelled.bytes.count))
        }
        return spelled
    }
}
