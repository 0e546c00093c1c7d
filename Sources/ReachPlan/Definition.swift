import ReachColumns
import ReachDiagnostics
import ReachLanguage

/// A segment or computed attribute of the workspace.
package struct Definition: Hashable, Sendable {
    package enum Kind: String, Hashable, Sendable, CaseIterable {
        case segment, attribute
        /// A segment whose members were saved by `freeze`.
        case frozen

        /// The word of the language for it: `drop segment`, `drop attribute`.
        package var word: String { self == .attribute ? "attribute" : "segment" }
    }

    package let name: String
    package let kind: Kind
    /// Canonical text of the expression, as `segments` prints it; for a frozen segment what it was frozen from.
    package let text: String
    /// Nil for a frozen segment.
    package let expression: Expression?

    package init(name: String, kind: Kind, text: String, expression: Expression?) {
        self.name = name
        self.kind = kind
        self.text = text
        self.expression = expression
    }
}

/// What an expression refers to, names folded.
package struct Dependencies: Hashable, Sendable {
    /// Segments and attributes, by folded name.
    package var definitions: Set<String> = []
    /// Columns of `customers`, by folded name.
    package var columns: Set<String> = []
    /// Activity tables, by folded name.
    package var tables: Set<String> = []
    /// Parameters, by folded name.
    package var parameters: Set<String> = []

    package init() {}
}

extension BindingContext {
    /// What `expression`, over customers, refers to directly; names that mean nothing are left out.
    package func dependencies(of expression: Expression) -> Dependencies {
        var collector = DependencyCollector(context: self)
        collector.visit(expression, inside: nil)
        return collector.found
    }

    /// Names of the segments and attributes that refer to the segment or attribute `name`, in the order of `definitions`.
    package func users(ofDefinition name: String) -> [String] {
        let folded = Name.fold(name)
        return users { $0.definitions.contains(folded) }
    }

    /// Names of the segments and attributes that refer to an activity table.
    package func users(ofTable name: String) -> [String] {
        let folded = Name.fold(name)
        return users { $0.tables.contains(folded) }
    }

    /// Names of the segments and attributes that refer to a column of `customers`.
    package func users(ofColumn name: String) -> [String] {
        let folded = Name.fold(name)
        return users { $0.columns.contains(folded) }
    }

    private func users(where refers: (Dependencies) -> Bool) -> [String] {
        definitions.filter { definition in
            guard let expression = definition.expression else { return false }
            return refers(dependencies(of: expression))
        }.map(\.name)
    }

    /// The definition of this kind that `name` would replace, or nil where the name is free.
    ///
    /// - Throws: `reserved-name`, or `name-taken` where something of another kind is called so.
    package func checkNewName(_ name: Identifier, as kind: Definition.Kind) throws -> Definition? {
        let folded = Name.fold(name.text)
        if Self.reservedNames.contains(folded) { throw Diagnostic.reservedName(name) }
        if schema.customers.index(of: name.text) != nil {
            throw Diagnostic.nameTaken(name, by: "a column of `customers`")
        }
        if tableIndex(name.text) != nil { throw Diagnostic.nameTaken(name, by: "a table") }
        guard let existing = definition(name.text) else { return nil }
        guard existing.kind == kind else {
            throw Diagnostic.nameTaken(
                name, by: existing.kind == .frozen ? "a frozen segment" : "\(existing.kind.article)")
        }
        return existing
    }

    /// Names no column, segment or attribute may be asked for by.
    package static let reservedNames: Set<String> = ["all", "current", "customers", "sends", "everybody"]
}

extension Definition.Kind {
    var article: String { self == .attribute ? "an attribute" : "a segment" }
}

/// Walks an expression and notes the names that mean something.
private struct DependencyCollector {
    let context: BindingContext
    var found = Dependencies()

    /// `table` is the activity table whose columns are in scope, nil over customers.
    mutating func visit(_ expression: Expression, inside table: Int?) {
        switch expression.kind {
        case .parameter(let name): found.parameters.insert(Name.fold(name.text))
        case .name(let name): note(name, inside: table)
        case .within(let operand, let duration, _):
            visit(operand, inside: table)
            note(duration)
        case .aggregate(let call): visit(call, inside: table)
        case .has(let clause): visit(clause)
        case .stopped(let rows, let duration), .resumed(let rows, let duration):
            visit(rows)
            note(duration)
        default: for child in expression.children { visit(child, inside: table) }
        }
    }

    private mutating func visit(_ call: AggregateCall, inside table: Int?) {
        let inner = ActivityReference.table(of: call, context: context) ?? table
        if let argument = call.argument {
            if call.function == .count, let inner { note(table: context.schema.tables[inner].name) }
            if !ActivityReference.isTable(argument, of: call) { visit(argument, inside: inner) }
        }
        if let window = call.window { visit(window, inside: inner) }
        if let condition = call.condition { visit(condition, inside: inner) }
    }

    private mutating func visit(_ clause: HasClause) {
        switch clause.form {
        case .rows(_, let rows): visit(rows)
        case .regularly(let table, _, _, _, _, let condition): visit(ActivityRows(table: table, condition: condition))
        case .sequence(let first, let steps):
            visit(first)
            for step in steps {
                visit(step.rows)
                note(step.within)
            }
        }
    }

    private mutating func visit(_ rows: ActivityRows) {
        note(table: rows.table.text)
        let inner = context.activityIndex(rows.table.text)
        if let window = rows.window { visit(window, inside: inner) }
        if let condition = rows.condition { visit(condition, inside: inner) }
    }

    private mutating func visit(_ window: Window, inside table: Int?) {
        switch window {
        case .within(let duration): note(duration)
        case .inPeriod: break
        case .since(let date), .before(let date): visit(date, inside: table)
        case .between(let from, let to):
            visit(from, inside: table)
            visit(to, inside: table)
        }
    }

    private mutating func note(_ duration: DurationOrParameter) {
        if case .parameter(let name) = duration { found.parameters.insert(Name.fold(name.text)) }
    }

    private mutating func note(table name: String) {
        if context.activityIndex(name) != nil { found.tables.insert(Name.fold(name)) }
    }

    private mutating func note(_ name: QualifiedName, inside table: Int?) {
        let folded = Name.fold(name.name.text)
        if let qualifier = name.qualifier {
            guard Name.same(qualifier.text, "customers") else { return note(table: qualifier.text) }
        } else if table != nil {
            return
        }
        if context.schema.customers.index(of: name.name.text) != nil {
            found.columns.insert(folded)
        } else if context.definition(name.name.text) != nil {
            found.definitions.insert(folded)
        } else {
            note(table: name.name.text)
        }
    }
}
