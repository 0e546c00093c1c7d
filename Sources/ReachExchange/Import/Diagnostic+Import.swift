import ReachColumns
import ReachDiagnostics

extension Diagnostic {
    static func ambiguousDates(column: String, separator: String, at span: SourceSpan?) -> Diagnostic {
        let dayFirst = "dates \"dd\(separator)mm\(separator)yyyy\""
        let monthFirst = "dates \"mm\(separator)dd\(separator)yyyy\""
        return Diagnostic(
            "ambiguous-dates", "every date in `\(column)` can be read day first and month first", at: span,
            help: ["add `\(dayFirst)` where the day comes first", "add `\(monthFirst)` where the month comes first"])
    }

    static func ambiguousRole(_ role: String, _ clause: String, _ columns: [String], at span: SourceSpan?) -> Diagnostic
    {
        Diagnostic(
            "ambiguous-column",
            "several columns could be \(role): \(columns.map { "`\($0)`" }.joined(separator: ", "))",
            at: span, help: columns.map { "add `\(clause) \(quotedName($0))`" })
    }

    static func badDatePattern(_ pattern: OptionText) -> Diagnostic {
        Diagnostic(
            "bad-date-pattern", "`\(pattern.text)` is not a way to write dates", at: pattern.span,
            help: ["dates \"dd.mm.yyyy\"", "dates \"mm/dd/yyyy\"", "dates \"yyyymmdd\""])
    }

    static func badDecimalMark(_ mark: OptionText) -> Diagnostic {
        Diagnostic(
            "bad-decimal-mark", "decimals start with a point or a comma, not with `\(mark.text)`", at: mark.span,
            help: ["decimal \",\""])
    }

    static func badDelimiter(_ delimiter: OptionText) -> Diagnostic {
        Diagnostic(
            "bad-delimiter",
            "`\(delimiter.text)` cannot part cells: one character is needed that is no quote or line end",
            at: delimiter.span, help: ["delimiter \";\"", "delimiter \"tab\""])
    }

    static func emptyFile(_ path: String, at span: SourceSpan?) -> Diagnostic {
        Diagnostic("empty-file", kind: .environment, "`\(path)` is empty", at: span)
    }

    static func encodingNotRead(_ path: String, _ encoding: String, at span: SourceSpan?) -> Diagnostic {
        Diagnostic(
            "encoding-not-read", "`\(path)` is \(encoding), and only UTF-8 is read", at: span,
            help: ["iconv -f \(encoding) -t UTF-8 \(path) > utf8.csv"])
    }

    static func foreignFile(_ path: String, is kind: String, help: String, at span: SourceSpan?) -> Diagnostic {
        var shown = help
        if let range = shown.firstRange(of: "FILE") { shown.replaceSubrange(range, with: path) }
        return Diagnostic("not-a-table", kind: .environment, "`\(path)` is \(kind)", at: span, help: [shown])
    }

    static func invalidHeaderText(_ path: String, at span: SourceSpan?) -> Diagnostic {
        Diagnostic(
            "encoding-not-read", "the first line of `\(path)` is not UTF-8", at: span,
            help: ["iconv -f windows-1252 -t UTF-8 \(path) > utf8.csv"])
    }

    static func keyMissingInFile(_ key: String, columns: [String], at span: SourceSpan?) -> Diagnostic {
        Diagnostic(
            "no-key-column", "the table's key `\(key)` is not in the file", at: span,
            help: columns.prefix(3).map { "add `rename (\(quotedName($0)) \(quotedName(key)))`" })
    }

    static func noCustomerColumn(columns: [String], at span: SourceSpan?) -> Diagnostic {
        Diagnostic(
            "no-customer-column", "no column looks like the customer of a row", at: span,
            help: columns.prefix(3).map { "add `customer \(quotedName($0))`" })
    }

    static func noTimeColumn(candidates: [String], at span: SourceSpan?) -> Diagnostic {
        Diagnostic(
            "no-time-column", "no column looks like the time of a row", at: span,
            help: candidates.isEmpty
                ? ["add a column of dates to the file"] : candidates.prefix(3).map { "add `at \(quotedName($0))`" })
    }

