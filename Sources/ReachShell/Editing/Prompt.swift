import ReachDiagnostics
import ReachStatements

/// What stands before the line that is typed.
package struct Prompt: Hashable, Sendable {
    /// Printed in bold where colour is on.
    package let name: String
    /// After the name, up to the blank before the cursor: `> `, ` (12,438)> `.
    package let rest: String

    package init(name: String, rest: String) {
        self.name = name
        self.rest = rest
    }

    /// `reach> `, `reach (12,438)> `, `reach lapsed (12,438)> `
    package init(_ state: PromptState) {
        var rest = ""
        if let segment = state.segment { rest += " " + DisplayWidth.shortened(SafeText.escaped(segment), to: 24) }
        if let count = state.customerCount { rest += " (" + Figure.count(count) + ")" }
        self.init(name: "reach", rest: rest + "> ")
    }

    package var text: String { name + rest }

    /// Before the further lines of a statement: as wide, so that lines stand under one another.
    package var continuation: Prompt {
        Prompt(name: "", rest: String(repeating: " ", count: max(0, DisplayWidth.of(text) - 2)) + "> ")
    }
}
