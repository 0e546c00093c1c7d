import ReachColumns
import ReachDiagnostics
import Testing

@testable import ReachWorkspace

@Suite("What a workspace remembers beside its data")
struct DefinitionTests {
    @Test("definitions are replaced by name and kind, whatever the case")
    func definitions() throws {
        let workspace = try Workspace.open(":memory:")
        #expect(try workspace.save(.segment, name: "Lapsed", text: "one") == nil)
        #expect(try workspace.save(.attribute, name: "lapsed", text: "other kind") == nil)
        #expect(try workspace.save(.segment, name: "LAPSED", text: "two") == "one")
        #expect(try workspace.definition(.segment, name: "lapsed")?.name == "LAPSED")
        #expect(try workspace.definitions(.segment).map(\.text) == ["two"])
        #expect(try workspace.definitions().count == 2)
        #expect(try workspace.drop(.segment, name: "lapseD"))
        #expect(try workspace.drop(.segment, name: "lapsed") == false)
        #expect(try workspace.definitions().map(\.kind) == [.attribute])
    }

    @Test("settings have defaults, and the zone is fixed at the start")
    func settings() throws {
        var options = WorkspaceOptions()
        options.timezone = "Europe/Moscow"
        let workspace = try Workspace.open(":memory:", options: options)
        #expect(try workspace.setting(.timezone) == "Europe/Moscow")
        #expect(try workspace.zone().identifier == "Europe/Moscow")
        #expect(try workspace.settings()[.masking] == "on")
        #expect(try workspace.setting(.currency) == "")
        try workspace.set(.currency, to: "RUB")
        #expect(try workspace.settings()[.currency] == "RUB")
        options.timezone = "Not/AZone"
        #expect(try Workspace.open(":memory:", options: options).zone() == .utc)
    }

    @Test("frozen members stay the same people", arguments: [1, 3, 64, 128])
    func frozen(chunkRows: Int) throws {
        var options = WorkspaceOptions()
        options.geometry = Geometry(chunkRows: chunkRows)
        let workspace = try Workspace.open(":memory:", options: options)
        let key = [ColumnSchema(name: "id", type: .integer, role: .key)]
        try workspace.load("customers", key, (0..<200).map { [.integer($0)] })
        let before = try workspace.snapshot()
        let chunks = (0..<before.customerChunkCount).map { chunk in
            var members = Bitmap(count: before.rows(inChunk: chunk))
            for row in 0..<members.count where (chunk * chunkRows + row) % 7 == 0 { members[row] = true }
            return members
        }
        #expect(try workspace.freeze("Sevens", text: "all where id", members: chunks) == nil)
        #expect(try workspace.frozenMembers("sevens", in: before) == chunks)
        try workspace.load("customers", key, (0..<300).reversed().map { [.integer($0)] }, mode: .replace)
        let after = try workspace.snapshot()
        let members = try #require(try workspace.frozenMembers("SEVENS", in: after))
        let rows = try after.customers()
        var keys: [Int64] = []
        for chunk in 0..<after.customerChunkCount {
            #expect(members[chunk].count == after.rows(inChunk: chunk))
            for row in 0..<members[chunk].count where members[chunk][row] {
                if case .integer(let key) = rows[chunk * chunkRows + row].values[0] { keys.append(key) }
            }
        }
        #expect(keys == (0..<200).filter { $0 % 7 == 0 })
        #expect(try workspace.frozenSegments().map(\.memberCount) == [keys.count])
        #expect(try workspace.frozenMembers("nobody", in: after) == nil)
        #expect(try workspace.dropFrozenSegment("sevens"))
    }

