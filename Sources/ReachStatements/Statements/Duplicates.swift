import ReachColumns
import ReachDiagnostics
import ReachEngine
import ReachInsight
import ReachLanguage
import ReachPlan
import ReachWorkspace

/// `duplicates`: customers who are most likely one.
package enum Duplicates: StatementDefinition {
    package static let syntax = StatementSyntax(
        "duplicates",
        summary: "customers with the same phone or e-mail, what they disagree on, and what `merge` would make of them",
        form: .clauses(DuplicateSearch.clauses))
    package static let details = [
        """
        Two customers are one where they share a normalised e-mail address, whatever its case, or phone (`address(c)`, `phone(c)`), directly or through others; \
        `on c, …` names other columns. A value that more than \(DuplicateSearch.mostSharing) share, a switchboard or a placeholder, joins nobody.
        """,
        """
        Of a cluster the customer with the most activity stays, else the one with the most known values, else the first. Each value is the \
        one of who stays, else the first known one of the others; consent is given only where none of them denied it. A conflict is a column of \
        which they have different known values.
        """,
    ]
    package static let examples = [
        Example("duplicates of all", "by e-mail and phone"),
        Example("duplicates on name, birthday", "by other columns"),
    ]

    package static let isRepeatable = true

    package static func bind(_ statement: Statement, in session: Session) throws -> any BoundStatement {
        BoundDuplicates(search: try DuplicateSearch(statement, session))
    }
}

struct BoundDuplicates: BoundStatement {
    let search: DuplicateSearch

    func run(in session: Session) throws -> Answer {
        let pinned = try session.pin()
        defer { session.hooks.progress.finish() }
        let found = try search.find(pinned, session)
        var answer = DuplicatesView(search, found, customers: pinned.snapshot.customerCount).answer("duplicates")
        answer.warnings = search.warnings + answer.warnings + pinned.engine.faultWarnings()
        if !found.clusters.isEmpty { answer.notes = ["`merge` makes one of each"] }
        return answer
    }

    func explain(in session: Session) throws -> Answer { try search.explain(in: session) }
}

/// `merge`: makes one customer of each cluster of duplicates.
package enum Merge: StatementDefinition {
    package static let syntax = StatementSyntax(
        "merge", summary: "make one customer of each cluster that `duplicates` shows, or take that back",
        form: .sequence([.optional(.flag("undo")), .clauses(DuplicateSearch.clauses)]))
    package static let details = [
        """
        Who stays and what becomes of each value is as `duplicates` shows it. All activity of those who go becomes that of the one who stays, the \
        ledger of messages included. Asks first; in batch it needs `--yes`.
        """,
        """
        `merge undo` brings everything back as it was, until the data next changes: an import, scores that are kept, another merge. \
        A later import finds who stayed by the keys of those who went.
        """,
    ]
    package static let examples = [
        Example("merge on name, birthday where city = \"Nowhere\"", "some of them")
    ]

    package static func bind(_ statement: Statement, in session: Session) throws -> any BoundStatement {
        if statement.has("undo") {
            if statement["on"] != nil || statement.audience != nil { throw Diagnostic.undoOfSome(at: statement.span) }
            return BoundMergeUndo(statement: statement)
        }
        return BoundMerge(search: try DuplicateSearch(statement, session))
    }
}

struct BoundMerge: BoundStatement {
    let search: DuplicateSearch

    func run(in session: Session) throws -> Answer {
        let pinned = try session.pin()
        defer { session.hooks.progress.finish() }
        let found = try search.find(pinned, session)
        let gone = found.clusters.reduce(0) { $0 + $1.members.count - 1 }
        let count = Figure.count(found.clusters.count)
        var answer = Answer("merge")
        answer.facts = [Fact("clusters", found.clusters.count), Fact("removed", gone)]
        answer.warnings = search.warnings + found.warnings
        if gone == 0 {
            answer.headline = "nobody to merge"
            return answer
        }
        let question = "merge \(Figure.count(gone + found.clusters.count, "customer")) into \(count)?"
        guard try session.mayGoOn(question, search.statement) else {
            answer.notes = ["nothing is merged"]
            return answer
        }
        let version = pinned.snapshot.version
        let merges = found.merges
        session.unpin()
        let moved = try session.workspace.merge(
            merges, from: version, cancellation: session.cancellation, progress: session.hooks.progress)
        try session.log("merge", "\(gone) customers into \(found.clusters.count)")
        answer.facts.append(Fact("rows_moved", moved))
        answer.headline =
            "\(Figure.count(gone + found.clusters.count, "customer")) became \(count); \(Figure.count(moved, "row")) of activity changed hands"
        answer.notes = ["`merge undo` takes it back until the data next changes"]
        return answer
    }

    func explain(in session: Session) throws -> Answer { try search.explain(in: session) }
}

struct BoundMergeUndo: BoundStatement {
    let statement: Statement

    func run(in session: Session) throws -> Answer {
        session.unpin()
        guard try session.workspace.undoMerge(cancellation: session.cancellation) else {
            throw Diagnostic.nothingToUndo(at: statement.span)
        }
        try session.log("merge", "undo")
        let count = try session.pin().snapshot.customerCount
        var answer = Answer("merge", headline: "as before the merge: \(Figure.count(count, "customer"))")
        answer.facts = [Fact("customers", count)]
        return answer
    }

    func explain(in session: Session) throws -> Answer { session.plainExplanation(of: statement) }
}
