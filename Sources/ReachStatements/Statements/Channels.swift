import ReachCampaign
import ReachColumns
import ReachDiagnostics
import ReachEngine
import ReachLanguage
import ReachPlan
import ReachWorkspace

/// `channels`: all of them.
package enum Channels: StatementDefinition {
    package static let syntax = StatementSyntax(
        "channels", summary: "the channels: price, address, consent, rates, and whom they reach", form: .sequence([]))
    package static let details: [String] = []
    package static let examples = [Example("channels", "what can be sent by")]

    package static func bind(_ statement: Statement, in session: Session) throws -> any BoundStatement {
        BoundChannels(statement: statement, only: nil)
    }
}

struct BoundChannels: BoundStatement {
    let statement: Statement
    /// One channel; nil for all.
    let only: String?

    func run(in session: Session) throws -> Answer {
        let pinned = try session.pin()
        let customers = pinned.snapshot.schema.customers
        let all = try session.channels().filter { only == nil || $0.name == only }
        let planned = all.map { try? PlannedChannel(resolving: $0, in: customers) }
        let open = try openCounts(planned.compactMap(\.self), pinned, session)
        let rows = zip(all, planned).map { channel, planned -> [Value] in
            [
                .text(channel.name), priceText(channel),
                planned.map { .text($0.address) } ?? .missing,
                consentText(channel, planned), ratesText(channel),
                planned.flatMap { open[$0.name] }.map { .integer(Int64($0)) } ?? .missing,
            ]
        }
        var answer = Answer("channel", headline: headline(all))
        answer.facts = [Fact("channels", all.count)]
        answer.table = ResultTable(
            columns: [
                .init("channel", .text), .init("price", .text), .init("address", .text), .init("consent", .text),
                .init("rates", .text), .init("open", .integer),
            ], rows: rows)
        answer.notes = zip(all, planned).compactMap { channel, planned in
            guard only != nil, planned == nil, !customers.columns.isEmpty else { return nil }
            return
                "no column of `customers` holds addresses of \(channel.name): `channel \(channel.name) address COLUMN`"
        }
        return answer
    }

    private func headline(_ channels: [Channel]) -> String {
        only == nil ? "\(channels.count) channels" : channels.first?.canonicalText ?? ""
    }

    private func openCounts(
        _ planned: [PlannedChannel], _ pinned: Session.Pinned, _ session: Session
    ) throws -> [String: Int] {
        guard let reach = try Reach(.always(true), over: planned, pinned, session) else { return [:] }
        return Dictionary(uniqueKeysWithValues: zip(reach.channels, reach.figures.open))
    }

    private func priceText(_ channel: Channel) -> Value {
        guard let prices = channel.effectivePrices else { return .missing }
        let clauses = prices.clauses.dropFirst().joined(separator: " ")
        return .text(channel.prices == nil ? clauses + " (default, set yours)" : clauses)
    }

    private func consentText(_ channel: Channel, _ planned: PlannedChannel?) -> Value {
        if channel.consent == .notNeeded { return .text("none needed") }
        return planned?.consent.map(Value.text) ?? .missing
    }

    private func ratesText(_ channel: Channel) -> Value {
        let rates = CampaignEvent.allCases.compactMap { event in
            channel.rates[event].map { "\(event.rawValue) \($0.text)" }
        }
        return rates.isEmpty ? .missing : .text(rates.joined(separator: ", "))
    }

    func explain(in session: Session) throws -> Answer { session.plainExplanation(of: statement) }
}
