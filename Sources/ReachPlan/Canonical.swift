import ReachColumns
import ReachLanguage

/// Expressions and names as the formatter spells them.
enum Canonical {
    static func text(_ expression: Expression) -> String { "…" }

    static func text(_ window: Window) -> String { "…" }

    static func name(_ name: String) -> String { NameText.value(name) }

    static func quoted(_ text: String) -> String { TextLiteral.written(text) }

    /// All digits of the scale: `10.00`.
    static func decimal(units: Int64, scale: Int) -> String {
        let digits = String(units.magnitude)
        let padded = String(repeating: "0", count: max(0, scale + 1 - digits.count)) + digits
        let whole = (units < 0 ? "-" : "") + padded.dropLast(scale)
        return scale == 0 ? whole : whole + "." + padded.suffix(scale)
    }

    /// The clause with brackets around its condition.
    static func bracketed(_ clause: OpenClause) -> String { text(clause.rebuilt(clause.condition)) }
}

extension Duration {
    /// `60d`
    var canonical: String { "\(count)\(unit.rawValue)" }
}

extension Period {
    var canonical: String {
        func units(_ count: Int, _ unit: PeriodUnit) -> String { "\(count) \(unit.rawValue)\(count == 1 ? "" : "s")" }
        return switch self {
        case .year(let year): CivilDate.padded(year, to: 4)
        case .month(let year, let month): CivilDate.padded(year, to: 4) + "-" + CivilDate.padded(month, to: 2)
        case .quarter(let year, let quarter): CivilDate.padded(year, to: 4) + "-q\(quarter)"
        case .this(let unit): "this \(unit.rawValue)"
        case .last(1, let unit, full: true): "last \(unit.rawValue)"
        case .last(let count, let unit, let full):
            full ? "last \(count) full \(unit.rawValue)\(count == 1 ? "" : "s")" : "last \(units(count, unit))"
        case .next(1, let unit): "next \(unit.rawValue)"
        case .next(let count, let unit): "next \(units(count, unit))"
        }
    }
}
