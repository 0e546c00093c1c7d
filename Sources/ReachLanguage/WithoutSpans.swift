import ReachDiagnostics

private let nowhere = SourceSpan(0, 0)

extension Identifier {
    /// The same name, wherever and however it is written.
    package var withoutSpans: Identifier { Identifier(text, at: nowhere) }
}

extension QualifiedName {
    package var withoutSpans: QualifiedName { QualifiedName(qualifier?.withoutSpans, name.withoutSpans) }
}

extension Expression {
    /// The same tree, equal to every other that means the same words in whatever place.
    package var withoutSpans: Expression { Expression(kind.withoutSpans, at: nowhere) }
}

extension Expression.Kind {
    fileprivate var withoutSpans: Expression.Kind {
        switch self {
        case .literal: self
        case .parameter(let name): .parameter(name.withoutSpans)
        case .name(let name): .name(name.withoutSpans)
        case .negate(let operand): .negate(operand.withoutSpans)
        case .arithmetic(let operation, let left, let right):
            .arithmetic(operation, left.withoutSpans, right.withoutSpans)
        case .ago: self
        case .call(let name, let arguments):
            .call(Identifier(Words.key(name.text), at: nowhere), arguments.map(\.withoutSpans))
        case .aggregate(let call): .aggregate(call.withoutSpans)
        case .audienceCount(let audience): .audienceCount(audience.withoutSpans)
        case .not(let operand): .not(operand.withoutSpans)
        case .and(let left, let right): .and(left.withoutSpans, right.withoutSpans)
        case .or(let left, let right): .or(left.withoutSpans, right.withoutSpans)
        default: comparisonWithoutSpans
        }
    }

    private var comparisonWithoutSpans: Expression.Kind {
        switch self {
        case .comparison(let operation, let left, let right):
            .comparison(operation, left.withoutSpans, right.withoutSpans)
        case .between(let value, let low, let high, let negated):
            .between(value.withoutSpans, low.withoutSpans, high.withoutSpans, negated: negated)
        case .inList(let value, let list, let negated):
            .inList(value.withoutSpans, list.map(\.withoutSpans), negated: negated)
        case .inPeriod(let value, let period, let negated): .inPeriod(value.withoutSpans, period, negated: negated)
        case .within(let value, let length, let negated):
            .within(value.withoutSpans, length.withoutSpans, negated: negated)
        case .match(let kind, let value, let pattern, let negated):
            .match(kind, value.withoutSpans, pattern.withoutSpans, negated: negated)
        case .isMissing(let value, let negated): .isMissing(value.withoutSpans, negated: negated)
        case .isTruth(let value, let truth, let negated): .isTruth(value.withoutSpans, truth, negated: negated)
        case .has(let has): .has(has.withoutSpans)
        case .stopped(let rows, let length): .stopped(rows.withoutSpans, length.withoutSpans)
        case .resumed(let rows, let gap): .resumed(rows.withoutSpans, gap.withoutSpans)
        default: self
        }
    }
}

extension DurationOrParameter {
    package var withoutSpans: DurationOrParameter {
        switch self {
        case .duration(let duration, _): .duration(duration, nowhere)
        case .parameter(let name): .parameter(name.withoutSpans)
        }
    }
}

extension Window {
    package var withoutSpans: Window {
        switch self {
        case .within(let length): .within(length.withoutSpans)
        case .inPeriod(let period, _): .inPeriod(period, nowhere)
        case .since(let date): .since(date.withoutSpans)
        case .before(let date): .before(date.withoutSpans)
        case .between(let low, let high): .between(low.withoutSpans, high.withoutSpans)
        }
    }
}

extension ActivityRows {
    package var withoutSpans: ActivityRows {
        ActivityRows(table: table.withoutSpans, window: window?.withoutSpans, condition: condition?.withoutSpans)
    }
}

extension HasClause {
    package var withoutSpans: HasClause {
        switch form {
        case .rows(let quantity, let rows): HasClause(.rows(quantity, rows.withoutSpans))
        case .regularly(let table, let atLeast, let count, let unit, let full, let condition):
            HasClause(
                .regularly(
                    table: table.withoutSpans, atLeast: atLeast, of: count, unit, full: full,
                    condition: condition?.withoutSpans))
        case .sequence(let first, let steps):
            HasClause(
                .sequence(
                    first.withoutSpans,
                    steps.map {
                        Step(negated: $0.negated, rows: $0.rows.withoutSpans, within: $0.within.withoutSpans)
                    }))
        }
    }
}

extension AggregateCall {
    package var withoutSpans: AggregateCall {
        AggregateCall(
            function, argument: argument?.withoutSpans, parameter: parameter?.withoutSpans,
            window: window?.withoutSpans,
            condition: condition?.withoutSpans)
    }
}

extension AudienceSyntax {
    package var withoutSpans: AudienceSyntax {
        AudienceSyntax(base: base?.withoutSpans, condition: condition?.withoutSpans, span: nowhere)
    }
}

extension AudienceSyntax.Base {
    package var withoutSpans: AudienceSyntax.Base {
        switch self {
        case .all: .all(nowhere)
        case .current: .current(nowhere)
        case .segment(let name): .segment(name.withoutSpans)
        }
    }
}

extension SubjectSyntax {
    package var withoutSpans: SubjectSyntax {
        SubjectSyntax(
            base: base?.withoutSpans, audience: audience?.withoutSpans, window: window?.withoutSpans,
            condition: condition?.withoutSpans, span: nowhere)
    }
}

extension Capture {
    package var withoutSpans: Capture {
        switch self {
        case .flag: .flag(nowhere)
        case .word(let word, _): .word(Words.key(word), nowhere)
        case .name(let name): .name(name.withoutSpans)
        case .qualifiedName(let name): .qualifiedName(name.withoutSpans)
        case .expression(let expression): .expression(expression.withoutSpans)
        case .text(let text, _): .text(text, nowhere)
        case .integer(let value, _): .integer(value, nowhere)
        case .number(let literal, let isPercent, _): .number(literal, isPercent: isPercent, nowhere)
        case .rate(let rate, _): .rate(rate, nowhere)
        case .timeRange(let from, let to, _): .timeRange(from: from, to: to, nowhere)
        case .dataType(let type, _): .dataType(type, nowhere)
        case .period(let period, _): .period(period, nowhere)
        case .duration(let duration, _): .duration(duration.withoutSpans, nowhere)
        case .audience(let audience): .audience(audience.withoutSpans)
        case .subject(let subject): .subject(subject.withoutSpans)
        case .statement(let statement): .statement(statement.withoutSpans)
        case .group(let captures): .group(captures.mapValues(\.withoutSpans))
        case .list(let elements): .list(elements.map(\.withoutSpans))
        }
    }
}

extension Statement {
    /// Equal for statements that say the same, however they are written.
    package var withoutSpans: Statement {
        Statement(
            keyword: keyword, span: nowhere, captures: captures.mapValues(\.withoutSpans), source: SourceText(""))
    }
}
