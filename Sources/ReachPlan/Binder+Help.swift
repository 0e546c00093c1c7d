import ReachColumns
import ReachDiagnostics
import ReachLanguage

/// What to say when a name or type does not fit, with the nearest thing that would.
extension Binder {
    /// Canonical text of an expression.
    func text(_ expression: Expression) -> String { expression.canonicalText }

    /// A name as it has to be typed.
    package static func spelled(_ name: String) -> String { Canonical.name(name) }

    /// The statement with the text at `span` replaced, where it fits on a line; else the replacement's own surroundings, `short`.
    func line(replacing span: SourceSpan, with text: String, short: String) -> String {
        guard let source, let whole = statementSpan, span.lower >= whole.lower, span.upper <= whole.upper else {
            return short
        }
        let line =
            source[SourceSpan(whole.lower, span.lower)] + text + source[SourceSpan(span.upper, whole.upper)]
        return line.count <= 100 && !line.contains(where: \.isNewline) ? line : short
    }

    func unknownColumn(_ name: Identifier, in table: Int) -> Diagnostic {
        if !name.quoted, Name.fold(name.text) == "null" {
            return .nullWord(at: name.span)
        }
        var candidates = self.table(table).columns.map(\.name)
        if table == 0 {
            candidates += context.definitions.map(\.name) + context.activityNames
            if !Self.seenTables(schema).isEmpty { candidates += Self.builtInNames }
        } else {
            candidates += schema.customers.columns.map { "customers.\(Self.spelled($0.name))" }
        }
        let near = DidYouMean.closest(to: name.text, among: candidates)
        if near.isEmpty, table == 0 {
            let holders = schema.tables.indices.filter {
                schema.tables[$0].kind == .activity && schema.tables[$0].index(of: name.text) != nil
            }
            if !holders.isEmpty {
                let help = holders.flatMap { holder in
                    self.table(holder).index(of: name.text).map { aggregates(of: holder, $0) } ?? []
                }
                return .columnOfActivity(name, of: holders.map { self.table($0).name }, help: help)
            }
        }
        return .unknownColumn(
            name, in: self.table(table).name, near: near.map(Self.spelledQualified), known: candidates,
            segments: table == 0 ? segmentNames : [])
    }

    private static func spelledQualified(_ name: String) -> String {
        name.hasPrefix("customers.") ? name : spelled(name)
    }

    func unknownTable(_ name: Identifier) -> Diagnostic {
        let near = DidYouMean.closest(to: name.text, among: context.activityNames)
        return .unknownTable(name, near: near.map(Self.spelled), known: context.activityNames.map(Self.spelled))
    }

    func foreignTable(_ qualifier: Identifier, in table: Int) -> Diagnostic {
        guard context.activityIndex(qualifier.text) != nil else {
            let near = DidYouMean.closest(to: qualifier.text, among: [self.table(table).name, "customers"])
            return .unknownTable(qualifier, near: near, known: [self.table(table).name, "customers"])
        }
        return .foreignTable(qualifier, in: self.table(table).name)
    }

    private var segmentNames: [String] { context.definitions.filter { $0.kind != .attribute }.map(\.name) }

    func unknownSegment(_ name: Identifier) -> Diagnostic {
        let spelled = Self.spelled(name.text)
        if context.activityIndex(name.text) != nil {
            return .notASegment(name, isA: "an activity table", help: ["all where has \(spelled)"])
        }
        let type =
            schema.customers.index(of: name.text).map { schema.customers.columns[$0].type }
            ?? context.definition(name.text).flatMap { try? expand($0, at: name.span).type }
        if let type {
            let isCondition = type == .boolean || type.isNumeric
            return .notASegment(
                name, isA: context.definition(name.text) == nil ? "a column" : "an attribute",
                help: [isCondition ? "all where \(spelled)" : "all where \(spelled) is known", "by \(spelled)"])
        }
        let segments = segmentNames
        let near = DidYouMean.closest(
            to: name.text, among: segments + ["all", "current", "customers"] + context.activityNames)
        return .unknownSegment(name, near: near.map(Self.spelled), known: segments.map(Self.spelled))
    }

