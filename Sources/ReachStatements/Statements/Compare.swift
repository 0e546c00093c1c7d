import ReachColumns
import ReachDiagnostics
import ReachEngine
import ReachInsight
import ReachLanguage
import ReachPlan
import ReachWorkspace

/// `compare A with B`: how one audience differs from another in what is known of its customers.
package enum Compare: StatementDefinition {
    package static let syntax = StatementSyntax(
        "compare", summary: "how one audience differs from the rest of another",
        form: .sequence([
            .slot("first", .audience), .keyword("with"), .slot("second", .audience),
            .clauses([.sequence([.keyword("on"), .expressions("on")])]),
        ]))
    package static let details = [
        "A against the customers of B who are not in A. Of every value the share in both, lift (share over share), the difference with its 95 % interval (Newcombe), and p, two-sided: of the pooled z where both sides have ten with the value and ten without, else Fisher's; corrected by Holm's method for all values shown. A missing value is a value.",
        "Without `on` every column of few values is taken but scores, and the number of orders; numbers of more than 12 values are cut at the quartiles of all. Of a column with many values the 20 most frequent.",
    ]
    package static let examples = [
        Example("compare lapsed with all", "a segment against everybody else"),
        Example("compare where city = \"Paris\" with where city = \"Madrid\" on tier, source", "two audiences"),
    ]

    package static func bind(_ statement: Statement, in session: Session) throws -> any BoundStatement {
        let binder = try session.binder(for: statement)
        guard case .audience(let one)? = statement["first"], case .audience(let two)? = statement["second"] else {
            preconditionFailure("the form of `compare` has two audiences")
        }
        let written = try statement.named("on").map { try NamedColumn($0, binder, .customers) }
        return BoundCompare(
            statement: statement, first: try binder.bindAudience(one), second: try binder.bindAudience(two),
            columns: written, warnings: binder.warnings)
    }
}

struct BoundCompare: BoundStatement {
    let statement: Statement
    let first: BoundAudience
    let second: BoundAudience
    /// Empty: those that Reach takes.
    let columns: [NamedColumn]
    let warnings: [String]

    /// Values of a number beyond which it is cut into ranges, and of a text that are shown.
    private static let mostNumbers = 12
    private static let mostValues = 20

    /// A value of a column with how many customers of either side have it.
    struct Line {
        let column: String
        let value: Value
        let first: Int
        let second: Int
    }

    func run(in session: Session) throws -> Answer {
        let pinned = try session.pin()
        let engine = pinned.engine
        let rest = Condition.all([second.condition, .not(first.condition)])
        let (one, other) = (try engine.count(.customers(first.condition)), try engine.count(.customers(rest)))
        var answer = Answer(
            "compare",
            headline:
                "\(Self.text(one, first)) against the other \(Self.text(other, second))"
        )
        answer.facts = [Fact("customers", one), Fact("others", other)]
        guard one > 0, other > 0 else {
            answer.table = CompareView([], [], showsAll: true).table
            answer.isHeadlineEnough = true
            answer.notes = [
                one == 0 ? "the first audience is empty" : "nobody of the second audience is outside the first"
            ]
            return answer
        }
        let chosen = columns.isEmpty ? try usual(pinned) : columns
        var hidden: [String] = []
        let lines = try chosen.flatMap { column -> [Line] in
            let (lines, note) = try self.lines(column, rest, pinned)
            if let note { hidden.append(note) }
            return lines
        }
        let compared = ShareComparison.compare(lines.map(\.first), of: one, with: lines.map(\.second), of: other)
        let view = CompareView(lines, compared, showsAll: !columns.isEmpty)
        answer.table = view.table
        answer.view = view.blocks + hidden.map { .line($0) }
        answer.warnings = warnings + engine.faultWarnings()
        return answer
    }

    /// `581 customers where orders > 5`
    private static func text(_ count: Int, _ audience: BoundAudience) -> String {
        Figure.count(count, "customer") + (audience.isEverybody ? "" : " \(Speaking.who(audience))")
    }

