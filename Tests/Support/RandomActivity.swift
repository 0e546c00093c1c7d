import ReachDiagnostics
import ReachLanguage

/// Rows, windows, aggregates and audiences.
extension RandomExpressions {
    /// `has`, `stopped`, `resumed`.
    package mutating func activity(_ depth: Int) -> Expression {
        switch random.below(6) {
        case 0: make(.stopped(ActivityRows(table: table(), condition: rowsCondition(depth)), duration()))
        case 1: make(.resumed(rows(depth), duration()))
        case 2: make(.has(HasClause(regularly(depth))))
        case 3:
            make(.has(HasClause(.sequence(rows(depth), (0..<random.integer(1...2)).map { _ in step(depth) }))))
        default: make(.has(HasClause(.rows(quantity(), rows(depth)))))
        }
    }

    private mutating func regularly(_ depth: Int) -> HasClause.Form {
        let count = random.integer(1...12)
        return .regularly(
            table: table(), atLeast: random.integer(1...count), of: count, random.pick(PeriodUnit.allCases),
            full: random.flag(), condition: rowsCondition(depth))
    }

    private mutating func step(_ depth: Int) -> HasClause.Step {
        HasClause.Step(
            negated: random.oneIn(3), rows: ActivityRows(table: table(), condition: rowsCondition(depth)),
            within: duration())
    }

    package mutating func rows(_ depth: Int) -> ActivityRows {
        ActivityRows(table: table(), window: random.flag() ? window() : nil, condition: rowsCondition(depth))
    }

    /// Over rows there is no activity to ask for.
    private mutating func rowsCondition(_ depth: Int) -> Expression? {
        guard random.flag() else { return nil }
        let (allowed, counts) = (allowsActivity, countsAudiences)
        (allowsActivity, countsAudiences) = (false, false)
        defer { (allowsActivity, countsAudiences) = (allowed, counts) }
        return condition(min(depth, 2))
    }

    package mutating func window() -> Window {
        switch random.below(5) {
        case 0: .within(duration())
        case 1: .inPeriod(period(), SourceSpan(0, 0))
        case 2: .since(date())
        case 3: .before(date())
        default: .between(date(), date())
        }
    }

    private mutating func date() -> Expression {
        switch random.below(3) {
        case 0: make(.literal(.today))
        case 1: make(.ago(Duration(Int64(random.below(90)), .day)))
        default: make(.literal(.date(Int32(random.integer(15_000...21_000)))))
        }
    }

    package mutating func period() -> Period {
        let unit = random.pick(PeriodUnit.allCases)
        return switch random.below(7) {
        case 0: .year(random.integer(1_990...2_030))
        case 1: .month(year: 2026, month: random.integer(1...12))
        case 2: .quarter(year: 2025, quarter: random.integer(1...4))
        case 3: .this(unit)
        case 4: .next(random.integer(1...40), unit)
        default: .last(random.integer(1...40), unit, full: random.flag())
        }
    }

    package mutating func duration() -> DurationOrParameter {
        if allowsParameters, !names.parameters.isEmpty, random.oneIn(6) {
            return .parameter(identifier(random.pick(names.parameters)))
        }
        return .duration(Duration(Int64(random.below(400)), random.pick(Duration.Unit.allCases)), SourceSpan(0, 0))
    }

    private mutating func quantity() -> Quantity {
        let count = Int64(random.below(10))
        return switch random.below(8) {
        case 0: .none
        case 1: .atLeast(count)
        case 2: .moreThan(count)
        case 3: .atMost(count)
        case 4: .fewerThan(count)
        case 5: .exactly(count)
        case 6: .between(count, count + Int64(random.below(5)))
        default: .any
        }
    }

    private mutating func table() -> Identifier { identifier(random.pick(names.tables)) }

    package mutating func aggregate(_ depth: Int) -> AggregateCall {
        let function = random.pick(AggregateFunction.allCases)
        var argument = random.oneIn(5) ? expression(depth) : make(.name(QualifiedName(table(), name().name)))
        if function == .count { argument = make(.name(QualifiedName(nil, table()))) }
        var condition: Expression?
        if case .name(let name) = argument.kind, name.qualifier != nil || function == .count {
            condition = rowsCondition(depth)
        } else if random.flag() {
            condition = self.condition(min(depth, 1))
        }
        return AggregateCall(
            function, argument: argument, parameter: function == .quantile ? value(0) : nil,
            window: random.oneIn(3) ? window() : nil, condition: condition)
    }

    package mutating func audience(_ depth: Int) -> AudienceSyntax {
        let base = random.oneIn(4) ? nil : self.base()
        let counts = countsAudiences
        countsAudiences = false
        defer { countsAudiences = counts }
        let condition = base == nil || random.flag() ? self.condition(depth) : nil
        return AudienceSyntax(base: base, condition: condition, span: SourceSpan(0, 0))
    }

    package mutating func base() -> AudienceSyntax.Base {
        switch random.below(4) {
        case 0: .all(SourceSpan(0, 0))
        case 1: .current(SourceSpan(0, 0))
        default: .segment(identifier(random.pick(names.segments)))
        }
    }

    package mutating func subject(_ depth: Int) -> SubjectSyntax {
        var base: AudienceSyntax.Base?
        if !random.oneIn(4) { base = self.base() }
        var isNamed = false
        if case .segment = base { isNamed = true }
        let audience =
            isNamed && random.flag() ? AudienceSyntax(base: self.base(), condition: nil, span: SourceSpan(0, 0)) : nil
        return SubjectSyntax(
            base: base, audience: audience, window: isNamed && random.flag() ? window() : nil,
            condition: base == nil || random.flag() ? condition(depth) : nil, span: SourceSpan(0, 0))
    }
}
