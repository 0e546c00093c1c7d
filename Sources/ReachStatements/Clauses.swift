import ReachLanguage

/// Clauses that several statements share, so that they read the same everywhere.
extension Syntax {
    /// `by EXPR [as NAME], …`
    static let by: Syntax = .sequence([.keyword("by"), .expressions("by")])

    /// A keyword with the slot that follows it.
    static func clause(_ keyword: String, _ slot: String, _ kind: SlotKind) -> Syntax {
        .sequence([.keyword(keyword), .slot(slot, kind)])
    }
}
