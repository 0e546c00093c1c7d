import ReachColumns
import ReachDiagnostics
import ReachEngine
import ReachLanguage
import ReachPlan
import ReachWorkspace

extension Session {
    /// True of the customer with this key alone. Keys are compared by their characters.
    func customer(_ key: String, at span: SourceSpan) throws -> Condition {
        let pinned = try pin()
        let customers = pinned.snapshot.schema.customers
        guard let index = customers.index(of: ColumnSchema.Role.key) else { throw Diagnostic.noCustomers(at: span) }
        let type = customers.columns[index].type
        let value: Value? =
            switch type {
            case .text: .text(key)
            case .integer: Int64(key).map(Value.integer)
            default: nil
            }
        guard let value else { throw Diagnostic.unknownCustomer(key, at: span) }
        let condition = Condition.comparison(.equal, .column(index, type), .literal(value, type))
        guard try pinned.engine.count(.customers(condition)) > 0 else {
            throw Diagnostic.unknownCustomer(key, at: span)
        }
        return condition
    }
}
