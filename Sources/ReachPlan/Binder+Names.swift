import ReachColumns
import ReachDiagnostics
import ReachLanguage

extension Binder {
    func name(_ name: QualifiedName, at span: SourceSpan, _ scope: NameScope) throws -> Scalar {
        switch scope.kind {
        case .customers: try customerName(name, at: span)
        case .rows(let table): try rowName(name, of: table, at: span, scope)
        case .facts: try factName(name, at: span)
        }
    }

    private func customerName(_ name: QualifiedName, at span: SourceSpan) throws -> Scalar {
        if let qualifier = name.qualifier {
            if Name.same(qualifier.text, "customers") { return try customerAttribute(name.name, at: span) }
            throw qualifiedWithoutAggregate(name, qualifier)
        }
        if let scalar = try customerValue(name.name, at: span) { return scalar }
        if let table = context.activityIndex(name.name.text) {
            return .aggregate(Aggregate(.count, table: table, value: nil, filter: nil, type: .integer))
        }
        if let scalar = try builtIn(name.name, at: span) { return scalar }
        throw unknownColumn(name.name, in: 0)
    }

    /// After `customers.`: a column or attribute, never a table.
    private func customerAttribute(_ name: Identifier, at span: SourceSpan) throws -> Scalar {
        if let scalar = try customerValue(name, at: span) { return scalar }
        if let scalar = try builtIn(name, at: span) { return scalar }
        throw unknownColumn(name, in: 0)
    }

    /// A column, segment or computed attribute.
    private func customerValue(_ name: Identifier, at span: SourceSpan) throws -> Scalar? {
        if let column = schema.customers.index(of: name.text) {
            return .column(column, schema.customers.columns[column].type)
        }
        guard let definition = context.definition(name.text) else { return nil }
        return try expand(definition, at: span)
    }

    /// `last_seen` and `first_seen`: over the activity tables that were imported, so not over `sends`.
    private func builtIn(_ name: Identifier, at span: SourceSpan) throws -> Scalar? {
        let folded = Name.fold(name.text)
        guard Self.builtInNames.contains(folded) else { return nil }
        let tables = Self.seenTables(schema)
        guard !tables.isEmpty else { throw Diagnostic.noActivity(folded, at: span) }
        let isLast = folded == "last_seen"
        let times = tables.map { table, column in
            Scalar.aggregate(
                Aggregate(
                    isLast ? .max : .min, table: table,
                    value: .column(column, schema.tables[table].columns[column].type), filter: nil,
                    type: schema.tables[table].columns[column].type))
        }
        guard times.count > 1 else { return times[0] }
        let isMixed = Set(times.map(\.type)).count > 1
        return .extreme(isMixed ? times.map(date(of:)) : times, largest: isLast)
    }

    package static let builtInNames = ["last_seen", "first_seen"]

    /// Activity tables that count as being seen, each with its time column.
    package static func seenTables(_ schema: DataSchema) -> [(table: Int, column: Int)] {
        schema.tables.indices.compactMap { index in
            let table = schema.tables[index]
            guard table.kind == .activity, !Name.same(table.name, "sends"), let column = table.index(of: .time) else {
                return nil
            }
            return (index, column)
        }
    }

    /// The meaning of a definition, expanded where its name stands.
    func expand(_ definition: Definition, at span: SourceSpan) throws -> Scalar {
        let folded = Name.fold(definition.name)
        if let scalar = expanded[folded] { return scalar }
        guard let expression = definition.expression else { return .condition(.isMember(frozen: definition.name)) }
        if let start = expanding.firstIndex(of: folded) {
            let names = expanding[start...].map { context.definition($0)?.name ?? $0 }
            throw Diagnostic.cycle(names + [definition.name], at: span)
        }
        let outer = source
        expanding.append(folded)
        source = nil
        defer {
            expanding.removeLast()
            source = outer
        }
        do {
            let scalar: Scalar =
                definition.kind == .segment
                ? .condition(try condition(expression, NameScope(.customers)))
                : try self.scalar(expression, NameScope(.customers))
            expanded[folded] = scalar
            return scalar
        } catch let diagnostic as Diagnostic where diagnostic.code != "definition-cycle" {
            throw Diagnostic.brokenDefinition(definition, diagnostic, at: span)
        } catch let diagnostic as Diagnostic {
            var moved = diagnostic
            moved.span = span
            throw moved
        }
    }

}

