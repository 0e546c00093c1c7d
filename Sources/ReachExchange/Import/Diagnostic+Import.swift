import ReachColumns
import ReachDiagnostics
import ReachKernels

extension Diagnostic {
    static func ambiguousDates(column: String, separator: String, at span: SourceSpan?) -> Diagnostic {
        let dayFirst = "dates \"dd\(separator)mm\(separator)yyyy\""
        let monthFirst = "dates \"mm\(separator)dd\(separator)yyyy\""
        return Diagnostic(
            "ambiguous-dates", "every date in `\(column)` can be read day first and month first", at: span,
            help: ["add `\(dayFirst)` where the day comes first", "add `\(monthFirst)` where the month comes first"])
    }

    static func ambiguousNumbers(column: String, at span: SourceSpan?) -> Diagnostic {
        Diagnostic(
            "ambiguous-numbers", "every mark in `\(column)` can part decimals and thousands, as in 1,234 or 1.234",
            at: span,
            help: ["add `decimal \",\"` where a comma is before decimals", "add `decimal \".\"` where a point is"])
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
            help: ["dates \"dd.mm.yyyy\"", "dates \"mm/dd/yyyy\"", "dates \"yyyymmdd\"", "dates \"epoch\""])
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
            at: delimiter.span, help: ["delimiter \";\"", "delimiter \"tab\"", "delimiter \"19, 30\""])
    }

    static func damagedWorkbook(_ path: String, at span: SourceSpan?) -> Diagnostic {
        Diagnostic(
            "file-damaged", kind: .environment, "`\(path)` is damaged: it cannot be read as a workbook", at: span,
            help: ["copy the file again, as binary", "open it in a spreadsheet and save it anew"])
    }

    static func databaseNotReadable(_ path: String, _ reason: String, at span: SourceSpan?) -> Diagnostic {
        Diagnostic(
            "file-not-readable", kind: .environment, "`\(path)` cannot be read as a database: \(reason)", at: span,
            help: reason.contains("malformed") ? ["sqlite3 \(path) .recover | sqlite3 mended.db"] : [])
    }

    static func emptySheet(
        _ path: String, _ sheet: String, others: [String] = [], at span: SourceSpan?
    ) -> Diagnostic {
        Diagnostic(
            "empty-file", kind: .environment, "sheet `\(sheet)` of `\(path)` is empty", at: span,
            help: others.filter { $0 != sheet }.prefix(5).map { "add `sheet \"\($0)\"`" })
    }

    static func emptyFile(_ path: String, at span: SourceSpan?) -> Diagnostic {
        Diagnostic(
            "empty-file", kind: .environment, "`\(path)` is empty", at: span,
            help: ["write the table to it again; a table without rows still has a line of names"])
    }

    /// The encoding was found too late to read by it.
    static func foreignEncoding(_ path: String, _ encoding: String, at span: SourceSpan?) -> Diagnostic {
        Diagnostic(
            "foreign-encoding", "`\(path)` is not UTF-8; it looks like \(encoding)", at: span,
            help: ["add `encoding \"\(encoding)\"`"])
    }

    static func filesDiffer(_ path: String, _ what: String, at span: SourceSpan?) -> Diagnostic {
        Diagnostic(
            "files-differ", "`\(path)` is not like the files before it: \(what)", at: span,
            help: ["import it by itself"])
    }

    static func foreignFile(_ path: String, is kind: String, help: String, at span: SourceSpan?) -> Diagnostic {
        var shown = help
        if let range = shown.firstRange(of: "FILE") { shown.replaceSubrange(range, with: path) }
        return Diagnostic("not-a-table", kind: .environment, "`\(path)` is \(kind)", at: span, help: [shown])
    }

    static func isWorkspace(_ path: String, at span: SourceSpan?) -> Diagnostic {
        Diagnostic(
            "is-workspace", "`\(path)` is a workspace of Reach; its tables are exported first", at: span,
            help: ["reach \(path) -c 'export customers to \"customers.csv\"'"])
    }

    static func keyMissingInFile(_ key: String, columns: [String], at span: SourceSpan?) -> Diagnostic {
        Diagnostic(
            "no-key-column", "the table's key `\(key)` is not in the file", at: span,
            help: columns.prefix(3).map { "add `rename (\(quotedName($0)) \(quotedName(key)))`" })
    }

    static func listNotClosed(_ path: String, at span: SourceSpan?) -> Diagnostic {
        Diagnostic(
            "file-cut-off", kind: .environment,
            "`\(path)` ends before the list in it does; nothing was imported", at: span,
            help: ["copy the file again, as a whole"])
    }

    static func noFileMatches(_ pattern: String, at span: SourceSpan?) -> Diagnostic {
        Diagnostic(
            "file-not-found", kind: .environment, "no file matches `\(pattern)`", at: span,
            help: ["`*` stands for any characters of a name, `?` for one"])
    }

    static func noObjects(_ path: String, at span: SourceSpan?) -> Diagnostic {
        Diagnostic(
            "not-a-table", kind: .environment, "`\(path)` is JSON and holds no objects with values", at: span,
            help: ["a row is an object, as in {\"customer_id\": 1, \"city\": \"Paris\"}"])
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
                "add `dates \"epoch\"` where they are seconds since 1970, `dates \"epoch ms\"` where milliseconds",
                "add `types (\(quotedName(column)) date)`",
            ])
    }

    static func notText(_ path: String, at span: SourceSpan?) -> Diagnostic {
        Diagnostic(
            "not-a-table", kind: .environment, "`\(path)` is a binary file: it holds zero bytes", at: span,
            help: ["export the table as CSV"])
    }

    static func oneColumn(_ name: String, at span: SourceSpan?) -> Diagnostic {
        return Diagnostic(
            "one-column",
            "the file has one column, `\(name)`, and a row of activity takes a customer and a time", at: span,
            help: [
                "add `delimiter \";\"`, spelled as the file parts its cells", "add `delimiter \"blanks\"`",
                "add `delimiter \"19, 30\"` where columns stand at fixed places: the characters at which the second and later ones begin",
            ])
    }

    /// Of a file that came in as one column.
    static let fixedPlacesNote =
        "nothing parts the cells of a line; where columns stand at fixed places, `delimiter \"19, 30\"` says at which characters the second "
        + "and later ones begin"

    static func recordTooLong(_ path: String, line: Int, at span: SourceSpan?) -> Diagnostic {
        Diagnostic(
            "record-too-long", "line \(line) of `\(path)` is too long for a row", at: span,
            help: ["check that the file is a table with one row on a line"])
    }

    static func severalTables(_ path: String, _ tables: [String], at span: SourceSpan?) -> Diagnostic {
        Diagnostic(
            "several-tables", "`\(path)` holds \(tables.count) tables, and the statement names none", at: span,
            help: tables.prefix(12).map { "add `sheet \"\($0)\"`" })
    }

    static func strictRejects(_ count: Int, of path: String, first: [Rejection], at span: SourceSpan?) -> Diagnostic {
        Diagnostic(
            "rows-rejected", kind: .guardRefused,
            "\(count == 1 ? "a row" : "\(count) rows") of `\(path)` would be rejected; nothing was imported", at: span,
            help: first.prefix(3).map { "line \($0.line)\($0.column.map { ", `\($0)`" } ?? ""): \($0.reason)" }
                + Set(first.compactMap(\.clause)).sorted().map(clauseAdvice)
                + ["leave `strict` out to import the other rows"])
    }

    /// What a clause that rejections name would do.
    package static func clauseAdvice(_ clause: String) -> String {
        "add `\(clause)` to take \(clause == "ragged" ? "rows with fewer cells than the header" : "quotes for text")"
    }

    static func unknownEncoding(_ name: OptionText) -> Diagnostic {
        let names = TextEncoding.allCases.map(\.rawValue)
        let similar = DidYouMean.closest(to: name.text, among: names)
        return Diagnostic(
            "unknown-encoding", "there is no encoding `\(name.text)`", at: name.span,
            help: (similar.isEmpty ? names : similar).map { "encoding \"\($0)\"" })
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

    /// A sheet or table that the file does not have.
    static func unknownPart(_ name: OptionText, kind: String, _ names: [String]) -> Diagnostic {
        let similar = DidYouMean.closest(to: name.text, among: names)
        return Diagnostic(
            "unknown-\(kind)", "there is no \(kind) `\(name.text)` in the file", at: name.span,
            help: (similar.isEmpty ? Array(names.prefix(12)) : similar).map { "\(kind) \"\($0)\"" })
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
