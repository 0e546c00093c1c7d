import ReachColumns
import ReachDiagnostics
import Testing

@testable import ReachWorkspace

@Suite("Importing customers")
struct CustomersImportTests {
    private let columns = [
        ColumnSchema(name: "id", type: .integer, role: .key), ColumnSchema(name: "city", type: .text),
        ColumnSchema(name: "spent", type: .decimal(scale: 2)), ColumnSchema(name: "seen", type: .date),
    ]

    @Test("all columns of all rows are there", arguments: [1, 3, 64, 65_536])
    func plainImport(chunkRows: Int) throws {
        let workspace = try memory(chunkRows)
        let rows = (0..<200).map { row -> [Value] in
            let city = row % 7 == 0 ? Value.missing : .text("city \(row % 5)")
            let seen = row % 3 == 0 ? Value.missing : .date(Int32(20_000 + row))
            return [.integer(Int64(1_000 - row)), city, .decimal(units: Int64(row * 25), scale: 2), seen]
        }
        let result = try workspace.load("customers", columns, rows)
        #expect(result.rows == 200)
        #expect(result.added == 200)
        #expect(result.tableCreated)
        let snapshot = try workspace.snapshot()
        #expect(snapshot.schema.customers.columns == columns)
        #expect(snapshot.customerCount == 200)
        #expect(try snapshot.customers().map(\.values) == rows)
    }

