import Foundation
import Testing

@testable import ReachShell

/// Several processes on one workspace.
@Suite(.serialized, .enabled(if: ReachProcess.path != nil, "the `reach` binary is not built")) struct TwoProcessTests {
    private let importing = "import visits from \"visits.csv\""

    /// A workspace with 2 customers and a file of visits that takes a while to import.
    private func withShop<R>(_ body: (ReachProcess) throws -> R) throws -> R {
        let reach = try ReachProcess()
        defer { reach.remove() }
        try reach.write("people.csv", "customer_id,name\n1,Ann\n2,Bo\n")
        let days = (10..<28).map { "2026-01-\($0)" }
        let rows = (0..<120_000).map { "\($0 % 20_000),\(days[$0 % days.count]),page \($0 % 977)" }
        try reach.write("visits.csv", "customer_id,at,page\n" + rows.joined(separator: "\n") + "\n")
        let made = try reach.run(["shop.db", "-c", "import customers from \"people.csv\""])
        try #require(made.code == 0, "\(made)")
        return try body(reach)
    }

    private func start(_ reach: ReachProcess, _ statement: String) throws -> Process {
        let process = try reach.makeProcess(["shop.db", "-c", statement])
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        return process
    }

    private func customers(_ reach: ReachProcess) throws -> String {
        let result = try reach.run(["shop.db", "--format", "csv", "-c", "count"])
        #expect(result.code == 0, "\(result)")
        return result.output
    }

    @Test func readersGoOnAndASecondWriterWaits() throws {
        try withShop { reach in
            let first = try start(reach, importing)
            // Stopped as it begins to write, long before it closes the file, which nobody may read for a moment: it holds the right to write for as
            // long as this test likes.
            while first.isRunning, (try? reach.read("shop.db-wal").isEmpty) ?? true { usleep(500) }
            kill(first.processIdentifier, SIGSTOP)
            #expect(try ["customers\n2\n", "customers\n20000\n"].contains(customers(reach)))
            let second = try start(reach, "import carts from \"visits.csv\"")
            #expect(try ["customers\n2\n", "customers\n20000\n"].contains(customers(reach)))
            kill(first.processIdentifier, SIGCONT)
            first.waitUntilExit()
            second.waitUntilExit()
            #expect(first.terminationStatus == 0 && second.terminationStatus == 0)
            let rows = try reach.run(["shop.db", "--format", "json", "-c", "count visits; count carts; count all"])
            #expect(rows.output.components(separatedBy: "\"rows\":120000").count == 5, "\(rows)")
            #expect(rows.output.contains("\"customers\":20000"), "\(rows)")
        }
    }

    @Test func anImportThatIsKilledLeavesWhatWasThere() throws {
        try withShop { reach in
            var generator = SystemRandomNumberGenerator()
            let size = try reach.read("shop.db").count
            for _ in 0..<5 {
                let delay = Double.random(in: 0.02...0.4, using: &generator)
                let process = try start(reach, importing)
                Thread.sleep(forTimeInterval: delay)
                kill(process.processIdentifier, SIGKILL)
                process.waitUntilExit()
                let isDone = process.terminationReason == .exit
                let found = try customers(reach)
                let visits = try reach.run(["shop.db", "-c", "count visits"])
                // It may have been over, or just published, when it was killed.
                if isDone || visits.code == 0 {
                    #expect(found == "customers\n20000\n", "after \(delay) s")
                    #expect(try reach.run(["shop.db", "--yes", "-c", "drop table visits"]).code == 0)
                    return
                }
                #expect(found == "customers\n2\n", "after \(delay) s")
            }
            let done = try reach.run(["shop.db", "-c", importing])
            #expect(done.code == 0, "\(done)")
            #expect(try customers(reach) == "customers\n20000\n")
            #expect(try reach.read("shop.db").count < size + 4_000_000)
            #expect(!(try reach.files()).contains("shop.db-wal"))
        }
    }
}
