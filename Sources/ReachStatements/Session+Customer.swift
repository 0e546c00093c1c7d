import ReachDiagnostics
import ReachPlan

extension Session {
    /// True of the customer with this key alone. Keys are compared by their characters.
    func customer(_ key: String, at span: SourceSpan) throws -> Condition { try pin().customer(key, at: span) }
}
