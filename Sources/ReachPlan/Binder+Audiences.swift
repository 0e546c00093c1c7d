import ReachColumns
import ReachDiagnostics
import ReachLanguage

extension Binder {
    /// Binds `[all | SEGMENT | current] [where C]`. Nil, or an audience with neither, is the current segment, or everybody where
    /// none is set; `where` alone ranges over everybody.
    package func bindAudience(_ audience: AudienceSyntax?) throws -> BoundAudience {
        try undated(audience).with { [context = context.withoutData] in Binder(context).dates(in: audience) }
    }

    private func undated(_ audience: AudienceSyntax?) throws -> BoundAudience {
        guard let audience else { return try currentAudience(wanted: nil) }
        guard let base = audience.base else {
            guard let written = audience.condition else { return try currentAudience(wanted: nil) }
            return narrowed(.everybody, by: written, try condition(written, NameScope(.customers)))
        }
        let start = try self.base(base)
        guard let written = audience.condition else { return start }
        return narrowed(start, by: written, try condition(written, NameScope(.customers)))
    }

    private func base(_ base: AudienceSyntax.Base) throws -> BoundAudience {
        switch base {
        case .all: return .everybody
        case .current(let span): return try currentAudience(wanted: span)
        case .segment(let name): return try segment(name)
        }
    }

    /// The session's current segment, or everybody; `wanted` where it was asked for by name and has to exist.
    private func currentAudience(wanted span: SourceSpan?) throws -> BoundAudience {
        guard let current = context.current else {
            if let span { throw Diagnostic.noCurrentSegment(at: span) }
            return .everybody
        }
        let outer = source
        source = nil
        defer { source = outer }
        do {
            let bound = try undated(current.audience)
            let base = current.name.map { "segment `\($0)`" } ?? "current segment"
            return BoundAudience(base: base, condition: bound.condition) {
                AudienceWords(description: base, parts: bound.parts)
            }
        } catch let diagnostic as Diagnostic {
            throw Diagnostic.brokenCurrent(diagnostic, at: span)
        }
    }

    private func segment(_ name: Identifier) throws -> BoundAudience {
        let folded = Name.fold(name.text)
        if !name.quoted, folded == "customers" || folded == "everybody" { return .everybody }
        guard let definition = context.definition(name.text), definition.kind != .attribute else {
            throw unknownSegment(name)
        }
        let condition = try expand(definition, at: name.span).truth
        let base = "segment `\(definition.name)`"
        guard let expression = definition.expression else {
            let part = BoundPart(
                text: Self.spelled(definition.name), sentence: "among the members saved as `\(definition.name)`",
                condition: condition)
            return BoundAudience(base: base, condition: condition) { AudienceWords(description: base, parts: [part]) }
        }
        return BoundAudience(base: base, condition: condition) { [context = context.withoutData] in
            let parts: [BoundPart] =
                if case .isTrue(.condition(let inner)) = condition {
                    Binder(context).parts(of: expression, inner)
                } else {
                    condition == .always(true) ? [] : Binder(context).parts(of: expression, condition)
                }
            return AudienceWords(description: base, parts: parts)
        }
    }

    /// A base, and a condition on top: where the base is a segment it becomes one part, `in segment …`.
    private func narrowed(_ base: BoundAudience, by written: Expression, _ condition: Condition) -> BoundAudience {
        let whole = Condition.and([base.condition, condition])
        return BoundAudience(base: base.base, condition: whole) { [context = context.withoutData] in
            let binder = Binder(context)
            var parts = binder.parts(of: written, condition)
            if !base.isEverybody {
                let name = base.base.hasPrefix("segment `") ? String(base.base.dropFirst(9).dropLast()) : nil
                let part = BoundPart(
                    text: name.map(Self.spelled) ?? "current", sentence: "in \(name == nil ? "the " : "")\(base.base)",
                    condition: base.condition)
                parts.insert(part, at: 0)
            }
            return AudienceWords(description: "\(base.base) where \(binder.text(written))", parts: parts)
        }
    }

    /// The conditions joined by `and` at the top, each bound by itself.
    func parts(of written: Expression, _ condition: Condition, _ scope: Scope = .customers) -> [BoundPart] {
        let pieces = written.conjuncts
        let renderer = EnglishRenderer(self, scope)
        guard pieces.count > 1 else {
            return [BoundPart(text: text(written), sentence: renderer.phrase(written), condition: condition)]
        }
        return pieces.map { piece in
            // The whole was bound already, so that each piece of it binds too.
            let bound = (try? bindCondition(piece, scope)) ?? .always(true)
            return BoundPart(text: text(piece), sentence: renderer.phrase(piece), condition: bound)
        }
    }

