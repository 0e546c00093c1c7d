import ReachCampaign
import ReachColumns
import ReachDiagnostics
import ReachEngine
import ReachLanguage
import ReachPlan
import ReachWorkspace

/// `why KEY`: one customer against the current segment and every channel.
package enum Why: StatementDefinition {
    package static let syntax = StatementSyntax(
        "why", summary: "why a customer is in the current segment or not, and which channels are open",
        form: .slot("key", .customerKey))
    package static let details: [String] = []
    package static let examples = [Example("why C000042", "one customer")]

    package static func bind(_ statement: Statement, in session: Session) throws -> any BoundStatement {
        guard let key = statement.text("key") else { preconditionFailure("the form of `why` has a key") }
        let audience = try session.binder(for: statement).bindAudience(nil)
        return BoundWhy(statement: statement, key: key.text, span: key.span, audience: audience)
    }
}

struct BoundWhy: BoundStatement {
    let statement: Statement
    let key: String
    let span: SourceSpan
    let audience: BoundAudience

    func run(in session: Session) throws -> Answer {
        let pinned = try session.pin()
        let one = try session.customer(key, at: span)
        func holds(_ condition: Condition) throws -> Bool {
            try pinned.engine.count(.customers(.all([one, condition]))) > 0
        }
        let isMember = try holds(audience.condition)
        let parts = try audience.parts.map { ($0, try holds($0.condition)) }
        var answer = Answer("why", headline: headline(isMember))
        answer.facts = [Fact("in_segment", .boolean(isMember))]
        var rows = parts.map { part, holds in
            [Value.text("condition"), .text(part.text), .boolean(holds), .text(part.sentence)]
        }
        answer.view = [
            .grid(
                parts.map { part, holds in
                    [ViewCell(holds ? "yes" : "no"), ViewCell(part.text), ViewCell(part.sentence, isFaint: true)]
                })
        ]
        if let (outlook, details) = try outlook(one, pinned, session) {
            let reasons = zip(outlook.channels, details).map { channel, detail in
                detail.map { "\(channel.text): \($0)" } ?? channel.text
            }
            rows += zip(outlook.channels, reasons).map { channel, reason in
                [.text("channel"), .text(channel.channel), .boolean(channel.isOpen), .text(reason)]
            }
            answer.view += [
                .heading("channels"),
                .grid(zip(outlook.channels, reasons).map { [ViewCell($0.channel), ViewCell($1)] }),
            ]
        }
        answer.table = ResultTable(
            columns: [.init("kind", .text), .init("name", .text), .init("holds", .boolean), .init("because", .text)],
            rows: rows)
        return answer
    }

    private func headline(_ isMember: Bool) -> String {
        if audience.isEverybody { return "customer \(key)" }
        let base =
            audience.base == "customers"
            ? "the audience" : audience.base == "current segment" ? "the current segment" : audience.base
        return "customer \(key) is \(isMember ? "" : "not ")in \(base)"
    }

    /// What stands in the way of each channel, and more of it where there is more to say: what caps counted, why suppressed.
    private func outlook(
        _ one: Condition, _ pinned: Session.Pinned, _ session: Session
    ) throws -> (CustomerOutlook, [String?])? {
        let planned = try session.reachableChannels(pinned)
        guard !planned.isEmpty else { return nil }
        let questions = try session.questions(planned, in: pinned.context)
        let patterns = try pinned.engine.patterns(audience: one, conditions: questions.conditions)
        guard let pattern = patterns.first?.key else { return nil }
        let outlook = CustomerOutlook(
            channels: planned, layout: questions.layout, pattern: pattern, isHeldOut: false)
        let cap = try CapReport(one, pinned, overall: try session.overallCap())
        let details = try zip(planned, outlook.channels).map { channel, outlook in
            outlook.obstacles.contains(.capped) ? try cap.text(channel) : nil
        }
        return (outlook, details)
    }

    func explain(in session: Session) throws -> Answer { session.plainExplanation(of: statement) }
}

extension Session.Pinned {
    /// True of the customer alone. Keys are compared by their characters.
    func customer(_ key: String, at span: SourceSpan) throws -> Condition {
        let customers = snapshot.schema.customers
        guard let index = customers.index(of: ColumnSchema.Role.key) else { throw Diagnostic.noCustomers(at: span) }
        let type = customers.columns[index].type
        let value: Value? =
            switch type {
            case .text: .text(key)
            case .integer: Int64(key).map(Value.integer)
            default: nil
            }
        guard let value else { throw Diagnostic.unknownCustomer(key, at: span) }
        let condition = Condition.comparison(.equal, .column(index, type), .literal(value, type))
        guard try engine.count(.customers(condition)) > 0 else { throw Diagnostic.unknownCustomer(key, at: span) }
        return condition
    }
}