    @Test("plans, audit and imports are kept")
    func records() throws {
        var options = WorkspaceOptions()
        options.clock = { 1_000 }
        let workspace = try Workspace.open(":memory:", options: options)
        try workspace.savePlan(id: "p7f3a", json: #"{"a":1}"#)
        try workspace.savePlan(id: "p7f3a", json: #"{"a":2}"#)
        #expect(try workspace.plan("p7f3a") == StoredPlan(id: "p7f3a", created: 1_000, json: #"{"a":1}"#))
        #expect(try workspace.plan("p0000") == nil)
        #expect(try workspace.plans().count == 1)
        try workspace.audit("export", "12 rows to audience.csv")
        #expect(
            try workspace.auditLog() == [
                AuditEntry(id: 1, at: 1_000, action: "export", detail: "12 rows to audience.csv")
            ])
        let key = [ColumnSchema(name: "id", type: .integer, role: .key)]
        let request = ImportRequest(
            table: "customers", kind: .customers, columns: key, source: "c.csv", contentHash: "abc",
            statement: "import customers from \"c.csv\"")
        let writer = try workspace.beginImport(request)
        try writer.append(batch(key, [[.integer(1)], [.missing]]))
        _ = try writer.finish()
        let record = try #require(try workspace.imports().first)
        #expect(record.rows == 2)
        #expect(record.rejected == 1)
        #expect(record.source == "c.csv")
        #expect(try workspace.importRecord(ofContent: "abc", into: "customers")?.id == record.id)
        #expect(try workspace.importRecord(ofContent: "abc", into: "orders") == nil)
        try workspace.load("customers", key, [], mode: .replace)
        #expect(try workspace.importRecord(ofContent: "abc", into: "customers") == nil)
    }

    @Test("statistics come from the catalogue, words from the dictionary")
    func statistics() throws {
        let workspace = try Workspace.open(":memory:")
        let columns = [
            ColumnSchema(name: "id", type: .integer, role: .key), ColumnSchema(name: "city", type: .text),
            ColumnSchema(name: "email", type: .text, role: .address(channel: "email")),
            ColumnSchema(name: "spent", type: .integer), ColumnSchema(name: "note", type: .text),
        ]
        try workspace.load(
            "customers", columns,
            (0..<3_000).map { row in
                let spent = row % 2 == 0 ? Value.missing : .integer(Int64(row))
                return [
                    .integer(Int64(row)), .text(row % 2 == 0 ? "Rome" : "Oslo"), .text("e\(row)"), spent,
                    .text("n\(row)"),
                ]
            }, batchRows: 500)
        let snapshot = try workspace.snapshot()
        #expect(
            snapshot.statistics(table: 0, column: 3)
                == ColumnStatistics(rowCount: 3_000, missingCount: 1_500, range: 1...2_999, wordCount: 0))
        #expect(try snapshot.suggestedWords(table: 0, column: 1) == ["Oslo", "Rome"])
        #expect(try snapshot.suggestedWords(table: 0, column: 2) == nil)
        #expect(try snapshot.suggestedWords(table: 0, column: 4) == nil)
        #expect(try snapshot.suggestedWords(table: 0, column: 1, limit: 1) == nil)
    }

    @Test("roles change and tables go, as versions of the data")
    func catalogueChanges() throws {
        let workspace = try Workspace.open(":memory:")
        let key = ColumnSchema(name: "id", type: .integer, role: .key)
        try workspace.load("customers", [key, ColumnSchema(name: "mail", type: .text)], [[.integer(1), .text("a@b")]])
        let before = try workspace.snapshot()
        try workspace.setRole(.address(channel: "email"), of: "Mail", in: "customers")
        #expect(before.schema.customers.columns[1].role == .attribute)
        #expect(try workspace.snapshot().schema.customers.columns[1].role == .address(channel: "email"))
        #expect(diagnostic { try workspace.setRole(.attribute, of: "id", in: "customers") }?.code == "fixed-role")
        #expect(diagnostic { try workspace.setRole(.key, of: "nope", in: "customers") }?.code == "unknown-column")
        let orders = [key, ColumnSchema(name: "at", type: .date, role: .time)]
        try workspace.load("orders", orders, [[.integer(1), .date(3)]])
        #expect(try workspace.dropTable("ORDERS"))
        #expect(try workspace.dropTable("orders") == false)
        #expect(try workspace.snapshot().schema.tables.map(\.name) == ["customers", "sends"])
        #expect(diagnostic { _ = try workspace.dropTable("sends") }?.code == "reserved-table")
        try workspace.load("orders", orders, [[.integer(2), .date(3)]])
        #expect(try workspace.dropTable("customers"))
        let empty = try workspace.snapshot()
        #expect(empty.customerRows == 0)
        #expect(empty.schema == DataSchema(tables: [TableEntry.emptyCustomers.schema, TableEntry.emptySends.schema]))
        // A snapshot of before still reads what is gone.
        #expect(try before.customers().map(\.values) == [[.integer(1), .text("a@b")]])
        try workspace.load("orders", orders, [[.integer(9), .date(3)]])
        #expect(try before.customers().map(\.values) == [[.integer(1), .text("a@b")]])
        #expect(try workspace.snapshot().customers().map(\.values) == [[.integer(9)]])
    }
}
