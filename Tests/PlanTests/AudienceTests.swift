import ReachColumns
import ReachDiagnostics
import ReachLanguage
import ReachPlan
import Testing

@Suite struct AudienceTests {
    private let place = SourceSpan(0, 0)

    private func audience(_ base: String?, _ text: String?) throws -> AudienceSyntax {
        let bound: AudienceSyntax.Base? = base.map { name in
            switch name {
            case "all": .all(place)
            case "current": .current(place)
            default: .segment(Identifier(name, at: place))
            }
        }
        return AudienceSyntax(base: bound, condition: try text.map { try ExpressionParser.parse($0) }, span: place)
    }

    private func bind(_ base: String?, _ text: String?, _ context: BindingContext) throws -> BoundAudience {
        try PlanFixture.binder(text ?? "", context).bindAudience(try audience(base, text))
    }

    private func context() throws -> BindingContext {
        try PlanFixture.context(definitions: [
            ("lapsed", .segment, "orders > 2 and last_login > 60d"), ("spring", .frozen, ""),
            ("home", .attribute, "city"),
        ])
    }

    @Test func bases() throws {
        var context = try context()
        #expect(try PlanFixture.binder("", context).bindAudience(nil).isEverybody)
        #expect(try bind("all", nil, context).isEverybody)
        #expect(try bind("customers", nil, context).isEverybody)
        let lapsed = try bind("lapsed", nil, context)
        #expect(lapsed.base == "segment `lapsed`")
        #expect(lapsed.parts.map(\.sentence) == ["more than 2 orders", "last login before 2026-09-23"])
        let both = try bind("lapsed", "city = \"Paris\" and points > 1", context)
        #expect(both.parts.map(\.text) == ["lapsed", "city = \"Paris\"", "points > 1"])
        // The segment stays in one piece beside the two conditions.
        #expect(both.condition.conjuncts.count == 3)
        #expect(try bind("spring", nil, context).condition == .isMember(frozen: "spring"))
        context.current = CurrentSegment(name: nil, audience: try audience(nil, "points > 5"))
        let current = try PlanFixture.binder("", context).bindAudience(nil)
        #expect(current.base == "current segment" && current.parts.count == 1)
        #expect(try bind("current", "city = \"Rome\"", context).parts.map(\.text) == ["current", "city = \"Rome\""])
        #expect(try bind(nil, "city = \"Rome\"", context).parts.count == 1)
        #expect(try bind("all", nil, context).isEverybody)
        let resolved = try PlanFixture.binder("", context).resolvingCurrent(try audience("current", "city = \"Rome\""))
        #expect(resolved.base == nil)
        context.current = CurrentSegment(name: "lapsed", audience: try audience("lapsed", nil))
        #expect(try PlanFixture.binder("", context).bindAudience(nil).base == "segment `lapsed`")
    }

    @Test func wrongBases() throws {
        let context = try context()
        for (name, code, help) in [
            ("lapsd", "unknown-segment", "a similar name exists: `lapsed`"),
            ("orders", "not-a-segment", "all where has orders"),
            ("subscribed", "not-a-segment", "all where subscribed"),
            ("home", "not-a-segment", "all where home is known"), ("current", "no-current-segment", "segment where …"),
        ] {
            let thrown = #expect(throws: Diagnostic.self) { _ = try bind(name, nil, context) }
            #expect(thrown?.code == code)
            #expect(thrown?.help.first == help)
        }
    }

