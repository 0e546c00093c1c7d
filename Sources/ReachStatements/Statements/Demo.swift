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
        "Refused where tables of that name are filled already.",
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
        for table in DemoShop.tables {
            guard let index = pinned.context.tableIndex(table.name) else { continue }
            let rows = index == 0 ? pinned.snapshot.customerCount : pinned.snapshot.activityRows(table: index)
            if rows > 0 { throw Diagnostic.demoOverData(table.name, at: statement.span) }
        }
        session.unpin()
        let shop = DemoShop(customers: customers, seed: seed, today: today)
        let rows: [(name: String, rows: Int)]
        do {
            rows = try fill(session, with: shop)
        } catch {
            // A shop is whole or not there: what was filled before the failure goes again.
            for table in DemoShop.tables.reversed() { _ = try? session.workspace.dropTable(table.name) }
            throw error
        }
        var answer = Answer(
            "demo",
            headline:
                "a shop of \(Figure.count(customers, "customer")), seed \(seed), as of \(CivilDate(daysSinceEpoch: Int(today)).iso)"
        )
        answer.facts = [Fact("customers", customers)] + rows.dropFirst().map { Fact($0.name, $0.rows) }
        answer.isTableAside = true
        answer.table = ResultTable(
            columns: [.init("table", .text), .init("rows", .integer)],
            rows: rows.map { [.text($0.name), .integer(Int64($0.rows))] })
        answer.notes = ["try: segment where orders > 2 and last_seen > 60d"]
        return answer
    }

    /// One table after another: what a block has of the others is made again, which costs less than keeping it.
    private func fill(_ session: Session, with shop: DemoShop) throws -> [(name: String, rows: Int)] {
        var rows: [(name: String, rows: Int)] = []
        for (position, table) in DemoShop.tables.enumerated() {
            let request = ImportRequest(
                table: table.name, kind: table.kind, columns: table.columns,
                source: "demo \(customers) customers seed \(seed)", statement: "demo")
            let writer = try session.workspace.beginImport(
                request, cancellation: session.cancellation, progress: session.hooks.progress)
            for block in 0..<shop.blockCount {
                session.hooks.progress.report(
                    "making \(table.name)", done: block * shop.blockCustomers, total: customers, unit: "customers")
                let batches = try shop.block(block, checkpoint: session.cancellation.check)
                try writer.append(batches[position])
            }
            rows.append((table.name, try writer.finish().rows))
        }
        return rows
    }

    func explain(in session: Session) throws -> Answer { session.plainExplanation(of: statement) }
}
