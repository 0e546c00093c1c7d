import ReachColumns
import ReachDiagnostics
import ReachLanguage
import ReachWorkspace

/// `drop import N`
struct BoundDropImport: BoundStatement {
    let statement: Statement
    let number: (value: Int64, span: SourceSpan)

    func run(in session: Session) throws -> Answer {
        let known = try session.workspace.imports().map(\.id)
        session.unpin()
        let done = try session.workspace.dropImport(
            number.value, cancellation: session.cancellation, progress: session.hooks.progress)
        guard let done else { throw Diagnostic.unknownImport(number.value, at: number.span, known: known) }
        let record = done.record
        try session.log(
            "drop import",
            "\(number.value), \(record.source) into \(record.table): \(Figure.count(done.rows, "row")), "
                + "\(Figure.count(done.customers, "customer"))")
        var gone: [String] = []
        if done.rows > 0 || done.customers == 0 { gone.append("\(Figure.count(done.rows, "row")) of \(record.table)") }
        if done.customers > 0 { gone.append(Figure.count(done.customers, "customer")) }
        var answer = Answer(
            "drop",
            headline:
                "import \(number.value) of \(record.source) taken back: \(gone.joined(separator: " and ")) removed")
        answer.facts = [
            Fact("import", .integer(number.value)), Fact("rows", done.rows), Fact("customers", done.customers),
            Fact("customers_kept", done.customersKept),
        ]
        if done.customersKept > 0 {
            answer.notes.append(
                "\(Figure.count(done.customersKept, "customer")) that it brought \(done.customersKept == 1 ? "stays" : "stay"): "
                    + "other imports have rows of theirs")
        }
        if record.updated > 0 {
            answer.notes.append(
                "\(Figure.count(record.updated, "row")) that it updated \(record.updated == 1 ? "keeps" : "keep") the new values; "
                    + "importing the earlier file with `again` brings the old ones back")
        }
        if record.isReplacement { answer.notes.append("what it replaced does not come back") }
        return answer
    }

    func explain(in session: Session) throws -> Answer { session.plainExplanation(of: statement) }
}