    @Test func rowsOfAnAudience() throws {
        let context = try context()
        let text = "total > 100"
        let subject = SubjectSyntax(
            base: .segment(Identifier("orders", at: place)), audience: try audience("lapsed", nil),
            window: .within(.duration(Duration(90, .day), place)), condition: try ExpressionParser.parse(text),
            span: place)
        let bound = try PlanFixture.binder(text, context).bindSubject(subject)
        let printer = PlanPrinter(context.schema)
        #expect(
            printer.tree(bound.population) == [
                "rows of orders", "  all of", "    ordered_at >= 2026-08-24", "    ordered_at <= 2026-11-22",
                "    total > 100.00", "  of customers", "    all of", "      count(orders) > 2",
                "      last_login < 2026-09-23T00:00Z",
            ])
        #expect(bound.rows?.parts.map(\.sentence) == ["ordered at since 2026-08-24", "total above 100"])
        let customers = try PlanFixture.binder("", context).bindSubject(
            SubjectSyntax(base: nil, audience: try audience("lapsed", nil), window: nil, condition: nil, span: place))
        #expect(customers.rows == nil && customers.audience.base == "segment `lapsed`")
    }

    @Test func measures() throws {
        let context = try context()
        let printer = PlanPrinter(context.schema)
        func measure(_ text: String, _ scope: Scope = .customers) throws -> String {
            let bound = try PlanFixture.binder(text, context).bindMeasure(try ExpressionParser.parse(text), scope)
            return "\(printer.line(bound.measure, table: scope == .customers ? 0 : 1)): \(bound.measure.type.name)"
        }
        #expect(try measure("sum(orders.total)") == "sum(total over orders): decimal(2)")
        #expect(try measure("count(orders where total > 5)") == "count(orders where total > 5.00): integer")
        #expect(try measure("avg(sum(orders.total))") == "avg(sum(orders.total)): float")
        #expect(try measure("avg(orders)") == "avg(count(orders)): float")
        #expect(try measure("avg(points)") == "avg(points): float")
        #expect(try measure("avg(visits)") == "avg(visits): float")
        #expect(try measure("median(points)") == "quantile(points, 0.5): integer")
        #expect(try measure("quantile(balance, 0.9)") == "quantile(balance, 0.9): decimal(2)")
        #expect(try measure("quantile(balance, 90%)") == "quantile(balance, 0.9): decimal(2)")
        #expect(try measure("sum(subscribed)") == "sum(integer(subscribed)): integer")
        #expect(try measure("sum(total)", .rows(table: 1)) == "sum(total): decimal(2)")
        #expect(try measure("sum(orders.total)", .rows(table: 1)) == "sum(total): decimal(2)")
        #expect(try measure("distinct(customers.city)", .rows(table: 1)) == "distinct(customers.city): integer")
        #expect(try measure("avg(total where gift)", .rows(table: 1)) == "avg(if(gift is true, total, missing)): float")
        #expect(throws: Diagnostic.self) { _ = try measure("points") }
        #expect(throws: Diagnostic.self) { _ = try measure("sum(city)") }
        #expect(throws: Diagnostic.self) { _ = try measure("quantile(points, 2)") }
        #expect(throws: Diagnostic.self) { _ = try measure("last(orders.total)") }
    }

    @Test func columnsThatArePersonal() throws {
        let context = try context()
        func isPersonal(_ text: String) throws -> Bool {
            try PlanFixture.binder(text, context).bindColumn(try ExpressionParser.parse(text)).isPersonal
        }
        #expect(try isPersonal("email"))
        #expect(try isPersonal("lower(email)"))
        #expect(try isPersonal("coalesce(city, phone)"))
        #expect(try !isPersonal("domain(email)"))
        #expect(try !isPersonal("length(email)"))
        #expect(try !isPersonal("city"))
    }

    @Test func futureDatesWarn() throws {
        var context = try PlanFixture.context()
        context.columnRange = { $0 == ColumnPlace(table: 1, column: 1) ? 0...30_000 : 0...100 }
        func warnings(_ text: String) throws -> [String] {
            let binder = PlanFixture.binder(text, context)
            _ = try binder.bindCondition(try ExpressionParser.parse(text))
            return binder.warnings
        }
        #expect(try warnings("last_seen < 60d").count == 1)
        #expect(try warnings("last_seen > 60d") == [])
        #expect(try warnings("signup < 60d") == [])
        #expect(try warnings("max(orders.ordered_at) <= 60d").first?.contains("within 60d") == true)
        #expect(try warnings("city = \"moscow\"") == ["`city` holds no \"moscow\", it holds \"Moscow\""])
        #expect(try warnings("points between 5 and 1").count == 1)
    }

    @Test func requirements() throws {
        let context = try context()
        func holds(_ text: String) throws -> RequirementOutcome {
            var grammarless = try ExpressionParser.parse(text.replacing("COUNT", with: "1"))
            if text == "COUNT" {
                grammarless = Expression(.audienceCount(try audience("lapsed", nil)), at: place)
            }
            return try PlanFixture.binder(text, context).evaluateRequirement(
                grammarless,
                facts: [
                    RequiredFact(name: "customers", value: .integer(12)),
                    RequiredFact(name: "share", value: .float(0.25)),
                    RequiredFact(name: "cost", value: .decimal(units: 123_450, scale: 2)),
                    RequiredFact(name: "of", value: .text("all")), RequiredFact(name: "gap", value: .missing),
                ], count: { _ in 7 })
        }
        #expect(try holds("customers > 10 and cost < 1234.51").holds)
        #expect(try !holds("customers > 12").holds)
        #expect(try holds("customers / 48 = share").holds)
        #expect(try holds("`of` = \"all\"").holds)
        #expect(try holds("gap is missing").holds)
        #expect(try holds("not gap > 1").holds)
        #expect(try holds("COUNT").holds)
        #expect(try holds("customers > 10").used == [RequiredFact(name: "customers", value: .integer(12))])
        let thrown = #expect(throws: Diagnostic.self) { _ = try holds("custmers > 10") }
        #expect(thrown?.code == "unknown-fact")
        #expect(thrown?.help == ["a similar fact exists: `customers`"])
    }
}
