import GRDB
import ReachColumns
import TestSupport

/// The shop in an SQLite database, as plain rows: dates are days, datetimes microseconds, decimals whole units.
struct SQLShop {
    private let queue: DatabaseQueue

    init(_ shop: Shop) throws {
        var configuration = Configuration()
        configuration.prepareDatabase { db in
            for function in SQLFunctions.all(shop) { db.add(function: function) }
        }
        queue = try DatabaseQueue(configuration: configuration)
        try queue.write { db in
            for (index, table) in shop.data.schema.tables.enumerated() {
                let names = table.columns.map { "\"\($0.name)\"" } + [index == 0 ? "number" : "arrival"]
                try db.execute(sql: "CREATE TABLE \(table.name) (\(names.joined(separator: ", ")))")
                let rows = index == 0 ? shop.data.customers : shop.arrivals[index].map(\.values)
                let marks = names.map { _ in "?" }.joined(separator: ", ")
                for (number, row) in rows.enumerated() {
                    try db.execute(
                        sql: "INSERT INTO \(table.name) VALUES (\(marks))",
                        arguments: StatementArguments(row.map(Self.stored) + [number.databaseValue]))
                }
            }
            try db.execute(
                sql: "CREATE INDEX by_orders ON orders (customer); CREATE INDEX by_visits ON visits (customer)")
            try db.execute(sql: "CREATE TABLE frozen_keepers (number)")
            for number in shop.frozen {
                try db.execute(sql: "INSERT INTO frozen_keepers VALUES (?)", arguments: [number])
            }
        }
    }

    /// Keys of the customers for whom the condition, over `c`, is true.
    func members(of condition: String) throws -> Set<String> {
        try queue.read { db in
            Set(try String.fetchAll(db, sql: "SELECT c.id FROM customers c WHERE \(condition)"))
        }
    }

    private static func stored(_ value: Value) -> DatabaseValue {
        switch value {
        case .text(let text): text.databaseValue
        case .float(let float): float.databaseValue
        default: value.lane?.databaseValue ?? .null
        }
    }
}
