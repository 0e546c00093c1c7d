import ReachColumns
import ReachDiagnostics
import Testing

@testable import ReachWorkspace

@Suite("Importing activity")
struct ActivityImportTests {
    private let columns = [
        ColumnSchema(name: "customer_id", type: .integer, role: .key),
        ColumnSchema(name: "at", type: .date, role: .time), ColumnSchema(name: "total", type: .integer),
    ]

    @Test("orders alone make their customers and are sorted by customer, time, arrival", arguments: [1, 3, 64])
    func ordersAlone(chunkRows: Int) throws {
        let workspace = try memory(chunkRows)
        let rows: [[Value]] = [
            [.integer(9), .date(20), .integer(1)], [.integer(4), .date(10), .integer(2)],
            [.integer(9), .date(10), .integer(3)], [.integer(9), .date(20), .integer(4)],
            [.missing, .date(1), .integer(5)], [.integer(4), .missing, .integer(6)],
            [.integer(77), .missing, .integer(7)],
        ]
        let result = try workspace.load("orders", columns, rows)
        #expect(result.rows == 7)
        #expect(result.added == 4)
        #expect(result.customersCreated == 2)
        #expect(
            result.rejected == [
                RejectedRow(row: 4, reason: "the customer `customer_id` is missing"),
                RejectedRow(row: 5, reason: "the time `at` is missing"),
                RejectedRow(row: 6, reason: "the time `at` is missing"),
            ])
        let snapshot = try workspace.snapshot()
        #expect(snapshot.schema.tables.map(\.name) == ["customers", "orders", "sends"])
        #expect(snapshot.activityRows(table: 1) == 4)
        #expect(try snapshot.customers().map { $0.values[0] } == [.integer(9), .integer(4)])
        #expect(
            try snapshot.activity("orders") == [
                [[.date(10), .integer(3)], [.date(20), .integer(1)], [.date(20), .integer(4)]],
                [[.date(10), .integer(2)]],
            ])
        #expect(try snapshot.activity("sends") == [[], []])
    }

    @Test("random imports with and without row keys agree with a model", arguments: 0..<10)
    func model(seed: UInt64) throws {
        var random = SplitMix(seed: seed)
        let workspace = try memory([1, 3, 64][random.below(3)])
        var model = ActivityModel()
        for _ in 0..<8 {
            var file = [
                ColumnSchema(name: "at", type: .datetime, role: .time),
                ColumnSchema(name: "who", type: .text, role: .key),
            ]
            if random.below(3) > 0 { file.append(ColumnSchema(name: "no", type: .integer, role: .rowKey)) }
            if random.below(3) > 0 { file.append(ColumnSchema(name: "a", type: .text)) }
            if random.below(3) > 0 { file.append(ColumnSchema(name: "b", type: .integer)) }
            let rows = (0..<random.below(50)).map { _ in file.map { random.value($0) } }
            let mode: ImportRequest.Mode = random.below(6) == 0 ? .replace : .merge
            let result = try workspace.load("visits", file, rows, mode: mode)
            let expected = model.load(file, rows, mode: mode)
            #expect(result.added == expected.added, "seed \(seed)")
            #expect(result.updated == expected.updated, "seed \(seed)")
            #expect(result.rejected.map(\.row) == expected.rejected, "seed \(seed)")
            #expect(result.rows == result.added + result.updated + result.duplicatesInFile + result.rejected.count)
            let snapshot = try workspace.snapshot()
            let difference = try model.differs(from: snapshot)
            #expect(difference == nil, "seed \(seed)")
        }
    }

    @Test("customers who arrive later leave partitions as they are")
    func laterCustomers() throws {
        let workspace = try memory(3)
        _ = try workspace.load("orders", columns, [[.integer(1), .date(5), .integer(10)]])
        let key = [ColumnSchema(name: "id", type: .integer, role: .key), ColumnSchema(name: "city", type: .text)]
        let result = try workspace.load(
            "customers", key, (1...8).map { [.integer($0), .text("c\($0)")] })
        #expect(result.updated == 1)
        let snapshot = try workspace.snapshot()
        // Only the key was known, so the customers file names it.
        #expect(snapshot.schema.customers.columns.map(\.name) == ["id", "city"])
        #expect(try snapshot.activity("orders") == [[[.date(5), .integer(10)]]] + Array(repeating: [], count: 7))
        #expect(try snapshot.activityOffsets(table: 1, chunk: 0) == [0, 1, 1, 1])
        #expect(try snapshot.activityOffsets(table: 1, chunk: 1) == nil)
    }

    @Test("references of another type than the key are compared by their characters")
    func referenceCharacters() throws {
        let workspace = try memory(3)
        let key = [ColumnSchema(name: "id", type: .integer, role: .key)]
        _ = try workspace.load("customers", key, [[.integer(1)], [.integer(2)]])
        let file = [
            ColumnSchema(name: "c", type: .text, role: .key), ColumnSchema(name: "at", type: .date, role: .time),
        ]
        var result = try workspace.load("orders", file, [[.text("2"), .date(1)], [.text("3"), .date(1)]])
        #expect(result.customersCreated == 1)
        #expect(result.notes == [])
        #expect(try workspace.snapshot().customers().map { $0.values[0] } == [.integer(1), .integer(2), .integer(3)])
        result = try workspace.load("orders", file, [[.text("002"), .date(1)]])
        #expect(result.notes == ["`id` was integer and is now text"])
        #expect(
            try workspace.snapshot().customers().map { $0.values[0] } == [
                .text("1"), .text("2"), .text("3"), .text("002"),
            ])
        #expect(try workspace.snapshot().activity("orders").map(\.count) == [0, 1, 1, 1])
    }

    @Test("strict refuses activity of unknown customers")
    func strict() throws {
        let workspace = try memory(3)
        _ = try workspace.load("customers", [ColumnSchema(name: "id", type: .integer, role: .key)], [[.integer(1)]])
        let refused = diagnostic {
            try workspace.load(
                "orders", columns, [[.integer(1), .date(1), .missing], [.integer(2), .date(1), .missing]], strict: true)
        }
        #expect(refused?.kind == .guardRefused)
        #expect(try workspace.snapshot().schema.table("orders") == nil)
        let taken = try workspace.load("orders", columns, [[.integer(1), .date(1), .missing]], strict: true)
        #expect(taken.customersCreated == 0)
    }

    @Test("a removed customer who orders again is back")
    func revived() throws {
        let workspace = try memory(3)
        let key = [ColumnSchema(name: "id", type: .integer, role: .key)]
        _ = try workspace.load("customers", key, [[.integer(1)], [.integer(2)]])
        _ = try workspace.load("customers", key, [[.integer(2)]], mode: .replace)
        #expect(try workspace.snapshot().customers().map(\.isLive) == [false, true])
        let result = try workspace.load("orders", columns, [[.integer(1), .date(1), .missing]])
        #expect(result.customersCreated == 1)
        #expect(try workspace.snapshot().customers().map(\.isLive) == [true, true])
        #expect(try workspace.snapshot().customerCount == 2)
    }

    @Test("dates become datetimes at the start of their day in the workspace's zone")
    func dateWidening() throws {
        var options = WorkspaceOptions()
        options.timezone = "Europe/Moscow"
        let workspace = try Workspace.open(":memory:", options: options)
        _ = try workspace.load("orders", columns, [[.integer(1), .date(20_000), .missing]])
        let precise = [columns[0], ColumnSchema(name: "at", type: .datetime, role: .time)]
        let result = try workspace.load("orders", precise, [[.integer(1), .datetime(5)]])
        #expect(result.notes == ["`at` was date and is now datetime"])
        let midnight = (20_000 * 86_400 - 3 * 3_600) * 1_000_000
        #expect(
            try workspace.snapshot().activity("orders").first == [
                [.datetime(5), .missing], [.datetime(Int64(midnight)), .missing],
            ])
    }

    @Test("what cannot be activity is refused")
    func refusals() throws {
        let workspace = try memory(3)
        #expect(diagnostic { try workspace.load("sends", columns, []) }?.code == "ledger-column")
        #expect(
            diagnostic { try workspace.load("sends", columns, [], mode: .replace) }?.code == "reserved-table")
        let nameless = [columns[0], ColumnSchema(name: "at", type: .datetime, role: .time)]
        #expect(diagnostic { try workspace.load("sends", nameless, []) }?.code == "ledger-column")
        #expect(diagnostic { try workspace.load("orders", Array(columns.dropFirst()), []) }?.code == "missing-customer")
        #expect(
            diagnostic { try workspace.load("orders", [columns[0], columns[2]], []) }?.code == "missing-time")
        let activity = ImportRequest(table: "customers", kind: .activity, columns: columns)
        #expect(diagnostic { _ = try workspace.beginImport(activity) }?.code == "kind-conflict")
        #expect(try workspace.writeHolder() == nil)
    }

    private func memory(_ chunkRows: Int) throws -> Workspace {
        var options = WorkspaceOptions()
        options.geometry = Geometry(chunkRows: chunkRows)
        options.timezone = "UTC"
        return try Workspace.open(":memory:", options: options)
    }
}