/// Names in a condition over the rows of a table.
extension Binder {
    private func qualifiedWithoutAggregate(_ name: QualifiedName, _ qualifier: Identifier) -> Diagnostic {
        guard let table = context.activityIndex(qualifier.text) else { return unknownTable(qualifier) }
        guard let column = schema.tables[table].index(of: name.name.text) else {
            return unknownColumn(name.name, in: table)
        }
        let spelled = "\(Self.spelled(self.table(table).name)).\(Self.spelled(self.table(table).columns[column].name))"
        return .manyValues(spelled, at: name.span, help: aggregates(of: table, column))
    }

    /// Ways to make one value per customer of a column of activity.
    func aggregates(of table: Int, _ column: Int) -> [String] {
        let schema = self.table(table).columns[column]
        let functions =
            schema.type.isNumeric ? ["sum", "avg"] : schema.type.isTemporal ? ["max", "min"] : ["last", "distinct"]
        let spelled = "\(Self.spelled(self.table(table).name)).\(Self.spelled(schema.name))"
        return functions.map { "\($0)(\(spelled))" }
    }

    private func rowName(
        _ name: QualifiedName, of table: Int, at span: SourceSpan, _ scope: NameScope
    ) throws -> Scalar {
        if let qualifier = name.qualifier {
            if Name.same(qualifier.text, "customers") { return try ofCustomer(name, at: span, table) }
            guard context.activityIndex(qualifier.text) == table else { throw foreignTable(qualifier, in: table) }
            guard let column = self.table(table).index(of: name.name.text) else {
                throw unknownColumn(name.name, in: table)
            }
            return rowColumn(column, of: table)
        }
        let isCustomers = meansSomethingForCustomers(name.name)
        if let column = self.table(table).index(of: name.name.text) {
            if isCustomers, scope.isRightOfConnective, let clause = scope.clause {
                throw Diagnostic.ambiguousName(
                    name.name, table: self.table(table).name, help: bracketings(of: clause, around: span, name.name))
            }
            return rowColumn(column, of: table)
        }
        guard isCustomers else { throw unknownColumn(name.name, in: table) }
        if scope.isRightOfConnective, let clause = scope.clause {
            throw Diagnostic.customersOnly(
                name.name, table: self.table(table).name, help: [text(split(clause, before: span))])
        }
        if let definition = context.definition(name.name.text), definition.kind != .attribute {
            throw nestedActivity("segment `\(definition.name)`", in: table, at: span)
        }
        throw customersOnly(name.name, in: table)
    }

    private func rowColumn(_ column: Int, of table: Int) -> Scalar {
        let schema = self.table(table).columns[column]
        if schema.role == .key, let key = self.schema.customers.index(of: .key) {
            return .customerColumn(key, self.schema.customers.columns[key].type)
        }
        return .column(column, schema.type)
    }

    /// `customers.city` of the customer a row belongs to.
    private func ofCustomer(_ name: QualifiedName, at span: SourceSpan, _ table: Int) throws -> Scalar {
        let definition = context.definition(name.name.text)
        if let definition, definition.kind != .attribute, schema.customers.index(of: name.name.text) == nil {
            throw nestedActivity("segment `\(definition.name)`", in: table, at: span)
        }
        let scalar = try customerAttribute(name.name, at: span)
        guard let lifted = scalar.ofRowsCustomer else {
            throw nestedActivity("`\(name.name.text)`, which looks at activity itself,", in: table, at: span)
        }
        return lifted
    }

    func meansSomethingForCustomers(_ name: Identifier) -> Bool {
        schema.customers.index(of: name.text) != nil || context.definition(name.text) != nil
            || context.activityIndex(name.text) != nil
            || (!Self.seenTables(schema).isEmpty && Self.builtInNames.contains(Name.fold(name.text)))
    }

    private func customersOnly(_ name: Identifier, in table: Int) -> Diagnostic {
        if context.activityIndex(name.text) != nil, schema.customers.index(of: name.text) == nil {
            return nestedActivity("a count of `\(name.text)`", in: table, at: name.span)
        }
        return .customersOnly(name, table: self.table(table).name, help: ["customers.\(Self.spelled(name.text))"])
    }

    /// What looks at activity has no place in a condition over activity.
    func nestedActivity(_ what: String, in table: Int, at span: SourceSpan) -> Diagnostic {
        let name = Self.spelled(self.table(table).name)
        let other = source.map { $0[span] } ?? ""
        let asCondition = context.activityIndex(other) == nil ? other : "has \(other)"
        return .nestedActivity(
            what, table: self.table(table).name, at: span,
            help: asCondition.isEmpty ? [] : ["(has \(name)) and \(asCondition)"])
    }
}
