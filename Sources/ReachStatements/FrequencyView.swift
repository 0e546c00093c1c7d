import ReachColumns
import ReachEngine
import ReachInsight

/// The shares of customers who bought again, purchase by purchase.
struct FrequencyView {
    private let curve: FrequencyCurve
    /// How long customers were given; nil for ever.
    private let window: String?
    /// What a day is: `purchase`.
    private let thing: String

    /// Purchases that fit a screen.
    private static let longest = 15
    private static let thresholds = [0.6, 0.7]

    init(_ curve: FrequencyCurve, window: String?, thing: String) {
        self.curve = curve
        self.window = window
        self.thing = thing
    }

    func answer(_ headline: String) -> Answer {
        var answer = Answer("frequency", headline: headline)
        answer.facts = [Fact("customers", curve.steps.first?.customers ?? 0)]
        answer.table = table
        for threshold in Self.thresholds {
            let passing = curve.passing(threshold)
            let name = "passes_\(Int(threshold * 100))"
            answer.facts.append(Fact(name, passing.estimate.map { .integer(Int64($0)) } ?? .missing))
            answer.facts.append(Fact("surely_\(name)", passing.certain.map { .integer(Int64($0)) } ?? .missing))
        }
        guard !curve.steps.isEmpty else {
            answer.isHeadlineEnough = true
            return answer
        }
        answer.view = [.heading("share with another \(thing)\(window.map { " within \($0)" } ?? "")"), .bars(bars)]
        let hidden = curve.steps.count - bars.count
        if hidden > 0 {
            answer.view.append(
                .line("\(Figure.count(hidden)) more in `--format csv`, of few customers or many \(thing)s"))
        }
        answer.view += Self.thresholds.map { .line(text(of: $0)) }
        return answer
    }

    private var bars: [ViewBlock.Bar] {
        let shown = curve.steps.prefix(Self.longest)
        let counted = shown.filter { $0.customers >= FrequencyCurve.smallestBase }
        return (counted.isEmpty ? Array(shown) : counted).map { step in
            let interval = step.interval.map { " (\(Self.range($0)))" } ?? ""
            return ViewBlock.Bar(
                label:
                    "after \(Figure.count(step.purchases))  \(Figure.count(step.again)) of \(Figure.count(step.customers))",
                figure: Figure.percent(step.share) + interval, weight: step.share)
        }
    }

    private func text(of threshold: Double) -> String {
        let percent = "\(Int(threshold * 100)) %"
        let passing = curve.passing(threshold)
        guard let estimate = passing.estimate else {
            return "\(percent): never passed among \(FrequencyCurve.smallestBase) customers or more"
        }
        let surely = passing.certain.map { $0 == estimate ? ", surely" : "; surely after \($0)" } ?? "; never surely"
        return "\(percent): passed after \(Figure.count(estimate, thing))\(surely)"
    }

    /// `47.2–50.5 %`
    static func range(_ interval: Interval) -> String {
        "\(Figure.number(interval.low * 100, digits: 1))–\(Figure.percent(interval.high))"
    }

    private var table: ResultTable {
        let rows = curve.steps.map { step -> [Value] in
            [
                .integer(Int64(step.purchases)), .integer(Int64(step.customers)), .integer(Int64(step.again)),
                .float(step.share), step.interval.map { .float($0.low) } ?? .missing,
                step.interval.map { .float($0.high) } ?? .missing,
            ]
        }
        return ResultTable(
            columns: [
                .init("purchases", .integer), .init("customers", .integer), .init("again", .integer),
                .init("share", .float), .init("low", .float), .init("high", .float),
            ], rows: rows)
    }
}

/// What became of customers by a value of their first purchase.
struct FirstPurchaseView {
    private let key: NamedColumn
    private let window: String?
    /// By customers descending, then by value, missing last.
    private let groups: [(value: Value, group: FirstPurchaseGroup)]

    private static let longest = 30

    init(key: NamedColumn, values: [Value], customers: [Int], again: [Int], window: String?) {
        self.key = key
        self.window = window
        // One order whichever the thread that met a value first: p-values are corrected in it.
        let order = values.indices.sorted { one, other in
            if (values[one] == .missing) != (values[other] == .missing) { return values[other] == .missing }
            if customers[one] != customers[other] { return customers[one] > customers[other] }
            return ValueOrder.compare(values[one], values[other]) < 0
        }
        let compared = FirstPurchaseGroup.compare(
            customers: order.map { customers[$0] }, again: order.map { again[$0] })
        groups = zip(order, compared).compactMap { index, group in group.map { (values[index], $0) } }
    }

    func answer(_ headline: String) -> Answer {
        var answer = Answer("frequency", headline: headline)
        let customers = groups.reduce(0) { $0 + $1.group.customers }
        let again = groups.reduce(0) { $0 + $1.group.again }
        answer.facts = [Fact("customers", customers), Fact("again", again)]
        answer.table = table
        guard customers > 0 else {
            answer.isHeadlineEnough = true
            return answer
        }
        let limit = window.map { " within \($0)" } ?? ""
        var grid = [
            [ViewCell("first \(key.name)")]
                + ["customers", "bought again", "95 % interval", "lift"].map { ViewCell($0, .right) }
                + [ViewCell("")]
        ]
        for (value, group) in groups.prefix(Self.longest) {
            grid.append([
                ViewCell(value.label), .count(group.customers), ViewCell(Figure.percent(group.share), .right),
                ViewCell(FrequencyView.range(group.interval), .right),
                ViewCell(group.lift.map { Figure.number($0, digits: 2) } ?? "–", .right),
                ViewCell(group.verdict.rawValue, isFaint: group.verdict == .alike),
            ])
        }
        grid.append([
            ViewCell("all"), .count(customers), ViewCell(Figure.share(again, of: customers), .right), ViewCell(""),
            ViewCell(""), ViewCell(""),
        ])
        answer.view = [.heading("customers by their first \(key.name), and who bought again\(limit)"), .grid(grid)]
        if groups.count > Self.longest {
            answer.view.append(.line("\(Figure.count(groups.count - Self.longest)) more in `--format csv`"))
        }
        return answer
    }

    private var table: ResultTable {
        let rows = groups.map { value, group -> [Value] in
            [
                value, .integer(Int64(group.customers)), .integer(Int64(group.again)), .float(group.share),
                .float(group.interval.low), .float(group.interval.high), group.lift.map(Value.float) ?? .missing,
                group.pValue.map(Value.float) ?? .missing, .text(group.verdict.rawValue),
            ]
        }
        return ResultTable(
            columns: [
                key.resultColumn, .init("customers", .integer), .init("again", .integer), .init("share", .float),
                .init("low", .float), .init("high", .float), .init("lift", .float), .init("p", .float),
                .init("verdict", .text),
            ], rows: rows)
    }
}

extension Value {
    /// As a label of a line: text as it stands, nothing as `missing`.
    var label: String { self == .missing ? "missing" : plain }
}
