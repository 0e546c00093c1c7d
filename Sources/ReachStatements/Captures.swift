import ReachColumns
import ReachDiagnostics
import ReachEngine
import ReachLanguage
import ReachPlan
import ReachWorkspace

/// Reading a statement's captures without switching over them at every place.
extension Statement {
    /// Of whom or what the statement speaks; `count orders by category where total > 5` says it in two places.
    var subject: SubjectSyntax? {
        get throws {
            let (head, rest) = (capturedSubject("subject"), capturedSubject("rest"))
            guard let head, let rest else { return head ?? rest }
            if let condition = rest.condition, rest.base == nil, head.condition == nil {
                return SubjectSyntax(
                    base: head.base, audience: head.audience, window: head.window, condition: condition,
                    span: head.span.union(rest.span))
            }
            if case .segment? = head.base, head.audience == nil, rest.audience == nil, rest.window == nil {
                let whose = AudienceSyntax(base: rest.base, condition: nil, span: rest.span)
                return SubjectSyntax(
                    base: head.base, audience: whose, window: head.window, condition: head.condition ?? rest.condition,
                    span: head.span.union(rest.span))
            }
            throw Diagnostic.twoSubjects(at: rest.span)
        }
    }

    private func capturedSubject(_ slot: String) -> SubjectSyntax? {
        if case .subject(let subject)? = self[slot] { return subject }
        return nil
    }

    /// `sort by E [desc], …`, which `top N by E` is read as.
    var sortKeys: [(key: Expression, descending: Bool)] {
        groups("sort").compactMap { group in
            guard case .expression(let key)? = group["key"] else { return nil }
            return (key, group["desc"] != nil)
        }
    }

    var audience: AudienceSyntax? {
        if case .audience(let audience)? = self["audience"] { return audience }
        return nil
    }

    func has(_ flag: String) -> Bool {
        if case .flag? = self[flag] { return true }
        return false
    }

    func expression(_ slot: String) -> Expression? {
        if case .expression(let expression)? = self[slot] { return expression }
        return nil
    }

    func name(_ slot: String) -> Identifier? {
        if case .name(let name)? = self[slot] { return name }
        return nil
    }

    func text(_ slot: String) -> (text: String, span: SourceSpan)? {
        if case .text(let text, let span)? = self[slot] { return (text, span) }
        return nil
    }

    func integer(_ slot: String) -> (value: Int64, span: SourceSpan)? {
        if case .integer(let value, let span)? = self[slot] { return (value, span) }
        return nil
    }

    func duration(_ slot: String) -> (duration: DurationOrParameter, span: SourceSpan)? {
        if case .duration(let duration, let span)? = self[slot] { return (duration, span) }
        return nil
    }

    func word(_ slot: String) -> String? {
        if case .word(let word, _)? = self[slot] { return word }
        return nil
    }

    /// Where the value of a clause that takes a number or a length of time stands.
    func span(of slot: String) -> SourceSpan? {
        switch self[slot] {
        case .number(_, _, let span)?, .duration(_, let span)?: span
        default: nil
        }
    }

    /// The elements of a list, each with its captures.
    func groups(_ slot: String) -> [[String: Capture]] {
        guard case .list(let captures)? = self[slot] else { return [] }
        return captures.compactMap { if case .group(let group) = $0 { group } else { nil } }
    }

    /// A list of `VALUE [as NAME]`.
    func named(_ slot: String) -> [NamedExpression] { groups(slot).compactMap(NamedExpression.init) }

    /// The table's name where a bare `count orders` counted rows, which some mean otherwise.
    func tableCountedAsRows(_ subject: BoundSubject) -> String? {
        guard let rows = subject.rows, rows.text.isEmpty, self["by"] == nil else { return nil }
        return rows.tableName
    }
}

/// `VALUE [as NAME]`
struct NamedExpression {
    let expression: Expression
    let name: Identifier?

    init?(_ group: [String: Capture]) {
        guard case .expression(let expression)? = group["value"] else { return nil }
        self.expression = expression
        if case .name(let name)? = group["as"] { self.name = name } else { name = nil }
    }
}

/// A bound column with the name it carries in the answer.
struct NamedColumn: Sendable {
    let name: String
    let scalar: Scalar
    let isPersonal: Bool
    let isIdentifier: Bool

    init(_ written: NamedExpression, _ binder: Binder, _ scope: Scope) throws {
        let column = try binder.bindColumn(written.expression, scope)
        self.init(column, as: written.name?.text)
    }

    init(_ column: BoundColumn, as name: String? = nil) {
        self.name = name ?? column.name
        scalar = column.scalar
        isPersonal = column.isPersonal
        isIdentifier = column.isIdentifier
    }

    private init(_ column: NamedColumn, _ scalar: Scalar) {
        name = column.name
        self.scalar = scalar
        isPersonal = column.isPersonal
        isIdentifier = column.isIdentifier
    }

    /// The same column with other values.
    func with(_ scalar: Scalar) -> NamedColumn { NamedColumn(self, scalar) }

    /// The name without backticks, as a file's header has it.
    var plainName: String {
        guard name.hasPrefix("`"), name.hasSuffix("`"), name.count > 2 else { return name }
        return name.dropFirst().dropLast().split(separator: "``", omittingEmptySubsequences: false).joined(
            separator: "`")
    }

    var resultColumn: ResultTable.Column {
        ResultTable.Column(name, scalar.type, isPersonal: isPersonal, isIdentifier: isIdentifier)
    }
}

extension Session.Pinned {
    /// The first `rowCount` rows, read when they are asked for: they hold on to the version of the data.
    func rows(
        _ population: Population, _ columns: [NamedColumn], sort: [SortKey] = [], rowCount: Int
    ) -> ResultTable {
        let engine = engine
        return ResultTable(columns: columns.map(\.resultColumn), rowCount: rowCount) { body in
            struct Enough: Error {}
            do {
                try engine.select(population, columns: columns.map(\.scalar), sort: sort, limit: rowCount) { block in
                    for row in 0..<block.rowCount where try !body(block.values(row: row)) { throw Enough() }
                }
            } catch is Enough {
                return
            }
        }
    }

    /// Customers, or rows of the subject's table, all of them.
    func rowCount(of subject: BoundSubject) -> Int {
        subject.rows.map { snapshot.activityRows(table: $0.table) } ?? snapshot.customerCount
    }

    /// Rows after today are counted like all others; an answer about them says so.
    func futureNotes(of subject: BoundSubject) throws -> [String] {
        guard let rows = subject.rows else { return [] }
        let count = try engine.rowsAfterToday(table: rows.table)
        guard count > 0 else { return [] }
        let today = CivilDate(daysSinceEpoch: Int(context.moment.today)).iso
        return ["\(Figure.count(count, "row")) of \(rows.tableName) \(count == 1 ? "is" : "are") after today, \(today)"]
    }
}
