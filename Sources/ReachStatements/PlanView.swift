import ReachCampaign
import ReachColumns
import ReachEngine
import ReachWorkspace

/// How a cascade plan is shown: a row per channel, the waterfall, floor, expected and ceiling.
struct PlanView {
    let plan: CascadePlan

    init(_ plan: CascadePlan) { self.plan = plan }

    func answer(_ statement: String) -> Answer {
        var answer = Answer(statement, headline: "DRY RUN — nothing is sent · plan \(plan.id)")
        answer.facts = facts
        answer.table = dataTable
        answer.view = [
            .line("\(plan.campaign) to \(plan.audience.text): \(Figure.count(plan.audience.size, "customer"))"),
            .table(viewTable), .heading("who gets what first"), .grid(waterfall), .heading("cost"), .grid(costs),
        ]
        if let figures = plan.figures { answer.view += FiguresView(plan, figures).blocks }
        if let budget = plan.budget { answer.view += BudgetView(plan, budget).blocks }
        answer.view += contentBlocks
        if !plan.notes.isEmpty {
            answer.view.append(.heading("what this rests on"))
            answer.view += plan.notes.map { .line("  " + $0) }
        }
        answer.warnings = plan.warnings
        return answer
    }

    /// Names and spelling are a contract with scripts.
    private var facts: [Fact] {
        func money(_ money: Money?) -> Value { money.map { .text($0.description) } ?? .missing }
        let expected = plan.expected?.exact.map { Money(rounding: $0, scale: plan.scale) }
        return [
            Fact("plan", plan.id), Fact("audience", plan.audience.size), Fact("holdout", plan.waterfall.heldOut),
            Fact("already_reached", plan.waterfall.alreadyReached),
            Fact("unreachable", plan.waterfall.unreachableCount),
            Fact("messages_expected", messages(plan.messages)),
            Fact("cost_floor", money(plan.floor)), Fact("cost_expected", money(expected)),
            Fact("cost_ceiling", money(plan.ceiling)),
            Fact("cost_p2_5", money(plan.interval95?.low)), Fact("cost_p10", money(plan.interval80?.low)),
            Fact("cost_p90", money(plan.interval80?.high)), Fact("cost_p97_5", money(plan.interval95?.high)),
            Fact("currency", plan.currency.map(Value.text) ?? .missing),
        ] + contentFacts + (plan.figures.map { FiguresView(plan, $0).facts } ?? [])
            + (plan.budget.map { BudgetView(plan, $0).facts } ?? [])
    }

    private var dataTable: ResultTable {
        let rows = plan.rows.map { row -> [Value] in
            [
                .text(row.channel), .integer(Int64(row.open)), .integer(Int64(row.first)),
                messages(row.messages),
                row.expected?.exact.map { .text(Money(rounding: $0, scale: plan.scale).description) } ?? .missing,
                row.ceiling.map { .text($0.description) } ?? .missing,
                row.price.map { .text($0.description) } ?? .missing,
            ]
        }
        return ResultTable(
            columns: [
                .init("channel", .text), .init("open", .integer), .init("first", .integer),
                .init("messages_expected", .float), .init("cost_expected", .text), .init("cost_ceiling", .text),
                .init("price", .text),
            ], rows: rows)
    }

    private var viewTable: ResultTable {
        let rows = plan.rows.map { row -> [Value] in
            [
                .text(row.channel), .integer(Int64(row.open)), .integer(Int64(row.first)),
                .text(Self.count(row.messages)), .text(row.price.map(\.grouped) ?? "not set"),
                .text(row.expected.map(range) ?? "–"), .text(row.ceiling.map(\.grouped) ?? "–"),
            ]
        }
        return ResultTable(
            columns: [
                .init("channel", .text), .init("open", .integer), .init("first", .integer),
                .init("expected messages", .text),
                .init("price", .text), .init("expected cost", .text), .init("ceiling", .text),
            ], rows: rows)
    }

    private var waterfall: [[ViewCell]] {
        var lines = [("audience", plan.waterfall.audience)]
        lines.append(("held out", plan.waterfall.heldOut))
        lines.append(("already reached", plan.waterfall.alreadyReached))
        lines += plan.waterfall.unreachable.map { ("no open channel: \($0.reason.rawValue)", $0.count) }
        lines += zip(plan.channels, plan.waterfall.first).map { ("first by \($0.name)", $1) }
        return lines.enumerated().filter { $0.offset == 0 || $0.element.1 > 0 }.map { _, line in
            [
                ViewCell(line.0), .count(line.1),
                ViewCell(Figure.share(line.1, of: plan.waterfall.audience), .right, isFaint: true),
            ]
        }
    }

    private var costs: [[ViewCell]] {
        let sign = plan.currency.map { " " + $0 } ?? ""
        func line(_ name: String, _ figure: String?, _ meaning: String) -> [ViewCell] {
            [
                ViewCell(name), ViewCell(figure.map { $0 + sign } ?? "not known", .right),
                ViewCell(meaning, isFaint: true),
            ]
        }
        return [
            line("floor", plan.floor?.grouped, "everybody stops at the first message"),
            line(
                "expected", plan.expected.map(range),
                plan.missingRates.isEmpty ? "at the rates below" : "range until the rates below are set"),
            line("ceiling", plan.ceiling?.grouped, "nobody ever stops"),
        ]
    }

    /// Rounded once, to the scale of the prices; missing where it is a range.
    private func messages(_ estimate: Estimate) -> Value {
        guard let exact = estimate.exact else { return .missing }
        return .float(Money(rounding: exact, scale: plan.scale).double)
    }

    /// One figure, or `from … to …`.
    private func range(_ estimate: Estimate) -> String {
        let money = estimate.money(scale: plan.scale)
        return money.exact?.grouped ?? "\(money.low.grouped) to \(money.high.grouped)"
    }

    private static func count(_ estimate: Estimate) -> String {
        func rounded(_ value: Double) -> String { Figure.count(Int(value.rounded(.toNearestOrEven))) }
        return estimate.exact.map(rounded) ?? "\(rounded(estimate.low)) to \(rounded(estimate.high))"
    }
}

extension Workspace {
    /// Keeps a plan for `plans` and delivery; the same plan again is kept once.
    func keep(_ plan: CascadePlan, for members: Members) throws {
        try savePlan(id: plan.id, json: try plan.json())
        try savePlanMembers(id: plan.id, members.chunks)
    }

    /// The dry runs that are kept, the newest first.
    func cascadePlans() throws -> [CascadePlan] {
        try plans().compactMap { try? CascadePlan(json: $0.json) }
    }
}
