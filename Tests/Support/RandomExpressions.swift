import ReachDiagnostics
import ReachLanguage

/// Random expressions by the shape of the grammar: every construct of the language, most of them ill-typed.
package struct RandomExpressions {
    package var random: SeededRandom
    package let names: RandomNames
    /// What the expressions may contain.
    package var allowsActivity = true
    package var allowsParameters = true
    /// As in `require`: `count(…)` takes an audience, and there are no other aggregates.
    package var countsAudiences = false

    private let nowhere = SourceSpan(0, 0)

    package init(seed: UInt64, names: RandomNames = .hostile) {
        random = SeededRandom(seed: seed)
        self.names = names
    }

    /// Any expression; `depth` bounds how far it nests.
    package mutating func expression(_ depth: Int) -> Expression { random.flag() ? condition(depth) : value(depth) }

    /// A yes/no question.
    package mutating func condition(_ depth: Int) -> Expression {
        guard depth > 0 else { return comparison(0) }
        return switch random.below(9) {
        case 0: make(.and(condition(depth - 1), condition(depth - 1)))
        case 1: make(.or(condition(depth - 1), condition(depth - 1)))
        case 2: make(.not(condition(depth - 1)))
        case 3, 4: allowsActivity ? activity(depth - 1) : comparison(depth - 1)
        case 5: value(depth - 1)
        default: comparison(depth - 1)
        }
    }

    /// One comparison of values.
    package mutating func comparison(_ depth: Int) -> Expression {
        let left = value(depth)
        let negated = random.flag()
        return switch random.below(8) {
        case 0: make(.between(left, value(depth), value(depth), negated: negated))
        case 1: make(.inList(left, (0..<random.integer(1...3)).map { _ in value(depth) }, negated: negated))
        case 2: make(.inPeriod(left, period(), negated: negated))
        case 3: make(.within(left, duration(), negated: negated))
        case 4: make(.match(random.pick(MatchKind.allCases), left, value(depth), negated: negated))
        case 5:
            make(random.flag() ? .isMissing(left, negated: negated) : .isTruth(left, random.flag(), negated: negated))
        default: make(.comparison(random.pick(ComparisonOperator.allCases), left, comparable(depth)))
        }
    }

    /// A value: arithmetic, calls, names and literals.
    package mutating func value(_ depth: Int) -> Expression {
        guard depth > 0 else { return random.flag() ? make(.name(name())) : literal() }
        return switch random.below(9) {
        case 0: make(.negate(value(depth - 1)))
        case 1, 2: make(.arithmetic(random.pick(ArithmeticOperator.allCases), value(depth - 1), value(depth - 1)))
        case 3: call(depth - 1)
        case 4 where countsAudiences: make(.audienceCount(audience(depth - 1)))
        case 4: allowsActivity ? make(.aggregate(aggregate(depth - 1))) : literal()
        case 5 where random.oneIn(3): condition(depth - 1)
        case 5: make(.ago(Duration(Int64(random.below(400)), random.pick(Duration.Unit.allCases))))
        default: value(0)
        }
    }

    /// What `=` takes on its right: nothing is equal to a missing value.
    private mutating func comparable(_ depth: Int) -> Expression {
        let value = value(depth)
        switch value.kind {
        case .literal(.missing), .literal(.text("")): return make(.literal(.integer(7)))
        case .name(let name) where name.qualifier == nil && Name.same(name.name.text, "null"):
            return make(.literal(.integer(7)))
        default: return value
        }
    }

    package mutating func literal() -> Expression {
        if allowsParameters, !names.parameters.isEmpty, random.oneIn(8) {
            return make(.parameter(identifier(random.pick(names.parameters))))
        }
        let literal: Literal =
            switch random.below(12) {
            case 0: .decimal(units: Int64(random.below(1_000_000)), scale: random.integer(1...6))
            case 1, 2: .text(random.pick(names.texts))
            case 3: .boolean(random.flag())
            case 4: .date(Int32(random.integer(-20_000...60_000)))
            case 5: datetime()
            case 6:
                .period(
                    random.flag() ? .month(year: 2026, month: 3) : .quarter(year: 2026, quarter: random.integer(1...4)))
            case 7: .duration(Duration(Int64(random.below(400)), random.pick(Duration.Unit.allCases)))
            case 8: random.pick([.missing, .today, .now])
            case 9: .timeOfDay(random.below(1_440))
            default: .integer(Int64(random.below(random.flag() ? 10 : 1_000_000)))
            }
        return make(.literal(literal))
    }

    private mutating func datetime() -> Literal {
        let microseconds = random.pick([0, 0, 5_000_000, 5_500_000, 123_456])
        let wall = Int64(random.integer(-1_000_000...3_000_000)) * 60_000_000 + Int64(microseconds)
        return .datetime(wallMicroseconds: wall, offsetSeconds: random.pick([nil, 0, 3 * 3_600, -(5 * 3_600 + 1_800)]))
    }

    private mutating func call(_ depth: Int) -> Expression {
        let function = random.pick(Words.functions)
        let arguments = (0..<random.integer(1...3)).map { _ in expression(depth) }
        return make(.call(identifier(function), arguments))
    }

    package mutating func name() -> QualifiedName {
        let qualifier = random.oneIn(4) ? identifier(random.pick(names.tables + ["customers"])) : nil
        return QualifiedName(qualifier, identifier(random.pick(names.columns)))
    }

    package mutating func identifier(_ text: String) -> Identifier { Identifier(text, at: nowhere) }

    func make(_ kind: Expression.Kind) -> Expression { Expression(kind, at: nowhere) }
}
