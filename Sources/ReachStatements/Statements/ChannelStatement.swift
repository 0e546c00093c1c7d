import ReachCampaign
import ReachColumns
import ReachDiagnostics
import ReachLanguage
import ReachPlan
import ReachWorkspace

/// `channel NAME …`: what a channel costs and whom it may reach.
package enum ChannelStatement: StatementDefinition {
    package static let syntax = StatementSyntax(
        "channel", summary: "set a channel's price, address, consent and rates",
        form: .sequence([
            .slot("name", .name(.channel)),
            .clauses([
                .sequence([
                    .keyword("price"),
                    .list("prices", of: .sequence([.optional(.slot("prefix", .text)), .slot("price", .number)])),
                    .optional(.flag("per part")),
                    .optional(.sequence([.keyword("per"), .word("charged", oneOf: ["sent", "delivered"])])),
                ]),
                .sequence([
                    .optional(.flag("all")), .keyword("from"),
                    .list("tiers", of: .sequence([.slot("threshold", .integer), .slot("price", .number)])),
                ]),
                .clause("free", "free", .integer),
                .clause("minimum", "minimum", .number),
                .clause("address", "address", .name(.customerColumn)),
                .clause("consent", "consent", .name(.customerColumn)),
                .clause("delivered", "delivered", .number),
                .clause("opened", "opened", .number),
                .clause("clicked", "clicked", .number),
                .clause("ordered", "ordered", .number),
                .clause("sure", "sure", .integer),
                .sequence([.keyword("cap"), .slot("cap", .integer), .keyword("per"), .slot("capPer", .duration)]),
                .clause("quiet", "quiet", .timeRange),
                .clause("rate", "rate", .rate),
            ]),
        ]))
    package static let details = [
        """
        Rates are shares of the messages sent: `delivered 97% opened 20% clicked 4%`. A rate counts as 100 observations; `sure 400` \
        makes it weigh more. `consent none` says that a channel needs none. `channel NAME` alone shows it.
        """
    ]
    package static let examples = [
        Example("channel sms price 3.25 per part delivered 96% clicked 3%", "price and rates"),
        Example("channel email price 0.05 opened 18% clicked 2.5%", "another"),
        Example("channel push clicked 1.2%", "a rate alone, where messages cost nothing"),
        Example("channel sms", "what is known of it"),
    ]

    package static func bind(_ statement: Statement, in session: Session) throws -> any BoundStatement {
        guard let name = statement.name("name") else { preconditionFailure("the form of `channel` has a name") }
        if statement.captures.count == 1 {
            guard let channel = try session.channels().first(where: { Name.same($0.name, name.text) }) else {
                throw Diagnostic.unknownChannel(name, known: try session.channels().map(\.name))
            }
            return BoundChannels(statement: statement, only: channel.name)
        }
        let channel = try Channel(statement)
        do {
            try channel.validate()
            let customers = try session.pin().snapshot.schema.customers
            if channel.address != nil || channel.consent != nil, !customers.columns.isEmpty {
                _ = try PlannedChannel(resolving: channel, in: customers)
            }
        } catch var diagnostic as Diagnostic {
            let columns = ["address", "consent"].compactMap { statement.name($0) }
            let named = columns.first { diagnostic.message.contains("`\($0.text)`") }
            diagnostic.span = diagnostic.span ?? named?.span ?? statement.span
            throw diagnostic
        }
        return BoundChannel(statement: statement, channel: channel)
    }
}

struct BoundChannel: BoundStatement {
    let statement: Statement
    let channel: Channel

    func run(in session: Session) throws -> Answer {
        let notes = try session.store(.channel, channel.name, channel.canonicalText)
        session.unpin()
        var answer = try BoundChannels(statement: statement, only: channel.name).run(in: session)
        answer.notes = notes + answer.notes
        return answer
    }

    func explain(in session: Session) throws -> Answer { session.plainExplanation(of: statement) }
}
