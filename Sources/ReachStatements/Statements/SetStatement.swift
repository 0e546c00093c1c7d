import ReachColumns
import ReachDiagnostics
import ReachLanguage
import ReachPlan
import ReachWorkspace

/// `set NAME = VALUE`.
package enum SetStatement: StatementDefinition {
    package static let syntax = StatementSyntax(
        "set", summary: "today, parameters, time zone, currency and display",
        form: .optional(
            .sequence([
                .choice([.slot("parameter", .name(.parameter)), .slot("name", .name(.setting))]),
                .optional(.keyword("=")), .slot("value", .settingValue),
            ])))
    package static let details = [
        "`set` alone lists the settings. `today`, `format`, `color`, `cache` and `$name` belong to the session; `timezone`, `currency`, `country`, `language` and `masking` to the workspace."
    ]
    package static let examples = [
        Example("set today = 2026-11-01", "ask as of another day"),
        Example("set $days = 60d", "a parameter with its default"),
        Example("set currency = \"EUR\"", "the sign of money"),
    ]

    package static func bind(_ statement: Statement, in session: Session) throws -> any BoundStatement {
        guard let name = statement.settingName else { return BoundSettings(statement: statement) }
        guard let value = statement.settingValue else { preconditionFailure("the form of `set` has a value") }
        if name.isParameter { return try parameter(name, value, statement, session) }
        guard let setting = Setting(rawValue: Name.fold(name.text)) else {
            throw Diagnostic.unknownSetting(name.text, at: name.span, known: Setting.allCases.map(\.rawValue))
        }
        let change = try setting.change(to: value, in: session, statement)
        return BoundSet(statement: statement, setting: setting, change: change)
    }

    private static func parameter(
        _ name: SettingName, _ value: Expression, _ statement: Statement, _ session: Session
    ) throws -> any BoundStatement {
        guard let literal = value.literal else { throw Diagnostic.parameterNotLiteral(name.text, at: value.span) }
        return BoundParameter(statement: statement, name: name.text, literal: literal)
    }
}

/// `today`, or `$name`.
struct SettingName {
    let text: String
    let span: SourceSpan
    let isParameter: Bool
}

extension Statement {
    var settingName: SettingName? {
        if let name = name("name") { return SettingName(text: name.text, span: name.span, isParameter: false) }
        return name("parameter").map { SettingName(text: $0.text, span: $0.span, isParameter: true) }
    }
}

extension Statement {
    /// A bare word as the name it would be.
    var settingValue: Expression? {
        if case .word(let word, let span)? = self["value"] {
            return Expression(.name(QualifiedName(nil, Identifier(word, at: span))), at: span)
        }
        return expression("value")
    }
}

extension Expression {
    /// The literal it is, with its sign.
    var literal: Literal? {
        switch kind {
        case .literal(let literal): literal
        case .negate(let operand):
            switch operand.literal {
            case .integer(let value)?: .integer(-value)
            case .decimal(let units, let scale)?: .decimal(units: -units, scale: scale)
            default: nil
            }
        default: nil
        }
    }
}

struct BoundParameter: BoundStatement {
    let statement: Statement
    let name: String
    let literal: Literal

    func run(in session: Session) -> Answer {
        var answer = Answer("set")
        session.parameters[Name.fold(name)] = Parameter(literal: literal, isGiven: false)
        if let given = session.options.parameters.first(where: { Name.same($0.key, name) }) {
            answer.notes = ["$\(name) stays \(given.value), as given with --set"]
        }
        return answer
    }

    func explain(in session: Session) throws -> Answer { session.plainExplanation(of: statement) }
}

struct BoundSet: BoundStatement {
    let statement: Statement
    let setting: Setting
    let change: Setting.Change

    func run(in session: Session) throws -> Answer {
        session.unpin()
        var answer = Answer("set")
        answer.notes = try change.apply(session)
        return answer
    }

    func explain(in session: Session) throws -> Answer { session.plainExplanation(of: statement) }
}

/// `set` alone.
struct BoundSettings: BoundStatement {
    let statement: Statement

    func run(in session: Session) throws -> Answer {
        var rows = try Setting.allCases.map { setting -> [Value] in
            [
                .text(setting.rawValue), try setting.value(in: session).map(Value.text) ?? .missing,
                .text(setting.meaning),
            ]
        }
        for (name, parameter) in session.parameters.sorted(by: { $0.key < $1.key }) {
            rows.append([.text("$" + name), .text(parameter.literal.plainText), .text("parameter")])
        }
        var answer = Answer("set", headline: "settings")
        answer.table = ResultTable(
            columns: [.init("setting", .text), .init("value", .text), .init("meaning", .text)], rows: rows)
        return answer
    }

    func explain(in session: Session) throws -> Answer { session.plainExplanation(of: statement) }
}
