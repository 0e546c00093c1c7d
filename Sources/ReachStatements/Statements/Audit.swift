import ReachColumns
import ReachDiagnostics
import ReachLanguage
import ReachWorkspace

/// `audit`: what left the workspace, and what was taken out of it.
package enum Audit: StatementDefinition {
    package static let syntax = StatementSyntax(
        "audit", summary: "what was exported and what was removed, and when",
        form: .optional(.clause("top", "top", .integer)))
    package static let details = [
        "The newest comes first; `top N` shows the last N. A workspace opened with `--read-only` keeps no record of exports."
    ]
    package static let examples = [Example("audit", "everything so far"), Example("audit top 5", "the last five")]

    package static func bind(_ statement: Statement, in session: Session) throws -> any BoundStatement {
        let limit = try statement.integer("top").map { count in
            guard count.value > 0 else { throw Diagnostic.countTooSmall("top", at: count.span, help: "top 10") }
            return Int(clamping: count.value)
        }
        return BoundAudit(statement: statement, limit: limit)
    }
}

struct BoundAudit: BoundStatement {
    let statement: Statement
    let limit: Int?

    func run(in session: Session) throws -> Answer {
        let log = try session.workspace.auditLog().reversed()
        let shown = limit.map { Array(log.prefix($0)) } ?? Array(log)
        var answer = Answer(
            "audit", headline: "audit log: " + (log.count == 1 ? "1 entry" : "\(Figure.count(log.count)) entries"))
        answer.facts = [Fact("entries", log.count)]
        answer.table = ResultTable(
            columns: [.init("at", .datetime), .init("action", .text), .init("detail", .text)],
            rows: shown.map { entry in
                [.datetime(entry.at / 1_000_000 * 1_000_000), .text(entry.action), .text(entry.detail)]
            })
        return answer
    }

    func explain(in session: Session) throws -> Answer { session.plainExplanation(of: statement) }
}
