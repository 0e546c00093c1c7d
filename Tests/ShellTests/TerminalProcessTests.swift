import Foundation
import Glibc
import Testing

@testable import ReachShell

/// A session at a terminal, in a process of its own: what signals do, and what is left behind.
@Suite(.serialized, .enabled(if: ReachProcess.path != nil, "the `reach` binary is not built"))
struct TerminalProcessTests {
    private struct Session {
        let reach: ReachProcess
        let terminal: PseudoTerminal
        let pid: pid_t

        func type(_ text: String) { terminal.type(text) }
        func expect(_ text: String) -> Bool { terminal.expect(text) }
        func wait() -> Int32? { ReachProcess.wait(pid, reading: terminal) }
    }

    private func withSession(
        _ arguments: [String] = [":memory:"], extra: [String: String] = [:],
        _ body: (Session) throws -> Void
    ) throws {
        let reach = try ReachProcess()
        defer { reach.remove() }
        let terminal = try #require(PseudoTerminal())
        let pid = try reach.spawn(arguments, on: terminal, extra: extra)
        let session = Session(reach: reach, terminal: terminal, pid: pid)
        #expect(session.expect("reach> "))
        try body(session)
        // Already gone where the test saw its end.
        kill(pid, SIGKILL)
    }

    @Test func aSessionIsTypedCompletedAndLeft() throws {
        try withSession { session in
            #expect(session.terminal.output.contains("in memory, nothing is kept"))
            session.type("seg")
            #expect(session.expect("seg"))
            session.type("\t")
            #expect(session.expect("ment"))
            session.type("\u{15}demo 400 customers seed 1\r")
            #expect(session.expect("reach> "))
            session.type("segment where\r")
            #expect(session.expect("     > "))
            session.type("orders > 2\r")
            #expect(session.expect(")> "))
            session.type("\u{12}dem")
            #expect(session.expect("demo 400"))
            session.type("\u{3}")
            #expect(session.expect("^C"))
            session.type("echo \"still here\"\r")
            #expect(session.expect("\nstill here\n"))
            #expect(session.expect(")> "))
            session.type("\u{4}")
            #expect(session.wait() == 0)
            let path = session.reach.home.appendingPathComponent(".local/state/reach/history").path
            let history = try String(contentsOfFile: path, encoding: .utf8)
            #expect(
                history == "demo 400 customers seed 1\nsegment where\n\torders > 2\necho \"still here\"\n")
            let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? NSNumber
            #expect(mode?.intValue == 0o600)
        }
    }

    @Test func completionKnowsTheData() throws {
        try withSession { session in
            session.type("demo 400 customers seed 1\r")
            #expect(session.expect("reach> "))
            for (typed, added) in [("count where ci", "ty "), ("count where city = \"Санк", "т-Петербург\" ")] {
                session.type(typed)
                #expect(session.expect(typed))
                session.type("\t")
                #expect(session.expect(added))
                session.type("\u{3}")
                #expect(session.expect("reach> "))
            }
            session.type("segment regulars where orders > 2\r")
            #expect(session.expect("reach regulars ("))
            session.type("show reg")
            #expect(session.expect("reg"))
            session.type("\t")
            #expect(session.expect("ulars "))
        }
    }

    @Test func controlCClearsTheLineAndStopsAStatement() throws {
        try withSession { session in
            session.type("count all where nonsense\u{3}")
            #expect(session.expect("^C"))
            #expect(session.expect("reach> "))
            session.type("demo 5000000 customers seed 1\r")
            Thread.sleep(forTimeInterval: 0.7)
            session.type("\u{3}")
            #expect(session.expect("interrupted"))
            #expect(session.expect("reach> "))
            kill(session.pid, SIGINT)
            #expect(session.expect("^C"))
            session.type("echo \"alive\"\r")
            #expect(session.expect("\nalive\n"))
            session.type("quit\r")
            #expect(session.wait() == 0)
        }
    }

    @Test(arguments: zip([SIGTERM, SIGHUP], [Int32(143), 129]))
    func asksToEndAreFollowedWithTheTerminalRestored(_ signal: Int32, _ code: Int32) throws {
        try withSession { session in
            session.type("echo")
            #expect(session.expect("echo"))
            kill(session.pid, signal)
            #expect(session.wait() == code)
            #expect(session.terminal.echoes)
        }
    }

    @Test func suspendingGivesTheTerminalBack() throws {
        try withSession { session in
            session.type("echo \"be")
            #expect(session.expect("be"))
            #expect(!session.terminal.echoes)
            session.type("\u{1A}")
            for _ in 0..<100 where !session.terminal.echoes { Thread.sleep(forTimeInterval: 0.05) }
            #expect(session.terminal.echoes)
            kill(session.pid, SIGCONT)
            #expect(session.expect("echo \"be"))
            session.type("hind\"\r")
            #expect(session.expect("\nbehind\n"))
        }
    }

    @Test func aPasteOf500LinesRunsLineByLine() throws {
        try withSession { session in
            let lines = (0..<500).map { "echo\t\"line\t\($0)\"" }
            session.type("\u{1B}[200~" + lines.joined(separator: "\n") + "\n\u{1B}[201~")
            #expect(session.terminal.expect("line\\t499\n", seconds: 60))
            let output = session.terminal.output
            #expect((0..<500).allSatisfy { output.contains("line\\t\($0)\n") })
        }
    }

    @Test func aBrokenInitFileIsLoud() throws {
        let script = FileManager.default.temporaryDirectory.appendingPathComponent("start-\(UUID()).reach")
        defer { try? FileManager.default.removeItem(at: script) }
        try "echo \"hello from init\"\ncuont all\n".write(to: script, atomically: true, encoding: .utf8)
        try withSession([":memory:", "--init", script.path]) { session in
            let output = session.terminal.output
            #expect(output.contains("cuont") && output.contains(script.path) && output.contains("was not run"))
        }
        try withSession([":memory:", "--no-init"]) { session in
            #expect(!session.terminal.output.contains("init"))
        }
    }

    @Test func theDefaultWorkspaceIsNamed() throws {
        try withSession([]) { session in
            #expect(session.terminal.output.contains(".local/share/reach/default.db (the default workspace)"))
        }
    }

    @Test func colourIsLeftOutWhereItIsNotWanted() throws {
        try withSession(extra: ["NO_COLOR": "1"]) { session in
            session.type("help\r")
            #expect(session.expect("reach> "))
            #expect(!session.terminal.rawOutput.contains("\u{1B}[1m"))
        }
        try withSession(extra: ["TERM": "dumb"]) { session in
            session.type("help\n")
            #expect(session.expect("reach> "))
            #expect(!session.terminal.rawOutput.contains("\u{1B}"))
        }
    }
}
