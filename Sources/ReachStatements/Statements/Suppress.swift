import ReachCampaign
import ReachColumns
import ReachDiagnostics
import ReachEngine
import ReachLanguage
import ReachPlan
import ReachWorkspace

/// `suppress KEY`, `suppress address "…"`, `suppress from "FILE"`: who must not be written to.
package enum Suppress: StatementDefinition {
    package static let syntax = StatementSyntax(
        "suppress", summary: "never write to a customer or an address again",
        form: .sequence([
            Syntax.suppressed(withFile: true),
            .clauses([.clause("on", "channel", .name(.channel)), .clause("because", "reason", .text)]),
        ]))
    package static let details = [
        """
        An address is suppressed whoever has it, later customers too. `suppress from "FILE"` takes a list: keys, e-mail addresses or phone \
        numbers, one on a line, or a CSV file with columns `key`, `address`, `channel`, `reason`. `unsuppress` takes off the list.
        """
    ]
    package static let examples = [
        Example("suppress C000042 because \"asked to be left alone\"", "a customer, on all channels"),
        Example("suppress address \"anna@example.com\" on email", "an address"),
    ]

    package static func bind(_ statement: Statement, in session: Session) throws -> any BoundStatement {
        let channel = try session.knownChannel(statement.name("channel"))
        let reason = statement.text("reason")?.text
        if let file = statement.text("file") {
            return BoundSuppressionFile(
                statement: statement, path: try session.filled(file), span: file.span, channel: channel,
                reason: reason)
        }
        let subject = try session.suppressedSubject(statement)
        return BoundSuppress(
            statement: statement, suppression: Suppression(subject, channel: channel, reason: reason))
    }
}

extension Syntax {
    static func suppressed(withFile: Bool) -> Syntax {
        let one: [Syntax] = [
            .sequence([.keyword("address"), .slot("address", .text)]), .slot("key", .customerKey),
        ]
        return .choice((withFile ? [.sequence([.keyword("from"), .slot("file", .file)])] : []) + one)
    }
}

extension Session {
    func knownChannel(_ name: Identifier?) throws -> String? {
        guard let name else { return nil }
        let known = try channels().map(\.name)
        guard let channel = known.first(where: { Name.same($0, name.text) }) else {
            throw Diagnostic.unknownChannel(name, known: known)
        }
        return channel
    }

    /// The customer or address that `suppress` and `unsuppress` speak of.
    func suppressedSubject(_ statement: Statement) throws -> Suppression.Subject {
        if let address = statement.text("address") {
            return .address(StoredSuppressions.normalised(address.text, try pin().engine))
        }
        guard let key = statement.text("key") else { preconditionFailure("the form names a key or an address") }
        return .key(key.text)
    }
}

struct BoundSuppress: BoundStatement {
    let statement: Statement
    let suppression: Suppression

    private var keySpan: SourceSpan { statement.text("key")?.span ?? statement.span }

    func run(in session: Session) throws -> Answer {
        if case .key(let key) = suppression.subject { _ = try session.customer(key, at: keySpan) }
        let added = try session.workspace.suppress([suppression])
        var answer = Answer("suppress")
        answer.facts = [Fact("added", added)]
        let place = suppression.channel.map { " on \($0)" } ?? ""
        answer.headline = added == 0 ? "suppressed\(place) already" : "suppressed\(place)"
        return answer
    }

    func explain(in session: Session) throws -> Answer { session.plainExplanation(of: statement) }
}

struct BoundSuppressionFile: BoundStatement {
    let statement: Statement
    let path: String
    let span: SourceSpan
    let channel: String?
    let reason: String?

    func run(in session: Session) throws -> Answer {
        let text = try TextFile.read(path, named: path, at: span)
        var list = SuppressionFile(text, try session.pin().engine)
        let known = try session.channels().map(\.name)
        for (line, name) in list.channels where !known.contains(where: { Name.same($0, name) }) {
            throw Diagnostic(
                "unknown-channel", "channel `\(name)` in line \(line) of `\(path)` is not known", at: span,
                help: ["known: \(known.sorted().joined(separator: ", "))"])
        }
        if list.entries.isEmpty { throw Diagnostic.emptyList(path, at: span) }
        list.fill(channel: channel, reason: reason)
        let added = try session.workspace.suppress(list.entries)
        var answer = Answer("suppress")
        answer.headline = "\(Figure.count(list.entries.count)) read, \(Figure.count(added)) of them new"
        answer.facts = [Fact("rows", list.entries.count), Fact("added", added)]
        return answer
    }

    func explain(in session: Session) throws -> Answer { session.plainExplanation(of: statement) }
}
