import ReachDiagnostics
import ReachLanguage

/// Random statements by the definitions of a grammar: for each a tree that its form could have caught.
package struct RandomStatements {
    package let grammar: Grammar
    package var expressions: RandomExpressions

    private let nowhere = SourceSpan(0, 0)

    package init(seed: UInt64, grammar: Grammar, names: RandomNames = .hostile) {
        self.grammar = grammar
        expressions = RandomExpressions(seed: seed, names: names)
    }

    package mutating func statement(depth: Int = 3) -> Statement {
        let syntax = expressions.random.pick(grammar.statements)
        var captures: [String: Capture] = [:]
        fill(syntax.form, &captures, depth)
        return Statement(keyword: syntax.keyword, span: nowhere, captures: captures, source: SourceText(""))
    }

    private mutating func fill(_ syntax: Syntax, _ captures: inout [String: Capture], _ depth: Int) {
        switch syntax {
        case .keyword: break
        case .flag(let name): captures[name] = .flag(nowhere)
        case .word(let name, let options): captures[name] = .word(expressions.random.pick(options), nowhere)
        case .slot(let name, let kind): captures[name] = capture(kind, depth)
        case .sequence(let parts): for part in parts { fill(part, &captures, depth) }
        case .choice(let alternatives): fill(expressions.random.pick(alternatives), &captures, depth)
        case .optional(let inner): if expressions.random.flag() { fill(inner, &captures, depth) }
        case .list(let name, let element), .chain(let name, _, let element), .bracketed(let name, let element):
            let count = expressions.random.integer(1...3)
            captures[name] = .list(
                (0..<count).map { _ in
                    var group: [String: Capture] = [:]
                    fill(element, &group, depth - 1)
                    return .group(group)
                })
        case .clauses(let clauses):
            for clause in clauses where expressions.random.oneIn(3) { fill(clause, &captures, depth) }
        }
        // `top N by E` is only another way to write `sort by`.
        captures["top by"] = nil
    }

    private mutating func capture(_ kind: SlotKind, _ depth: Int) -> Capture {
        switch kind {
        case .name(.parameter): .name(expressions.identifier(expressions.random.pick(expressions.names.parameters)))
        case .name(.segment), .newName:
            .name(expressions.identifier(expressions.random.pick(expressions.names.segments)))
        case .name: .name(expressions.identifier(expressions.random.pick(expressions.names.columns)))
        case .expression: .expression(expressions.expression(depth))
        case .condition: .expression(expressions.condition(depth))
        case .requirement: requirement(depth)
        case .measure:
            .expression(
                Expression(
                    .aggregate(
                        expressions.random.oneIn(4)
                            ? AggregateCall(.count, argument: nil) : expressions.aggregate(depth)),
                    at: nowhere))
        case .text, .file: .text(expressions.random.pick(expressions.names.texts), nowhere)
        case .integer: .integer(Int64(expressions.random.below(1_000)), nowhere)
        case .number: number()
        case .duration: .duration(expressions.duration(), nowhere)
        case .date: .expression(Expression(.literal(.date(20_000)), at: nowhere))
        case .timeOfDay: .expression(Expression(.literal(.timeOfDay(expressions.random.below(1_440))), at: nowhere))
        case .timeRange:
            .timeRange(from: expressions.random.below(1_440), to: expressions.random.below(1_440), nowhere)
        case .rate:
            .rate(
                Rate(
                    Int64(expressions.random.below(500)), per: expressions.random.pick([.second, .minute, .hour, .day])),
                nowhere)
        case .period:
            .period(
                expressions.random.pick([.year(2026), .month(year: 2026, month: 3), .last(6, .month, full: false)]),
                nowhere)
        case .dataType: .dataType(expressions.random.pick([.text, .decimal(2), .decimal(nil), .date]), nowhere)
        case .value: .expression(simpleLiteral())
        case .settingValue: expressions.random.flag() ? .word("json", nowhere) : .expression(simpleLiteral())
        case .audience, .ofAudience: .audience(expressions.audience(depth))
        case .subject, .ofSubject: .subject(expressions.subject(depth))
        case .tableOrColumn: .qualifiedName(expressions.name())
        case .customerKey:
            .text(expressions.random.pick(["007", "A-17", "anna@example.com", "two words", "x\"y"]), nowhere)
        case .statement: .statement(statement(depth: depth - 1))
        case .bareWord: .word("segment", nowhere)
        }
    }

    private mutating func requirement(_ depth: Int) -> Capture {
        expressions.countsAudiences = true
        defer { expressions.countsAudiences = false }
        return .expression(expressions.condition(depth))
    }

    private mutating func simpleLiteral() -> Expression {
        var kept = expressions
        kept.allowsParameters = false
        var literal = kept.literal()
        // Only these stand where no expression does.
        if case .literal(.now) = literal.kind { literal = Expression(.literal(.today), at: nowhere) }
        expressions.random = kept.random
        return literal
    }

    private mutating func number() -> Capture {
        let units = Int64(expressions.random.integer(-500...50_000))
        return switch expressions.random.below(3) {
        case 0: .number(.integer(units), isPercent: false, nowhere)
        case 1: .number(.decimal(units: units, scale: 2), isPercent: false, nowhere)
        default: .number(.decimal(units: units, scale: 3), isPercent: true, nowhere)
        }
    }
}
