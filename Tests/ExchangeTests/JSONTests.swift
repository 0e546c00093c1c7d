import Foundation
import ReachColumns
import ReachDiagnostics
import ReachKernels
import Testing

@testable import ReachExchange

/// JSON in its layouts.
struct JSONTests {
    @Test func lines() throws {
        let imported = try importText(
            """
            {"id": 1, "name": "Anna", "vip": true, "total": 5.50, "born": "1990-05-01", "zip": "123"}
            {"id": 2, "vip": false, "name": null, "total": 7, "born": "2001-12-31", "zip": "45"}

            {"total": -0.25, "id": 3, "zip": "6", "name": "O\\"Neil \\u00e9\\n😀"}
            """)
        #expect(imported.names == ["id", "name", "vip", "total", "born", "zip"])
        #expect(imported.types == [.integer, .text, .boolean, .decimal(scale: 2), .date, .text])
        #expect(imported.column("id") == integers(1, 2, 3))
        #expect(imported.column("name") == text("Anna", nil, "O\"Neil é\n😀"))
        #expect(imported.column("vip") == [.boolean(true), .boolean(false), .missing])
        #expect(imported.column("born") == [day(1990, 5, 1), day(2001, 12, 31), .missing])
        #expect(imported.column("zip") == text("123", "45", "6"))
    }

    @Test func nestedObjectsAndLists() throws {
        let imported = try importText(
            "{\"id\":1,\"a\":{\"b\":\"x\",\"c\":{\"d\":2}},\"tags\":[\"p\",{\"q\":1}]}\n{\"a_b\":\"y\",\"id\":2,\"a\":{},\"tags\":[]}\n"
        )
        #expect(imported.names == ["id", "a_b", "a_c_d", "tags"])
        #expect(imported.column("a_b") == text("x", "y"))
        #expect(imported.column("a_c_d") == integers(2, nil))
        #expect(imported.column("tags") == text("[\"p\",{\"q\":1}]", "[]"))
    }

    @Test(arguments: [
        "[{\"id\":1,\"n\":\"a\"},{\"id\":2,\"n\":\"b\"}]",
        "[\n  {\n    \"id\": 1,\n    \"n\": \"a\"\n  },\n  {\"id\": 2, \"n\": \"b\"}\n]\n",
        "{\"id\":1,\"n\":\"a\"}\n{\"id\":2,\"n\":\"b\"}",
        "\u{FEFF}{\"id\":1,\"n\":\"a\"}\r\n{\"id\":2,\"n\":\"b\"}\r\n",
        "{\n \"id\": 1,\n \"n\": \"a\"\n}\n{\n \"id\": 2,\n \"n\": \"b\"\n}\n",
        "{\"total\": 2, \"rows\": [{\"id\":1,\"n\":\"a\"},{\"id\":2,\"n\":\"b\"}], \"next\": null}",
    ])
    func layouts(_ text: String) throws {
        let imported = try importText(text)
        #expect(imported.names == ["id", "n"])
        #expect(imported.column("id") == integers(1, 2))
        #expect(imported.column("n") == [.text("a"), .text("b")])
        #expect(imported.tally.rejected == 0)
    }

    @Test func columnsThatComeLate() throws {
        let filler = (1...20_000).map { "{\"id\":\($0),\"name\":\"name \($0)\"}\n" }.joined()
        let imported = try importText(filler + "{\"id\":20001,\"late\":\"x\",\"more\":{\"late\":1}}\n")
        #expect(imported.names == ["id", "name", "late", "more_late"])
        #expect(imported.rows.count == 20_001)
        #expect(imported.rows.last == [.integer(20_001), .missing, .text("x"), .integer(1)])
    }

