/// What may stand at a place in a statement.
package enum Completion {
    /// The words that begin a comparison behind a value.
    static let comparisonWords = [
        "in", "between", "within", "contains", "starts", "ends", "like", "is", "not", "does",
    ]
}
