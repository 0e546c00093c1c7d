import ReachDiagnostics

extension Parser {
    /// `count(orders within 90d where total > 5)`, `quantile(total, 0.9)`; the next tokens are the name and `(`.
    mutating func aggregate(_ function: AggregateFunction, _ first: Token) throws(ParseFailure) -> Expression {
        if state.rows != nil { throw .problem(.aggregateInsideRows(function, at: first.span)) }
        advance()
        let bracket = advance()
        if function == .count, state.countsAudiences {
            let audience = try audience()
            try require(.rightBracket)
            return Expression(.audienceCount(audience), at: span(from: first))
        }
        try refuseSQLArguments(function, first, bracket)
        let (bareCount, scope) = (state.allowsBareCount, state.scope)
        state.allowsBareCount = false
        if function == .count { record(.name(.table, .customers)) }
        let argument = try nested { parser throws(ParseFailure) in try parser.aggregateArgument() }
        var parameter: Expression?
        if function == .quantile {
            try require(.comma)
            parameter = try sum()
        }
        let (window, condition) = try rowsOfAggregate(argument, first)
        try require(.rightBracket)
        (state.allowsBareCount, state.scope) = (bareCount, scope)
        let call = AggregateCall(
            function, argument: argument, parameter: parameter, window: window, condition: condition)
        return Expression(.aggregate(call), at: span(from: first))
    }

    /// A window and `where C`, in either order.
    private mutating func rowsOfAggregate(
        _ argument: Expression, _ first: Token
    ) throws(ParseFailure) -> (Window?, Expression?) {
        var window: Window?
        var condition: Expression?
        while true {
            if window == nil, let read = try self.window() {
                window = read
            } else if condition == nil, peek().isWord("where") {
                condition = try aggregateCondition(argument, first)
            } else {
                if condition == nil { record(.keyword("where")) }
                return (window, condition)
            }
        }
    }

    /// Over the rows of the table that the argument names; over whatever the statement is about where it names none.
    private mutating func aggregateCondition(
        _ argument: Expression, _ first: Token
    ) throws(ParseFailure) -> Expression? {
        if let table = Self.table(of: argument, isCount: first.isWord("count")) {
            return try rowsCondition(table, first)
        }
        guard accept("where") else { return nil }
        return try condition()
    }

    /// The activity table that names in an argument are qualified with, or that a `count` names.
    private static func table(of argument: Expression, isCount: Bool) -> Identifier? {
        switch argument.kind {
        case .name(let name):
            let isCustomers = name.qualifier.map { Name.same($0.text, "customers") } ?? false
            return isCustomers ? nil : name.qualifier ?? (isCount ? name.name : nil)
        case .negate(let inner): return table(of: inner, isCount: false)
        case .arithmetic(_, let one, let other), .comparison(_, let one, let other):
            return table(of: one, isCount: false) ?? table(of: other, isCount: false)
        case .call(_, let arguments): return arguments.lazy.compactMap { table(of: $0, isCount: false) }.first
        default: return nil
        }
    }

    /// The argument up to its window. `within`, `in` and `between` behind a bare value begin the window; any other comparison belongs
    /// to the argument.
    private mutating func aggregateArgument() throws(ParseFailure) -> Expression {
        crossLineBreak()
        let first = peek()
        if ["not", "has", "stopped", "resumed"].contains(where: { first.isWord($0) }) { return try expression() }
        let value = try sum()
        return startsWindow() ? value : try disjunction(after: value)
    }

    /// `count(*)` and `count(distinct x)`.
    private mutating func refuseSQLArguments(
        _ function: AggregateFunction, _ first: Token, _ bracket: Token
    ) throws(ParseFailure) {
        if peek().isSymbol(.times), peek(1).isSymbol(.rightBracket) {
            let place = first.span.union(peek(1).span)
            throw .problem(.countOfEverything(function, isMeasure: state.allowsBareCount, at: place))
        }
        if function == .count, peek().isWord("distinct"), peek(1).identifier != nil {
            throw .problem(.countDistinct(at: first.span.union(peek().span)))
        }
    }

}
