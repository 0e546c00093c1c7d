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
