import ReachColumns

extension DemoShop {
    /// `customers` first, then the activity tables, in the order of a block's batches.
    package static let tables = [customersTable, ordersTable, visitsTable, cartsTable, opensTable, clicksTable]

    package static let customersTable = TableSchema(
        name: "customers", kind: .customers,
        columns: [
            ColumnSchema(name: "customer_id", type: .text, role: .key),
            ColumnSchema(name: "name", type: .text, role: .personal),
            ColumnSchema(name: "gender", type: .text),
            ColumnSchema(name: "birthday", type: .date),
            ColumnSchema(name: "email", type: .text, role: .address(channel: "email")),
            ColumnSchema(name: "phone", type: .text, role: .address(channel: "sms")),
            ColumnSchema(name: "push_token", type: .text, role: .address(channel: "push")),
            ColumnSchema(name: "email_consent", type: .boolean, role: .consent(channel: "email")),
            ColumnSchema(name: "sms_consent", type: .boolean, role: .consent(channel: "sms")),
            ColumnSchema(name: "push_consent", type: .boolean, role: .consent(channel: "push")),
            ColumnSchema(name: "city", type: .text),
            ColumnSchema(name: "timezone", type: .text),
            ColumnSchema(name: "signed_up", type: .date),
            ColumnSchema(name: "tier", type: .text),
            ColumnSchema(name: "source", type: .text),
        ])

    package static let ordersTable = activity(
        "orders",
        [
            ColumnSchema(name: "order_id", type: .integer, role: .rowKey),
            ColumnSchema(name: "total", type: .decimal(scale: 2)),
            ColumnSchema(name: "category", type: .text),
            ColumnSchema(name: "items", type: .integer),
            ColumnSchema(name: "returned", type: .boolean),
        ])

    package static let visitsTable = activity(
        "visits", [ColumnSchema(name: "source", type: .text), ColumnSchema(name: "pages", type: .integer)])

    package static let cartsTable = activity(
        "carts",
        [
            ColumnSchema(name: "total", type: .decimal(scale: 2)),
            ColumnSchema(name: "items", type: .integer),
            ColumnSchema(name: "bought", type: .boolean),
        ])

    package static let opensTable = activity("opens", [ColumnSchema(name: "campaign", type: .text)])
    package static let clicksTable = activity("clicks", [ColumnSchema(name: "campaign", type: .text)])

    private static func activity(_ name: String, _ columns: [ColumnSchema]) -> TableSchema {
        TableSchema(
            name: name, kind: .activity,
            columns: [
                ColumnSchema(name: "customer_id", type: .text, role: .key),
                ColumnSchema(name: "at", type: .datetime, role: .time),
            ] + columns)
    }
}