    @Test("random upserts and replacements agree with a dictionary", arguments: 0..<10)
    func model(seed: UInt64) throws {
        var random = SplitMix(seed: seed)
        let workspace = try memory([1, 3, 64][random.below(3)])
        var model = CustomersModel()
        for _ in 0..<8 {
            var fileColumns = [ColumnSchema(name: "id", type: .integer, role: .key)]
            for name in ["a", "b", "c"] where random.below(3) > 0 {
                fileColumns.append(ColumnSchema(name: name, type: name == "b" ? .text : .integer))
            }
            let rows = (0..<random.below(60)).map { _ in
                fileColumns.map { column -> Value in
                    if column.role == .key {
                        return random.below(20) == 0 ? .missing : .integer(Int64(random.below(80)))
                    }
                    if random.below(4) == 0 { return .missing }
                    return column.type == .text ? .text("w\(random.below(30))") : .integer(Int64(random.below(1_000)))
                }
            }
            let mode: ImportRequest.Mode = random.below(6) == 0 ? .replace : .merge
            let result = try workspace.load("customers", fileColumns, rows, mode: mode)
            let expected = model.load(fileColumns, rows, mode: mode)
            #expect(result.added == expected.added, "seed \(seed)")
            #expect(result.updated == expected.updated, "seed \(seed)")
            #expect(result.rejected.map(\.row) == expected.rejected, "seed \(seed)")
            #expect(
                result.rows == result.added + result.updated + result.duplicatesInFile + result.rejected.count)
            let snapshot = try workspace.snapshot()
            #expect(try model.differs(from: snapshot) == nil, "seed \(seed)")
            #expect(snapshot.customerCount == model.liveCount, "seed \(seed)")
        }
    }

    @Test("customers without a key are numbered and never merged")
    func numbered() throws {
        let workspace = try memory(3)
        let file = [ColumnSchema(name: "segment", type: .text)]
        let rows = Array(repeating: [Value.text("same")], count: 5)
        #expect(try workspace.load("customers", file, rows).added == 5)
        #expect(try workspace.load("customers", file, rows).added == 5)
        let snapshot = try workspace.snapshot()
        #expect(snapshot.schema.customers.columns.map(\.name) == ["customer", "segment"])
        #expect(try snapshot.customers().map { $0.values[0] } == (1...10).map { .integer($0) })
        _ = try workspace.load("customers", file, Array(rows.prefix(2)), mode: .replace)
        let replaced = try workspace.snapshot()
        #expect(replaced.customerCount == 2)
        #expect(replaced.customerRows == 10)
    }

    @Test("keys of different types are compared by their characters")
    func keyCharacters() throws {
        let workspace = try memory(64)
        let numbers = [ColumnSchema(name: "id", type: .integer, role: .key), ColumnSchema(name: "x", type: .integer)]
        _ = try workspace.load("customers", numbers, [[.integer(1), .integer(10)], [.integer(7), .integer(70)]])
        let texts = [ColumnSchema(name: "id", type: .text, role: .key), ColumnSchema(name: "x", type: .integer)]
        let result = try workspace.load(
            "customers", texts, [[.text("7"), .integer(71)], [.text("007"), .integer(72)]])
        #expect(result.updated == 1)
        #expect(result.added == 1)
        #expect(result.notes == ["`id` was integer and is now text"])
        #expect(
            try workspace.snapshot().customers().map(\.values) == [
                [.text("1"), .integer(10)], [.text("7"), .integer(71)], [.text("007"), .integer(72)],
            ])
    }

    @Test("types widen when later values need it")
    func widening() throws {
        let workspace = try memory(3)
        func file(_ type: DataType) -> [ColumnSchema] {
            [ColumnSchema(name: "id", type: .integer, role: .key), ColumnSchema(name: "x", type: type)]
        }
        _ = try workspace.load(
            "customers", file(.integer),
            [[.integer(1), .integer(12)], [.integer(2), .missing], [.integer(3), .integer(-1)]])
        var result = try workspace.load(
            "customers", file(.decimal(scale: 2)), [[.integer(2), .decimal(units: 150, scale: 2)]])
        #expect(result.notes == ["`x` was integer and is now decimal(2)"])
        #expect(
            try workspace.snapshot().customers().map { $0.values[1] } == [
                .decimal(units: 1200, scale: 2), .decimal(units: 150, scale: 2), .decimal(units: -100, scale: 2),
            ])
        result = try workspace.load("customers", file(.text), [[.integer(4), .text("n/a")]])
        #expect(result.notes == ["`x` was decimal(2) and is now text"])
        _ = try workspace.load("customers", file(.integer), [[.integer(5), .integer(8)]])
        #expect(
            try workspace.snapshot().customers().map { $0.values[1] } == [
                .text("12.00"), .text("1.50"), .text("-1.00"), .text("n/a"), .text("8"),
            ])
    }

    @Test("values too large for the wider type become text, not garbage")
    func overflow() throws {
        let workspace = try memory(64)
        let key = ColumnSchema(name: "id", type: .integer, role: .key)
        _ = try workspace.load(
            "customers", [key, ColumnSchema(name: "x", type: .integer)], [[.integer(1), .integer(.max)]])
        _ = try workspace.load(
            "customers", [key, ColumnSchema(name: "x", type: .decimal(scale: 2))],
            [[.integer(2), .decimal(units: 1, scale: 2)]])
        #expect(
            try workspace.snapshot().customers().map { $0.values[1] } == [
                .text("9223372036854775807"), .text("0.01"),
            ])
    }

    @Test("a file with another key is refused with what to type")
    func otherKey() throws {
        let workspace = try memory(64)
        _ = try workspace.load("customers", columns, [[.integer(1), .text("Paris"), .missing, .missing]])
        let byCity = [ColumnSchema(name: "city", type: .text, role: .key)]
        #expect(diagnostic { _ = try workspace.load("customers", byCity, []) }?.code == "key-conflict")
        let unkeyed = [ColumnSchema(name: "city", type: .text)]
        #expect(diagnostic { _ = try workspace.load("customers", unkeyed, []) }?.code == "key-missing")
        // The refusals let go of the right to write.
        #expect(try workspace.writeHolder() == nil)
        let renamed = [ColumnSchema(name: "customer_id", type: .integer, role: .key)]
        #expect(try workspace.load("customers", renamed, [[.integer(1)]]).notes == ["`customer_id` taken as `id`"])
    }

    @Test("cancelled and dropped imports leave nothing")
    func cancelled() throws {
        let workspace = try memory(3)
        _ = try workspace.load("customers", columns, [[.integer(1), .text("Paris"), .missing, .missing]])
        let before = try workspace.snapshot().version
        do {
            let writer = try workspace.beginImport(
                ImportRequest(table: "customers", kind: .customers, columns: columns))
            try writer.append(batch(columns, [[.integer(2), .text("Rome"), .missing, .missing]]))
        }
        let cancellation = Cancellation()
        let writer = try workspace.beginImport(
            ImportRequest(table: "customers", kind: .customers, columns: columns), cancellation: cancellation)
        cancellation.request()
        #expect(diagnostic { _ = try writer.finish() }?.kind == .interrupted)
        #expect(try workspace.snapshot().version == before)
        #expect(try workspace.snapshot().customers().count == 1)
        #expect(try workspace.writeHolder() == nil)
    }

    @Test("chunks staged before a key comes again are put together anew", arguments: [1, 3, 64])
    func repeatedKeys(chunkRows: Int) throws {
        var options = WorkspaceOptions()
        options.geometry = Geometry(chunkRows: chunkRows)
        options.transactionBytes = 1_000
        let folder = try TemporaryFolder()
        let workspace = try Workspace.open(folder.file("shop.db"), options: options)
        let names = [ColumnSchema(name: "id", type: .integer, role: .key), ColumnSchema(name: "name", type: .text)]
        var rows = (0..<500).map { [Value.integer(Int64($0)), .text("name \($0) \($0 % 9)")] }
        let expected = rows.enumerated().map { [$1[0], $0 % 50 == 7 ? Value.text("again \($0)") : $1[1]] }
        for row in stride(from: 7, to: 500, by: 50) { rows.append(expected[row]) }
        let result = try workspace.load("customers", names, rows)
        #expect(result.added == 500)
        #expect(result.duplicatesInFile == 10)
        #expect(try workspace.snapshot().customers().map(\.values) == expected)
        try workspace.load("customers", names, [])
        try expectNoLeftovers(workspace)
    }

    private func memory(_ chunkRows: Int) throws -> Workspace {
        var options = WorkspaceOptions()
        options.geometry = Geometry(chunkRows: chunkRows)
        return try Workspace.open(":memory:", options: options)
    }
}

