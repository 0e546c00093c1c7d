import ReachCampaign
import ReachColumns
import ReachDiagnostics
import ReachEngine
import ReachLanguage
import ReachPlan
import ReachWorkspace

/// `preview NAME for KEY`: every channel's message as one customer would get it.
package enum Preview: StatementDefinition {
    package static let syntax = StatementSyntax(
        "preview", summary: "what a customer would get on every channel, with parts and price",
        form: .sequence([
            .slot("template", .name(.template)), .keyword("for"), .slot("key", .customerKey),
        ]))
    package static let details = ["What a message costs is the customer's own price: by prefix and by parts."]
    package static let examples = [Example("preview winter for C000042", "one customer's messages")]

    package static func bind(_ statement: Statement, in session: Session) throws -> any BoundStatement {
        guard let name = statement.name("template"), let key = statement.text("key") else {
            preconditionFailure("the form of `preview` has a template and a key")
        }
        let all = try session.templates()
        let own = all.filter { Name.same($0.name, name.text) }
        guard !own.isEmpty else { throw Diagnostic.unknownTemplate(name, known: all.map(\.name)) }
        let binder = try session.binder(for: statement)
        let texts = try own.map { template in
            (template, try session.bound(template, among: all, binder: binder, at: name.span))
        }
        return BoundPreview(
            statement: statement, key: key.text, span: key.span,
            texts: texts.map { .init(template: $0, body: $1.body, subject: $1.subject) })
    }
}

struct BoundPreview: BoundStatement {
    struct Text: Sendable {
        let template: MessageTemplate
        let body: BoundText
        let subject: BoundText?
    }

    /// One channel's message.
    private struct Message {
        let channel: String
        let subject: String?
        let body: String
        let holes: [String]
        let parts: MessageParts?
        let price: Money?
        /// `open`, or what stands in the way; nil where the channel has no address column.
        let state: String?
    }

    let statement: Statement
    let key: String
    let span: SourceSpan
    let texts: [Text]

    func run(in session: Session) throws -> Answer {
        let one = try session.customer(key, at: span)
        let messages = try texts.map { try message($0, one, session) }
        var answer = Answer("preview", headline: "\(texts[0].template.name) as customer \(key) would get it")
        answer.table = ResultTable(
            columns: [
                .init("channel", .text), .init("subject", .text), .init("body", .text), .init("parts", .integer),
                .init("encoding", .text), .init("units", .integer), .init("price", .text), .init("state", .text),
            ],
            rows: messages.map { message in
                [
                    .text(message.channel), message.subject.map(Value.text) ?? .missing, .text(message.body),
                    message.parts.map { .integer(Int64($0.parts)) } ?? .missing,
                    message.parts.map { .text($0.isUnicode ? "UCS-2" : "GSM-7") } ?? .missing,
                    message.parts.map { .integer(Int64($0.units)) } ?? .missing,
                    message.price.map { .text($0.description) } ?? .missing,
                    message.state.map(Value.text) ?? .missing,
                ]
            })
        let currency = try session.workspace.setting(.currency)
        answer.view = messages.flatMap { blocks($0, currency.isEmpty ? "" : " " + currency) }
        for message in messages where !message.holes.isEmpty {
            let names = message.holes.map { "`\($0)`" }.joined(separator: ", ")
            answer.warnings.append(
                "\(message.channel): \(names) is missing for this customer, who would not get the message")
        }
        return answer
    }

    private func message(_ text: Text, _ one: Condition, _ session: Session) throws -> Message {
        let pinned = try session.pin()
        let body = try filled(text.body, one, pinned)
        let subject = try text.subject.map { try filled($0, one, pinned) }
        let channel = try session.channels().first { Name.same($0.name, text.template.channel) }
        let perPart = channel?.effectivePrices?.perPart ?? false
        let parts = perPart ? MessageParts(body.text) : nil
        var state: String?
        var price = channel?.effectivePrices?.base
        let customers = pinned.snapshot.schema.customers
        if let channel, let planned = try? PlannedChannel(resolving: channel, in: customers) {
            let complete = [text.body.isComplete, text.subject?.isComplete].compactMap(\.self)
            let questions = try session.questions(
                [planned], complete: complete.isEmpty ? [:] : [0: complete.count == 1 ? complete[0] : .all(complete)],
                in: pinned.context)
            let patterns = try pinned.engine.patterns(audience: one, conditions: questions.conditions)
            if let pattern = patterns.first?.key {
                let obstacles = questions.layout.obstacles(0, pattern)
                state = obstacles.isEmpty ? "open" : obstacles.map(\.rawValue).joined(separator: ", ")
                price = planned.prices?.prices[questions.layout.price(0, pattern)]
            }
        }
        return Message(
            channel: text.template.channel, subject: subject?.text, body: body.text,
            holes: (body.holes + (subject?.holes ?? [])), parts: parts, price: price.map { $0 * (parts?.parts ?? 1) },
            state: state)
    }

    private func filled(
        _ text: BoundText, _ one: Condition, _ pinned: Session.Pinned
    ) throws -> (text: String, holes: [String]) {
        let columns = text.scalars + text.truthConditions.map(Scalar.condition)
        var row: [Value] = []
        try pinned.engine.select(.customers(one), columns: columns, limit: 1) { block in
            if block.rowCount > 0 { row = block.values(row: 0) }
        }
        guard row.count == columns.count else { return ("", []) }
        let count = text.scalars.count
        return text.filled(
            Array(row[..<count]), truths: row[count...].map { $0 == .boolean(true) },
            zone: pinned.context.moment.zone)
    }

    private func blocks(_ message: Message, _ sign: String) -> [ViewBlock] {
        var facts: [String] = []
        if let parts = message.parts {
            let units = parts.isUnicode ? "UTF-16 units, UCS-2" : "septets, GSM-7"
            facts.append("\(Figure.count(parts.parts, "part")) (\(parts.units) \(units))")
        }
        if let price = message.price { facts.append(price.grouped + sign) }
        if let state = message.state { facts.append(state) }
        if let parts = message.parts, !parts.forcing.isEmpty {
            let characters = parts.forcing.prefix(12).map { CharacterName.text(String($0)) }.joined(separator: " ")
            facts.append("UCS-2 because of \(characters)")
        }
        var blocks: [ViewBlock] = [.heading(([message.channel] + facts).joined(separator: " · "))]
        if let subject = message.subject { blocks.append(.line("  Subject: " + subject)) }
        for line in message.body.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
            blocks.append(.line("  " + line))
        }
        return blocks
    }

    func explain(in session: Session) throws -> Answer { session.plainExplanation(of: statement) }
}

/// Characters as they are shown in lists: those that cannot be seen by their number.
enum CharacterName {
    static func text(_ character: String) -> String {
        guard let scalar = character.unicodeScalars.first else { return character }
        let isInvisible =
            scalar.properties.isWhitespace || scalar.properties.isDefaultIgnorableCodePoint
            || [.control, .format, .nonspacingMark, .privateUse, .surrogate].contains(scalar.properties.generalCategory)
        guard isInvisible else { return character }
        let hex = String(scalar.value, radix: 16, uppercase: true)
        return "U+" + String(repeating: "0", count: max(0, 4 - hex.count)) + hex
    }
}
