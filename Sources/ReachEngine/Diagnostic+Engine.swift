import ReachDiagnostics

extension Diagnostic {
    /// A column's words without the dictionary they come from.
    static func missingDictionary(table: String, column: String) -> Diagnostic {
        Diagnostic("missing-dictionary", kind: .bug, "the words of column `\(column)` of `\(table)` have no dictionary")
    }

    /// Pooled measures are over the activity of groups of customers.
    static let pooledRows = Diagnostic(
        "pooled-rows", kind: .bug, "a measure pooled over activity was asked of rows instead of customers")

    /// Numbers for distinct texts ran out.
    static let tooManyTexts = Diagnostic(
        "too-many-texts", "more than 4 GiB of different texts in one question", help: ["group by a shorter expression"])

    static func unknownFrozenSegment(_ name: String) -> Diagnostic {
        Diagnostic("unknown-frozen-segment", "frozen segment `\(name)` not found")
    }
}