/// The same semantics over plain dictionaries.
private struct CustomersModel {
    private var order: [Int64] = []
    private var rows: [Int64: [String: Value]] = [:]
    private var live: Set<Int64> = []
    private var columns: Set<String> = []

    var liveCount: Int { live.count }

    mutating func load(
        _ file: [ColumnSchema], _ values: [[Value]], mode: ImportRequest.Mode
    ) -> (added: Int, updated: Int, rejected: [Int]) {
        let before = live
        var seen: Set<Int64> = []
        var rejected: [Int] = []
        if mode == .replace {
            columns = []
            for key in order { rows[key] = [:] }
        }
        for column in file where column.role != .key { columns.insert(column.name) }
        for (position, row) in values.enumerated() {
            guard case .integer(let key) = row[0] else {
                rejected.append(position)
                continue
            }
            seen.insert(key)
            if rows[key] == nil {
                order.append(key)
                rows[key] = [:]
            }
            for (column, schema) in file.enumerated() where column > 0 { rows[key]?[schema.name] = row[column] }
        }
        live = mode == .replace ? seen : live.union(seen)
        return (seen.subtracting(before).count, seen.intersection(before).count, rejected)
    }

    /// What a snapshot has that this has not; nil where they agree.
    func differs(from snapshot: Snapshot) throws -> String? {
        let stored = try snapshot.customers()
        let names = snapshot.schema.customers.columns.map(\.name)
        if stored.isEmpty, order.isEmpty { return nil }
        if Set(names.dropFirst()) != columns { return "columns \(names)" }
        if stored.count != order.count { return "\(stored.count) rows" }
        for (row, key) in order.enumerated() {
            let values = stored[row].values
            if values[0] != .integer(key) { return "key \(values[0]) in row \(row)" }
            if stored[row].isLive != live.contains(key) { return "liveness of \(key)" }
            for (column, name) in names.enumerated() where column > 0 {
                let expected = rows[key]?[name] ?? .missing
                if values[column] != expected { return "\(name) of \(key): \(values[column]), not \(expected)" }
            }
        }
        return nil
    }
}
