import ReachDiagnostics
import TestSupport
import Testing

@testable import ReachLanguage

/// Whatever is refused is refused with a line that can be typed instead.
struct HelpLineTests {
    static let typed: [(String, [String])] = [
        (
            "show customers where total > 1,000",
            ["show customers where total > 1_000", "show customers where total > 1000"]
        ),
        ("total > 1,000", ["count where total > 1_000", "segment where total > 1_000"]),
        ("city = Paris", ["count where city = \"Paris\"", "segment where city = \"Paris\""]),
        ("vip = orders > 3", ["define vip = orders > 3"]),
        ("lapsed", ["show lapsed", "count lapsed", "describe lapsed"]),
        (
            "select * from orders where total > 5 order by total desc limit 10",
            ["show of orders where total > 5 sort by total desc top 10"]
        ),
        ("select *", ["show of all"]), ("select city, count(*) from customers group by city", ["count all by city"]),
        ("select category, sum(total) from orders group by category", ["summarize sum(total) by category of orders"]),
        ("select count(*) from orders", ["count orders"]),
        ("insert into orders values (1)", ["import orders from \"orders.csv\""]),
        ("delete from orders", ["drop table orders"]),
        ("show city order by city limit 5", ["show city sort by city top 5"]),
        ("count all group by city", ["count all by city"]), ("count by city having count > 3", ["count by city"]),
        ("segment \"Lapsed buyers\"", ["segment `Lapsed buyers`"]),
        ("count \"Lapsed buyers\" by city", ["count `Lapsed buyers` by city"]),
        ("import orders from data/orders.csv", ["import orders from \"data/orders.csv\""]),
        ("echo hello world", ["echo \"hello world\""]),
        ("count where city = New York", ["count where city = \"New York\""]),
        ("segment orders > 2", ["segment where orders > 2"]),
        ("count all city = \"x\"", ["count all where city = \"x\""]),
        ("segment by where a = 1", ["segment `by` where a = 1"]),
        ("count where city in \"Paris\", \"Rome\" by city", ["count where city in (\"Paris\", \"Rome\") by city"]),
        ("count where a == 1 && b <> 2 || c", ["count where a = 1 and b != 2 or c"]),
        ("count where a = null", ["count where a is missing"]),
        ("count where a is not null", ["count where a is known"]), ("count where a != ''", ["count where a is known"]),
        ("count where 1 < x < 5", ["count where 1 < x and x < 5", "count where (1 < x) < 5"]),
        ("count where has 3 orders", ["count where has 3+ orders", "count where has exactly 3 orders"]),
        ("count where has > 3 orders", ["count where has more than 3 orders"]),
        ("count where has 3 or more orders", ["count where has 3+ orders"]),
        ("count where at > 5m", ["count where at > 5min", "count where at > 5mo"]),
        ("count where at within 60", ["count where at within 60d", "count where at within 60mo"]),
        ("count where at within 60 d", ["count where at within 60d"]),
        ("count where at > 60 m", ["count where at > 60min", "count where at > 60mo"]),
        ("count where at within last 30 days", ["count where at in last 30 days"]),
        ("count where at in 2026-11-22", ["count where at = 2026-11-22"]),
        ("count where at > 2026-02-30", ["count where at > 2026 - 02 - 30"]),
        ("count where at > 22.11.2026", ["count where at > 2026-11-22"]),
        ("count where at > 2026-11-22 14:30", ["count where at > 2026-11-22T14:30"]),
        ("count where x > 10 %", ["count where x > 10%"]),
        ("count where total > €100", ["count where total > 100"]),
        ("count where total > $100", ["count where total > 100"]),
        ("count where age(x) > 3", ["count where days_since(x) > 3", "count where years_since(x) > 3"]),
        ("count where lowr(x) = 'a'", ["count where lower(x) = 'a'"]), ("cuont all", ["count all"]),
        ("explain cuont all", ["explain count all"]),
        ("count all bt city", ["count all by city"]), ("segment whre orders > 2", ["segment where orders > 2"]),
        (
            "count where has orders where total > 5 and has visits",
            ["count where (has orders where total > 5) and has visits"]
        ),
        ("summarize count(*)", ["summarize count"]),
        ("count where city is \"Paris\"", ["count where city = \"Paris\""]),
        ("import a from \"x\" types (b string)", ["import a from \"x\" types (b text)"]),
        ("where a = 1", ["count where a = 1", "segment where a = 1"]),
        ("count where x > 1 000", ["count where x > 1_000", "count where x > 1000"]),
        ("count where has orders since 2026-03", ["count where has orders since 2026-03-01"]),
        ("count by bucket(x, 1,050)", ["count by bucket(x, 1_050)", "count by bucket(x, 1050)"]),
        ("count by x > 1,500", ["count by x > 1_500", "count by x > 1500"]),
        ("count where city = \"Paris", ["count where city = \"Paris\""]),
        ("count where name = `first", ["count where name = `first`"]),
        ("count where at > 1.5h", ["count where at > 90min"]),
        ("summarise avg(total)", ["summarize avg(total)"]), ("show sort by city asc", ["show sort by city"]),
        ("count where a\n  == 1 # why\n  and b", ["count where a = 1 and b"]),
    ]

    @Test(arguments: typed)
    func linesThatCanBeTyped(_ text: String, _ lines: [String]) {
        #expect(objection(text)?.help ?? [] == lines)
        for line in lines { #expect(objection(line) == nil, "\(line)") }
    }

    @Test(arguments: [
        "show customers", "count orders", "show top 20 by revenue", "count where city = Paris", "show sort",
        "count all where x\n\n  and y",
        "count where x >\n1", "count by\nx", "segment x where\na", "count\nsegments", "count by bucket(x, 100,500)",
        "count where x in (1,2)",
    ])
    func theseAreFine(_ text: String) {
        #expect(objection(text) == nil)
    }

    @Test(arguments: ["count all\nand b", "count where a\nor b", "segment x\nwhere a = 1"])
    func unindentedLines(_ text: String) {
        #expect(objection(text)?.help == ["indent this line"])
        #expect(objection(text)?.source?.location(of: objection(text)?.span?.lower ?? 0).line == 2)
    }

    @Test(arguments: [
        ("count all x", "expected `where`, `by` or the end of the statement"),
        ("segment where", "expected a condition"),
        ("count where a = ", "expected a value"), ("import orders", "expected `from`"),
        ("why", "expected a customer's key"),
        ("count where (a = 1", "expected an operator, `and`, `or` or `)`"),
        ("compare a b", "expected `where` or `with`"),
        ("freeze", "expected a segment"), ("import orders from", "expected a file name in quotes"),
        ("describe", "expected a table"),
        ("send x via email wait", "expected a duration such as `60d`"),
        ("drop", "expected `import`, `segment`, `attribute`, `table`, `channel` or `template`"),
    ])
    func messages(_ text: String, _ message: String) {
        #expect(objection(text)?.message == message)
    }

    @Test func placesArePrecise() {
        let statements = try? Sample.grammar.parseScript(SourceText("tables\ncount where  city = Paris"))
        guard case .subject(let subject) = statements?.last?["subject"],
            case .comparison(_, let left, let right) = subject.condition?.kind, let source = statements?.last?.source
        else {
            Issue.record("no comparison")
            return
        }
        #expect(source[left.span] == "city")
        #expect(source[right.span] == "Paris")
        #expect(source[subject.span] == "where  city = Paris")
        #expect(source.location(of: right.span.lower).line == 2)
    }
}
