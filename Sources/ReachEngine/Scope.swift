/// The rows that an expression ranges over: the customers of a chunk, or their rows in an activity table.
struct Scope {
    /// 0 is `customers`.
    let table: Int
    let rowCount: Int
    /// Where each customer's rows start; empty for customers.
    let offsets: [UInt32]
}
