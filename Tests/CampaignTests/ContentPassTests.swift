import ReachColumns
import ReachDiagnostics
import ReachEngine
import ReachPlan
import TestSupport
import Testing

@testable import ReachCampaign

/// The pass over an audience against rendering every message by mustache.
@Suite struct ContentPassTests {
    static let schema = TableSchema(
        name: "customers", kind: .customers,
        columns: [
            ColumnSchema(name: "id", type: .text, role: .key),
            ColumnSchema(name: "phone", type: .text, role: .address(channel: "sms")),
            ColumnSchema(name: "name", type: .text), ColumnSchema(name: "city", type: .text),
            ColumnSchema(name: "points", type: .integer), ColumnSchema(name: "spent", type: .decimal(scale: 2)),
            ColumnSchema(name: "vip", type: .boolean), ColumnSchema(name: "born", type: .date),
        ])

    static let templates = [
        "Hello {{name|friend}}, your {{points|0}} points and {{spent|0.00}} are waiting in {{city|our}} shop. Come and see what is new!",
        "{{name}}! {{#vip}}You are one of us: “{{city|everywhere}}” …{{/vip}}{{^vip}}Join {{city}} today{{/vip}} [{{points|0}}] {born {{born|long ago}}}",
        "Привет, {{name|друг}}! {{points|0}}", "The same for all of you.",
        "{{#city}}{{name|You}} in {{city}} €€€€ {{spent|nothing}}{{/city}}{{^points}} no points{{/points}} – ok",
        "{{uppercased(name)}} {{city|x}}",
    ]

    static func data(seed: UInt64, customers count: Int) -> PlainData {
        var random = TestRandom(seed: seed)
        let names: [Value] = [
            .missing, .text("Ann"), .text("O'Neil"), .text("Дарья"), .text("André"), .text("José Ñáñez"),
            .text("]]]{{}}"), .text(String(repeating: "long ", count: 28)), .text(""), .text("“Q”"),
        ]
        let cities: [Value] = [.missing, .text("Paris"), .text("München"), .text("Москва"), .text("São Paulo")]
        let rows = (0..<count).map { row -> [Value] in
            [
                .text("C\(row)"), random.chance(0.9) ? .text("+7916\(1_000_000 + row)") : .missing,
                names[random.below(names.count)], cities[random.below(cities.count)],
                random.chance(0.2) ? .missing : .integer(Int64(random.below(2_000)) - 5),
                random.chance(0.2) ? .missing : .decimal(units: Int64(random.below(100_000)), scale: 2),
                random.chance(0.2) ? .missing : .boolean(random.chance(0.5)),
                random.chance(0.2) ? .missing : .date(Int32(random.below(20_000))),
            ]
        }
        return PlainData(schema: DataSchema(tables: [schema]), customers: rows)
    }

    static func bound(_ source: String) throws -> BoundText {
        try BoundText(try CompiledText(source, isHTML: false)) { name in
            let index = try #require(schema.index(of: name))
            return .column(index, schema.columns[index].type)
        }
    }

    /// A customer's text by mustache; nil where it has a hole.
    static func rendered(_ text: BoundText, _ row: [Value]) -> String? {
        let values = text.scalars.map { scalar -> Value in
            guard case .column(let index, _) = scalar else { return .missing }
            return row[index]
        }
        let truths = values.map { value -> Bool in
            switch value {
            case .missing: false
            case .boolean(let truth): truth
            case .integer(let number): number > 0
            case .decimal(let units, _): units > 0
            case .text(let text): !text.isEmpty
            default: true
            }
        }
        let (filled, holes) = text.filled(values, truths: truths, zone: .utc)
        return holes.isEmpty ? filled : nil
    }

