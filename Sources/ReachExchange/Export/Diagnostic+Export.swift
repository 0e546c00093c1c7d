import ReachDiagnostics

extension Diagnostic {
    /// Of a workbook.
    static func cellTooLong(_ column: String, _ units: Int, limit: Int) -> Diagnostic {
        Diagnostic(
            "cell-too-long",
            "a text of `\(column)` has \(units) characters, a cell of a workbook holds \(limit)",
            help: ["columns …, without `\(column)`", "to \"NAME.csv\""])
    }

    static let sheetTooLarge = Diagnostic(
        "too-much-for-xlsx", "the table takes more than 4 GB, which a workbook cannot hold", help: ["to \"NAME.csv\""])

    static func tooManyRows(_ count: Int, for format: String, limit: Int, at span: SourceSpan?) -> Diagnostic {
        Diagnostic(
            "too-much-for-\(format)", "\(count) rows are more than a sheet holds, \(limit) beside the header", at: span,
            help: ["to \"NAME.csv\""])
    }
}
