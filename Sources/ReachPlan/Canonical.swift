import ReachColumns
import ReachLanguage

/// Names, texts and numbers as the formatter spells them.
enum Canonical {
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
    static func bracketed(_ clause: OpenClause) -> String {
        let condition = clause.condition.canonicalText
        let whole = clause.rebuilt(clause.condition).canonicalText
        return whole.replacing(" where \(condition)", with: " where (\(condition))", maxReplacements: 1)
    }
}
