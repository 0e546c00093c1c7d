import ReachColumns
import ReachDiagnostics
import Testing

@testable import ReachWorkspace

@Suite("Taking imports back")
struct ImportRemovalTests {
    private let people = [
        ColumnSchema(name: "id", type: .integer, role: .key), ColumnSchema(name: "city", type: .text),
        ColumnSchema(name: "points", type: .integer),
    ]
    private let orders = [
        ColumnSchema(name: "id", type: .integer, role: .key), ColumnSchema(name: "at", type: .date, role: .time),
        ColumnSchema(name: "what", type: .text), ColumnSchema(name: "total", type: .float),
    ]

    private func memory(_ chunkRows: Int) throws -> Workspace {
        var options = WorkspaceOptions()
        options.geometry = Geometry(chunkRows: chunkRows)
        return try Workspace.open(":memory:", options: options)
    }

    /// What customers and activity there is, whatever the rows they stand in.
    private func contents(_ workspace: Workspace) throws -> [String: [[Value]]] {
        let snapshot = try workspace.snapshot()
        let all = try snapshot.customers()
        var contents = ["customers": all.filter(\.isLive).map(\.values).sorted { $0[0].lane ?? 0 < $1[0].lane ?? 0 }]
        for table in snapshot.schema.activities where table.name != "sends" {
            for (customer, rows) in zip(all, try snapshot.activity(table.name)) where !rows.isEmpty {
                #expect(customer.isLive)
                contents["\(table.name) of \(customer.values[0])"] = rows
            }
        }
        return contents
    }

    @Test("without an import of activity all is as if it had never been", arguments: 0..<24)
    func activity(seed: UInt64) throws {
        var random = SplitMix(seed: seed)
        let chunkRows = [1, 3, 64][random.below(3)]
        let whole = try memory(chunkRows)
        let without = try memory(chunkRows)
        let count = 2 + random.below(5)
        let left = 1 + random.below(count)
        for number in 1...count {
            let table = ["orders", "visits"][random.below(2)]
            let rows = (0..<random.below(40)).map { _ -> [Value] in
                [
                    .integer(Int64(random.below(12))), .date(Int32(random.below(9))),
                    random.below(4) == 0 ? .missing : .text(["ski", "boot", "", "жук"][random.below(4)] + "!"),
                    random.below(4) == 0 ? .missing : .float(Double(random.below(5))),
                ]
            }
            try whole.load(table, orders, rows)
            if number != left { try without.load(table, orders, rows) }
        }
        let removed = try #require(try whole.dropImport(Int64(left)))
        #expect(try contents(whole) == contents(without), "seed \(seed)")
        #expect(try whole.imports().map(\.id) == (1...count).map { Int64($0) }.filter { $0 != left })
        #expect(removed.rows == removed.record.added)
        #expect(try whole.snapshot().customerCount == without.snapshot().customerCount)
        try expectNoLeftovers(whole)
        // The table goes on as any other.
        let more: [[Value]] = [
            [.integer(3), .date(4), .text("later"), .float(1)], [.integer(99), .date(1), .missing, .missing],
        ]
        try whole.load("orders", orders, more)
        try without.load("orders", orders, more)
        #expect(try contents(whole) == contents(without), "seed \(seed)")
    }

    @Test("customers that an import brought go, unless others have rows of theirs")
    func customers() throws {
        let workspace = try memory(3)
        try workspace.load("customers", people, (1...4).map { [.integer($0), .text("Rome"), .integer(10 * $0)] })
        try workspace.load("customers", people, (4...8).map { [.integer($0), .text("Oslo"), .integer(1)] })
        try workspace.load("orders", orders, [[.integer(6), .date(1), .text("ski"), .missing]])
        let removed = try #require(try workspace.dropImport(2))
        #expect(removed.customers == 3)
        #expect(removed.customersKept == 1)
        #expect(removed.rows == 0)
        let live = try workspace.snapshot().customers().filter(\.isLive)
        #expect(live.map { $0.values[0] } == [.integer(1), .integer(2), .integer(3), .integer(4), .integer(6)])
        // What it changed stays changed.
        #expect(live[3].values == [.integer(4), .text("Oslo"), .integer(1)])
        // Those who went have nothing left, and come back with what a later file says.
        let gone = try workspace.snapshot().customers().filter { !$0.isLive }
        #expect(gone.allSatisfy { $0.values.dropFirst().allSatisfy { $0 == .missing } })
        try workspace.load("customers", Array(people.prefix(2)), [[.integer(7), .text("Bern")]])
        let back = try workspace.snapshot().customers().first { $0.values[0] == .integer(7) }
        #expect(back?.isLive == true)
        #expect(back?.values == [.integer(7), .text("Bern"), .missing])
        #expect(try workspace.snapshot().customerCount == 6)
        try expectNoLeftovers(workspace)
    }

    @Test("an import that there is not")
    func unknown() throws {
        let workspace = try memory(3)
        #expect(try workspace.dropImport(7) == nil)
    }

    @Test("interrupted, nothing has changed")
    func interrupted() throws {
        let workspace = try memory(3)
        try workspace.load("orders", orders, (1...9).map { [.integer($0), .date(1), .text("ski"), .missing] })
        let before = try contents(workspace)
        let cancellation = Cancellation()
        cancellation.request()
        #expect(diagnostic { _ = try workspace.dropImport(1, cancellation: cancellation) }?.kind == .interrupted)
        #expect(try contents(workspace) == before)
        #expect(try workspace.imports().count == 1)
        try expectNoLeftovers(workspace)
    }
}
