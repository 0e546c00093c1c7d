import ReachColumns
import ReachInsight
import ReachLanguage

/// What `report CAMPAIGN` answers.
struct CampaignView {
    private let report: CampaignReport
    private let outcome: CampaignOutcome
    private let comparisons: [(name: String, isRate: Bool, arm: ArmOutcome, control: ArmOutcome, ArmComparison)]

    init(_ report: CampaignReport, _ outcome: CampaignOutcome) {
        self.report = report
        self.outcome = outcome
        let (arm, control) = (outcome.contacted, outcome.heldOut)
        let unit = (0..<outcome.moneyScale).reduce(1.0) { power, _ in power * 10 }
        func revenue(_ arm: CampaignOutcome.Arm) -> ArmOutcome {
            .mean(values: arm.paid.map { Double($0) / unit }, customers: arm.finished)
        }
        func ordered(_ arm: CampaignOutcome.Arm) -> ArmOutcome { .rate(events: arm.buyers, customers: arm.finished) }
        let pairs = [
            ("ordered", true, ordered(arm), ordered(control)), ("revenue", false, revenue(arm), revenue(control)),
        ]
        comparisons =
            arm.finished == 0 || control.finished == 0
            ? []
            : pairs.enumerated().map {
                ($1.0, $1.1, $1.2, $1.3, ArmComparison($1.2, against: $1.3, seed: UInt64($0 + 1)))
            }
    }

    func answer() -> Answer {
        let (arm, control) = (outcome.contacted, outcome.heldOut)
        let messages = outcome.channels.reduce(0) { $0 + $1.messages }
        var answer = Answer(
            "report",
            headline:
                "\(report.campaign.text): \(Figure.count(messages, "message")) to \(Figure.count(arm.customers, "customer")), \(Figure.count(control.customers)) held out"
        )
        answer.facts = [
            Fact("campaign", report.campaign.text), Fact("messages", messages), Fact("contacted", arm.customers),
            Fact("held_out", control.customers), Fact("running", arm.running + control.running),
            Fact("window_days", report.windowDays), Fact("orders", arm.orders), Fact("buyers", arm.buyers),
            Fact("revenue", .decimal(units: arm.paid.reduce(0, &+), scale: outcome.moneyScale)),
        ]
        let corrected = RateTest.holm(comparisons.map { $0.4.p ?? 1 })
        for (index, comparison) in comparisons.enumerated() {
            let found = comparison.4
            func float(_ value: Double?) -> Value { value.map { .float($0) } ?? .missing }
            answer.facts += [
                Fact("\(comparison.name)_difference", float(found.difference)),
                Fact("\(comparison.name)_low", float(found.interval?.low)),
                Fact("\(comparison.name)_high", float(found.interval?.high)),
                Fact("\(comparison.name)_p", float(found.p)),
                Fact("\(comparison.name)_p_holm", .float(corrected[index])),
            ]
        }
        answer.table = ResultTable(
            columns: [.init("channel", .text), .init("messages", .integer)]
                + CampaignOutcome.events.map { .init($0, .integer) } + [.init("cost", .decimal(scale: 4))],
            rows: outcome.channels.map { channel in
                [.text(channel.name), .integer(Int64(channel.messages))]
                    + channel.events.map { $0.map { .integer(Int64($0.count)) } ?? .missing } + [channel.cost]
            })
        answer.view = view(corrected)
        return answer
    }

    /// Rates are of the messages of which something is known: said where that is not all of them.
    private var partlyKnown: [ViewBlock] {
        outcome.channels.flatMap { channel in
            zip(CampaignOutcome.events, channel.events).compactMap { name, event in
                guard let event, event.known < channel.messages else { return nil }
                return .line(
                    "  \(channel.name): \(name) is known of \(Figure.count(event.known)) of \(Figure.count(channel.messages, "message"))"
                )
            }
        }
    }

    private func view(_ corrected: [Double]) -> [ViewBlock] {
        let header = ["channel", "messages"] + CampaignOutcome.events.flatMap { [$0, "95 %"] } + ["cost"]
        let rows = outcome.channels.map { channel -> [ViewCell] in
            let events = channel.events.flatMap { event -> [ViewCell] in
                guard let event, let interval = ProportionInterval.wilson(event.count, of: event.known) else {
                    return [ViewCell("–", .right), ViewCell("")]
                }
                return [
                    ViewCell(Figure.share(event.count, of: event.known), .right),
                    ViewCell(
                        "\(FloatText.share(interval.low)) … \(FloatText.share(interval.high))", .right, isFaint: true),
                ]
            }
            return [ViewCell(channel.name), .count(channel.messages)] + events + [
                ViewCell(channel.cost == .missing ? "–" : channel.cost.plain, .right)
            ]
        }
        var blocks: [ViewBlock] = [
            .grid([header.enumerated().map { ViewCell($1, $0 == 0 ? .left : .right) }] + rows)
        ]
        blocks += partlyKnown
        blocks += [
            .heading(
                "orders within \(Figure.count(report.windowDays, "day")) of the first message, or of being held out"),
            .grid(armsGrid),
        ]
        if comparisons.isEmpty {
            blocks.append(
                .line(
                    outcome.heldOut.customers == 0
                        ? "  gross: nobody was held out, what they would have ordered anyway is not known"
                        : outcome.contacted.customers == 0
                            ? "  nobody was written to: nothing to compare"
                            : "  running: no arm's time is over yet"))
            return blocks
        }
        for (index, (name, isRate, arm, control, found)) in comparisons.enumerated() {
            blocks.append(.line("  " + sentence(name, isRate, arm, control, found, corrected[index])))
        }
        return blocks
    }

    private func sentence(
        _ name: String, _ isRate: Bool, _ arm: ArmOutcome, _ control: ArmOutcome, _ found: ArmComparison,
        _ corrected: Double
    ) -> String {
        func text(_ value: Double) -> String {
            isRate ? FloatText.fixed(value * 100, 2) + " points" : FloatText.fixed(value, 4)
        }
        var words = "\(name): "
        switch found.verdict(p: found.p == nil ? nil : corrected) {
        case .worked: words += "worked"
        case .harmed: words += "harmed"
        case .cannotTell(let beyond):
            words += "cannot tell" + (beyond.map { ": effects beyond ± \(text($0)) are ruled out" } ?? "")
        }
        if let difference = found.difference {
            words += ", difference \(difference > 0 ? "+" : "")\(text(difference))"
        }
        if let interval = found.interval { words += " [\(text(interval.low)), \(text(interval.high))]" }
        if let p = found.p { words += ", p \(FloatText.p(p)) (\(found.method.rawValue))" }
        if let smallest = found.smallestEffect {
            words += "; the smallest effect this sample would have found is \(text(smallest))"
        }
        return words
    }

    private var armsGrid: [[ViewCell]] {
        let header = ["", "customers", "running", "buyers", "rate", "orders", "revenue"].enumerated().map {
            ViewCell($1, $0 == 0 ? .left : .right)
        }
        let arms = [("written to", outcome.contacted), ("held out", outcome.heldOut)].filter { $0.1.customers > 0 }
        return [header]
            + arms.map { name, arm in
                [
                    ViewCell(name), .count(arm.customers), .count(arm.running), .count(arm.buyers),
                    ViewCell(Figure.share(arm.buyers, of: arm.finished), .right), .count(arm.orders),
                    ViewCell(Figure.decimal(units: arm.paid.reduce(0, &+), scale: outcome.moneyScale), .right),
                ]
            }
    }
}
