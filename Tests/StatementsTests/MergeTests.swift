import Foundation
import ReachColumns
import ReachInsight
import ReachLanguage
import ReachStatements
import ReachWorkspace
import Testing

/// Merging beside what it means row by row, over random shops whose orders came by several imports.
struct MergeTests {
    @Test(arguments: 0..<12 as Range<UInt64>) func whatIsMergedIsTheHeirsAndComesBack(seed: UInt64) throws {
        var stream = RandomStream(seed: seed, stream: 77)
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("reach-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let session = try Self.session(chunkRows: [2, 7, 65_536][stream.below(3)])
        let count = 10 + stream.below(30)
        let people = (0..<count).map { index in
            let mail = stream.below(3) == 0 ? "" : "user\(stream.below(count))@example.com"
            let phone = stream.below(2) == 0 ? "" : "+33600000\(100 + stream.below(count))"
            return "K\(index),\(mail),\(phone),\(stream.below(2) == 0 ? "" : String(stream.below(9)))"
        }
        try Self.importing("customers", ["key,email,phone,points"] + people, folder, session)
        var number = 0
        for size in [60, 1 + stream.below(4), 1, 1, 1, 2] {
            let rows = (0..<size).map { _ -> String in
                number += 1
                return
                    "\(number),K\(stream.below(count)),2026-0\(1 + stream.below(9))-1\(stream.below(9)),\(stream.below(500)).50"
            }
            try Self.importing("orders", ["order_id,key,at,total"] + rows, folder, session)
        }
        let before = try Self.everything(session)
        var heirs: [Value: Value] = [:]
        var clusters: [Value: [Value]] = [:]
        for row in try session.rows("duplicates of all") { clusters[row[0], default: []].append(row[1]) }
        for row in try session.rows("duplicates of all") where row[2] == .boolean(true) {
            for member in clusters[row[0]] ?? [] { heirs[member] = row[1] }
        }
        let merged = try session.answer("merge")
        let gone = heirs.count - clusters.count
        #expect(merged.facts.first { $0.name == "removed" }?.value == .integer(Int64(gone)), "seed \(seed)")
        let keys = try session.rows("show key of all").map { $0[0] }
        #expect(keys == before.customers.map { $0[0] }.filter { heirs[$0] == nil || heirs[$0] == $0 }, "seed \(seed)")
        let orders = try session.rows("show order_id, key, at, total of orders sort by order_id")
        let expected = before.orders.map { row in [row[0], heirs[row[1]] ?? row[1], row[2], row[3]] }
        #expect(orders == expected, "seed \(seed)")
        if gone == 0 { return }
        // In order of time, so that windows and sequences find them.
        for key in keys {
            let times = try session.rows("show at of orders where customers.key = \"\(key.text)\"").map {
                $0[0].day
            }
            #expect(times == times.sorted(), "seed \(seed)")
        }
        try session.answer("merge undo")
        let after = try Self.everything(session)
        #expect(after.customers == before.customers && after.orders == before.orders, "seed \(seed)")
    }

    /// Who went is found by their key, whatever is imported, until the merge is taken back.
    @Test(arguments: [2, 7, 65_536]) func importsFindWhoStayed(chunkRows: Int) throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("reach-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let session = try Self.session(chunkRows: chunkRows)
        let header = "key,email,phone,points"
        try Self.importing("customers", [header, "A,a@example.com,,1", "B,,,2", "C,a@example.com,,3"], folder, session)
        try Self.importing("orders", ["order_id,key,at,total", "1,C,2026-01-02,5.00"], folder, session)
        try session.answer("merge")
        func customers() throws -> [[Value]] { try session.rows("show key, points, orders of all") }
        func row(_ key: String, _ points: Int64, _ orders: Int64) -> [Value] {
            [.text(key), .integer(points), .integer(orders)]
        }
        // C has an order, so that A became C.
        #expect(try customers() == [row("B", 2, 0), row("C", 3, 1)])
        try Self.importing(
            "orders", ["order_id,key,at,total", "2,A,2026-01-03,5.00", "3,D,2026-01-03,5.00"], folder, session)
        let withD = try session.rows("show key, orders of all")
        #expect(withD == [[.text("B"), .integer(0)], [.text("C"), .integer(2)], [.text("D"), .integer(1)]])
        // By the key that went alone, with somebody new: C keeps its key.
        try Self.importing("customers", [header, "A,a@example.com,,10", "E,,,5"], folder, session)
        #expect(try customers().contains(row("C", 10, 2)))
        #expect(try customers().count == 4)
        // By both: C's own row counts, wherever it stands.
        try Self.importing("customers", [header, "C,a@example.com,,20", "A,,,30"], folder, session)
        #expect(try customers().contains(row("C", 20, 2)))
        try Self.importing("customers", [header, "A,,,31", "C,a@example.com,,21", "F,,,1"], folder, session)
        #expect(try customers().contains(row("C", 21, 2)))
        // Merged once more, into B.
        try Self.importing(
            "orders", ["order_id,key,at,total"] + (4...9).map { "\($0),B,2026-01-03,5.00" }, folder, session)
        try Self.importing("customers", [header, "B,a@example.com,,7"], folder, session)
        try session.answer("merge")
        try Self.importing("orders", ["order_id,key,at,total", "10,A,2026-01-04,5.00"], folder, session)
        #expect(try customers().contains(row("B", 7, 9)))
        #expect(try customers().allSatisfy { $0[0] != .text("A") && $0[0] != .text("C") })
    }

    @Test func aMergeTakenBackLeavesKeysAlone() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("reach-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let session = try Self.session(chunkRows: 7)
        try Self.importing(
            "customers", ["key,email,phone,points", "A,a@example.com,,1", "C,a@example.com,,3"], folder, session)
        try session.answer("merge")
        try session.answer("merge undo")
        try Self.importing("orders", ["order_id,key,at,total", "1,C,2026-01-02,5.00"], folder, session)
        #expect(
            try session.rows("show key, orders of all") == [[.text("A"), .integer(0)], [.text("C"), .integer(1)]])
        // All customers go, and their rows with them.
        try session.answer("merge")
        try session.answer("drop table customers")
        try Self.importing("customers", ["key,email,phone,points", "X,,,1", "Y,,,3"], folder, session)
        try Self.importing("orders", ["order_id,key,at,total", "1,X,2026-01-02,5.00"], folder, session)
        #expect(
            try session.rows("show key, orders of all") == [[.text("X"), .integer(1)], [.text("Y"), .integer(0)]])
    }

    private static func session(chunkRows: Int) throws -> Session {
        var options = WorkspaceOptions()
        options.geometry = Geometry(chunkRows: chunkRows)
        options.timezone = "UTC"
        var sessionOptions = SessionOptions(clock: .endOfDay(SampleSession.today), threads: 2)
        sessionOptions.assumesYes = true
        return Session(workspace: try Workspace.open(":memory:", options: options), options: sessionOptions)
    }

    private static func importing(_ table: String, _ lines: [String], _ folder: URL, _ session: Session) throws {
        let file = folder.appendingPathComponent("\(UUID().uuidString).csv")
        try (lines.joined(separator: "\n") + "\n").write(to: file, atomically: true, encoding: .utf8)
        let clauses = table == "orders" ? " customer key at at" : " key key"
        try session.answer("import \(table) from \"\(file.path)\"\(clauses)")
    }

    private static func everything(_ session: Session) throws -> (customers: [[Value]], orders: [[Value]]) {
        (
            try session.rows("show key, email, phone, points of all"),
            try session.rows("show order_id, key, at, total of orders sort by order_id")
        )
    }
}

extension Value {
    fileprivate var text: String { if case .text(let text) = self { text } else { "" } }
    fileprivate var day: Int32 { if case .date(let day) = self { day } else { 0 } }
}
