import ReachColumns
import ReachDiagnostics
import ReachLanguage

/// What an expression may be beside a value with a type: these few stand only next to something else.
enum Operand {
    case scalar(Scalar)
    /// Beside a date: an age.
    case duration(Duration)
    /// After `in`.
    case period(Period)
    /// Minutes after midnight; nothing compares with it.
    case timeOfDay(Int)
    /// Takes its type from what stands beside it.
    case missing
}

extension Binder {
    /// A value with a type.
    func scalar(_ expression: Expression, _ scope: NameScope) throws -> Scalar {
        switch try operand(expression, scope) {
        case .scalar(let scalar): return scalar
        case .duration(let duration):
            throw Diagnostic.typeMismatch(
                "`\(duration.canonicalText)` is a length of time, which stands beside a date", at: expression.span,
                help: ["\(duration.canonicalText) ago", "today - \(duration.canonicalText)"])
        case .period(let period):
            throw Diagnostic.typeMismatch(
                "`\(period.canonicalText)` is a period, which stands after `in`", at: expression.span,
                help: ["last_seen in \(period.canonicalText)"])
        case .timeOfDay:
            throw Diagnostic.typeMismatch(
                "`\(text(expression))` is a time of day, which is no value here", at: expression.span,
                help: ["hour(\(exampleDate(scope))) >= 9"])
        case .missing:
            throw Diagnostic.typeMismatch(
                "`missing` has no type of its own here", at: expression.span,
                help: ["if(\(exampleNumber(scope)) > 0, \(exampleNumber(scope)), missing)"])
        }
    }

    func operand(_ expression: Expression, _ scope: NameScope) throws -> Operand {
        switch expression.kind {
        case .literal(let literal): return operand(literal)
        case .parameter(let name): return operand(try parameter(name))
        case .name(let name): return .scalar(try self.name(name, at: expression.span, scope))
        case .negate(let inner): return .scalar(try negate(inner, scope))
        case .arithmetic(let written, let one, let other):
            return .scalar(try arithmetic(written, one, other, at: expression.span, scope))
        case .ago(let duration): return .scalar(try ago(duration, at: expression.span))
        case .call(let name, let arguments): return .scalar(try call(name, arguments, at: expression.span, scope))
        case .aggregate(let call): return .scalar(try aggregate(call, at: expression.span, scope))
        case .audienceCount(let audience): return .scalar(try factCount(audience, at: expression.span))
        default:
            switch try condition(expression, scope) {
            case .always(let truth): return .scalar(.literal(.boolean(truth), .boolean))
            case let condition: return .scalar(.condition(condition))
            }
        }
    }

    /// A literal as a value; wall clock readings are taken in the workspace's zone, text is brought to NFC as imports do.
    func operand(_ literal: Literal) -> Operand {
        switch literal {
        case .integer(let value): .scalar(.integer(value))
        case .decimal(let units, let scale):
            .scalar(.literal(.decimal(units: units, scale: scale), .decimal(scale: scale)))
        case .text(let words): .scalar(.literal(.text(NormalForm.composed(words)), .text))
        case .boolean(let truth): .scalar(.literal(.boolean(truth), .boolean))
        case .date(let day): .scalar(.date(day))
        case .datetime(let wall, let offset):
            .scalar(.datetime(offset.map { wall &- Int64($0) * 1_000_000 } ?? moment.zone.instant(ofWall: wall)))
        case .period(let period): .period(period)
        case .duration(let duration): .duration(duration)
        case .timeOfDay(let minutes): .timeOfDay(minutes)
        case .missing: .missing
        case .today: .scalar(.date(moment.today))
        case .now: .scalar(.datetime(moment.now))
        }
    }

    func parameter(_ name: Identifier) throws -> Literal {
        guard let literal = context.parameters[Name.fold(name.text)] else {
            throw Diagnostic.unsetParameter(name)
        }
        return literal
    }

    private func negate(_ inner: Expression, _ scope: NameScope) throws -> Scalar {
        let value = try scalar(inner, scope)
        guard value.type.isNumeric else {
            throw Diagnostic.typeMismatch(
                "`-` stands before numbers, `\(text(inner))` is \(value.type.article)", at: inner.span,
                help: value.type == .boolean ? ["not \(text(inner))"] : [])
        }
        return constant(.negate(value))
    }

