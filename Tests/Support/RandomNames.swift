import ReachDiagnostics
import ReachLanguage

/// The names that random expressions speak of. The default tries the language's limits; tests with data give their schema's names.
package struct RandomNames: Sendable {
    package var columns: [String]
    package var tables: [String]
    package var segments: [String]
    package var parameters: [String]
    package var texts: [String]

    package init(
        columns: [String], tables: [String], segments: [String] = [], parameters: [String] = [], texts: [String]
    ) {
        self.columns = columns
        self.tables = tables
        self.segments = segments
        self.parameters = parameters
        self.texts = texts
    }

    /// Plain names, names that are keywords or functions, and names that only stand in backticks.
    package static let hostile = RandomNames(
        columns: ["city", "total", "Имя", "first name", "a`b", "2nd", "", "x-y"].filter { !$0.isEmpty }
            + Words.expressionKeywords + Words.functions + Words.aggregates
            + Array(Words.reservedAsAudience).sorted() + ["top", "sort", "columns", "desc", "as", "count"],
        tables: ["orders", "visits", "no", "at", "more", "exactly", "then", "within", "in", "where", "has", "e mails"],
        segments: ["lapsed", "Lapsed buyers", "by", "current", "all", "customers", "columns", "top", "within", "via"],
        parameters: ["limit", "day", "имя"],
        texts: [
            "Paris", "", "it's", "say \"hi\"", "\"'", "a\nb", "100%", "`", "„x“", "\\", "ends in \"", "\"\"\"", " ",
        ])
}