    static func notATime(_ column: String, _ type: DataType, at span: SourceSpan?) -> Diagnostic {
        Diagnostic(
            "not-a-time", "`\(column)` holds \(type.name), not dates", at: span,
            help: [
                "add `dates \"dd.mm.yyyy\"`, spelled as the file writes them",
                "add `types (\(quotedName(column)) date)`",
            ])
    }

    static func notText(_ path: String, at span: SourceSpan?) -> Diagnostic {
        Diagnostic(
            "not-a-table", kind: .environment, "`\(path)` is a binary file: it holds zero bytes", at: span,
            help: ["export the table as CSV"])
    }

    static func firstRowIsData(_ path: String, columns: Int, at span: SourceSpan?) -> Diagnostic {
        let names = ["customer_id", "date", "total"].prefix(columns).joined(separator: ",")
        return Diagnostic(
            "no-header", "the first row of `\(path)` looks like data, not like names of columns", at: span,
            help: ["add a first line with \(columns) names, such as `\(names)`"])
    }

    static func oneColumn(_ name: String, at span: SourceSpan?) -> Diagnostic {
        let areWords = name.split(separator: " ").count > 1
        return Diagnostic(
            "one-column",
            "the file has one column, `\(name)`, and a row of activity takes a customer and a time", at: span,
            help: areWords
                ? [
                    "sed 's/^ *//; s/  */,/g' FILE > FILE.csv",
                    "add `delimiter \";\"`, spelled as the file parts its cells",
                ]
                : ["add `delimiter \";\"`, spelled as the file parts its cells"])
    }

    static func recordTooLong(_ path: String, line: Int, at span: SourceSpan?) -> Diagnostic {
        Diagnostic(
            "record-too-long", "line \(line) of `\(path)` is too long for a row", at: span,
            help: ["check that the file is a table with one row on a line"])
    }

    static func strictRejects(_ count: Int, of path: String, first: [Rejection], at span: SourceSpan?) -> Diagnostic {
        Diagnostic(
            "rows-rejected", kind: .guardRefused,
            "\(count == 1 ? "a row" : "\(count) rows") of `\(path)` would be rejected; nothing was imported", at: span,
            help: first.prefix(3).map { "line \($0.line)\($0.column.map { ", `\($0)`" } ?? ""): \($0.reason)" }
                + ["leave `strict` out to import the other rows"])
    }

    static func unknownFileColumn(_ name: OptionText, columns: [String]) -> Diagnostic {
        let similar = DidYouMean.closest(to: name.text, among: columns)
        let listed = columns.prefix(12).map { "`\($0)`" }.joined(separator: ", ")
        return Diagnostic(
            "unknown-column", "column `\(name.text)` not found in the file", at: name.span,
            help: similar.isEmpty
                ? ["columns of the file: \(listed)"] : similar.map { "a similar column exists: `\($0)`" })
    }

    static func renameCollides(_ name: OptionText) -> Diagnostic {
        Diagnostic("duplicate-column", "two columns would be called `\(name.text)`", at: name.span)
    }

    static func unknownExportFormat(_ path: String, at span: SourceSpan?) -> Diagnostic {
        let slash = path.lastIndex(of: "/") ?? path.startIndex
        let stem = path[slash...].lastIndex(of: ".").map { path[..<$0] } ?? path[...]
        return Diagnostic(
            "unknown-format", "the end of `\(path)` names no format that can be written", at: span,
            help: TableWriters.suffixes.map { "to \"\(stem)\($0)\"" })
    }

    /// The name as the language reads it.
    static func quotedName(_ name: String) -> String {
        let isPlain =
            name.first.map { $0.isLetter || $0 == "_" } ?? false
            && name.allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" }
        return isPlain
            ? name : "`" + name.split(separator: "`", omittingEmptySubsequences: false).joined(separator: "``") + "`"
    }
}
