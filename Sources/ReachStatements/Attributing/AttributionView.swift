import ReachColumns
import ReachInsight
import ReachPlan

/// What `attribute` answers.
struct AttributionView {
    private let request: BoundAttribute
    private let credits: AttributedCredits
    private let conversionsName: String
    private let touchesName: String
    private let moneyType: DataType?
    /// What conversions are worth, in words: `revenue` of orders, else the column.
    private let worthName: String

    init(_ request: BoundAttribute, _ credits: AttributedCredits, _ pinned: Session.Pinned) {
        self.request = request
        self.credits = credits
        let tables = pinned.context.schema.tables
        conversionsName = tables[request.conversions].name
        touchesName = tables[request.touches].name
        moneyType = request.money.map { tables[request.conversions].columns[$0].type }
        worthName =
            request.isRevenue ? "revenue" : request.money.map { tables[request.conversions].columns[$0].name } ?? ""
    }

    private var scale: Int { if case .decimal(let scale)? = moneyType { scale } else { 0 } }
    private var channelCount: Int { credits.channels.count }
    private var total: Int { credits.credits.conversions }
    private var worth: Int128 { credits.credits.units }

    func answer() -> Answer {
        let whose = request.audience.isEverybody ? "" : ", of customers \(Speaking.who(request.audience))"
        var answer = Answer(
            "attribute",
            headline:
                "\(Figure.count(total, "row")) of \(conversionsName)\(whose), credit to \(touchesName) of the \(Figure.count(request.windowDays, "day")) before"
        )
        answer.facts = [Fact("conversions", total), Fact("window_days", request.windowDays)]
        if moneyType != nil { answer.facts.append(Fact("revenue", money(worth))) }
        answer.table = table
        answer.isHeadlineEnough = total == 0
        if total > 0 { answer.view = view }
        return answer
    }

    /// Exact; a sum beyond 64 bits as text.
    private func money(_ units: Int128) -> Value {
        guard let units = Int64(exactly: units) else { return .text(String(units)) }
        return scale > 0 ? .decimal(units: units, scale: scale) : .integer(units)
    }

    private func label(_ channel: Int) -> Value {
        channel < channelCount ? credits.channels[channel] : .text("unattributed")
    }

    /// Channels, and `unattributed` last.
    private var places: Range<Int> { 0..<channelCount + 1 }

    /// As many channels as people read.
    private static let mostShown = 25
    private var shown: [Int] { Array((0..<channelCount).prefix(Self.mostShown)) + [channelCount] }
    private var hidden: [ViewBlock] {
        let count = channelCount + 1 - shown.count
        return count == 0
            ? [] : [.line("\(Figure.count(count)) more in `--format csv`, of less credit by the first model")]
    }

    private func share(_ model: Int, _ channel: Int) -> Double {
        total == 0
            ? 0 : credits.credits.conversions(model: model, channel: channel) / Double(total)
    }

    /// Nil where nothing was earned in all, or returns took more.
    private func revenueShare(_ model: Int, _ channel: Int) -> Double? {
        worth <= 0 ? nil : Double(credits.credits.units(model: model, channel: channel)) / Double(worth)
    }

    private var table: ResultTable {
        var columns: [ResultTable.Column] = [
            .init("model", .text), .init(request.channel.name, .text), .init("conversions", .float),
            .init("share", .float),
        ]
        if let moneyType { columns += [.init("revenue", moneyType), .init("revenue_share", .float)] }
        var rows: [[Value]] = []
        if total > 0 {
            for (index, model) in request.models.enumerated() {
                for channel in places {
                    let label = label(channel)
                    var row: [Value] = [
                        .text(model.rawValue), label == .missing ? .missing : .text(label.plain),
                        .float(credits.credits.conversions(model: index, channel: channel)),
                        .float(share(index, channel)),
                    ]
                    if moneyType != nil {
                        row += [
                            money(credits.credits.units(model: index, channel: channel)),
                            revenueShare(index, channel).map { .float($0) } ?? .missing,
                        ]
                    }
                    rows.append(row)
                }
            }
        }
        return ResultTable(columns: columns, rows: rows)
    }

    private var view: [ViewBlock] {
        var blocks: [ViewBlock] = [.line("credit, not causation")]
        if request.models.count == 1 {
            blocks.append(.heading("model \(request.models[0].rawValue)"))
            blocks.append(.grid(singleGrid))
            blocks.append(
                .bars(
                    shown.map { channel in
                        .init(
                            label: label(channel).plain, figure: FloatText.share(share(0, channel)),
                            weight: share(0, channel))
                    }))
            return blocks + hidden
        }
        blocks += [.heading("share of conversions"), .grid(sideBySide { FloatText.share(share($0, $1)) })]
        guard moneyType != nil else { return blocks + hidden }
        blocks += [.heading(worthName), .grid(sideBySide { figure(credits.credits.units(model: $0, channel: $1)) })]
        if worth > 0 {
            blocks += [
                .heading("share of \(worthName)"),
                .grid(sideBySide { model, channel in revenueShare(model, channel).map { FloatText.share($0) } ?? "–" }),
            ]
        }
        return blocks + hidden
    }

    private func figure(_ units: Int128) -> String {
        Int64(exactly: units).map { Figure.decimal(units: $0, scale: scale) } ?? String(units)
    }

    private var singleGrid: [[ViewCell]] {
        let heads = [request.channel.name, "conversions", "share"] + (moneyType == nil ? [] : [worthName, "share"])
        let header = heads.enumerated().map { ViewCell($1, $0 == 0 ? .left : .right) }
        let credit = credits.credits
        return [header]
            + shown.map { channel in
                var cells = [
                    ViewCell(label(channel).plain),
                    ViewCell(FloatText.fixed(credit.conversions(model: 0, channel: channel), 2), .right),
                    ViewCell(FloatText.share(share(0, channel)), .right),
                ]
                if moneyType != nil {
                    cells += [
                        ViewCell(figure(credit.units(model: 0, channel: channel)), .right),
                        ViewCell(revenueShare(0, channel).map { FloatText.share($0) } ?? "–", .right),
                    ]
                }
                return cells
            }
    }

    private func sideBySide(_ text: (_ model: Int, _ channel: Int) -> String) -> [[ViewCell]] {
        let header = [ViewCell(request.channel.name)] + request.models.map { ViewCell($0.rawValue, .right) }
        return [header]
            + shown.map { channel in
                [ViewCell(label(channel).plain)]
                    + request.models.indices.map { ViewCell(text($0, channel), .right) }
            }
    }
}
