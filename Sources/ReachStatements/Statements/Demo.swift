import ReachColumns
import ReachDiagnostics
import ReachLanguage
import ReachPlan
import ReachWorkspace

/// `demo`: fills the workspace with a believable shop.
package enum Demo: StatementDefinition {
    package static let syntax = StatementSyntax(
        "demo", summary: "fill the workspace with a sample shop",
        form: .clauses([
            .sequence([.slot("customers", .integer), .keyword("customers")]),
            .clause("seed", "seed", .integer),
        ]))
    package static let details = [
        "100,000 customers with three years of orders, visits, carts, opens and clicks. The same seed and day give the same shop.",
        """
        Refused where tables of that name are filled already; where the same `demo` of the same day was broken off, the next one makes \
        the tables that are missing.
        """,
    ]
    package static let examples = [Example("demo 1000 customers seed 7", "a small shop")]

    package static func bind(_ statement: Statement, in session: Session) throws -> any BoundStatement {
        let customers = statement.integer("customers")
        if let customers, !(1...largestShop).contains(customers.value) {
            throw Diagnostic.shopSize(customers.value, largest: largestShop, at: customers.span)
        }
        let seed = statement.integer("seed")?.value ?? 1
        return BoundDemo(
            statement: statement, customers: Int(customers?.value ?? 100_000), seed: UInt64(bitPattern: seed))
    }

    private static let largestShop: Int64 = 20_000_000
}

struct BoundDemo: BoundStatement {
    let statement: Statement
    let customers: Int
    let seed: UInt64

    func run(in session: Session) throws -> Answer {
        let pinned = try session.pin()
        let today = pinned.context.moment.today
        let day = CivilDate(daysSinceEpoch: Int(today)).iso
        let content = "demo \(customers) customers seed \(seed) as of \(day)"
        var rows: [Int?] = []
        for table in DemoShop.tables {
            let count = pinned.context.tableIndex(table.name).map { index in
                index == 0 ? pinned.snapshot.customerCount : pinned.snapshot.activityRows(table: index)
            }
            guard let count, count > 0 else {
                rows.append(nil)
                continue
            }
            guard try session.workspace.importRecord(ofContent: content, into: table.name) != nil else {
                throw Diagnostic.demoOverData(table.name, at: statement.span)
            }
            rows.append(count)
        }
        if !rows.contains(nil) { throw Diagnostic.demoOverData(DemoShop.tables[0].name, at: statement.span) }
        session.unpin()
        let before = rows
        do {
            try fill(&rows, session, with: DemoShop(customers: customers, seed: seed, today: today), content)
        } catch {
            takeBack(
                zip(DemoShop.tables, zip(before, rows)).filter { $1.0 == nil && $1.1 != nil }.map(\.0.name), session)
            throw error
        }
        let filled = zip(DemoShop.tables, rows).map { (name: $0.name, rows: $1 ?? 0) }
        var answer = Answer(
            "demo", headline: "a shop of \(Figure.count(customers, "customer")), seed \(seed), as of \(day)")
        answer.facts = [Fact("customers", customers)] + filled.dropFirst().map { Fact($0.name, $0.rows) }
        answer.isTableAside = true
        answer.table = ResultTable(
            columns: [.init("table", .text), .init("rows", .integer)],
            rows: filled.map { [.text($0.name), .integer(Int64($0.rows))] })
        if try session.workspace.setting(.country).isEmpty {
            try session.workspace.set(.country, to: "RU")
            answer.notes.append("country is now RU, where the shop is")
        }
        answer.notes.append("try: segment where orders > 2 and last_seen > 60d")
        return answer
    }

    /// The tables that have no rows yet, one after another: what a block has of the others is made again, which costs less than keeping it.
    private func fill(_ rows: inout [Int?], _ session: Session, with shop: DemoShop, _ content: String) throws {
        for (position, table) in DemoShop.tables.enumerated() where rows[position] == nil {
            let request = ImportRequest(
                table: table.name, kind: table.kind, columns: table.columns,
                source: "demo \(customers) customers seed \(seed)", contentHash: content, statement: "demo")
            let writer = try session.workspace.beginImport(
                request, cancellation: session.cancellation, progress: session.hooks.progress)
            for block in 0..<shop.blockCount {
                session.hooks.progress.report(
                    "making \(table.name)", done: block * shop.blockCustomers, total: customers, unit: "customers")
                let batches = try shop.block(block, checkpoint: session.cancellation.check)
                try writer.append(batches[position])
            }
            rows[position] = try writer.finish().rows
        }
    }

    /// A shop is whole or not there: the tables that were filled before a failure go again, unless somebody else has written since.
    /// Where they cannot go, the same statement finishes them later.
    private func takeBack(_ tables: [String], _ session: Session) {
        guard (try? session.workspace.refresh()) == false else { return }
        for table in tables.reversed() { _ = try? session.workspace.dropTable(table) }
    }

    func explain(in session: Session) throws -> Answer { session.plainExplanation(of: statement) }
}
