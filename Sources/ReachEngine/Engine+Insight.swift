/// What statistics take from the engine beside figures: all cores.
extension Engine {
    /// What `body` makes of each index below `count`, on all threads, in order.
    package func inParallel<Result: Sendable>(
        _ count: Int, _ body: @escaping @Sendable (Int) throws -> Result
    ) throws -> [Result] {
        try mapIndices(0..<count, body)
    }
}

/// Figures of the members among one chunk's customers.
package struct MemberLanes: Sendable {
    /// Customers of the chunk.
    package let rowCount: Int
    /// Rows of the members within the chunk, ascending; nil where all are.
    package let positions: [UInt32]?
    /// By figure, a lane per member.
    package let lanes: [[Int64]]
}
