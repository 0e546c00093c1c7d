import Foundation
import Testing

@testable import ReachShell

/// What scripts rely on: exit codes, clean streams, a workspace that is one file, runs that can be repeated.
@Suite(.serialized, .enabled(if: ReachProcess.path != nil, "the `reach` binary is not built")) struct ContractTests {
    private func withReach<R>(_ body: (ReachProcess) throws -> R) throws -> R {
        let reach = try ReachProcess()
        defer { reach.remove() }
        return try body(reach)
    }

    private func expect(_ code: Int32, _ reach: ReachProcess, _ arguments: [String], input: String = "") throws {
        let result = try reach.run(arguments, input: input)
        #expect(result.code == code, "\(arguments): \(result)")
        #expect(result.errors.contains("rror") == (code != 0), "\(arguments): \(result)")
    }

    private func counted(_ reach: ReachProcess, _ what: String = "all") throws -> String {
        try reach.run(["shop.db", "--format", "csv", "-c", "count \(what)"]).output
    }

    @Test func guardsNeedYes() throws {
        try withReach { reach in
            try reach.write("people.csv", "customer_id,name\n1,Ann\n2,Bo\n")
            try expect(0, reach, ["shop.db", "-c", "import customers from \"people.csv\""])
            try expect(4, reach, ["shop.db", "-c", "import customers from \"people.csv\" replace"])
            try expect(4, reach, ["shop.db"], input: "drop table customers\n")
            #expect(try counted(reach) == "customers\n2\n")
            try expect(0, reach, ["shop.db", "--yes", "-c", "import customers from \"people.csv\" replace"])
            try expect(0, reach, ["shop.db", "--yes", "-c", "drop table customers"])
            try expect(4, reach, ["shop.db", "-c", "require count(all) > 0 else \"nobody\""])
        }
    }

    @Test func filesThatCannotBeUsedAreCode3() throws {
        try withReach { reach in
            try reach.write("people.csv", "customer_id,name\n1,Ann\n")
            try reach.write("empty.csv", "")
            try reach.write("noise.csv", bytes: (0..<100_000).map { UInt8(truncatingIfNeeded: $0 &* $0) })
            try expect(0, reach, ["shop.db", "-c", "import customers from \"people.csv\""])
            for file in ["absent.csv", ".", "empty.csv", "noise.csv"] {
                try expect(3, reach, ["shop.db", "-c", "import customers from \"\(file)\""])
            }
            for workspace in ["people.csv", "noise.csv", ".", "no/such/folder/new.db"] {
                try expect(3, reach, [workspace, "-c", "demo 10 customers"])
            }
            try expect(3, reach, ["shop.db", "--read-only", "-c", "segment loyal where name is known"])
            try expect(3, reach, ["absent.db", "--read-only", "-c", "demo 10 customers"])
            #expect(try counted(reach) == "customers\n1\n")
            #expect(try reach.files() == ["empty.csv", "noise.csv", "people.csv", "shop.db"])

            var bytes = Array(try reach.read("shop.db"))
            // The header of an SQLite file keeps `user_version` here, the most significant byte first.
            bytes[60..<64] = [0, 0, 0, 99]
            try reach.write("later.db", bytes: bytes)
            let later = try reach.run(["later.db", "-c", "count"])
            #expect(later.code == 3 && later.errors.contains("format 99"), "\(later)")
            #expect(Array(try reach.read("later.db")) == bytes)
        }
    }

    @Test func theWorkspaceIsOneFileAfterEveryRun() throws {
        try withReach { reach in
            try expect(0, reach, ["shop.db", "-c", "demo 300 customers seed 1"])
            #expect(try reach.files() == ["shop.db"])
            try expect(0, reach, ["shop.db"], input: "segment keen where orders > 2\ncount\n")
            #expect(try reach.files() == ["shop.db"])
            try expect(1, reach, ["shop.db", "-c", "define spent = sum(orders.total)", "-c", "count all by nothing"])
            #expect(try reach.files() == ["shop.db"])
            try reach.write("copy.db", bytes: Array(try reach.read("shop.db")))
            let copy = try reach.run(["copy.db", "--format", "csv", "-c", "count keen where spent > 0"])
            #expect(copy.code == 0 && copy.output.hasPrefix("customers\n"), "\(copy)")
        }
    }

    @Test func theSameFileIsPassedOverUntilItsRowsAreDropped() throws {
        try withReach { reach in
            try reach.write("orders.csv", "customer_id,date,total\n1,2026-01-02,5.00\n2,2026-01-03,6.00\n")
            let statement = "import orders from \"orders.csv\""
            try expect(0, reach, ["shop.db", "-c", statement])
            try expect(0, reach, ["shop.db", "-c", statement])
            #expect(try counted(reach, "orders") == "rows\n2\n")
            try expect(0, reach, ["shop.db", "-c", statement + " again"])
            #expect(try counted(reach, "orders") == "rows\n4\n")
            try expect(0, reach, ["shop.db", "--yes", "-c", "drop table orders; " + statement])
            #expect(try counted(reach, "orders") == "rows\n2\n")
            try expect(0, reach, ["shop.db", "--yes", "-c", "drop table customers; " + statement])
            #expect(try counted(reach, "orders") == "rows\n2\n")
        }
    }

    @Test func bothStreamsAreJSONLines() throws {
        try withReach { reach in
            try reach.write("people.csv", "customer_id,name\n1,Ann\n2\n")
            try reach.write(
                "week.reach", "import customers from \"people.csv\"\ncount all by name\n\ncount all by nothing\n")
            let result = try reach.run(["shop.db", "--format", "json", "-f", "week.reach"])
            #expect(result.code == 1)
            let answers = try objects(result.output)
            #expect(answers.map { $0["statement"] as? String } == ["import", "count"])
            let keys: Set = ["statement", "facts", "columns", "rows", "warnings", "as_of", "elapsed_ms"]
            #expect(answers.allSatisfy { Set($0.keys) == keys })
            let facts = answers[0]["facts"] as? [String: Int]
            #expect(facts?["rows"] == 2 && facts?["added"] == 1 && facts?["rejected"] == 1)
            let told = try objects(result.errors)
            #expect(told.allSatisfy { $0.count == 1 && ($0["note"] ?? $0["warning"] ?? $0["error"]) != nil })
            let error = told.last?["error"] as? [String: Any]
            #expect(error?["code"] as? String == "unknown-column")
            #expect(error?["file"] as? String == "week.reach" && error?["statement"] as? String == "count")
            #expect(error?["line"] as? Int == 4 && error?["column"] as? Int == 14 && error?["length"] as? Int == 7)
        }
    }

    @Test func aShopIsTheSameBehindAnExportAndAnImport() throws {
        try withReach { reach in
            // Enough customers for every hostile name the shop knows.
            try expect(0, reach, ["shop.db", "-c", "demo 2000 customers seed 1"])
            for suffix in ["csv", "tsv"] {
                try expect(0, reach, ["shop.db", "-c", "export all to \"all.\(suffix)\""])
                try expect(0, reach, ["\(suffix).db", "-c", "import customers from \"all.\(suffix)\""])
                try expect(0, reach, ["\(suffix).db", "-c", "export all to \"back.\(suffix)\""])
                #expect(try reach.read("all.\(suffix)") == reach.read("back.\(suffix)"))
                let first = try reach.run(["shop.db", "--format", "json", "-c", "show of all"])
                let second = try reach.run(["\(suffix).db", "--format", "json", "-c", "show of all"])
                let (before, after) = (try objects(first.output)[0]["rows"], try objects(second.output)[0]["rows"])
                #expect((before as? NSArray) == (after as? NSArray) && (before as? NSArray)?.count == 2000)
            }
        }
    }

    @Test func namesThatCannotBeMeantAreUsage() throws {
        try withReach { reach in
            try expect(2, reach, ["", "-c", "demo 10 customers"])
            try expect(2, reach, [":memory:", "--set", "1a=2", "-c", "help"])
            try expect(2, reach, [":memory:", "--set", "a b=2", "-c", "help"])
            #expect(try reach.files().isEmpty)
        }
    }

    @Test func aSignalIsTheExitCode() throws {
        try withReach { reach in
            for (signal, code) in [(SIGINT, Int32(130)), (SIGTERM, 143), (SIGHUP, 129)] {
                let process = try reach.makeProcess(["shop.db"])
                let (input, output) = (Pipe(), Pipe())
                process.standardInput = input
                process.standardOutput = output
                process.standardError = FileHandle.nullDevice
                try process.run()
                // The first answer says that the process is up and watches its signals.
                try input.fileHandleForWriting.write(
                    contentsOf: Data("echo \"up\"\ndemo 200000 customers\necho\n".utf8))
                #expect(output.fileHandleForReading.availableData == Data("up\n".utf8))
                kill(process.processIdentifier, signal)
                process.waitUntilExit()
                #expect(process.terminationStatus == code)
                try input.fileHandleForWriting.close()
                #expect(try counted(reach) == "customers\n0\n")
            }
        }
    }

    private func objects(_ lines: String) throws -> [[String: Any]] {
        try lines.split(separator: "\n").map { line in
            try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
        }
    }
}
