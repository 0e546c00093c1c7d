import Foundation
import ReachLanguage
import ReachWorkspace
import Testing

@testable import ReachStatements

/// Answers are given again only where nothing that they depend on has changed.
struct AnswerCacheTests {
    private let path = NSTemporaryDirectory() + "reach-answers-\(UUID().uuidString).db"

    private func open() throws -> Session {
        var options = WorkspaceOptions()
        options.timezone = "UTC"
        return Session(
            workspace: try Workspace.open(path, options: options),
            options: SessionOptions(clock: .endOfDay(SampleSession.today), threads: 2))
    }

    private func key(_ text: String, _ session: Session) throws -> AnswerCache.Key? {
        defer { session.unpin() }
        return try session.answerKey(try session.grammar.parse(text))
    }

    @Test func whatAnAnswerDependsOnIsInItsKey() throws {
        defer { try? FileManager.default.removeItem(atPath: path) }
        let session = try open()
        try session.answer("demo 300 customers seed 7; define rich = orders > 4")
        let asked = "count where rich"
        let before = try #require(try key(asked, session))
        let count = try session.fact("customers", of: asked)
        #expect(try key(asked, session) == before)
        #expect(try session.fact("customers", of: asked) == count)

        try session.answer("segment where orders > 3")
        #expect(try key(asked, session) != before)
        try session.answer("segment all")
        #expect(try key(asked, session) == before)
        try session.answer("set $x = 5")
        #expect(try key(asked, session) != before)

        let other = try open()
        try other.answer("define rich = orders > 9")
        #expect(try key(asked, session) != before)
        #expect(try session.fact("customers", of: asked) == other.fact("customers", of: asked))
        #expect(try session.fact("customers", of: asked) != count)

        let changed = try #require(try key(asked, session))
        try session.answer("set today = 2026-01-01")
        #expect(try key(asked, session) != changed)
        try session.answer("set cache = off")
        #expect(try key(asked, session) == nil)
        try session.workspace.close()
        try other.workspace.close()
    }

    @Test func theTimeOfDayCountsOnlyWhereItIsAsked() throws {
        defer { try? FileManager.default.removeItem(atPath: path) }
        let session = try open()
        try session.answer("demo 300 customers seed 7")
        #expect(try key("count where last_seen > 60d", session)?.now == nil)
        #expect(try key("count where last_seen < now", session)?.now != nil)
        #expect(try key("count where last_seen within 36h", session)?.now != nil)
        #expect(try key("count where has visits then no orders within 7d", session)?.now != nil)
        #expect(try key("segment where orders > 3", session) == nil)
        #expect(try key("show top 3 by orders", session) == nil)
        try session.answer("set $wait = 5h")
        #expect(try key("count where last_seen within $wait", session)?.now != nil)
        try session.workspace.close()
    }
}
