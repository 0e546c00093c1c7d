import ReachColumns
import ReachDiagnostics
import ReachEngine
import ReachInsight
import ReachLanguage
import ReachPlan
import ReachWorkspace

/// What `duplicates` and `merge` look for.
struct DuplicateSearch: Sendable {
    let statement: Statement
    let audience: BoundAudience
    /// What customers are compared by. Columns of one kind are compared with one another too: two phones of a customer, say.
    let criteria: [Criterion]
    let warnings: [String]

    struct Criterion: Sendable {
        let name: String
        let kind: String
        let scalar: Scalar
        /// Position in `customers`; nil where it is an expression.
        let column: Int?
    }

    /// Customers beyond which a shared value joins nobody.
    static let mostSharing = 10

    static let clauses: [Syntax] = [
        .sequence([.keyword("on"), .expressions("on")]), .slot("audience", .ofAudience),
    ]

    init(_ statement: Statement, _ session: Session) throws {
        let binder = try session.binder(for: statement)
        self.statement = statement
        audience = try binder.bindAudience(statement.audience)
        let customers = binder.context.schema.customers
        let written = statement.named("on")
        if written.isEmpty {
            criteria = customers.columns.indices.compactMap { Criterion(address: $0, of: customers) }
            if criteria.isEmpty { throw Diagnostic.noAddresses(at: statement.span) }
        } else {
            criteria = try written.map { written in
                let column = try NamedColumn(written, binder, .customers)
                if case .column(let position, _) = column.scalar {
                    if let address = Criterion(address: position, of: customers) { return address }
                    return Criterion(name: column.name, kind: column.name, scalar: column.scalar, column: position)
                }
                return Criterion(name: column.name, kind: column.name, scalar: column.scalar, column: nil)
            }
        }
        warnings = binder.warnings
    }

    func explain(in session: Session) throws -> Answer {
        try session.explanation(
            of: statement, subject: BoundSubject(audience),
            plan: .select(.customers(audience.condition), columns: criteria.map(\.scalar), sort: [], limit: nil))
    }

    /// Everybody's values are read once for clusters, then those of members alone for what becomes of them.
    func find(_ pinned: Session.Pinned, _ session: Session) throws -> FoundDuplicates {
        let values = try groups(pinned, session)
        let clusters = DuplicateClusters(values.map(\.customers), mostSharing: Self.mostSharing)
        var matched: [Int: Set<String>] = [:]
        for (kind, customers) in values where (2...Self.mostSharing).contains(customers.count) {
            for customer in customers { matched[customer, default: []].insert(kind) }
        }
        return try FoundDuplicates(self, clusters, matched: matched, pinned, session)
    }

    /// Customers by the values they have, of one or more of them, in order of first appearance.
    private func groups(
        _ pinned: Session.Pinned, _ session: Session
    ) throws -> [(kind: String, customers: [Int])] {
        var places: [String: [Value: Int]] = [:]
        var groups: [(kind: String, customers: [Int])] = []
        let total = try pinned.engine.count(.customers(audience.condition))
        // With several columns named they must all agree; addresses join one by one.
        let isJoint = statement["on"] != nil
        let joint = criteria.map(\.name).joined(separator: ", ")
        var done = 0
        try pinned.engine.select(.customers(audience.condition), columns: criteria.map(\.scalar)) { block in
            try session.cancellation.check()
            for row in 0..<block.rowCount {
                let values = block.values(row: row)
                let customer = block.customer(row: row)
                func add(_ value: Value, _ kind: String) {
                    if let place = places[kind]?[value] {
                        if groups[place].customers.last != customer { groups[place].customers.append(customer) }
                    } else {
                        places[kind, default: [:]][value] = groups.count
                        groups.append((kind, [customer]))
                    }
                }
                if isJoint {
                    if !values.contains(.missing) {
                        add(.text(values.map(\.plain).joined(separator: "\u{1F}")), joint)
                    }
                } else {
                    for (criterion, value) in zip(criteria, values) where value != .missing {
                        add(value, criterion.kind)
                    }
                }
            }
            done += block.rowCount
            session.hooks.progress.report("comparing", done: done, total: total, unit: "customers")
        }
        return groups
    }
}

extension DuplicateSearch.Criterion {
    /// A column that holds an e-mail address or a phone, normalised; nil for others, and for push tokens.
    init?(address position: Int, of customers: TableSchema) {
        let column = customers.columns[position]
        guard case .address(let channel) = column.role, column.type == .text, !channel.contains("push") else {
            return nil
        }
        let isMail = channel == "email"
        self.init(
            name: column.name, kind: isMail ? "e-mail" : "phone",
            scalar: .call(isMail ? .address : .phone, [.column(position, .text)], .text), column: position)
    }
}
