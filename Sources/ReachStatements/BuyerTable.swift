import ReachColumns
import ReachDiagnostics
import ReachPlan

/// The activity that makes a customer a buyer: the table `orders`, or the only imported one with money in it.
struct BuyerTable: Sendable {
    let table: Int
    let time: Int
    /// The column of money.
    let money: Int

    /// - Throws: `no-orders` where no table of activity, or none with a number that can be money, is there.
    init(_ schema: DataSchema, at span: SourceSpan) throws {
        let tables = Binder.seenTables(schema)
        let named = tables.filter { Name.same(schema.tables[$0.table].name, "orders") }
        let found = (named.isEmpty ? tables : named).compactMap { table, time in
            Self.money(schema.tables[table]).map { (table: table, time: time, money: $0) }
        }
        guard let only = found.first, found.count == 1 else { throw Diagnostic.noOrders(at: span) }
        (table, time, money) = (only.table, only.time, only.money)
    }

    /// A column called as money usually is, else the only decimal one.
    private static func money(_ table: TableSchema) -> Int? {
        let names = ["total", "revenue", "amount", "sum", "price"]
        func isMoney(_ column: ColumnSchema) -> Bool {
            if column.role != .attribute { return false }
            if case .decimal = column.type { return true }
            return column.type == .integer
        }
        for name in names {
            if let index = table.index(of: name), isMoney(table.columns[index]) { return index }
        }
        let decimals = table.columns.indices.filter { table.columns[$0].type.isDecimal && isMoney(table.columns[$0]) }
        return decimals.count == 1 ? decimals[0] : nil
    }
}

extension DataType {
    fileprivate var isDecimal: Bool { if case .decimal = self { true } else { false } }
}