    func arithmetic(
        _ written: ArithmeticOperator, _ one: Expression, _ other: Expression, at span: SourceSpan, _ scope: NameScope
    ) throws -> Scalar {
        switch (try operand(one, scope), try operand(other, scope)) {
        case (.scalar(let first), .scalar(let second)):
            if first.type.isNumeric, second.type.isNumeric { return constant(Self.combine(written, first, second)) }
            if written == .subtract, first.type.isTemporal, second.type.isTemporal {
                return constant(difference(first, second))
            }
            throw badArithmetic(written, first, second, one, other, at: span)
        case (.scalar(let first), .duration(let duration)) where first.type.isTemporal:
            if written == .add || written == .subtract {
                return try shifted(first, by: duration, backwards: written == .subtract, one, at: span)
            }
        case (.duration(let duration), .scalar(let second)) where second.type.isTemporal && written == .add:
            return try shifted(second, by: duration, backwards: false, other, at: span)
        default: break
        }
        throw Diagnostic.typeMismatch(
            "`\(text(one)) \(written.rawValue) \(text(other))` means nothing", at: span,
            help: ["today - 60d", "today - 2026-01-01"])
    }

    /// Numbers: `+ - *` exact, `/` of floats.
    private static func combine(_ written: ArithmeticOperator, _ first: Scalar, _ second: Scalar) -> Scalar {
        let common = DataType.common(first.type, second.type)
        switch written {
        case .divide:
            return .arithmetic(.divide, first.converted(to: .float), second.converted(to: .float), .float)
        case .multiply:
            if case .decimal = common {
                let left = first.converted(to: .decimal(scale: first.type.scale))
                let right = second.converted(to: .decimal(scale: second.type.scale))
                return .arithmetic(
                    .multiply, left, right, .decimal(scale: min(18, first.type.scale + second.type.scale)))
            }
            return .arithmetic(.multiply, first.converted(to: common), second.converted(to: common), common)
        case .add, .subtract:
            let operation: Arithmetic = written == .add ? .add : .subtract
            return .arithmetic(operation, first.converted(to: common), second.converted(to: common), common)
        }
    }

    /// Whole days between dates; between two datetimes days as a float.
    private func difference(_ first: Scalar, _ second: Scalar) -> Scalar {
        if first.type == .datetime, second.type == .datetime { return .arithmetic(.daysBetween, first, second, .float) }
        return .arithmetic(.daysBetween, date(of: first), date(of: second), .integer)
    }

    /// A date some days or months on; a datetime some hours on. Calendar steps from a datetime start at its date.
    private func shifted(
        _ scalar: Scalar, by duration: Duration, backwards: Bool, _ expression: Expression, at span: SourceSpan
    ) throws -> Scalar {
        guard let step = Moment.resolve(duration) else {
            throw Diagnostic.beyondCalendar(duration.canonicalText, at: span)
        }
        func amount(_ count: Int64) -> Scalar { .integer(backwards ? -count : count) }
        switch step {
        case .days(let count): return constant(.arithmetic(.addDays, date(of: scalar), amount(count), .date))
        case .months(let count): return constant(.arithmetic(.addMonths, date(of: scalar), amount(count), .date))
        case .microseconds(let count):
            guard scalar.type == .datetime else {
                throw Diagnostic.noTimeOfDay(text(expression), duration.canonicalText, at: span)
            }
            return constant(.arithmetic(.addMicroseconds, scalar, amount(count), .datetime))
        }
    }

    private func badArithmetic(
        _ written: ArithmeticOperator, _ first: Scalar, _ second: Scalar, _ one: Expression, _ other: Expression,
        at span: SourceSpan
    ) -> Diagnostic {
        let (left, right) = (text(one), text(other))
        var help: [String] = []
        if first.type.isTemporal, second.type == .integer, case .literal(.integer(let days), _) = second {
            help = ["\(left) \(written.rawValue) \(days)d"]
        } else if first.type == .boolean || second.type == .boolean {
            help = ["if(\(first.type == .boolean ? left : right), 1, 0)"]
        }
        return .typeMismatch(
            "`\(written.rawValue)` does not join \(first.type.article) and \(second.type.article)", at: span, help: help
        )
    }

    /// The literal that a scalar without columns comes to.
    func constant(_ scalar: Scalar) -> Scalar {
        guard scalar.isNotLiteral, let value = ConstantEvaluator(moment: moment).value(of: scalar) else {
            return scalar
        }
        return .literal(value, scalar.type)
    }
}