    /// `city = Paris`: the word is no column, beside a column of text.
    func unquoted(_ diagnostic: Diagnostic, _ word: Expression, beside scalar: Scalar, _ scope: NameScope) -> Diagnostic
    {
        guard scalar.type == .text, case .name(let name) = word.kind, name.qualifier == nil else { return diagnostic }
        var better = diagnostic
        let values = places(of: scalar, in: scope.table).first.flatMap(context.distinctValues)
        let found = values.flatMap {
            DidYouMean.closest(to: name.name.text, among: $0).first
                ?? ($0.contains(name.name.text) ? name.name.text : nil)
        }
        let exact = values?.contains(name.name.text) == true ? name.name.text : found
        let quoted = Canonical.quoted(exact ?? name.name.text)
        let line = line(replacing: word.span, with: quoted, short: quoted)
        if exact != nil {
            better.help = [line]
        } else {
            better.help.insert(line, at: 0)
        }
        return better
    }

    /// Warns where a column holds no such text but one like it.
    func checkValue(_ first: Scalar, _ second: Scalar, _ scope: NameScope) {
        guard case .literal(.text(let wanted), _) = second, let place = places(of: first, in: scope.table).first,
            let values = context.distinctValues(place), !values.contains(wanted)
        else { return }
        let column = schema.tables[place.table].columns[place.column].name
        guard let near = DidYouMean.closest(to: wanted, among: values).first else { return }
        warn("`\(column)` holds no \(Canonical.quoted(wanted)), it holds \(Canonical.quoted(near))")
    }

    func emptyText(_ operand: Expression, at span: SourceSpan) -> Diagnostic {
        .emptyText(text(operand), at: span)
    }

    func mismatch(
        _ first: Scalar, _ second: Scalar, _ one: Expression, _ other: Expression, _ comparison: Comparison,
        at span: SourceSpan
    ) -> Diagnostic {
        let (left, right) = (text(one), text(other))
        // The literal is what is easily mended; it is blamed, else the right side.
        let isLeftLiteral = if case .literal = first, second.isNotLiteral { true } else { false }
        let (literal, blamed, column) = isLeftLiteral ? (first, one, second) : (second, other, first)
        let mended = spelling(of: literal, as: column.type, comparison)
        var help: [String] = []
        if let mended {
            help = [
                line(
                    replacing: blamed.span, with: mended,
                    short: isLeftLiteral
                        ? "\(mended) \(comparison.rawValue) \(right)" : "\(left) \(comparison.rawValue) \(mended)")
            ]
        }
        if help.isEmpty, column.type.isTemporal, case .literal(.integer(let number), _) = literal {
            if (1_900...2_100).contains(number), comparison == .equal {
                help = ["\(left) in \(number)"]
            } else if (1_900...2_100).contains(number) {
                help = ["\(left) \(comparison.rawValue) \(number)-01-01"]
            } else {
                help = ["\(left) \(comparison.rawValue) \(number)d"]
            }
        }
        return .typeMismatch(
            "`\(left)` is \(first.type.article), `\(right)` is \(second.type.article)", at: blamed.span, help: help)
    }

    /// A literal of the wrong type as the right one: `"42"` as 42, 42 as `"42"`, `"2026-01-01"` as a date.
    private func spelling(of literal: Scalar, as type: DataType, _ comparison: Comparison) -> String? {
        guard case .literal(let value, _) = literal else { return nil }
        switch (value, type) {
        case (.text(let words), .integer), (.text(let words), .decimal), (.text(let words), .float):
            let isNumber =
                !words.isEmpty && words.utf8.allSatisfy { (0x30...0x39).contains($0) || $0 == 0x2E || $0 == 0x2D }
            return isNumber && Double(words) != nil ? words : nil
        case (.text(let words), .date), (.text(let words), .datetime):
            return ConstantEvaluator.isDate(words) ? words : nil
        case (.text(let words), .boolean):
            switch CaseFolding.fold(words) {
            case "true", "yes", "y", "1": return "true"
            case "false", "no", "n", "0": return "false"
            default: return nil
            }
        case (.integer(let number), .text): return Canonical.quoted(String(number))
        case (.decimal(let units, let scale), .text):
            return Canonical.quoted(Canonical.decimal(units: units, scale: scale))
        case (.boolean(let truth), .text): return Canonical.quoted(truth ? "true" : "false")
        case (.date(let day), .text): return Canonical.quoted(CivilDate(daysSinceEpoch: Int(day)).iso)
        case (.integer(let number), .boolean) where number == 0 || number == 1: return number == 1 ? "true" : "false"
        case (.boolean(let truth), .integer), (.boolean(let truth), .decimal): return truth ? "1" : "0"
        default: return nil
        }
    }

