import ReachColumns
import ReachDiagnostics
import ReachLanguage

/// Gives the names of one statement their meaning and its expressions their types: from the syntax tree to conditions and scalars
/// that an engine can evaluate without knowing what they were called.
///
/// One binder serves one statement. It reads no data beyond the glimpses its context offers, and collects warnings on the way.
package final class Binder {
    package let context: BindingContext
    /// What binding found worth saying, in order, each once.
    package private(set) var warnings: [String] = []
    /// The text that spans point into; nil while a stored definition is being expanded, whose spans point elsewhere.
    var source: SourceText?
    let statementSpan: SourceSpan?
    /// Folded names of the definitions being expanded, outermost first.
    var expanding: [String] = []
    var expanded: [String: Scalar] = [:]
    /// What names mean while a requirement is evaluated, and which of it was looked at.
    var facts: [RequiredFact] = []
    var usedFacts: [RequiredFact] = []
    var counting: ((BoundSubject) throws -> Int)?

    /// - Parameter statement: the statement being bound, so that help can show its whole line mended.
    package convenience init(_ context: BindingContext, statement: Statement? = nil) {
        self.init(context, source: statement?.source, span: statement?.span)
    }

    package init(_ context: BindingContext, source: SourceText?, span: SourceSpan?) {
        self.context = context
        self.source = source
        statementSpan = span
    }

    var moment: Moment { context.moment }
    var schema: DataSchema { context.schema }

    /// A yes/no expression over customers or over the rows of a table.
    package func bindCondition(_ expression: Expression, _ scope: Scope = .customers) throws -> Condition {
        try condition(expression, NameScope(of: scope))
    }

    /// An expression with a value; a yes/no expression gives a boolean.
    package func bindScalar(_ expression: Expression, _ scope: Scope = .customers) throws -> Scalar {
        try scalar(expression, NameScope(of: scope))
    }

    func warn(_ warning: String) {
        if !warnings.contains(warning) { warnings.append(warning) }
    }

    func table(_ index: Int) -> TableSchema { schema.tables[index] }
}

/// Whose columns names mean.
package enum Scope: Hashable, Sendable {
    case customers
    /// Rows of the activity table at this position of the schema.
    case rows(table: Int)
}

/// A scope with what has to be known to blame the right name in it.
struct NameScope {
    enum Kind: Hashable {
        case customers
        case rows(Int)
        /// Names are facts of an answer.
        case facts
    }

    let kind: Kind
    /// The `has … where` whose condition this is, while that condition stands without brackets in one over customers.
    var clause: OpenClause?
    /// Right of an `and` or `or` of that condition.
    var isRightOfConnective = false

    init(_ kind: Kind, clause: OpenClause? = nil) {
        self.kind = kind
        self.clause = clause
    }

    init(of scope: Scope) {
        switch scope {
        case .customers: self.init(.customers)
        case .rows(let table): self.init(.rows(table))
        }
    }

    /// The table whose columns bare names are.
    var table: Int {
        if case .rows(let table) = kind { return table }
        return 0
    }

    var rightOfConnective: NameScope {
        var copy = self
        copy.isRightOfConnective = true
        return copy
    }

    /// The same names, without the doubt about where the condition ends.
    var closed: NameScope { NameScope(kind) }
}

/// `has orders where …` with its condition, so that it can be spelled with other brackets.
struct OpenClause {
    let condition: Expression
    /// The whole clause with another condition in place of its own.
    let rebuilt: (Expression) -> Expression
}
