import ReachColumns
import ReachDiagnostics
import ReachKernels
import ReachPlan

/// Which rows of an activity table, and what of them, a statistic looks at customer by customer.
package struct CustomerActivityQuestion: Hashable, Sendable {
    package let table: Int
    /// In the table's scope.
    package let filter: Condition
    /// Fixed-point figures.
    package let figures: [Scalar]
    /// What rows are told apart by, of any type; nil where nothing.
    package let label: Scalar?

    package init(table: Int, filter: Condition, figures: [Scalar], label: Scalar? = nil) {
        self.table = table
        self.filter = filter
        self.figures = figures
        self.label = label
    }
}

/// The rows that a question asks for of the customers of one chunk, by customer, time and arrival.
package struct CustomerActivity: Sendable {
    /// Where each customer's rows start: customers of the chunk + 1 entries.
    package let offsets: [UInt32]
    /// In the order of the question's figures; missing ones are 0, and `known` says where.
    package let lanes: [[Int64]]
    /// By figure, 1 where it is missing; nil where it never is.
    package let missing: [[UInt8]?]
    /// Of each row, as positions in `labels`; empty without a label.
    package let labelIndexes: [UInt32]
    /// Distinct, by first appearance.
    package let labels: [Value]

    package func rows(of customer: Int) -> Range<Int> { Int(offsets[customer])..<Int(offsets[customer + 1]) }
}

extension Engine {
    /// What `body` makes of each chunk of customers, given the rows of its members that each question asks for; in order of the chunks.
    package func mapActivity<Result: Sendable>(
        of audience: Condition, _ questions: [CustomerActivityQuestion],
        _ body: @Sendable (_ chunk: Int, _ rows: [CustomerActivity]) throws -> Result
    ) throws -> [Result] {
        try mapChunks { evaluator in
            let members = try evaluator.audience(audience)
            return try body(evaluator.chunk, try questions.map { try evaluator.rows($0, of: members) })
        }
    }
}

extension ChunkEvaluator {
    fileprivate func rows(_ question: CustomerActivityQuestion, of members: Mask) throws -> CustomerActivity {
        let scope = try activity(question.table)
        let customerCount = customers.rowCount
        var kept = spread(members, over: scope)
        if scope.rowCount > 0, !members.isNone { kept.narrow(to: try filtered(question.filter, scope)) }
        if scope.rowCount == 0 || kept.isNone {
            return CustomerActivity(
                offsets: [UInt32](repeating: 0, count: customerCount + 1), lanes: question.figures.map { _ in [] },
                missing: question.figures.map { _ in nil }, labelIndexes: [], labels: [])
        }
        engine.faults.count(kept.faults)
        // Where every row is kept, columns are handed out as they are.
        let positions = kept.isEvery ? nil : kept.positions
        func rows(_ scalar: Scalar) throws -> Vector {
            let vector = try vector(scalar, scope)
            return positions.map { vector.taking($0) } ?? vector
        }
        let vectors = try question.figures.map(rows)
        engine.faults.count(vectors.reduce(nil) { united($0, $1.faults) })
        var codes = ValueCodes()
        let indexes = try question.label.map { label in
            codes.codes(try rows(label), label.type)
        }
        return CustomerActivity(
            offsets: positions.map { offsets(of: $0, scope) } ?? scope.offsets,
            lanes: vectors.map(\.lanesWithoutMissing),
            missing: vectors.map(\.missing), labelIndexes: indexes ?? [], labels: codes.values)
    }

    /// Where each customer's rows start among those at the positions.
    private func offsets(of positions: [UInt32], _ scope: Scope) -> [UInt32] {
        var offsets: [UInt32] = []
        offsets.reserveCapacity(scope.offsets.count)
        var next = 0
        for start in scope.offsets {
            while next < positions.count, positions[next] < start { next += 1 }
            offsets.append(UInt32(next))
        }
        return offsets
    }
}
