import Foundation
import ReachColumns
import ReachDiagnostics
import ReachPlan
import TestSupport
import Testing

@testable import ReachCampaign

@Suite struct TemplateTests {
    /// A template's texts by mustache and by the program, where it has one.
    static func both(_ text: CompiledText, _ values: [String?], _ truths: [Bool]) -> (String, String?) {
        let filled = text.text(values, truths).text
        guard let nodes = text.nodes else { return (filled, nil) }
        var bytes: [UInt8] = []
        text.bytes(nodes, { values[$0].map { Array($0.utf8) } }, { truths[$0] }, into: &bytes)
        return (filled, String(decoding: bytes, as: UTF8.self))
    }

    @Test func fillsIn() throws {
        let text = try CompiledText(
            "Hi {{name|friend}}, {{#vip}}VIP in {{city}}{{/vip}}{{^vip}}welcome{{/vip}}!", isHTML: false)
        #expect(text.variables == ["name", "vip", "city"])
        #expect(text.nodes != nil)
        #expect(
            Self.both(text, ["Ann", nil, "Paris"], [true, true, true]) == (
                "Hi Ann, VIP in Paris!", "Hi Ann, VIP in Paris!"
            ))
        #expect(
            Self.both(text, [nil, nil, nil], [false, false, false]) == ("Hi friend, welcome!", "Hi friend, welcome!"))
        #expect(text.text([nil, nil, nil], [false, true, false]).holes == [2])
    }

    @Test func namesMayBeOfAnyScript() throws {
        let text = try CompiledText("{{имя}} {{`first name`}} {{Имя|'вы'}}", isHTML: false)
        #expect(text.variables == ["имя", "first name"])
        #expect(Self.both(text, ["Аня", "x"], [true, true]).0 == "Аня x Аня")
    }

    @Test func onlyHTMLIsEscaped() throws {
        let plain = try CompiledText("{{a}} {{{a}}} {{&a}}", isHTML: false)
        #expect(Self.both(plain, ["<&>"], [true]) == ("<&> <&> <&>", "<&> <&> <&>"))
        let html = try CompiledText("{{a}} {{{a}}} {{&a}}", isHTML: true)
        let expected = "&lt;&amp;&quot;&#39;&gt; <&\"'> <&\"'>"
        #expect(Self.both(html, ["<&\"'>"], [true]) == (expected, expected))
        #expect(MessageTemplate("a", channel: "email", body: "<p>x</p>").isHTML)
        #expect(!MessageTemplate("a", channel: "email", body: "1 < 2 > 0").isHTML)
        #expect(!MessageTemplate("a", channel: "sms", body: "<p>x</p>").isHTML)
    }

    @Test func allOfMustache() throws {
        let partials = [Name.fold("footer"): "Bye {{name|you}}", "layout": "[{{$title}}none{{/title}}]"]
        func text(_ source: String, _ values: [String?], _ truths: [Bool]) throws -> String {
            try CompiledText(source, isHTML: false, channel: "sms", partials: partials).text(values, truths).text
        }
        #expect(try text("{{name}}. {{> Footer}}", ["Ann"], [true]) == "Ann. Bye Ann")
        #expect(try text("{{=<% %>=}}<%name%>", ["Ann"], [true]) == "Ann")
        #expect(try text("{{#name}}Hi {{.}}{{/name}}", ["Ann"], [true]) == "Hi Ann")
        #expect(try text("{{uppercased(name)}}", ["Ann"], [true]) == "ANN")
        #expect(try text("{{<layout}}{{$title}}{{name}}{{/title}}{{/layout}}", ["Ann"], [true]) == "[Ann]")
        #expect(try text("a{{! nothing }}b", [], []) == "ab")
        #expect(try text("{{#vip}}\nyes\n{{/vip}}\nend", [nil], [true]) == "yes\nend")
    }

    @Test(arguments: [
        ("{{name", "template-syntax"), ("{{}}", "template-syntax"), ("{{#a}}x", "template-syntax"),
        ("{{/a}}", "template-syntax"), ("{{#a}}{{/b}}", "template-syntax"), ("{{#a|x}}{{/a}}", "template-syntax"),
        ("{{.}}", "template-syntax"), ("{{> nowhere}}", "unknown-template"), ("{{> loop}}", "template-cycle"),
        ("{{>*name}}", "template-syntax"), ("{{=a=}}", "template-syntax"),
    ])
    func refuses(text: String, code: String) {
        let partials = ["loop": "{{> loop}}"]
        #expect(
            ChannelTests.code { _ = try CompiledText(text, isHTML: false, channel: "sms", partials: partials) } == code)
    }

    static let partials = ["foot": "from {{name|us}}\nand {{city}}", "line": "{{#vip}}V{{/vip}}{{uppercased(points)}}"]

    /// A random template and how often its tags are used.
    static func randomTemplate(_ random: inout TestRandom) -> String {
        func piece(_ depth: Int) -> String {
            let texts = ["Hello ", "\n", "  \n", " ", "50 % – ", "x", "\t", "Привет, ", "\r\n", "a < b"]
            let names = ["name", "city", "vip", "points"]
            let name = names[random.below(names.count)]
            switch random.below(11) {
            case 9:
                let transform = ["uppercased", "lowercased", "capitalized", "reversed"][random.below(4)]
                return random.chance(0.3) ? "{{\(transform)(uppercased(\(name)))|Nobody}}" : "{{\(transform)(\(name))}}"
            case 10: return random.chance(0.7) ? "{{> foot}}" : "{{> line}}"
            case 0...2: return texts[random.below(texts.count)]
            case 3: return "{{\(name)}}"
            case 4: return "{{ \(name) | nobody }}"
            case 5: return "{{{\(name)}}}"
            case 6: return "{{! note }}"
            default:
                if depth > 2 { return "{{&\(name)}}" }
                let inside = (0..<random.below(5)).map { _ in piece(depth + 1) }.joined()
                return random.chance(0.5)
                    ? "{{#\(name)}}\(inside)\n{{/\(name)}}" : "{{^\(name)}}\(inside){{/\(name)}}\n"
            }
        }
        return (0..<(1 + random.below(8))).map { _ in piece(0) }.joined()
    }

    /// 100,000 texts: what the program says is what mustache says.
    @Test(arguments: 1...50 as ClosedRange<UInt64>) func theProgramSaysWhatMustacheSays(seed: UInt64) throws {
        var random = TestRandom(seed: seed)
        let words: [String?] = [nil, "Ann", "O'Neil & \"Bob\" <x>", "Дарья", "50 €", "", "two\nlines"]
        var programs = 0
        for _ in 0..<100 {
            let source = Self.randomTemplate(&random)
            let text = try CompiledText(source, isHTML: random.chance(0.3), partials: Self.partials)
            if text.nodes != nil { programs += 1 }
            for _ in 0..<20 {
                let values = text.variables.map { _ in words[random.below(words.count)] }
                let truths = text.variables.map { _ in random.chance(0.5) }
                let (mustache, program) = Self.both(text, values, truths)
                #expect(program == nil || program == mustache, "seed \(seed): \(source.debugDescription)")
            }
        }
        #expect(programs > 60, "seed \(seed): only \(programs) of 100 have a program")
    }

    @Test func valuesAreWrittenAsExportsWriteThem() {
        let values: [(Value, String?)] = [
            (.missing, nil), (.text(""), nil), (.text("Ann"), "Ann"), (.integer(-5), "-5"),
            (.decimal(units: -5, scale: 2), "-0.05"), (.decimal(units: 123_450, scale: 2), "1234.50"),
            (.float(2), "2"), (.float(0.5), "0.5"), (.boolean(true), "true"), (.date(20_779), "2026-11-22"),
            (.datetime(20_779 * 86_400_000_000 + 3_660_000_000), "2026-11-22 01:01"),
        ]
        for (value, text) in values {
            #expect(MessageWords.text(value, zone: .utc) == text)
            if let lane = value.lane, let type = value.type, let length = MessageWords.length(ofLane: lane, type) {
                #expect(length == text?.count)
            }
        }
        for lane in [Int64.min, -1_000, -10, -9, 0, 9, 10, 99, 100, .max] {
            for scale in 0...4 {
                let text = MessageWords.text(.decimal(units: lane, scale: scale), zone: .utc)
                #expect(MessageWords.length(ofLane: lane, .decimal(scale: scale)) == text?.count)
            }
        }
    }

    @Test func spellsInGSM() {
        #expect(MessageParts.respelled("“Olá” – açaí…") == "\"Ola\" - acai...")
        #expect(MessageParts.respelled("plain") == nil)
        #expect(MessageParts.respelled("Привет") == nil)
        #expect(MessageParts("ç í ó ú Á").forcing.map(String.init) == ["ç", "í", "ó", "ú", "Á"])
    }

    @Test func realVectorsAgree() throws {
        for file in ["twilio_vectors", "edge_vectors"] {
            let path = "/work/shared/data/sms/\(file).json"
            guard let data = FileManager.default.contents(atPath: path) else {
                print("skipped: \(path) is not there")
                continue
            }
            let json = try JSONSerialization.jsonObject(with: data) as? [String: Any]
            let vectors = try #require(json?["vectors"] as? [[String: Any]])
            for vector in vectors {
                guard vector["smartEncoding"] as? Bool != true else { continue }
                let body = try #require(vector["body"] as? String)
                let parts = MessageParts(body)
                #expect(parts.parts == vector["segments"] as? Int, "\(body.debugDescription)")
                #expect(parts.isUnicode == (vector["encoding"] as? String == "UCS-2"), "\(body.debugDescription)")
            }
            #expect(!vectors.isEmpty)
        }
    }
}
