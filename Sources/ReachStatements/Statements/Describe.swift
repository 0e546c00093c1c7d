import ReachColumns
import ReachDiagnostics
import ReachEngine
import ReachLanguage
import ReachPlan
import ReachWorkspace

/// `describe TABLE` and `describe TABLE.COLUMN`.
package enum Describe: StatementDefinition {
    package static let syntax = StatementSyntax(
        "describe", summary: "the columns of a table, or one column in depth",
        form: .slot("name", .tableOrColumn))
    package static let details = [
        """
        Of a column: type, missing, distinct, range and quantiles, most frequent values, and what Reach takes it for (a key, a time, \
        a channel's address or consent).
        """
    ]
    package static let examples = [
        Example("describe customers", "every column of customers"),
        Example("describe orders.total", "one column"),
    ]

    package static let isRepeatable = true

    package static func bind(_ statement: Statement, in session: Session) throws -> any BoundStatement {
        let context = try session.pin().context
        guard case .qualifiedName(let name)? = statement["name"] else {
            preconditionFailure("the form of `describe` has a name")
        }
        let tableName = name.qualifier ?? name.name
        guard let table = context.tableIndex(tableName.text) else {
            if name.qualifier == nil, let column = context.schema.customers.index(of: name.name.text) {
                return BoundDescribeColumn(statement: statement, table: 0, column: column)
            }
            throw Diagnostic.tableNotFound(tableName, known: context.schema.tables.map(\.name))
        }
        guard name.qualifier != nil else { return BoundDescribe(statement: statement, table: table) }
        guard let column = context.schema.tables[table].index(of: name.name.text) else {
            let schema = context.schema.tables[table]
            throw Diagnostic.columnNotFound(name.name, in: schema.name, known: schema.columns.map(\.name))
        }
        return BoundDescribeColumn(statement: statement, table: table, column: column)
    }
}

/// `describe TABLE`
struct BoundDescribe: BoundStatement {
    let statement: Statement
    let table: Int

    func run(in session: Session) throws -> Answer {
        let pinned = try session.pin()
        let schema = pinned.context.schema.tables[table]
        let count = table == 0 ? pinned.snapshot.customerCount : pinned.snapshot.activityRows(table: table)
        let unit = table == 0 ? "customers" : "rows"
        var answer = Answer(
            "describe", headline: "\(schema.name): \(Figure.count(count)) \(unit), \(schema.columns.count) columns")
        answer.facts = [Fact(unit, count), Fact("columns", schema.columns.count)]
        let rows = schema.columns.indices.map { column -> [Value] in
            let statistics = pinned.snapshot.statistics(table: table, column: column)
            let range = statistics?.range
            let type = schema.columns[column].type
            return [
                .text(schema.columns[column].name), .text(type.name), .text(schema.columns[column].role.phrase),
                .integer(Int64(statistics?.missingCount ?? 0)),
                range.map { .text(Value(lane: $0.lowerBound, of: type).plain) } ?? .missing,
                range.map { .text(Value(lane: $0.upperBound, of: type).plain) } ?? .missing,
            ]
        }
        answer.table = ResultTable(
            columns: [
                .init("column", .text), .init("type", .text), .init("use", .text), .init("missing", .integer),
                .init("smallest", .text), .init("largest", .text),
            ], rows: rows)
        let imports = try session.workspace.imports().filter { Name.same($0.table, schema.name) }
        if let table = answer.table, !imports.isEmpty {
            answer.view = [.table(table)] + ImportHistory.blocks(imports, namesTable: false)
        }
        return answer
    }

    func explain(in session: Session) throws -> Answer { session.plainExplanation(of: statement) }
}

/// `describe TABLE.COLUMN`
struct BoundDescribeColumn: BoundStatement {
    let statement: Statement
    let table: Int
    let column: Int

    func run(in session: Session) throws -> Answer {
        let pinned = try session.pin()
        let schema = pinned.context.schema.tables[table]
        let own = schema.columns[column]
        let population: Population =
            table == 0
            ? .customers(.always(true)) : .rows(table: table, filter: .always(true), audience: .always(true))
        let bound = Binder(pinned.context).allColumns(table == 0 ? .customers : .rows(table: table))[column]
        let shares: [(name: String, share: Double)] =
            own.type.isNumeric || own.type.isTemporal
            ? [
                ("smallest", 0), ("5 %", 0.05), ("25 %", 0.25), ("median", 0.5), ("75 %", 0.75), ("95 %", 0.95),
                ("largest", 1),
            ] : []
        let distribution = try pinned.engine.distribution(
            population, bound.scalar, quantiles: shares.map(\.share), top: 10)
        let known = distribution.count - distribution.missing
        var answer = Answer("describe", headline: "\(schema.name).\(own.name): \(own.type.phrase), \(own.role.phrase)")
        answer.facts = [
            Fact("known", known), Fact("missing", distribution.missing),
            Fact("distinct", distribution.distinct),
        ]
        answer.table = ResultTable(
            columns: [.init("value", .text, isPersonal: own.role.isPersonal), .init("count", .integer)],
            rows: distribution.top.map { [.text($0.value.plain), .integer(Int64($0.count))] })
        answer.view = [
            .grid([
                [ViewCell("known"), .count(known)], [ViewCell("missing"), .count(distribution.missing)],
                [ViewCell("distinct"), .count(distribution.distinct)],
            ])
        ]
        if known > 0, !shares.isEmpty {
            answer.view.append(
                .grid(zip(shares, distribution.quantiles).map { [ViewCell($0.name), ViewCell($1.plain, .right)] }))
            answer.facts += zip(shares, distribution.quantiles).map { Fact("quantile_\($0.share)", $1) }
        }
        if known > 0, !shares.isEmpty {
            let histogram = try pinned.engine.histogram(population, bound.scalar, buckets: 30)
            answer.view.append(.line("spread  " + Sparkline.text(histogram.buckets.map(\.count))))
        }
        if let table = answer.table { answer.view += [.heading("most frequent"), .table(table)] }
        return answer
    }

    func explain(in session: Session) throws -> Answer { session.plainExplanation(of: statement) }
}

/// A row of bars, one character each.
enum Sparkline {
    static func text(_ counts: [Int]) -> String {
        let most = counts.max() ?? 0
        let bars = Array("▁▂▃▄▅▆▇█")
        return String(counts.map { $0 == 0 ? " " : bars[min(7, $0 * 8 / max(1, most + 1))] })
    }
}

extension ColumnSchema.Role {
    /// What the column is taken for.
    var phrase: String {
        switch self {
        case .key: "customer key"
        case .time: "time"
        case .rowKey: "row key"
        case .address(let channel): "address of \(channel)"
        case .consent(let channel): "consent of \(channel)"
        case .personal: "personal"
        case .score(let statement, let day):
            "score of `\(statement)` as of \(CivilDate(daysSinceEpoch: Int(day)).iso)"
        case .attribute: "attribute"
        }
    }
}
