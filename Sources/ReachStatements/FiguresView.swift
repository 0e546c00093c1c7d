import ReachCampaign
import ReachColumns

/// How what a plan is expected to bring is shown.
struct FiguresView {
    let plan: CascadePlan
    let figures: CascadeFigures

    init(_ plan: CascadePlan, _ figures: CascadeFigures) {
        self.plan = plan
        self.figures = figures
    }

    var blocks: [ViewBlock] {
        var blocks: [ViewBlock] = []
        if isUncertain {
            blocks += [.heading(figures.revenue != nil && figures.isGross ? "what to expect, gross" : "what to expect")]
            blocks += [.grid(expectations)]
        }
        if singles.count > 1 { blocks += [.heading("one channel alone"), .grid(singles)] }
        let lines = [order, breakEven, holdout].compactMap(\.self) + figures.missing
        if !lines.isEmpty { blocks += [.heading("what it brings")] + lines.map { .line("  " + $0) } }
        return blocks
    }

    /// Whether anything is drawn that is not sure from the start.
    private var isUncertain: Bool {
        guard let messages = figures.messages.interval95 else { return false }
        return messages.exact == nil || plan.interval95?.exact == nil || figures.responses.interval95 != nil
            || figures.orders.interval95 != nil
    }

    private var expectations: [[ViewCell]] {
        func cell(_ text: String) -> ViewCell { ViewCell(text, .right) }
        var rows = [[ViewCell("")] + ["expected", "80 %", "95 %"].map { ViewCell($0, .right, isFaint: true) }]
        func add(_ name: String, _ forecast: CascadeFigures.Forecast?, _ text: (Double) -> String) {
            guard let forecast, let expected = forecast.expected.exact else { return }
            rows.append(
                [ViewCell(name), cell(text(expected))]
                    + [forecast.interval80, forecast.interval95].map { interval in
                        cell(interval.map { "\(text($0.low)) to \(text($0.high))" } ?? "not known")
                    })
        }
        add("messages", figures.messages, count)
        if let expected = plan.expected?.exact {
            rows.append(
                [ViewCell("cost"), cell(money(expected))]
                    + [plan.interval80, plan.interval95].map { range in
                        cell(range.map { "\($0.low.grouped) to \($0.high.grouped)" } ?? "not known")
                    })
        }
        add("customers who \(verb)", figures.responses, count)
        if plan.options.until != .ordered { add("orders", figures.orders, count) }
        add("revenue", figures.revenue, money)
        add("profit", figures.profit, money)
        add("return on spend", figures.returnOnSpend) { percent($0) }
        return rows
    }

    private var verb: String {
        switch plan.options.until {
        case .delivered: "get a message"
        case .opened: "open"
        case .clicked: "click"
        case .ordered: "order"
        }
    }

    private var singles: [[ViewCell]] {
        let paid = figures.singles.filter { $0.cost.map { $0.units > 0 } ?? false }
        guard figures.singles.count > 1, !paid.isEmpty else { return [] }
        return figures.singles.map { single in
            [
                ViewCell("\(single.channel) to all \(Figure.count(single.customers))"),
                ViewCell(single.cost.map { "would cost \($0.grouped)" } ?? "price not set", .right),
            ]
        }
    }

    private var order: String? {
        guard let value = figures.value, figures.revenue != nil else { return nil }
        let source = value.source == .given ? "as given" : "the audience's average order"
        let margin =
            value.isMarginGiven
            ? "margin \(percent(value.margin))" : "margin taken as 100 %: `margin 40%`"
        let cost = figures.costPerOrder.map { ", \(money($0)) of messages each" } ?? ""
        let baseline =
            value.learnedBaseline.map { learned in
                ", baseline \(percent(learned.share)): \(Figure.count(learned.ordered)) of "
                    + "\(Figure.count(learned.customers)) held out on \(CivilDate(daysSinceEpoch: Int(learned.day)).iso) ordered unasked"
            } ?? ""
        return "an order is worth \(value.value.grouped), \(source)\(cost); \(margin)\(baseline)"
    }

    private var breakEven: String? {
        switch figures.breakEven {
        case .factor(let factor): "profit is 0 at \(decimal(factor, digits: 2)) times the ordered rates"
        case .never: "no rate of orders would bring a profit"
        case nil: nil
        }
    }

    private var holdout: String? {
        guard let advice = figures.holdoutAdvice else { return nil }
        let rates = "\(percent(advice.contacted)) against \(percent(advice.baseline)) unasked"
        let certainty = "5 % level, 80 % power"
        switch advice.outcome {
        case .share(let share, let customers):
            let typed = decimal((share * 1_000).rounded(.up) / 10, digits: 1)
            return
                "smallest holdout that shows \(rates): \(Figure.count(customers)) customers, `holdout \(typed)%` (\(certainty))"
        case .none(let needed):
            return
                "no holdout would show \(rates): that takes \(count(needed)) customers (\(certainty))"
        case .noEffect:
            return "no holdout would show an effect: \(rates)"
        }
    }

    var facts: [Fact] {
        func money(_ value: Double?) -> Value {
            value.map { .text(Money(rounding: $0, scale: plan.scale).description) } ?? .missing
        }
        func number(_ value: Double?) -> Value { value.map { .float(rounded($0, digits: 6)) } ?? .missing }
        func forecast(
            _ name: String, _ forecast: CascadeFigures.Forecast?, _ value: (Double?) -> Value
        ) -> [Fact] {
            [
                Fact("\(name)_expected", value(forecast?.expected.exact)),
                Fact("\(name)_p2_5", value(forecast?.interval95?.low)),
                Fact("\(name)_p10", value(forecast?.interval80?.low)),
                Fact("\(name)_p90", value(forecast?.interval80?.high)),
                Fact("\(name)_p97_5", value(forecast?.interval95?.high)),
            ]
        }
        var factor: Double?
        if case .factor(let value)? = figures.breakEven { factor = value }
        var advised: Value = .missing
        if case .share(_, let customers)? = figures.holdoutAdvice?.outcome { advised = .integer(Int64(customers)) }
        return forecast("responses", figures.responses, number) + forecast("orders", figures.orders, number)
            + forecast("revenue", figures.revenue, money) + forecast("profit", figures.profit, money)
            + forecast("return_on_spend", figures.returnOnSpend, number)
            + [
                Fact("is_gross", .boolean(figures.isGross)), Fact("break_even", number(factor)),
                Fact("cost_per_order", money(figures.costPerOrder)), Fact("holdout_advised", advised),
            ]
    }

    private func money(_ value: Double) -> String { Money(rounding: value, scale: plan.scale).grouped }

    private func count(_ value: Double) -> String { Figure.count(Int(value.rounded(.toNearestOrEven))) }

    private func percent(_ share: Double) -> String { decimal(share * 100, digits: 2) + " %" }

    private func decimal(_ value: Double, digits: Int) -> String { Money(rounding: value, scale: digits).grouped }

    private func rounded(_ value: Double, digits: Int) -> Double { Money(rounding: value, scale: digits).double }
}
