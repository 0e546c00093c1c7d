import Foundation
import ReachColumns
import ReachDiagnostics
import ReachLanguage
import ReachPlan
import ReachStatements
import ReachWorkspace

/// A session over a small sample shop in memory, as of 2026-11-22.
enum SampleSession {
    static let today: Int32 = 20_779

    static func make(customers: Int = 500, chunkRows: Int = 65_536) throws -> Session {
        var options = WorkspaceOptions()
        options.geometry = Geometry(chunkRows: chunkRows)
        options.timezone = "UTC"
        let session = Session(
            workspace: try Workspace.open(":memory:", options: options),
            options: SessionOptions(clock: .endOfDay(today), threads: 2))
        if customers > 0 { _ = try session.answer("demo \(customers) customers seed 7") }
        return session
    }
}

extension Session {
    /// Runs all statements of a text and gives the last answer.
    @discardableResult
    func answer(_ text: String) throws -> Answer {
        let source = SourceText(text)
        do {
            var last = Answer("nothing")
            for statement in try parse(source) { last = try run(statement) }
            return last
        } catch let diagnostic as Diagnostic {
            throw diagnostic.located(in: source)
        }
    }

    /// The rows of the answer's table.
    func rows(_ text: String) throws -> [[Value]] {
        var rows: [[Value]] = []
        try answer(text).table?.forEachRow { row in
            rows.append(row)
            return true
        }
        return rows
    }

    func fact(_ name: String, of text: String) throws -> Value? {
        try answer(text).facts.first { $0.name == name }?.value
    }
}
