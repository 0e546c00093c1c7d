import Foundation
import Glibc
import Testing

@testable import ReachShell

/// Files in and out of a real process, which may be killed.
@Suite(.serialized, .enabled(if: ReachProcess.path != nil, "the `reach` binary is not built"))
struct ExchangeProcessTests {
    private func withReach<R>(_ body: (ReachProcess) throws -> R) throws -> R {
        let reach = try ReachProcess()
        defer { reach.remove() }
        return try body(reach)
    }

    private static func customers(_ count: Int, city: String) -> String {
        "id,city,email\n" + (0..<count).map { "\($0),\(city) \($0 % 7),c\($0)@example.com\n" }.joined()
    }

    @Test func aDashIsStandardOutput() throws {
        try withReach { reach in
            try reach.write("c.csv", Self.customers(5, city: "Rome"))
            _ = try reach.run(["w.db", "-c", "import customers from \"c.csv\""])
            for format in ["table", "csv", "json"] {
                let result = try reach.run(
                    ["w.db", "--format", format, "-c", "export where id < 2 columns id, city to \"-\""])
                #expect(result.code == 0)
                #expect(result.output == "id,city\n0,Rome 0\n1,Rome 1\n", "\(format)")
                #expect(result.errors.contains("2 customers to standard output"))
            }
        }
    }

    @Test func aReaderThatLeavesIsNoError() throws {
        try withReach { reach in
            try reach.write("c.csv", Self.customers(40_000, city: "Rome"))
            _ = try reach.run(["w.db", "-c", "import customers from \"c.csv\""])
            let shell = Process()
            shell.executableURL = URL(fileURLWithPath: "/bin/bash")
            let path = try #require(ReachProcess.path)
            shell.arguments = [
                "-c", "'\(path)' w.db -c 'export all to \"-\"' | head -n 2 > two; echo ${PIPESTATUS[0]} > code",
            ]
            shell.currentDirectoryURL = reach.home
            try shell.run()
            shell.waitUntilExit()
            #expect(
                String(decoding: try reach.read("two"), as: UTF8.self) == "id,city,email\n0,Rome 0,c0@example.com\n")
            #expect(String(decoding: try reach.read("code"), as: UTF8.self) == "0\n")
        }
    }

    /// Whenever an import is killed, the workspace is as it was before or as it is after, and goes on.
    @Test func killedImportsLeaveTheOldStateOrTheNew() throws {
        try withReach { reach in
            try reach.write("old.csv", Self.customers(2_000, city: "Rome"))
            try reach.write("new.csv", Self.customers(30_000, city: "Oslo"))
            _ = try reach.run(["w.db", "-c", "import customers from \"old.csv\""])
            let statement = "import customers from \"new.csv\" again replace"
            let began = Date()
            _ = try reach.run(["w.db", "--yes", "-c", statement])
            let whole = Date().timeIntervalSince(began)
            _ = try reach.run(["w.db", "--yes", "-c", "import customers from \"old.csv\" replace"])
            for step in 0..<6 {
                let process = try reach.makeProcess(["w.db", "--yes", "-c", statement])
                process.standardOutput = FileHandle.nullDevice
                process.standardError = FileHandle.nullDevice
                try process.run()
                Thread.sleep(forTimeInterval: whole * (0.15 + 0.15 * Double(step)))
                kill(process.processIdentifier, SIGKILL)
                process.waitUntilExit()
                let count = try reach.run(["w.db", "--format", "csv", "-c", "count all by city"]).output
                let isOld = count.contains("Rome 0,286") && !count.contains("Oslo")
                let isNew = count.contains("Oslo 0,4286") && !count.contains("Rome")
                #expect(isOld || isNew, "after step \(step): \(count)")
                let next = try reach.run(["w.db", "--yes", "-c", "import customers from \"old.csv\" replace"])
                #expect(next.code == 0, "\(next.errors)")
            }
        }
    }

    /// A limit on the size of files stands for a full disk.
    @Test func noRoomLeavesEverythingAsItWas() throws {
        try withReach { reach in
            try reach.write("old.csv", Self.customers(100, city: "Rome"))
            // Text that hardly gets shorter.
            var random = SystemRandomNumberGenerator()
            let rows = (0..<40_000).map { "\($0),\(random.next())\(random.next())\n" }
            try reach.write("new.csv", "id,city\n" + rows.joined())
            _ = try reach.run(["w.db", "-c", "import customers from \"old.csv\""])
            try reach.write("out.csv", "what was there")
            let path = try #require(ReachProcess.path)
            func limited(_ statement: String) throws -> (code: Int32, errors: String) {
                let shell = Process()
                let errors = Pipe()
                shell.executableURL = URL(fileURLWithPath: "/bin/bash")
                shell.arguments = ["-c", "ulimit -f 900; '\(path)' w.db --yes -c '\(statement)'"]
                shell.currentDirectoryURL = reach.home
                shell.standardError = errors
                shell.standardOutput = FileHandle.nullDevice
                try shell.run()
                let text = errors.fileHandleForReading.readDataToEndOfFile()
                shell.waitUntilExit()
                return (shell.terminationStatus, String(decoding: text, as: UTF8.self))
            }
            let refused = try limited("import customers from \"new.csv\"")
            #expect(refused.code == 3, "\(refused)")
            #expect(try reach.run(["w.db", "--format", "csv", "-c", "count all"]).output == "customers\n100\n")
            let taken = try reach.run(["w.db", "-c", "import customers from \"new.csv\""])
            #expect(taken.code == 0, "\(taken.errors)")
            let export = try limited("export all to \"out.csv\"")
            #expect(export.code == 3, "\(export)")
            #expect(export.errors.contains("out.csv"))
            #expect(String(decoding: try reach.read("out.csv"), as: UTF8.self) == "what was there")
            #expect(try reach.files().filter { $0.hasPrefix("out.csv") } == ["out.csv"])
        }
    }
}