    func sampleText(of scalar: Scalar, _ scope: NameScope) -> String {
        places(of: scalar, in: scope.table).first.flatMap(context.distinctValues)?.first ?? "…"
    }

    func exampleDate(_ scope: NameScope) -> String {
        table(scope.table).columns.first(where: \.type.isTemporal).map { Self.spelled($0.name) } ?? "last_seen"
    }

    func exampleNumber(_ scope: NameScope) -> String {
        let columns = table(scope.table).columns
        let column = columns.first { $0.type.isNumeric && $0.role == .attribute }
        return column.map { Self.spelled($0.name) } ?? context.activityNames.first.map(Self.spelled) ?? "total"
    }

    /// A bare name's own letters, for putting it in quotes.
    func bareWord(_ expression: Expression) -> String {
        if case .name(let name) = expression.kind, name.qualifier == nil { return name.name.text }
        return ""
    }

    /// Both ways to put brackets around a doubtful name.
    func bracketings(of clause: OpenClause, around span: SourceSpan, _ name: Identifier) -> [String] {
        [Canonical.bracketed(clause), text(split(clause, before: span))]
    }

    /// `(has orders where a) and b` of `has orders where a and b`, split before the part that holds `span`.
    func split(_ clause: OpenClause, before span: SourceSpan) -> Expression {
        func parted(_ condition: Expression) -> Expression {
            switch condition.kind {
            case .and(let one, let other) where other.span.contains(span):
                Expression(.and(clause.rebuilt(one), other), at: condition.span)
            case .or(let one, let other) where other.span.contains(span):
                Expression(.or(clause.rebuilt(one), other), at: condition.span)
            case .and(let one, let other): Expression(.and(parted(one), other), at: condition.span)
            case .or(let one, let other): Expression(.or(parted(one), other), at: condition.span)
            default: clause.rebuilt(condition)
            }
        }
        return parted(clause.condition)
    }

    /// Whether a condition is written in brackets of its own, so that there is no doubt where it ends. Without the text there is none.
    func isBracketed(_ condition: Expression) -> Bool {
        guard let source else { return true }
        let bytes = Array(source.text.utf8)
        guard condition.span.upper <= bytes.count else { return true }
        return BracketScan.encloses(bytes, condition.span)
    }
}

extension SourceSpan {
    func contains(_ other: SourceSpan) -> Bool { lower <= other.lower && other.upper <= upper }
}

/// Finds out whether a stretch of a text is one pair of brackets.
enum BracketScan {
    static func encloses(_ bytes: [UInt8], _ span: SourceSpan) -> Bool {
        guard span.lower < span.upper, bytes[span.lower] == UInt8(ascii: "(") else { return false }
        return matching(bytes, span.lower) == span.upper - 1
    }

    /// Where the bracket that opens at `start` closes; quoted text is passed over.
    private static func matching(_ bytes: [UInt8], _ start: Int) -> Int? {
        var depth = 0
        var quote: UInt8?
        for index in start..<bytes.count {
            let byte = bytes[index]
            if let open = quote {
                if byte == open { quote = nil }
                continue
            }
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "`"): quote = byte
            case UInt8(ascii: "("): depth += 1
            case UInt8(ascii: ")"):
                depth -= 1
                if depth == 0 { return index }
            default: break
            }
        }
        return nil
    }
}
