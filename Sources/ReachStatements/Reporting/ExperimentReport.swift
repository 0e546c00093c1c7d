import ReachColumns
import ReachDiagnostics
import ReachEngine
import ReachInsight
import ReachLanguage
import ReachPlan
import ReachWorkspace

/// `report experiment COLUMN control VALUE measure …`, bound.
struct ExperimentReport: BoundStatement {
    let statement: Statement
    let audience: BoundAudience
    let arm: BoundColumn
    let armSpan: SourceSpan
    /// Whether a customer is in the control arm.
    let isControl: Condition
    let controlText: String
    let controlSpan: SourceSpan
    let measures: [NamedColumn]
    let keys: [NamedColumn]
    /// Weights by arm as planned, and where they were written; empty for equal ones.
    let planned: [(arm: Value, weight: Double, span: SourceSpan)]
    let warnings: [String]

    /// Values of a column beyond which it is no experiment.
    private static let mostArms = 20
    static let mostGroups = 50

    init(_ statement: Statement, _ session: Session) throws {
        let binder = try session.binder(for: statement)
        audience = try binder.bindAudience(statement.audience)
        guard let written = statement.expression("arm") else { preconditionFailure("`experiment` has a column") }
        arm = try binder.bindColumn(written)
        armSpan = written.span
        guard let control = statement.expression("control") else {
            throw Diagnostic.experimentWithout("control", help: "control \"none\"", at: statement.span)
        }
        let comparison = Expression(.comparison(.equal, written, control), at: written.span.union(control.span))
        isControl = try binder.bindCondition(comparison)
        controlText = control.canonicalText
        controlSpan = control.span
        let measured = statement.named("measure")
        if measured.isEmpty {
            throw Diagnostic.experimentWithout("measure", help: "measure orders > 0", at: statement.span)
        }
        measures = try measured.map { written in
            let column = try NamedColumn(written, binder, .customers)
            guard column.scalar.type.isNumeric || column.scalar.type == .boolean else {
                throw Diagnostic.measureType(column.name, column.scalar.type, at: written.expression.span)
            }
            return column
        }
        keys = try statement.named("by").map { try NamedColumn($0, binder, .customers) }
        planned = try statement.groups("planned").map { group in
            guard case .expression(let written)? = group["arm"], let share = NumberCapture(group["share"]),
                let value = ConstantEvaluator(moment: binder.context.moment).constant(try binder.bindScalar(written))
            else { throw Diagnostic.plannedShares(at: statement.span) }
            let weight = Double(share.units) / (0..<share.scale).reduce(1.0) { power, _ in power * 10 }
            guard weight > 0 else { throw Diagnostic.plannedShares(at: written.span) }
            return (value, weight, written.span)
        }
        self.statement = statement
        warnings = binder.warnings
    }

    func run(in session: Session) throws -> Answer {
        let pinned = try session.pin()
        defer { session.hooks.progress.finish() }
        var data = ExperimentData(canBeRates: measures.map { [.boolean, .integer].contains($0.scalar.type) })
        let total = try pinned.engine.count(.customers(audience.condition))
        let columns = [arm.scalar, .condition(isControl)] + keys.map(\.scalar) + measures.map(\.scalar)
        var done = 0
        try pinned.engine.select(.customers(audience.condition), columns: columns) { block in
            try session.cancellation.check()
            for row in 0..<block.rowCount { data.add(block.values(row: row), keys: keys.count) }
            done += block.rowCount
            session.hooks.progress.report("reading", done: done, total: total, unit: "customers")
        }
        var answer = Answer("report")
        if total == 0 || data.assigned == 0 {
            answer.headline =
                "\(Speaking.customers(total, of: pinned.snapshot.customerCount, audience)), none assigned by \(arm.name)"
            answer.facts = [Fact("customers", 0), Fact("of", pinned.snapshot.customerCount)]
            answer.warnings = warnings
            return answer
        }
        try check(data)
        let result = try ExperimentResult(data, self)
        let view = ExperimentView(self, result, customers: pinned.snapshot.customerCount)
        answer = view.answer()
        answer.warnings = warnings + view.warnings + pinned.engine.faultWarnings()
        return answer
    }

    private func check(_ data: ExperimentData) throws {
        if data.arms.count > Self.mostArms {
            throw Diagnostic.tooManyArms(arm.name, data.arms.count, at: armSpan)
        }
        let names = data.arms.map(\.plain)
        guard data.control != nil else {
            throw Diagnostic.controlNotFound(controlText, arms: names, at: controlSpan)
        }
        if data.arms.count == 1 { throw Diagnostic.onlyControl(controlText, at: armSpan) }
        if data.groups.count > Self.mostGroups {
            throw Diagnostic.tooManySubgroups(data.groups.count, at: statement.span)
        }
        if planned.isEmpty { return }
        for (arm, _, span) in planned where !data.arms.contains(arm) {
            throw Diagnostic.controlNotFound(arm.plain, arms: names, at: span)
        }
        if Set(planned.map(\.arm)).count < data.arms.count || planned.count != data.arms.count {
            throw Diagnostic.plannedShares(at: statement.span)
        }
    }

    /// By arm of the data.
    func weights(_ arms: [Value]) -> [Double] {
        arms.map { arm in planned.first { $0.arm == arm }?.weight ?? 1 }
    }

    func explain(in session: Session) throws -> Answer {
        let plan = LogicalPlan.group(
            .customers(audience.condition), keys: [arm.scalar] + keys.map(\.scalar),
            measures: [Measure(.count, value: nil, type: .integer)])
        return try session.explanation(of: statement, subject: BoundSubject(audience), plan: plan)
    }
}
