import Foundation
import Testing

@testable import ReachShell

/// `reach` as scripts and pipes meet it.
@Suite(.serialized, .enabled(if: ReachProcess.path != nil, "the `reach` binary is not built")) struct ProcessTests {
    private func withReach<R>(_ body: (ReachProcess) throws -> R) throws -> R {
        let reach = try ReachProcess()
        defer { reach.remove() }
        return try body(reach)
    }

    @Test func helpAndVersionNeedNothing() throws {
        try withReach { reach in
            let help = try reach.run(["--help"])
            #expect(help.code == 0 && help.output.contains("USAGE: reach") && help.errors.isEmpty)
            #expect(try reach.run(["--version"]).output == ReachVersion.current + "\n")
            let statements = try reach.run([":memory:", "-c", "help"])
            #expect(statements.code == 0 && statements.output.contains("segment") && statements.errors.isEmpty)
        }
    }

    @Test func mistakesInTheCommandLineAreCode2() throws {
        try withReach { reach in
            let wrong = [
                ["--colour"], ["a.db", "b.db"], ["--format", "xml"], ["--set", "days"],
                ["-c", "help", "-f", "x.reach"],
                ["--init", "x", "--no-init"], ["--set", "=5"],
            ]
            for arguments in wrong {
                let result = try reach.run(arguments)
                #expect(result.code == 2, "\(arguments): \(result)")
                #expect(result.output.isEmpty && result.errors.contains("rror"), "\(arguments): \(result)")
            }
        }
    }

    @Test func exitCodesTellWhatFailed() throws {
        try withReach { reach in
            let cases: [(arguments: [String], input: String, code: Int32)] = [
                ([":memory:", "-c", "echo \"a\""], "", 0),
                ([":memory:", "-c", "cuont all"], "", 1),
                ([":memory:"], "cuont all\n", 1),
                ([":memory:", "-c", "echo \"a\"; cuont all"], "", 1),
                (["nowhere.db", "-c", "count all"], "", 3),
                (["nowhere.db"], "count all\n", 3),
                (["-c", "count all"], "", 3),
                ([":memory:", "-f", "nowhere.reach"], "", 3),
                ([":memory:", "-f", reach.home.path], "", 3),
                ([":memory:", "-c", "require 1 > 2"], "", 4),
                ([":memory:", "--keep-going", "-c", "require 1 > 2; describe nothing; echo \"on\""], "", 4),
                ([":memory:", "-c", "quit; cuont"], "", 1),
                ([":memory:", "-c", "quit; require 1 > 2"], "", 0),
                ([":memory:"], "", 0),
            ]
            for (arguments, input, code) in cases {
                let result = try reach.run(arguments, input: input)
                #expect(result.code == code, "\(arguments): \(result)")
                #expect(result.errors.isEmpty == (code == 0), "\(arguments): \(result)")
            }
        }
    }

    @Test func aWorkspaceIsMadeByDemoAndKeepsItsAnswers() throws {
        try withReach { reach in
            let script = reach.home.appendingPathComponent("weekly.reach")
            let text = "\u{FEFF}# every Monday\nset today = 2026-11-01\nsegment where\n  orders > 2\n\ncount by city\n"
            try text.write(to: script, atomically: true, encoding: .utf8)
            #expect(try reach.run(["shop.db", "-c", "demo 400 customers seed 1"]).code == 0)
            let first = try reach.run(["shop.db", "-f", script.path, "--format", "table"])
            let second = try reach.run(["shop.db", "-f", script.path, "--format", "table"])
            #expect(first.code == 0 && first.output == second.output && first.output.contains("customers"))
            let piped = try reach.run(["shop.db"], input: text)
            #expect(piped.output == first.output)
            #expect(try reach.run(["shop.db", "-f", "-"], input: text).output == first.output)
        }
    }

    @Test func pipedOutputIsDataAndNothingElse() throws {
        try withReach { reach in
            try "broken init\n".write(
                to: reach.home.appendingPathComponent("init.reach"), atomically: true, encoding: .utf8)
            let result = try reach.run(
                [":memory:", "--format", "csv", "-c", "demo 200 customers seed 1", "-c", "count all by city"],
                extra: ["XDG_CONFIG_HOME": reach.home.path])
            #expect(result.code == 0, "\(result)")
            #expect(result.output.hasPrefix("city,customers\n"))
            #expect(!(result.output + result.errors).unicodeScalars.contains("\u{1B}"))
            #expect(!result.errors.contains("\r") && !result.output.contains("reach 0"))
            let json = try reach.run(
                [":memory:", "--format", "json"], input: "demo 200 customers seed 1\ncount all\ncuont")
            #expect(json.code == 1)
            for line in (json.output + json.errors).split(separator: "\n") {
                #expect(throws: Never.self) { try JSONSerialization.jsonObject(with: Data(line.utf8)) }
            }
            #expect(json.errors.contains("{\"error\":{\"code\":"))
        }
    }

    @Test func aReaderThatLeavesEndsItQuietly() throws {
        try withReach { reach in
            let path = try #require(ReachProcess.path)
            let process = try reach.makeProcess([])
            process.executableURL = URL(fileURLWithPath: "/bin/sh")
            let statements = "demo 400 customers seed 1; show of all; show of all; show of all"
            process.arguments = [
                "-c", "(\"\(path)\" :memory: --format tsv -c '\(statements)' ; echo \"code $?\" >&2) | head -1",
            ]
            let (output, errors) = (Pipe(), Pipe())
            process.standardOutput = output
            process.standardError = errors
            try process.run()
            process.waitUntilExit()
            let told = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
            #expect(
                told.hasSuffix("code 0\n") || told.hasSuffix("code 1\n") && told.contains("second-table"), "\(told)")
        }
    }

    @Test func parametersAndTodayComeFromTheCommandLine() throws {
        try withReach { reach in
            let result = try reach.run([
                ":memory:", "--today", "2026-03-01", "--set", "who=ann", "-c", "echo \"{today} {$who}\"",
            ])
            #expect(result.code == 0 && result.output == "2026-03-01 ann\n", "\(result)")
            #expect(try reach.run([":memory:", "--today", "yesterday", "-c", "help"]).code == 2)
        }
    }
}