extension SplitMix {
    fileprivate mutating func value(_ column: ColumnSchema) -> Value {
        switch column.name {
        case "at": below(25) == 0 ? .missing : .datetime(Int64(below(30)) * 1_000_000)
        case "who": below(25) == 0 ? .missing : .text("c\(below(12))")
        case "no": below(10) == 0 ? .missing : .integer(Int64(below(60)))
        case "a": below(4) == 0 ? .missing : .text("w\(below(9))")
        default: below(4) == 0 ? .missing : .integer(Int64(below(1_000)))
        }
    }
}

/// The same semantics over a plain list.
private struct ActivityModel {
    private struct Event {
        var customer: String
        var time: Int64
        var values: [String: Value]
    }

    private var events: [Event] = []
    private var customers: [String] = []
    /// Without the customer, in the table's order.
    private var columns: [String] = []

    mutating func load(
        _ file: [ColumnSchema], _ rows: [[Value]], mode: ImportRequest.Mode
    ) -> (added: Int, updated: Int, rejected: [Int]) {
        if mode == .replace {
            events = []
            columns = []
        }
        for column in file where column.role != .key && !columns.contains(column.name) { columns.append(column.name) }
        let stored = events
        var rejected: [Int] = []
        var fresh: [(event: Event, number: Value)] = []
        for (position, row) in rows.enumerated() {
            guard case .text(let customer) = row[1], case .datetime(let time) = row[0] else {
                rejected.append(position)
                continue
            }
            if !customers.contains(customer) { customers.append(customer) }
            var values: [String: Value] = [:]
            for (column, schema) in file.enumerated() where schema.role != .key { values[schema.name] = row[column] }
            let number = values["no"] ?? .missing
            if number != .missing { fresh.removeAll { $0.number == number } }
            fresh.append((Event(customer: customer, time: time, values: values), number))
        }
        var updated = 0
        for index in fresh.indices where fresh[index].number != .missing {
            let number = fresh[index].number
            // Of equal stored keys the last one's values are carried on.
            guard let old = stored.indices.filter({ stored[$0].values["no"] == number }).last else { continue }
            updated += 1
            fresh[index].event.values = stored[old].values.merging(fresh[index].event.values) { $1 }
            events.removeAll { $0.values["no"] == number }
        }
        let added = fresh.count - updated
        events.append(contentsOf: fresh.map(\.event))
        return (added, updated, rejected)
    }

