import ReachDiagnostics

/// The statements of the language; everything about their text follows from their definitions.
package struct Grammar: Sendable {
    package let statements: [StatementSyntax]
    /// By keyword and alias, lower case.
    let byKeyword: [String: StatementSyntax]

    package init(_ statements: [StatementSyntax]) {
        self.statements = statements
        var byKeyword: [String: StatementSyntax] = [:]
        for statement in statements {
            for word in [statement.keyword] + statement.aliases { byKeyword[Words.key(word)] = statement }
        }
        self.byKeyword = byKeyword
    }
}
