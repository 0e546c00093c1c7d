import Glibc
import ReachColumns
import ReachDiagnostics
import Testing

@testable import ReachShell

/// A run of the stub language without a process around it.
private final class Batch {
    let backend = StubBackend()
    var options = ShellOptions()
    var workspace = WorkspaceChoice(named: "shop.db", environment: [:])
    private(set) var output = ""
    private(set) var errors = ""

    func run(_ texts: String...) -> Int32 { runner().run(texts.map { SourceText($0) }) }

    /// Runs text that comes through a pipe in blocks.
    func pipe(_ text: String) -> Int32 {
        var ends: [Int32] = [-1, -1]
        // SAFETY: the array has the two elements that pipe fills.
        _ = unsafe ends.withUnsafeMutableBufferPointer { buffer in
            unsafe buffer.baseAddress.map { unsafe Glibc.pipe($0) }
        }
        try? Descriptor.write(Array(text.utf8), to: ends[1])
        close(ends[1])
        defer { close(ends[0]) }
        return runner().runStream(from: ends[0])
    }

    private func runner() -> BatchRunner {
        let console = Console(writesJSON: options.format == .json, usesColor: false) { self.errors += $0 }
        let sink = OutputSink { bytes in
            let text = String(decoding: bytes, as: UTF8.self)
            if text.contains("close") { throw OutputClosed() }
            self.output += text
        }
        return BatchRunner(
            ShellContext(
                options: options, backend: backend, workspace: workspace ?? .inMemory, sink: sink, console: console,
                makeOptions: { RenderOptions() }))
    }
}

@Suite struct BatchRunnerTests {
    @Test func statementsRunInOrder() {
        let batch = Batch()
        #expect(batch.run("echo one", "echo two\necho three") == 0)
        #expect(batch.output == "one\ntwo\nthree\n")
        #expect(batch.errors.isEmpty)
        #expect(batch.backend.opened == ["shop.db"])
    }

    @Test func nothingRunsWhereSomethingDoesNotParse() {
        let batch = Batch()
        #expect(batch.run("echo one\nbroken") == 1)
        #expect(batch.output.isEmpty && batch.backend.opened.isEmpty)
        #expect(batch.errors.hasPrefix("error[unexpected-word]"))
    }

    @Test func theFirstErrorStops() {
        let batch = Batch()
        #expect(batch.run("echo one\nfail\necho two") == 1)
        #expect(batch.output == "one\n")
        #expect(batch.errors.contains("fail\n") && batch.errors.contains("^^^^") && batch.errors.contains("help: city"))
    }

    @Test func keepGoingRunsTheRestAndGivesTheFirstCode() {
        let batch = Batch()
        batch.options.keepsGoing = true
        #expect(batch.run("guard\nfail\necho two") == 4)
        #expect(batch.output == "two\n")
        let piped = Batch()
        piped.options.keepsGoing = true
        #expect(piped.pipe("broken\nguard\necho two\n") == 1)
        #expect(piped.output == "two\n")
    }

    @Test func pipedStatementsRunUntilTheFirstThatFails() {
        let batch = Batch()
        #expect(batch.pipe("echo one\nseg where\n  a\nbroken\necho two") == 1)
        #expect(batch.output == "one\n[seg where⏎  a]\n")
        #expect(Batch().pipe("") == 0)
        let unended = Batch()
        #expect(unended.pipe("echo я") == 0)
        #expect(unended.output == "я\n")
    }

    @Test func aMissingWorkspaceIsMadeOnlyByWhatFillsIt() {
        for (text, code) in [("count", Int32(3)), ("echo x\ndemo", 0), ("import x", 0), ("connect x", 0)] {
            let batch = Batch()
            batch.backend.exists = false
            #expect(batch.run(text) == code, "\(text)")
            let piped = Batch()
            piped.backend.exists = false
            #expect(piped.pipe(text) == code, "\(text)")
            #expect(batch.backend.opened == (code == 0 ? ["shop.db"] : []))
            #expect(piped.output == batch.output && piped.errors == batch.errors)
        }
        let help = Batch()
        help.backend.exists = false
        #expect(help.run("help") == 0)
        #expect(help.backend.opened == [":memory:"])
        let memory = Batch()
        memory.backend.exists = false
        memory.workspace = .inMemory
        #expect(memory.run("count") == 0)
    }

    @Test func questionsNeedYes() {
        let batch = Batch()
        #expect(batch.run("ask") == 4)
        #expect(batch.errors.contains("--yes"))
        batch.options.confirmsAll = true
        #expect(batch.run("ask") == 0)
        #expect(batch.output == "dropped\n")
    }

    @Test func quitEndsQuietlyAndAClosedOutputToo() {
        let batch = Batch()
        #expect(batch.run("echo one\nquit\necho two") == 0)
        #expect(!batch.output.contains("two"))
        let closed = Batch()
        #expect(closed.run("echo close\nfail") == 0)
        #expect(closed.errors.isEmpty)
    }

    @Test func errorsAndNotesAreJSONLinesWithJSON() {
        let batch = Batch()
        batch.options.format = .json
        #expect(batch.run("warn\nfail") == 1)
        #expect(
            batch.errors == """
                {"note":"done unasked"}
                {"warning":"careful"}
                {"error":{"code":"unknown-column","message":"column `citty` not found","file":null,"statement":"fail",\
                "line":1,"column":1,"length":4,"help":["city"]}}

                """)
        #expect(batch.output.hasPrefix("{\"statement\":\"warn\""))
        #expect(batch.output.contains("\"warnings\":[\"careful\"]"))
    }

    @Test func aSecondCSVTableIsAnError() {
        let batch = Batch()
        batch.options.format = .csv
        #expect(batch.run("count\necho between\ncount") == 1)
        #expect(batch.output == "city,customers\nParis,10\n,2\n")
        #expect(batch.errors.contains("--format json"))
    }
}
