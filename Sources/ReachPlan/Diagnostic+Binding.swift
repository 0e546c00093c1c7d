import ReachDiagnostics
import ReachLanguage

/// What names can be wrong in.
extension Diagnostic {
    /// `has orders where total > 100 and city = "Paris"` with a `city` on both sides.
    package static func ambiguousName(_ name: Identifier, table: String, help: [String]) -> Diagnostic {
        Diagnostic(
            "ambiguous-name", "`\(name.text)` is a column of `\(table)` and means something for customers too",
            at: name.span,
            help: help)
    }

    package static func brokenCurrent(_ cause: Diagnostic, at span: SourceSpan?) -> Diagnostic {
        Diagnostic(
            cause.code, "the current segment cannot be used any more: \(cause.message)", at: span,
            help: ["segment all"] + cause.help)
    }

    package static func brokenDefinition(_ definition: Definition, _ cause: Diagnostic, at span: SourceSpan)
        -> Diagnostic
    {
        Diagnostic(
            cause.code, "\(definition.kind.word) `\(definition.name)` cannot be used: \(cause.message)", at: span,
            help: cause.help)
    }

    package static func columnOfActivity(_ name: Identifier, of tables: [String], help: [String]) -> Diagnostic {
        let holders = tables.map { "`\($0)`" }.joined(separator: " and ")
        return Diagnostic(
            "unknown-column", "column `\(name.text)` not found in `customers`; it is a column of \(holders)",
            at: name.span,
            help: help)
    }

    package static func customersAreNoActivity(at span: SourceSpan, help: [String]) -> Diagnostic {
        Diagnostic("not-activity", "`customers` has a row per customer, it is no activity", at: span, help: help)
    }

    package static func customersOnly(_ name: Identifier, table: String, help: [String]) -> Diagnostic {
        Diagnostic(
            "customers-only", "`\(table)` has no column `\(name.text)`, customers have", at: name.span, help: help)
    }

    package static func cycle(_ names: [String], at span: SourceSpan) -> Diagnostic {
        let path = names.map { "`\($0)`" }.joined(separator: " → ")
        return Diagnostic(
            "definition-cycle", "\(names.first.map { "`\($0)`" } ?? "it") refers to itself: \(path)", at: span,
            help: names.dropFirst().first.map { ["describe \($0)"] } ?? [])
    }

    package static func foreignTable(_ qualifier: Identifier, in table: String) -> Diagnostic {
        Diagnostic(
            "foreign-table",
            "a condition on `\(table)` knows its columns and the customer's, not those of `\(qualifier.text)`",
            at: qualifier.span, help: ["(has \(table)) and has \(qualifier.text)"])
    }

    package static func manyValues(_ name: String, at span: SourceSpan, help: [String]) -> Diagnostic {
        Diagnostic("many-values", "`\(name)` has a value per row, not one per customer", at: span, help: help)
    }

    package static func nameTaken(_ name: Identifier, by what: String) -> Diagnostic {
        Diagnostic("name-taken", "`\(name.text)` is \(what) already", at: name.span, help: ["\(name.text)_2"])
    }

    package static func noActivity(_ name: String, at span: SourceSpan) -> Diagnostic {
        Diagnostic(
            "no-activity", "`\(name)` is taken from activity, and none was imported", at: span,
            help: ["import orders from \"orders.csv\""])
    }

    package static func noCurrentSegment(at span: SourceSpan) -> Diagnostic {
        Diagnostic("no-current-segment", "no current segment is set", at: span, help: ["segment where …", "all"])
    }

    package static func notASegment(_ name: Identifier, isA kind: String, help: [String]) -> Diagnostic {
        Diagnostic("not-a-segment", "`\(name.text)` is \(kind), not a segment", at: name.span, help: help)
    }

    package static func notActivity(_ name: Identifier, isA kind: String, help: [String]) -> Diagnostic {
        Diagnostic("not-activity", "`\(name.text)` is \(kind), not activity", at: name.span, help: help)
    }

