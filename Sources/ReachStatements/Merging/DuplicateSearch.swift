import ReachColumns
import ReachDiagnostics
import ReachEngine
import ReachInsight
import ReachLanguage
import ReachPlan
import ReachWorkspace
import Synchronization

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
        let clusters = DuplicateClusters(values.lazy.map(\.customers), mostSharing: Self.mostSharing)
        var matched: [Int: Set<String>] = [:]
        for (kind, customers) in values where customers.count <= Self.mostSharing {
            for customer in customers { matched[customer, default: []].insert(kind) }
        }
        return try FoundDuplicates(self, clusters, matched: matched, pinned, session)
    }

    /// Customers who share a value.
    private func groups(
        _ pinned: Session.Pinned, _ session: Session
    ) throws -> [(kind: String, customers: [Int])] {
        // With several columns named they must all agree; addresses join one by one.
        let isJoint = statement["on"] != nil
        let names =
            isJoint
            ? [criteria.map(\.name).joined(separator: ", ")]
            : criteria.map(\.kind).reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
        let kinds = names.map { name in criteria.filter { isJoint || $0.kind == name }.map(\.scalar) }
        let total = pinned.snapshot.customerCount
        let done = Atomic<Int>(0)
        let progress = session.hooks.progress
        let groups = try pinned.engine.sharedValues(of: audience.condition, kinds: kinds, isJoint: isJoint) { count in
            let compared = done.wrappingAdd(count, ordering: .relaxed).newValue
            progress.report("comparing", done: compared, total: total, unit: "customers")
        }
        return zip(names, groups).flatMap { name, groups in groups.map { (kind: name, customers: $0) } }
    }
}

extension DuplicateSearch.Criterion {
    /// A column that holds an e-mail address or a phone, normalised. Mailboxes tell no case, whatever the standard allows. Nil for others, and for push
    /// tokens.
    init?(address position: Int, of customers: TableSchema) {
        let column = customers.columns[position]
        guard case .address(let channel) = column.role, column.type == .text, !channel.contains("push") else {
            return nil
        }
        let isMail = channel == "email"
        self.init(
            name: column.name, kind: isMail ? "e-mail" : "phone",
            scalar: isMail
                ? .call(.lower, [.call(.address, [.column(position, .text)], .text)], .text)
                : .call(.phone, [.column(position, .text)], .text),
            column: position)
    }
}