    /// Columns of few values, and the number of orders.
    private func usual(_ pinned: Session.Pinned) throws -> [NamedColumn] {
        let context = pinned.context
        let binder = Binder(context)
        let columns = zip(context.schema.customers.columns, binder.allColumns(.customers)).enumerated()
        var chosen = try columns.compactMap { index, pair -> NamedColumn? in
            let (schema, bound) = pair
            switch schema.role {
            case .key, .time, .rowKey, .address, .personal, .score: return nil
            case .consent, .attribute: break
            }
            if schema.type.isTemporal { return nil }
            if schema.type == .text, try pinned.snapshot.suggestedWords(table: 0, column: index) == nil { return nil }
            return NamedColumn(bound)
        }
        if let buyers = try? BuyerTable(context.schema, at: statement.span) {
            let name = context.schema.tables[buyers.table].name
            let count = try ExpressionParser.parse("count(\(NameText.value(name)))")
            chosen.append(NamedColumn(try binder.bindColumn(count, .customers), as: name))
        }
        return chosen
    }

    private func lines(
        _ column: NamedColumn, _ rest: Condition, _ pinned: Session.Pinned
    ) throws -> (lines: [Line], note: String?) {
        let engine = pinned.engine
        func counts(_ condition: Condition, _ key: Scalar) throws -> [(Value, Int)] {
            try engine.group(
                .customers(condition), keys: [key], measures: [Measure(.count, value: nil, type: .integer)]
            ).map { ($0[0], Int($0[1].lane ?? 0)) }
        }
        var key = column.scalar
        var ones = try counts(first.condition, key)
        var order: [Value: Int] = [:]
        if column.scalar.type.isNumeric || column.scalar.type.isTemporal, ones.count > Self.mostNumbers {
            let ranges = try ranges(column.scalar, rest, pinned)
            key = ranges.key
            order = ranges.order
            ones = try counts(first.condition, key)
        }
        let others = try counts(rest, key)
        let values = Dictionary(ones + others, uniquingKeysWith: +)
        let first = Dictionary(ones, uniquingKeysWith: +)
        let second = Dictionary(others, uniquingKeysWith: +)
        let sorted = values.keys.sorted { one, other in
            if (one == .missing) != (other == .missing) { return other == .missing }
            if let place = order[one], let otherPlace = order[other] { return place < otherPlace }
            if column.scalar.type == .text, values[one] != values[other] {
                return values[one] ?? 0 > values[other] ?? 0
            }
            return ValueOrder.compare(one, other) < 0
        }
        let shown = sorted.prefix(Self.mostValues)
        let note =
            shown.count < sorted.count
            ? "\(column.name): the \(shown.count) most frequent of \(Figure.count(sorted.count)) values" : nil
        return (
            shown.map {
                Line(column: column.plainName, value: $0, first: first[$0] ?? 0, second: second[$0] ?? 0)
            }, note
        )
    }

    /// A number cut at the quartiles of both sides together.
    private func ranges(
        _ scalar: Scalar, _ rest: Condition, _ pinned: Session.Pinned
    ) throws -> (key: Scalar, order: [Value: Int]) {
        let quartiles = [0.25, 0.5, 0.75].map { Measure(.quantile($0), value: scalar, type: scalar.type) }
        let found = try pinned.engine.group(
            .customers(.any([first.condition, rest])), keys: [], measures: quartiles)[0]
        var borders: [Value] = []
        for value in found where value != .missing && value != borders.last { borders.append(value) }
        // Below the first border, from each to the next, from the last on.
        let labels = (0...borders.count).map { index -> Value in
            switch index {
            case _ where borders.isEmpty: .text("any")
            case 0: .text("below \(borders[0].plain)")
            case borders.count: .text("\(borders[index - 1].plain) or more")
            default: .text("\(borders[index - 1].plain) to below \(borders[index].plain)")
            }
        }
        var key = Scalar.literal(labels[0], .text)
        for (border, label) in zip(borders, labels.dropFirst()) {
            key = .conditional(
                .comparison(.greaterOrEqual, scalar, .literal(border, scalar.type)), then: .literal(label, .text),
                otherwise: key)
        }
        let known = Scalar.conditional(.isMissing(scalar), then: .literal(.missing, .text), otherwise: key)
        return (known, Dictionary(zip(labels, labels.indices), uniquingKeysWith: { first, _ in first }))
    }

    func explain(in session: Session) throws -> Answer {
        try session.explanation(
            of: statement, subject: BoundSubject(first), plan: .count(.customers(first.condition)))
    }
}