    @Test(arguments: 0..<6, [1, 2] as [UInt64]) func agreesWithRenderingEveryMessage(index: Int, seed: UInt64) throws {
        let data = Self.data(seed: seed + UInt64(index) * 10, customers: 300)
        let text = try Self.bound(Self.templates[index])
        let prices = PriceList(
            base: Money(units: 325, scale: 2), prefixes: [.init("+791610000", Money(units: 2, scale: 0))], perPart: true
        )
        let channel = try PlannedChannel(
            resolving: Channel("sms", prices: prices, consent: .notNeeded), in: Self.schema)
        let content = CampaignContent(
            texts: [.init(channel: 0, name: "sms", body: text, subject: nil, partPrices: prices, template: "t")],
            zones: nil, zone: .utc)
        let moment = CascadeAudienceTests.moment
        let questions = try CascadeQuestions(
            channels: [channel], campaign: nil, schema: data.schema, moment: moment, complete: content.complete)
        let holdout = Holdout(campaign: "x", share: .percent(20))

        var parts: [Int: Int] = [:]
        var unicode = 0
        var incomplete = 0
        var characters: [String: Int] = [:]
        var cost = Money(units: 0, scale: 2)
        for (number, row) in data.customers.enumerated() where row[1] != .missing {
            if holdout.contains(key: "C\(number)".utf8) { continue }
            guard let message = Self.rendered(text, row) else {
                incomplete += 1
                continue
            }
            let counted = MessageParts(message)
            parts[counted.parts, default: 0] += 1
            if counted.isUnicode { unicode += 1 }
            for scalar in counted.forcing { characters[String(scalar), default: 0] += 1 }
            let isCheap = number < 100
            cost = cost + (isCheap ? Money(units: 2, scale: 0) : prices.base) * counted.parts
        }
        var plans: [CascadePlan] = []
        for (chunkRows, threads) in [(1, 2), (3, 1), (64, 2), (65_536, 1)] {
            for encoding in [MemorySource.Encoding.narrow, .plainText] {
                let engine = Engine(
                    source: MemorySource(data, chunkRows: chunkRows, encoding: encoding), moment: moment,
                    threads: threads, cancellation: Cancellation())
                let people = try CascadeAudience(
                    .always(true), questions: questions, holdout: holdout, engine: engine, content: content)
                let report = try #require(people.findings.texts.first)
                #expect(report.parts.reduce(into: [:]) { $0[$1.parts] = $1.customers } == parts)
                #expect(report.unicodeCustomers == unicode)
                let isAlways = MeasuredText(text.text).isAlwaysUnicode
                for character in report.characters {
                    #expect(character.customers == characters[character.character])
                }
                #expect(isAlways || report.characters.count == min(characters.count, MessageText.mostCharacters))
                let request = CascadeRequest(
                    campaign: "x", audienceText: "customers", channels: [channel],
                    options: CascadeOptions(holdout: .percent(20)), today: 20_000)
                let plan = try CascadePlan(
                    request, layout: questions.layout, patterns: people.patterns, membersHash: people.membersHash,
                    findings: people.findings)
                #expect(plan.ceiling == cost && plan.floor == cost)
                #expect(plan.waterfall.total == 300)
                #expect(
                    plan.waterfall.unreachable.first { $0.reason == .incomplete }?.count ?? 0 == incomplete)
                #expect(plan.rows[0].open == parts.values.reduce(0, +))
                plans.append(plan)
            }
        }
        #expect(Set(plans.map(\.id)).count == 1)
        #expect(Set(plans).count == 1)
        #expect(try CascadePlan(json: plans[0].json()) == plans[0])
    }

    @Test func tellsWhatSpellingSaves() throws {
        var data = Self.data(seed: 9, customers: 40)
        for row in data.customers.indices { data.customers[row][2] = .text("Ann") }
        let text = try Self.bound("“Hello” {{name}}, " + String(repeating: "a", count: 70))
        let prices = PriceList(base: Money(units: 325, scale: 2), perPart: true)
        let channel = try PlannedChannel(
            resolving: Channel("sms", prices: prices, consent: .notNeeded), in: Self.schema)
        let content = CampaignContent(
            texts: [.init(channel: 0, name: "sms", body: text, subject: nil, partPrices: prices, template: "t")],
            zones: nil, zone: .utc)
        let questions = try CascadeQuestions(
            channels: [channel], campaign: nil, schema: data.schema, moment: CascadeAudienceTests.moment)
        let engine = Engine(
            source: MemorySource(data), moment: CascadeAudienceTests.moment, threads: 1, cancellation: Cancellation())
        let people = try CascadeAudience(
            .always(true), questions: questions, holdout: nil, engine: engine, content: content)
        let report = try #require(people.findings.texts.first)
        let open = data.customers.filter { $0[1] != .missing }.count
        #expect(report.parts == [.init(parts: 2, customers: open)])
        #expect(report.saving == .init(customers: open, parts: open, money: Money(units: 325, scale: 2) * open))
        #expect(report.characters.map(\.character) == ["“", "”"])
        #expect(report.characters.allSatisfy { $0.customers == open && $0.spelling == "\"" })
    }
}
