import ReachDiagnostics
import ReachEngine
import ReachLanguage
import ReachWorkspace

/// Scores that a statement worked out and that nobody has asked for yet. Writing them takes as long as working them out, so that they are
/// written when the session does something else: before the next statement, the next prompt, or the end.
struct UnwrittenScores {
    let statement: String
    let day: Int32
    /// Of the data that they were worked out from.
    let version: Int64
    private let columns: (Engine) throws -> [ScoreColumn]

    init(
        of statement: String, day: Int32, version: Int64, columns: @escaping (Engine) throws -> [ScoreColumn]
    ) {
        self.statement = statement
        self.day = day
        self.version = version
        self.columns = columns
    }

    func write(in session: Session) throws {
        let columns = try columns(try session.pin().engine)
        session.unpin()
        try session.workspace.keep(
            scores: columns, of: statement, day: day, version: version, cancellation: session.cancellation)
    }
}

extension Session {
    /// Writes what statements have left for later.
    ///
    /// - Throws: what keeps it from being written; it is not tried again.
    package func settle() throws {
        guard let scores else { return }
        self.scores = nil
        defer { unpin() }
        try scores.write(in: self)
    }

    /// Writes what statements have left for later, unless a statement makes it anew without a look at it. What keeps it from being written is no
    /// fault of the statement's, and said.
    func settle(before statement: Statement) throws -> [String] {
        guard let scores else { return [] }
        if statement.keyword == scores.statement, asksEverybody(statement) { return [] }
        do {
            try settle()
            return []
        } catch let diagnostic as Diagnostic where diagnostic.kind != .interrupted {
            return ["the scores of the last `\(scores.statement)` are not kept: \(diagnostic.message)"]
        }
    }

    private func asksEverybody(_ statement: Statement) -> Bool {
        guard let audience = statement.audience else { return current == nil }
        if audience.condition != nil { return false }
        return switch audience.base {
        case .all: true
        case .current, .segment: false
        case nil: current == nil
        }
    }
}
