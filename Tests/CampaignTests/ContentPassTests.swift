import Foundation
import ReachColumns
import ReachDiagnostics
import ReachEngine
import ReachKernels
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
        "{{capitalized(lowercased(city))|rEAD}}, {{reversed(name)|nobody}} {{uppercased(vip)|no}}",
        "{{#empty(city)}}no city{{/empty(city)}}{{^empty(city)}}{{city|-}}{{/empty(city)}} {{name|you}}, {{points|no}} points",
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

    @Test(arguments: 0..<templates.count, [1, 2] as [UInt64]) func agreesWithRenderingEveryMessage(
        index: Int, seed: UInt64
    ) throws {
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

    /// Every message of many customers filled in by mustache and counted by itself; `REACH_LONG=1` looks at a hundred thousand.
    @Test(arguments: 0..<templates.count) func countsWhatIsRendered(index: Int) throws {
        let customers =
            ProcessInfo.processInfo.environment["REACH_LONG"] == "1" ? 100_000 / Self.templates.count + 1 : 600
        let data = Self.data(seed: 77 + UInt64(index), customers: customers)
        let text = try Self.bound(Self.templates[index])
        let engine = Engine(
            source: MemorySource(data, chunkRows: 1_000), moment: CascadeAudienceTests.moment, threads: 2,
            cancellation: Cancellation())
        let content = CampaignContent(
            texts: [
                .init(
                    channel: 0, name: "sms", body: text, subject: nil,
                    partPrices: PriceList(base: Money(units: 325, scale: 2), perPart: true), template: "t")
            ], zones: nil, zone: .utc)
        let layout = PatternLayout(
            reached: nil, channels: [.init(gates: [.init(.noAddress, bit: 0), .init(.incomplete, bit: 1)])])
        let answers = try engine.answers(
            of: try engine.members(of: .always(true)),
            to: [.not(.isMissing(.column(1, .text))), text.isComplete ?? .always(true)])
        let pass = ContentPass(content, layout: layout, engine: engine)
        let rendered = try engine.visit(answers.members, columns: pass.columns, conditions: pass.conditions) { view in
            let messages = try pass.messages(view, answers, heldOut: nil)
            return (view.firstRow, messages.parts[0], messages.texts[0]?.lengths ?? [])
        }
        var compared = 0
        for (first, parts, lengths) in rendered {
            for row in parts.indices where parts[row] > 0 {
                let message = try #require(Self.rendered(text, data.customers[first + row]))
                let counted = MessageParts(message)
                let units = MessageUnits(packed: lengths[row])
                #expect(Int(parts[row]) == counted.parts, "\(message)")
                #expect(units.isUnicode == counted.isUnicode, "\(message)")
                #expect((units.isUnicode ? units.utf16 : units.septets) == counted.units, "\(message)")
                compared += 1
            }
        }
        #expect(compared > customers / 4)
    }

    /// A budget that pays for part of those whose messages are equally long takes them by rank, each counted with its own class.
    @Test func budgetsRankWithinEqualLengths() throws {
        let data = Self.data(seed: 5, customers: 600)
        let text = try Self.bound(Self.templates[0])
        let prices = PriceList(base: Money(units: 325, scale: 2), perPart: true)
        let channel = try PlannedChannel(
            resolving: Channel("sms", prices: prices, consent: .notNeeded), in: Self.schema)
        let content = CampaignContent(
            texts: [.init(channel: 0, name: "sms", body: text, subject: nil, partPrices: prices, template: "t")],
            zones: nil, zone: .utc)
        let questions = try CascadeQuestions(
            channels: [channel], campaign: nil, schema: data.schema, moment: CascadeAudienceTests.moment,
            complete: content.complete)
        let holdout = Holdout(campaign: "x", share: .percent(20))
        let engine = Engine(
            source: MemorySource(data, chunkRows: 64), moment: CascadeAudienceTests.moment, threads: 2,
            cancellation: Cancellation())
        let people = try CascadeAudience(
            .always(true), questions: questions, holdout: holdout, engine: engine, content: content)
        func plan(_ budget: Money?) throws -> CascadePlan {
            let request = CascadeRequest(
                campaign: "x", audienceText: "customers", channels: [channel],
                options: CascadeOptions(
                    holdout: .percent(20), budget: budget.map { CascadeOptions.Budget($0) }), today: 20_000)
            return try CascadePlan(request, layout: questions.layout, people: people, value: nil, engine: engine)
        }
        let whole = try plan(nil)
        let ceiling = try #require(whole.ceiling)
        var partialLadders = 0
        for share in [2, 5, 8] {
            let budget = Money(units: ceiling.units * Int128(share) / 10, scale: ceiling.scale)
            let limited = try plan(budget)
            #expect(try #require(limited.ceiling) <= budget)
            #expect(limited.waterfall.total == 600)
            for ladder in try #require(limited.budget?.choice).ladders where ladder.isPartial {
                partialLadders += 1
                let length = whole.classes[ladder.group].parts[0]
                var ranks: (contacted: [UInt64], heldOut: [UInt64]) = ([], [])
                for (number, row) in data.customers.enumerated() where row[1] != .missing {
                    guard let message = Self.rendered(text, row), MessageParts(message).parts == length else {
                        continue
                    }
                    var hash = StableHash(salt: Holdout(campaign: "x", share: .percent(0)).salt ^ 0x4275_6467_6574_0000)
                    hash.combine("C\(number)")
                    if holdout.contains(key: "C\(number)".utf8) {
                        ranks.heldOut.append(hash.value)
                    } else {
                        ranks.contacted.append(hash.value)
                    }
                }
                ranks.contacted.sort()
                #expect(ranks.contacted.count == ladder.reaching[0])
                for (rung, count) in ladder.reaching.enumerated() where count > 0 {
                    let cut = try #require(ladder.cuts?[rung])
                    #expect(cut.hash == ranks.contacted[count - 1] && cut.value == 0)
                    #expect(ladder.heldOutReaching[rung] == ranks.heldOut.count { rung == 0 || $0 <= cut.hash })
                }
            }
        }
        #expect(partialLadders > 0 && Set(whole.classes.map { $0.parts[0] }).count > 1)
    }
}
