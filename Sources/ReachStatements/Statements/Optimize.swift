import ReachCampaign
import ReachColumns
import ReachDiagnostics
import ReachEngine
import ReachInsight
import ReachLanguage
import ReachPlan

/// `optimize send …`: every order of its channels, compared.
package enum Optimize: StatementDefinition {
    package static let syntax = StatementSyntax(
        "optimize", summary: "every order and subset of a cascade's channels, compared with the one given",
        form: .slot("statement", .statement))
    package static let details = [
        """
        Orders that no other beats in cost, customers reached and profit (without rates of orders: customers who react) are marked. \
        The difference to the order given is an interval: where it holds 0, the data cannot tell the two apart. Rates of up to 7 \
        channels have to be known, see `help channel`.
        """
    ]
    package static let examples = [Example("optimize send winter via push,email,sms", "which order is best")]

    package static func bind(_ statement: Statement, in session: Session) throws -> any BoundStatement {
        guard case .statement(let inner)? = statement["statement"] else {
            preconditionFailure("the form of `optimize` has a statement")
        }
        guard inner.keyword == Send.syntax.keyword else { throw Diagnostic.optimizesSendsOnly(inner) }
        return BoundOptimize(statement: statement, send: try Send.bound(inner, in: session))
    }
}

struct BoundOptimize: BoundStatement {
    let statement: Statement
    let send: BoundSend

    func run(in session: Session) throws -> Answer {
        let pinned = try session.pin()
        let (request, layout, people) = try send.asked(session)
        if people.size == 0 { throw Diagnostic.nobodyToSendTo(send.statement, send.audience) }
        let optimum = try pointing(at: send.statement.span) {
            try CascadeOptimum(
                request, layout: layout, people: people, engine: pinned.engine,
                progress: session.hooks.progress)
        }
        var answer = OptimumView(optimum, request).answer
        answer.warnings = send.warnings + pinned.engine.faultWarnings()
        return answer
    }

    func explain(in session: Session) throws -> Answer { try send.explain(in: session) }
}

/// How orders are compared for people, and for machines.
private struct OptimumView {
    let optimum: CascadeOptimum
    let request: CascadeRequest

    init(_ optimum: CascadeOptimum, _ request: CascadeRequest) {
        self.optimum = optimum
        self.request = request
    }

    var answer: Answer {
        let options = optimum.options
        let unbeaten = options.filter(\.isUnbeaten)
        var answer = Answer(
            "optimize",
            headline:
                "\(Figure.count(options.count, "order")) of \(Figure.count(request.channels.count, "channel")) for "
                + "\(request.campaign) to \(request.audienceText): \(Figure.count(optimum.customers, "customer"))")
        answer.facts = [
            Fact("orders", options.count), Fact("unbeaten", unbeaten.count), Fact("customers", optimum.customers),
            Fact("shown", shown.count), Fact("best", best.map { .text(name($0)) } ?? .missing),
            Fact("compared_by", compared),
        ]
        answer.table = table(options, view: false)
        let shown = shown
        answer.view = [.table(table(shown, view: true))]
        let hidden = options.count - shown.count
        if hidden > 0 {
            let marked = unbeaten.count - shown.filter(\.isUnbeaten).count
            answer.view.append(
                .line(
                    "\(Figure.count(hidden, "order")) not shown\(marked > 0 ? ", \(Figure.count(marked)) of them marked" : "")"
                        + ": `set format = csv` prints all"))
        }
        answer.view += lines(unbeaten.count).map { .line($0) }
        answer.view += optimum.unused.map { .line("\($0) is open to nobody of them and left out") }
        return answer
    }

    private static let mostRows = 20

    /// The best orders, those that no other beats first, with the order given and each channel alone.
    private var shown: [CascadeOptimum.Option] {
        let ranked = optimum.ranked
        let mostUnbeaten = ranked.filter(\.isUnbeaten).prefix(Self.mostRows)
        let room = max(0, Self.mostRows - mostUnbeaten.count)
        let others = ranked.filter { !$0.isUnbeaten }.prefix(room)
        let names = Set((mostUnbeaten + others).map(name))
        return ranked.filter { $0.isGiven || $0.channels.count == 1 || names.contains(name($0)) }
    }

    private var compared: String {
        switch optimum.objective {
        case .profit: "profit"
        case .grossProfit: "gross profit"
        case .cost: "cost"
        }
    }

    private func name(_ option: CascadeOptimum.Option) -> String { option.channels.joined(separator: ",") }

    /// The most profitable; by cost alone the cheapest that reaches as many as any.
    private var best: CascadeOptimum.Option? { optimum.ranked.first }

    private func lines(_ unbeaten: Int) -> [String] {
        let merit = optimum.objective == .cost ? "customers who react" : compared
        var lines = [
            "* \(Figure.count(unbeaten)) that no other beats in cost, customers reached and \(merit)",
            "difference: how much more \(optimum.objective == .cost ? "it saves" : "\(compared) it brings") than the order given, 95 %",
        ]
        guard let best else { return lines }
        let praise = optimum.objective == .cost ? "cheapest of those that reach most" : "most \(compared)"
        if best.isGiven {
            lines.append("\(praise): the order given")
        } else if best.isTold {
            lines.append("\(praise): \(name(best))")
        } else {
            lines.append("\(praise): \(name(best)), which the data cannot tell from the order given")
        }
        return lines
    }

    private func table(_ options: [CascadeOptimum.Option], view: Bool) -> ResultTable {
        let scale = optimum.scale
        func money(_ value: Double) -> Value {
            let money = Money(rounding: value, scale: scale)
            return .text(view ? money.grouped : money.description)
        }
        func count(_ value: Double) -> Value {
            view
                ? .integer(Int64(value.rounded(.toNearestOrEven))) : .float(Money(rounding: value, scale: 6).double)
        }
        let number: DataType = view ? .integer : .float
        var columns: [ResultTable.Column] = [
            .init("channels", .text), .init("reach", .integer), .init("messages", number), .init("cost", .text),
            .init("responses", number), .init("orders", number), .init("profit", .text),
        ]
        columns +=
            view
            ? [.init("difference", .text), .init("", .text)]
            : [
                .init("difference_p2_5", .text), .init("difference_p97_5", .text), .init("told_apart", .boolean),
                .init("unbeaten", .boolean), .init("given", .boolean),
            ]
        let rows = options.map { option -> [Value] in
            let (low, high) = (money(option.difference.low), money(option.difference.high))
            let figures: [Value] = [
                .text(name(option)), .integer(Int64(option.reach)), count(option.messages), money(option.cost),
                count(option.responses), option.orders.map(count) ?? .missing, option.profit.map(money) ?? .missing,
            ]
            guard view else {
                return figures + [
                    low, high, .boolean(option.isTold), .boolean(option.isUnbeaten), .boolean(option.isGiven),
                ]
            }
            let difference =
                option.isGiven
                ? "the order given"
                : Self.range(option.difference, scale) + (option.isTold ? "" : ", not told apart")
            return figures + [.text(difference), .text(option.isUnbeaten ? "*" : "")]
        }
        guard view, optimum.objective == .cost else { return ResultTable(columns: columns, rows: rows) }
        // Without rates of orders two columns would be empty.
        let kept = [0, 1, 2, 3, 4, 7, 8]
        return ResultTable(columns: kept.map { columns[$0] }, rows: rows.map { row in kept.map { row[$0] } })
    }

    private static func range(_ interval: Interval, _ scale: Int) -> String {
        "\(Money(rounding: interval.low, scale: scale).grouped) to \(Money(rounding: interval.high, scale: scale).grouped)"
    }
}
