import ReachCampaign
import ReachColumns
import ReachDiagnostics
import ReachLanguage
import ReachPlan
import ReachWorkspace

/// `template NAME for CHANNEL [subject "…"] "BODY"`: what a campaign says.
package enum TemplateStatement: StatementDefinition {
    package static let syntax = StatementSyntax(
        "template", summary: "what a campaign of that name says on a channel",
        form: .sequence([
            .slot("name", .newName), .keyword("for"), .slot("channel", .name(.channel)),
            .optional(.sequence([.keyword("subject"), .slot("subject", .text)])), .slot("body", .text),
        ]))
    package static let details = [
        """
        Mustache: `{{name}}` is a column or computed attribute, `{{name|friend}}` gives a default, `{{#vip}}…{{/vip}}` stands where the \
        attribute holds, `{{^vip}}…{{/vip}}` where it does not, `{{> footer}}` puts in another template of the channel.
        """,
        """
        A customer for whom a variable without default is missing does not get the message; the dry run says how many. Values are escaped \
        in e-mails that are HTML and nowhere else.
        """,
    ]
    package static let examples = [
        Example("template winter for sms \"{{name|Dear friend}}, -20 % until Sunday\"", "a text message"),
        Example(
            "template winter for email subject \"{{name|Hello}}, a gift\" \"<p>Come to {{city|us}}!</p>\"", "an e-mail"),
    ]

    package static func bind(_ statement: Statement, in session: Session) throws -> any BoundStatement {
        guard let name = statement.name("name"), let channel = statement.name("channel"),
            let body = statement.text("body")
        else { preconditionFailure("the form of `template` has a name, a channel and a body") }
        let known = try session.channels()
        guard let known = known.first(where: { Name.same($0.name, channel.text) }) else {
            throw Diagnostic.unknownChannel(channel, known: known.map(\.name))
        }
        let template = MessageTemplate(
            name.text, channel: known.name, subject: statement.text("subject")?.text, body: body.text)
        let others = try session.templates().filter { $0.key != template.key } + [template]
        let texts = try session.bound(
            template, among: others, binder: try session.binder(for: statement), at: body.span)
        return BoundTemplate(statement: statement, template: template, body: texts.body)
    }
}

struct BoundTemplate: BoundStatement {
    let statement: Statement
    let template: MessageTemplate
    let body: BoundText

    func run(in session: Session) throws -> Answer {
        var answer = Answer("template", headline: headline)
        answer.facts = [Fact("template", template.name), Fact("channel", template.channel)]
        answer.notes = try session.store(template)
        return answer
    }

    private var headline: String {
        let variables = body.text.variables.map { "`\($0)`" }.joined(separator: ", ")
        let says = variables.isEmpty ? "the same for everybody" : "with \(variables)"
        return "template `\(template.name)` for \(template.channel), \(says)"
    }

    func explain(in session: Session) throws -> Answer { session.plainExplanation(of: statement) }
}

extension Session {
    /// Keeps a template; another of its name and channel is replaced, which the note says.
    func store(_ template: MessageTemplate) throws -> [String] {
        let before = try workspace.save(.template, name: template.key, text: try template.json())
        guard let before = before.flatMap({ try? MessageTemplate(json: $0) }), before != template else { return [] }
        return ["replaces template `\(template.name)` for \(template.channel), which was: \(before.statementText)"]
    }
}
