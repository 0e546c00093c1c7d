import Foundation
import ReachDiagnostics
import ReachLanguage
import Testing

@testable import ReachShell

/// Every statement of analysis in shops where there is nothing to analyse, or nothing it was made for: each gives an answer of numbers or
/// says what to type instead, in text and in JSON, and none prints what is no number.
@Suite struct OddWorldsTests {
    struct World: Sendable, CustomTestStringConvertible {
        let name: String
        /// Lines after `customer_id,source,arm,signed_up,email`.
        let customers: [String]
        /// Lines after `order_id,customer_id,at,total,category`.
        let orders: [String]
        /// Lines after `customer_id,at,source`.
        var visits: [String] = []

        var testDescription: String { name }
    }

    private static func customers(_ count: Int, arm: (Int) -> String = { $0 % 2 == 0 ? "mail" : "none" }) -> [String] {
        (1...count).map { "C\($0),ads,\(arm($0)),2026-03-01,c\($0)@example.com" }
    }

    private static let visits = (1...40).map { "C\($0),2026-06-0\($0 % 9 + 1)T10:00:00,ad" }

    static let worlds = [
        World(name: "one customer, one order", customers: customers(1), orders: ["1,C1,2026-05-01,10.00,shoes"]),
        World(
            name: "one buyer of two", customers: customers(2), orders: ["1,C1,2026-05-01,10.00,shoes"],
            visits: ["C2,2026-04-01T10:00:00,ad"]),
        World(
            name: "all values equal", customers: customers(40),
            orders: (1...40).map { "\($0),C\($0),2026-05-01,10.00,shoes" }, visits: visits),
        World(
            name: "all bought twice, all the same", customers: customers(150),
            orders: (1...150).flatMap {
                ["\($0),C\($0),2026-01-01,10.00,shoes", "\($0 + 150),C\($0),2026-05-01,10.00,shoes"]
            }),
        World(
            name: "no holdout", customers: customers(40) { _ in "mail" },
            orders: (1...40).map { "\($0),C\($0),2026-05-01,\($0).00,shoes" }, visits: visits),
        World(
            name: "orders of nothing", customers: customers(40),
            orders: (1...40).map { "\($0),C\($0),2026-05-01,0.00,shoes" }, visits: visits),
        World(
            name: "nothing but returns", customers: customers(40),
            orders: (1...40).map { "\($0),C\($0),2026-05-0\($0 % 9 + 1),-\($0).00,shoes" }, visits: visits),
        World(
            name: "returned as bought", customers: customers(40),
            orders: (1...40).flatMap {
                ["\($0),C\($0),2026-05-01,\($0).00,shoes", "\($0 + 40),C\($0),2026-06-01,-\($0).00,shoes"]
            }),
        World(
            name: "orders in the future", customers: customers(40),
            orders: (1...40).map { "\($0),C\($0),2027-05-0\($0 % 9 + 1),\($0).00,shoes" }, visits: visits),
        World(
            name: "orders far off", customers: customers(40),
            orders: (1...40).map { "\($0),C\($0),\($0 % 2 == 0 ? "0001" : "9999")-05-01,\($0).00,shoes" }),
        World(
            name: "no category known", customers: customers(40),
            orders: (1...40).map { "\($0),C\($0),2026-05-01,\($0).00,\($0 == 40 ? "shoes" : "")" }),
    ]

    /// Of whom; nobody, everybody.
    private static let audiences = ["of all", "where arm = \"nowhere\""]

    private static let statements: [String] = {
        var all: [String] = []
        for who in audiences {
            for period in ["month", "week"] { all.append("cohorts by \(period) \(who)") }
            for measure in ["revenue", "orders", "repeat"] { all.append("cohorts measure \(measure) \(who)") }
            for how in ["", "as of 90d ago", "bins 2", "cut r 30d, 90d f 2, 5 m 10, 50"] {
                all.append("rfm \(how) \(who)")
            }
            all.append("funnel visits then orders within 60d \(who)")
            all.append("funnel orders then orders within 60d by orders.category \(who)")
            for how in ["", "within 30d", "by category"] { all.append("frequency \(how) \(who)") }
            for how in ["", "by month", "before 90d after 90d"] { all.append("metrics \(how) \(who)") }
            for what in ["next 90d", "orders next 90d"] { all.append("predict \(what) \(who)") }
            all.append("predict value next 90d \(who) model bg")
            all.append("attribute orders.total to visits by source model all window 60d \(who)")
            all.append("report experiment arm control \"none\" measure has orders, sum(orders.total) \(who)")
            for what in ["duplicates", "basket", "recommend"] { all.append("\(what) \(who)") }
        }
        all += ["compare all with all", "compare where source = \"ads\" with all", "recommend for C1"]
        all += ["compare where arm = \"nowhere\" with all", "spend ads 100 in 2026-03", "report spring"]
        all += ["merge of all", "merge undo", "count all by r_score", "count where p_alive > 0.5"]
        return all
    }()

    @Test(arguments: worlds) func everyStatementAnswersOrSaysWhatToType(world: World) throws {
        for format in [OutputFormat.json, .table] {
            let (output, errors) = try run(world, format)
            let all = output + errors
            let odd = all.matches(of: /(?i)(^|[^a-z])[-+]?(nan|inf|infinity)($|[^a-z])/).map { String($0.output.0) }
            #expect(odd.isEmpty, "\(world.name): \(format)\n\(all)")
            guard format == .json else { continue }
            var answered = 0
            for line in (output + errors).split(separator: "\n") {
                let object = try #require(
                    try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any], "\(world.name): \(line)")
                if object["statement"] != nil { answered += 1 }
                guard let error = object["error"] as? [String: Any] else { continue }
                answered += 1
                let help = error["help"] as? [String] ?? []
                #expect(!help.isEmpty, "\(world.name): \(line)")
                #expect(error["code"] as? String != "unexpected", "\(world.name): \(line)")
            }
            // The imports answer too.
            #expect(answered == Self.statements.count + (world.visits.isEmpty ? 2 : 3), "\(world.name)\n\(all)")
        }
    }

    private func run(_ world: World, _ format: OutputFormat) throws -> (output: String, errors: String) {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("reach-worlds-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        var imports: [String] = []
        for (table, header, lines) in [
            ("customers", "customer_id,source,arm,signed_up,email", world.customers),
            ("orders", "order_id,customer_id,at,total,category", world.orders),
            ("visits", "customer_id,at,source", world.visits),
        ] where !lines.isEmpty {
            let file = folder.appendingPathComponent("\(table).csv")
            try ([header] + lines).joined(separator: "\n").write(to: file, atomically: true, encoding: .utf8)
            imports.append("import \(table) from \"\(file.path)\"")
        }
        let printed = Printed()
        var options = ShellOptions()
        options.format = format
        options.today = "2026-11-22"
        options.confirmsAll = true
        options.keepsGoing = true
        let context = ShellContext(
            options: options, backend: SessionBackend(), workspace: .inMemory,
            sink: OutputSink { printed.output += $0 },
            console: Console(writesJSON: format == .json, usesColor: false) { printed.errors += $0 },
            makeOptions: { RenderOptions() })
        _ = BatchRunner(context).run([SourceText((imports + Self.statements).joined(separator: "\n"))])
        return (String(decoding: printed.output, as: UTF8.self), printed.errors)
    }

    private final class Printed {
        var output: [UInt8] = []
        var errors = ""
    }
}