    package static func nullWord(at span: SourceSpan) -> Diagnostic {
        Diagnostic(
            "compared-with-nothing", "there is no `null`, values are missing", at: span,
            help: ["is missing", "is known"])
    }

    package static func parameterType(_ name: Identifier, wanted: String, example: String) -> Diagnostic {
        Diagnostic(
            "parameter-type", "`$\(name.text)` is not \(wanted)", at: name.span,
            help: ["set $\(name.text) = \(example)"])
    }

    package static func reservedName(_ name: Identifier) -> Diagnostic {
        Diagnostic(
            "reserved-name", "`\(name.text)` is a word of the language", at: name.span, help: ["my_\(name.text)"])
    }

    package static func twoAudiences(at span: SourceSpan) -> Diagnostic {
        Diagnostic("two-audiences", "two audiences stand here, one too many", at: span, help: ["of all where …"])
    }

    package static func unknownColumn(
        _ name: Identifier, in table: String, near: [String], known: [String], segments: [String]
    ) -> Diagnostic {
        var help = similar("column", near, known: known)
        if near.isEmpty, !segments.isEmpty { help.append(list("segments", segments, allBy: "show segments")) }
        return Diagnostic(
            "unknown-column", "column `\(name.text)` not found in `\(table)`", at: name.span, help: help)
    }

    package static func unknownFact(_ name: Identifier, known: [String]) -> Diagnostic {
        let near = DidYouMean.closest(to: name.text, among: known)
        var help = near.isEmpty ? known.prefix(6).map { "require \($0) > 0" } : similar("fact", near, known: known)
        if help.isEmpty { help = ["count all", "require count(all) > 0"] }
        return Diagnostic(
            "unknown-fact", "the last answer has no figure `\(name.text)`", at: name.span, help: help)
    }

    package static func unknownFunction(_ name: Identifier, help: [String]) -> Diagnostic {
        Diagnostic("unknown-function", "there is no function `\(name.text)`", at: name.span, help: help)
    }

    package static func unknownSegment(_ name: Identifier, near: [String], known: [String]) -> Diagnostic {
        let help =
            near.isEmpty
            ? [Name.same(name.text, "group") ? "count by …" : "count all"]
                + (known.isEmpty ? [] : similar("name", near, known: known)) : similar("name", near, known: known)
        return Diagnostic("unknown-segment", "segment `\(name.text)` not found", at: name.span, help: help)
    }

    package static func unknownTable(_ name: Identifier, near: [String], known: [String]) -> Diagnostic {
        let help =
            known.isEmpty ? ["import \(name.text) from \"\(name.text).csv\""] : similar("table", near, known: known)
        return Diagnostic("unknown-table", "table `\(name.text)` not found", at: name.span, help: help)
    }

    package static func unsetParameter(_ name: Identifier) -> Diagnostic {
        Diagnostic(
            "unset-parameter", "`$\(name.text)` is not set", at: name.span,
            help: ["set $\(name.text) = …", "--set \(name.text)=…"])
    }

    /// The nearest names, or where nothing is near what there is.
    private static func similar(_ kind: String, _ near: [String], known: [String]) -> [String] {
        if near.count == 1 { return ["a similar \(kind) exists: `\(near[0])`"] }
        if near.count > 1 { return ["similar names exist: " + near.map { "`\($0)`" }.joined(separator: ", ")] }
        if known.isEmpty { return ["import customers from \"customers.csv\"", "demo"] }
        return [list("known", known, allBy: "tables")]
    }

    private static func list(_ title: String, _ names: [String], allBy statement: String) -> String {
        let listed = names.prefix(8).map { "`\($0)`" }.joined(separator: ", ")
        return "\(title): \(listed)" + (names.count > 8 ? " … (`\(statement)` lists all)" : "")
    }
}