    func differs(from snapshot: Snapshot) throws -> String? {
        let stored = try snapshot.activity("visits")
        let keys = try snapshot.customers().map { $0.values[0] }
        if keys != customers.map({ .text($0) }) { return "customers \(keys)" }
        if snapshot.activityRows(table: 1) != events.count { return "\(snapshot.activityRows(table: 1)) rows" }
        let names = snapshot.schema.table("visits")?.columns.filter { $0.role != .key }.map(\.name) ?? []
        if Set(names) != Set(columns) { return "columns \(names)" }
        for (row, customer) in customers.enumerated() {
            let own = events.enumerated().filter { $0.element.customer == customer }
            let sorted = own.sorted { ($0.element.time, $0.offset) < ($1.element.time, $1.offset) }
            let expected = sorted.map { event in names.map { event.element.values[$0] ?? .missing } }
            if stored[row] != expected { return "\(customer): \(stored[row]) instead of \(expected)" }
        }
        return nil
    }
}

@Suite("Where rows came from")
struct OriginTests {
    @Test("every row remembers the import that brought it")
    func origins() throws {
        var options = WorkspaceOptions()
        options.geometry = Geometry(chunkRows: 3)
        let workspace = try Workspace.open(":memory:", options: options)
        let key = ColumnSchema(name: "id", type: .integer, role: .key)
        let orders = [
            key, ColumnSchema(name: "at", type: .date, role: .time),
            ColumnSchema(name: "no", type: .integer, role: .rowKey),
        ]
        try workspace.load("customers", [key], (1...4).map { [.integer($0)] })
        try workspace.load(
            "orders", orders, [[.integer(1), .date(5), .integer(1)], [.integer(5), .date(5), .integer(2)]])
        try workspace.load(
            "orders", orders, [[.integer(1), .date(4), .integer(3)], [.integer(2), .date(5), .integer(2)]])
        try workspace.load("customers", [key], (1...7).map { [.integer($0)] })
        let snapshot = try workspace.snapshot()
        #expect(try origins(of: snapshot.catalogue.customers, snapshot) == [1, 1, 1, 1, 2, 4, 4])
        // By customer and time: order 3, order 1, then order 2, which the third import moved.
        #expect(try origins(of: snapshot.catalogue.tables[1], snapshot) == [3, 2, 3])
        #expect(try workspace.imports().map(\.id) == [1, 2, 3, 4])
    }

    private func origins(of table: TableEntry, _ snapshot: Snapshot) throws -> [Int64] {
        try table.origin.chunks.enumerated().flatMap { index, entry in
            let first = table.kind == .customers ? index * snapshot.geometry.chunkRows : index
            let chunk = try snapshot.loader.chunk(entry, of: table.origin, in: table, first: first)
            return (0..<chunk.rowCount).map { chunk.lane(at: $0) ?? -1 }
        }
    }
}