    /// Binds what `count`, `show`, `summarize`, `histogram` and `export` speak of: an audience, or rows of a table.
    package func bindSubject(_ subject: SubjectSyntax?) throws -> BoundSubject {
        guard let subject else { return BoundSubject(try bindAudience(nil)) }
        if case .segment(let name)? = subject.base, let table = context.activityIndex(name.text),
            context.definition(name.text) == nil || subject.audience != nil || subject.window != nil
        {
            return try rowsSubject(subject, table)
        }
        if subject.window != nil {
            throw Diagnostic.windowWithoutRows(
                at: subject.span, help: context.activityNames.prefix(1).map { "\(Self.spelled($0)) within 90d" })
        }
        if let base = subject.base {
            if let audience = subject.audience {
                if case .segment(let name) = base { throw unknownTable(name) }
                throw Diagnostic.twoAudiences(at: audience.span)
            }
            return BoundSubject(
                try bindAudience(AudienceSyntax(base: base, condition: subject.condition, span: subject.span)))
        }
        guard let audience = subject.audience else {
            return BoundSubject(
                try bindAudience(AudienceSyntax(base: nil, condition: subject.condition, span: subject.span)))
        }
        let both = [audience.condition, subject.condition].compactMap { $0 }
        let merged = both.dropFirst().reduce(both.first) { one, other in
            one.map { Expression(.and($0, other), at: $0.span.union(other.span)) }
        }
        return BoundSubject(
            try bindAudience(AudienceSyntax(base: audience.base, condition: merged, span: audience.span)))
    }

    private func rowsSubject(_ subject: SubjectSyntax, _ table: Int) throws -> BoundSubject {
        let audience = try bindAudience(subject.audience)
        let scope = Scope.rows(table: table)
        var filters: [Condition] = []
        var parts: [BoundPart] = []
        var written: [String] = []
        if let window = subject.window {
            let condition = try self.window(window, of: table, at: subject.span, NameScope(of: scope))
            filters.append(condition)
            written.append(window.canonicalText)
            let sentence = EnglishRenderer(self, scope).phrase(window, of: table)
            parts.append(BoundPart(text: window.canonicalText, sentence: sentence, condition: condition))
        }
        if let expression = subject.condition {
            let bound = try bindCondition(expression, scope)
            filters.append(bound)
            written.append("where \(text(expression))")
            parts += self.parts(of: expression, bound, scope)
        }
        let filter = Condition.and(filters)
        let rows = BoundRows(
            table: table, tableName: Self.spelled(self.table(table).name), filter: filter,
            text: written.joined(separator: " "), parts: parts, dates: dates(in: subject.window, subject.condition))
        return BoundSubject(
            population: .rows(table: table, filter: filter, audience: audience.condition), audience: audience,
            rows: rows)
    }

    /// The same audience without `current` in it, for keeping as the new current segment: `segment current where C`.
    package func resolvingCurrent(_ audience: AudienceSyntax) throws -> AudienceSyntax {
        let isCurrent: Bool
        switch audience.base {
        case .current: isCurrent = true
        case nil: isCurrent = audience.condition == nil
        default: isCurrent = false
        }
        guard isCurrent else { return audience }
        guard let current = context.current?.audience else {
            if case .current(let span)? = audience.base { throw Diagnostic.noCurrentSegment(at: span) }
            return audience
        }
        guard let condition = audience.condition else { return current }
        let narrowed = current.condition.map { Expression(.and($0, condition), at: condition.span) } ?? condition
        return AudienceSyntax(base: current.base, condition: narrowed, span: audience.span)
    }

    /// Binds a new segment or attribute as if it were defined already, so that a cycle through it is found.
    ///
    /// - Throws: what is wrong with the expression, or `definition-cycle`.
    package static func checkDefinition(
        _ name: Identifier, _ kind: Definition.Kind, _ expression: Expression, in context: BindingContext,
        statement: Statement?
    ) throws {
        var extended = context
        let definition = Definition(name: name.text, kind: kind, text: "", expression: expression)
        extended.definitions.removeAll { Name.same($0.name, name.text) }
        extended.definitions.append(definition)
        let binder = Binder(extended, statement: statement)
        binder.expanding = [Name.fold(name.text)]
        if kind == .segment {
            _ = try binder.bindCondition(expression)
        } else {
            _ = try binder.bindScalar(expression)
        }
        // What refers to the name already has to make sense with its new meaning too.
        for user in extended.users(ofDefinition: name.text) {
            guard let using = extended.definition(user) else { continue }
            _ = try Binder(extended, source: nil, span: nil).expand(using, at: name.span)
        }
    }
}