    @Test func brokenLinesAreRejected() throws {
        let folder = ScratchFolder()
        let lines = [
            "{\"id\":1,\"n\":\"a\"}", "{\"id\":2,\"n\":\"b\"", "[3]", "{\"id\":4,\"id\":5}",
            "{\"id\":6,\"n\":\"\\ud800\"}",
            "{\"id\":7,\"n\":\"c\"} tail", "nonsense", "{\"id\":8,\"n\":tru}", "{\"id\":9,\"n\":\"d\"}",
        ]
        let path = try folder.write(lines.joined(separator: "\n"), as: "a.jsonl")
        let imported = try importFile(path)
        #expect(imported.column("id") == integers(1, 9))
        #expect(imported.tally.rejections.map(\.line) == [2, 3, 4, 5, 6, 7, 8])
        let rejects = try #require(folder.read("a.rejects.jsonl")).split(separator: "\n").map(String.init)
        #expect(rejects.count == 7)
        #expect(
            rejects[2]
                == "{\"reject_line\":4,\"reject_column\":\"\",\"reject_reason\":\"a key that stands twice in the object\",\"id\":4,\"id\":5}"
        )
        #expect(rejects[5].hasSuffix(",\"reject_record\":\"nonsense\"}"))
    }

    @Test func mendingCompletesTheImport() throws {
        let folder = ScratchFolder()
        let path = try folder.write("{\"id\":1,\"d\":\"2026-01-01\"}\n{\"d\":\"never\",\"id\":2}\n", as: "a.jsonl")
        let options = ImportOptions.customers { $0.types = [.init("d", .exactly(.date))] }
        #expect(try importFile(path, options).tally.rejected == 1)
        let rejects = try #require(folder.read("a.rejects.jsonl"))
        _ = try folder.write(rejects, as: "a.rejects.jsonl")
        let again = try importFile(folder.path + "/a.rejects.jsonl", options)
        #expect(again.tally.rejected == 1)
        #expect(folder.read("a.rejects-2.jsonl")?.contains("\"reject_line\":1,") == true)
        #expect(folder.read("a.rejects-2.jsonl")?.components(separatedBy: "reject_line").count == 2)
        _ = try folder.write(rejects.replacing("never", with: "2026-02-02"), as: "a.rejects.jsonl")
        let mended = try importFile(folder.path + "/a.rejects.jsonl", options)
        #expect(mended.names == ["d", "id"])
        #expect(mended.column("d") == [day(2026, 2, 2)])
    }

    @Test func listsThatAreCutOff() throws {
        #expect(importFailure("[{\"id\":1},{\"id\":2}")?.code == "file-cut-off")
        #expect(importFailure("{}\n")?.code == "not-a-table")
        let damaged = try importText("[{\"id\":1},{\"id\":},{\"id\":3}, 4, {\"id\":5}] x")
        #expect(damaged.column("id") == integers(1, 3, 5))
        #expect(damaged.tally.rejected == 3)
    }

    @Test func quotedDigitsStayText() throws {
        let imported = try importText(
            "{\"id\":1,\"a\":\"5\",\"b\":\"true\",\"c\":\"20260101\",\"d\":\"'=x\",\"e\":\"NA\"}\n")
        #expect(imported.types == [.integer, .text, .text, .text, .text, .text])
        #expect(imported.column("d") == text("'=x"))
    }

    /// Against Foundation's own reader.
    @Test(arguments: 0..<30)
    func randomObjects(_ seed: UInt64) throws {
        var random = TestRandom(seed: seed)
        let names = ["a", "b c", "слово", "long name of a column", "q\"uote", "12345678", "x"]
        let pieces = ["a", "é", "\"", "\\", "\n", "\t", "😀", "日本", "/", "{", "}", ",", "longer text without anything"]
        var rows: [[String: String]] = []
        var lines: [String] = []
        for _ in 0..<Int.random(in: 1...40, using: &random) {
            var row: [String: String] = [:]
            for name in names.shuffled(using: &random) where Int.random(in: 0..<4, using: &random) > 0 {
                row[name] = (0...Int.random(in: 0...4, using: &random)).map { _ in
                    pieces.randomElement(using: &random) ?? ""
                }
                .joined()
            }
            rows.append(row)
            let options: JSONSerialization.WritingOptions = Bool.random(using: &random) ? [] : [.withoutEscapingSlashes]
            lines.append(
                String(decoding: try JSONSerialization.data(withJSONObject: row, options: options), as: UTF8.self))
        }
        if rows.allSatisfy(\.isEmpty) { return }
        let isList = Bool.random(using: &random)
        let whole = isList ? "[" + lines.joined(separator: ",\n") + "]" : lines.joined(separator: "\n")
        let imported = try importText(
            whole,
            .customers {
                $0.batchRows = Int.random(in: 1...50, using: &random)
                $0.types = Set(rows.flatMap(\.keys)).map { .init(OptionText($0), .exactly(.text)) }
            })
        #expect(imported.rows.count == rows.count, "seed \(seed)")
        for (found, row) in zip(imported.objects, rows) {
            for (name, value) in found { #expect(value == row[name] ?? "", "seed \(seed)") }
        }
    }
}

/// A list of lists, as spreadsheets and query services answer.
struct ListsTests {
    @Test func theFirstListNamesTheColumns() throws {
        let imported = try importText(
            "[[\"id\", \"name\", \"zip\", \"more\"],\n [1, \"Anna \\\"A\\\" \\u00e9\", \"007\", null],\n\n [2, null, \"42\", [1, {\"a\": 2}]]]\n"
        )
        #expect(imported.names == ["id", "name", "zip", "more"])
        #expect(imported.types == [.integer, .text, .text, .text])
        #expect(
            imported.rows == [
                [.integer(1), .text("Anna \"A\" é"), .text("007"), .missing],
                [.integer(2), .missing, .text("42"), .text("[1, {\"a\": 2}]")],
            ])
        #expect(imported.plan.report.shape.format == "json")
    }

    @Test func numbersNameNoColumns() throws {
        let imported = try importText("[[1, \"a\"], [2, \"b\"]]")
        #expect(imported.names == ["column_1", "column_2"])
        #expect(imported.column("column_1") == integers(1, 2))
    }

    /// What is no row is rejected where it stands, and the rows around it are read.
    @Test func otherValuesAreRejected() throws {
        let imported = try importText(
            "[[\"id\",\"n\"],\n[1,\"a\"],\n[2],\n{\"id\":3},\n[4 5],\nnull,\n[6,\"\\x\"],\n[7,\"z\"]]\nbehind")
        #expect(imported.column("id") == integers(1, 7))
        #expect(imported.tally.rejections.map(\.line) == [3, 4, 5, 6, 7, 9])
    }

    @Test func aListThatIsCutOffIsRefused() {
        #expect(importFailure("[[\"id\"],[1],[2")?.code == importFailure("[{\"id\":1},{\"id\":2")?.code)
        #expect(importFailure("[[\"id\"],[1]")?.code == importFailure("[{\"id\":1}")?.code)
        #expect(importFailure("[[]]") != nil)
    }
}
