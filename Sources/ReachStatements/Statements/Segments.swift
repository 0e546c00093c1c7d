import ReachColumns
import ReachDiagnostics
import ReachEngine
import ReachLanguage
import ReachPlan

/// `segments`: the saved ones.
package enum Segments: StatementDefinition {
    package static let syntax = StatementSyntax(
        "segments", summary: "the saved segments, with their size today", form: .sequence([]))
    package static let details: [String] = []
    package static let examples = [Example("segments", "what is saved")]

    package static func bind(_ statement: Statement, in session: Session) throws -> any BoundStatement {
        BoundSegments(statement: statement)
    }
}

struct BoundSegments: BoundStatement {
    let statement: Statement

    func run(in session: Session) throws -> Answer {
        let pinned = try session.pin()
        let saved = pinned.context.definitions.filter { $0.kind != .attribute }
        var rows: [[Value]] = []
        var warnings: [String] = []
        for segment in saved {
            let base = AudienceSyntax.Base.segment(Identifier(segment.name, at: statement.span, quoted: true))
            var customers = Value.missing
            do {
                let binder = try session.binder(for: statement)
                let audience = try binder.bindAudience(AudienceSyntax(base: base, condition: nil, span: statement.span))
                customers = .integer(Int64(try pinned.engine.count(.customers(audience.condition))))
            } catch let diagnostic as Diagnostic where diagnostic.kind == .statement {
                warnings.append("`\(segment.name)` cannot be asked any more: \(diagnostic.message)")
            }
            let kind = segment.kind == .frozen ? "frozen" : "live"
            rows.append([.text(segment.name), customers, .text(kind), .text(segment.text)])
        }
        let count = saved.count
        var answer = Answer("segments", headline: count == 0 ? "no segments are saved" : "\(count) saved")
        answer.facts = [Fact("segments", count)]
        answer.table = ResultTable(
            columns: [
                .init("segment", .text), .init("customers", .integer), .init("kind", .text), .init("condition", .text),
            ],
            rows: rows)
        answer.warnings = warnings
        if count == 0 { answer.notes = ["save one: `segment lapsed where last_seen > 60d`"] }
        return answer
    }

    func explain(in session: Session) throws -> Answer { session.plainExplanation(of: statement) }
}
