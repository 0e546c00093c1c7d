import Foundation
import ReachDiagnostics
import Testing

@testable import ReachShell

@Suite struct ShellPartsTests {
    @Test func theWorkspaceIsTheOneNamedFirst() {
        let home = ["HOME": "/home/ann", "REACH_DB": "/tmp/env.db"]
        #expect(WorkspaceChoice(named: "a.db", environment: home)?.path == "a.db")
        #expect(WorkspaceChoice(named: nil, environment: home)?.path == "/tmp/env.db")
        let standard = WorkspaceChoice(named: nil, environment: ["HOME": "/home/ann"])
        #expect(standard?.path == "/home/ann/.local/share/reach/default.db" && standard?.isDefault == true)
        let xdg = WorkspaceChoice(named: nil, environment: ["HOME": "/h", "XDG_DATA_HOME": "/data"])
        #expect(xdg?.path == "/data/reach/default.db")
        #expect(WorkspaceChoice(named: nil, environment: [:]) == nil)
        #expect(WorkspaceChoice(named: ":memory:", environment: [:])?.isMemory == true)
    }

    @Test func colourFollowsTheChoiceThenNoColor() {
        #expect(!Shell.usesColor(.auto, [:], -1))
        #expect(Shell.usesColor(.always, ["NO_COLOR": "1"], -1))
        #expect(!Shell.usesColor(.never, [:], -1))
    }

    @Test func completionTakesOneMatchOrTheCommonBeginning() {
        typealias Menu = CompletionMenu
        #expect(Menu.outcome(typed: "x", candidates: [], isFollowedByBlank: false) == .nothing)
        #expect(Menu.outcome(typed: "se", candidates: ["segment"], isFollowedByBlank: false) == .replace("segment "))
        #expect(Menu.outcome(typed: "se", candidates: ["segment"], isFollowedByBlank: true) == .replace("segment"))
        #expect(Menu.outcome(typed: "co", candidates: ["count("], isFollowedByBlank: false) == .replace("count("))
        let both = ["count", "country"]
        #expect(Menu.outcome(typed: "CO", candidates: both, isFollowedByBlank: false) == .replace("count"))
        #expect(Menu.outcome(typed: "count", candidates: both, isFollowedByBlank: false) == .list(both))
        #expect(Menu.outcome(typed: "\"d", candidates: ["\"data/\""], isFollowedByBlank: false) == .replace("\"data/"))
        #expect(Menu.commonPrefix(["Заказ", "заказы", "ЗАКАЗЧИК"]) == "Заказ")
    }

    @Test func completionsAreListedInColumns() {
        let words = ["alpha", "beta", "gamma", "delta", "epsilon"]
        #expect(CompletionMenu.listing(words, width: 20) == "alpha    delta\nbeta     epsilon\ngamma\n")
        #expect(CompletionMenu.listing(words, width: 0) == words.map { $0 + "\n" }.joined())
        #expect(CompletionMenu.listing((0..<200).map(String.init), width: 80).hasSuffix("… and 80 more\n"))
    }

    @Test func pastesKeepTabsAndLoseCodes() {
        #expect(PastedText.cleaned("a\r\nb\rc\n\td\u{1B}[31me\u{7F}\u{9B}") == "a\nb\nc\n\td[31me")
    }

    @Test func historyCursorGoesBackAndForthAndSearchesAnyCase() {
        var cursor = HistoryCursor(entries: ["one", "Второй заказ", "three"])
        #expect(cursor.next() == nil)
        #expect(cursor.previous(from: "draft") == "three")
        #expect(cursor.previous(from: "three") == "Второй заказ")
        #expect(cursor.previous(from: "") == "one")
        #expect(cursor.previous(from: "") == nil)
        #expect(cursor.next() == "Второй заказ")
        #expect(cursor.next() == "three")
        #expect(cursor.next() == "draft")
        let match = cursor.search("ВТОР", from: 1)
        #expect(match?.age == 2 && match?.offset == 0)
        #expect(cursor.search("e", from: 2)?.entry == "one")
        #expect(cursor.search("zzz", from: 1) == nil)
    }

    @Test func historyIsKeptPrivatelyOneStatementPerEntry() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("reach-history-\(UUID())")
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appendingPathComponent("reach/history").path
        let history = History(path: path)
        let kept = ["count all", "segment where\n\ta > 1\n  and b", "help"]
        for text in ["count all", kept[0], kept[1], " secret", "forget 17", "  ", "help\n"] { history.add(text) }
        #expect(
            try String(contentsOfFile: path, encoding: .utf8)
                == "count all\nsegment where\n\t\ta > 1\n\t  and b\nhelp\n")
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        #expect((attributes[.posixPermissions] as? NSNumber)?.intValue == 0o600)
        #expect(History(path: path).entries == kept)
        #expect(History(path: path, limit: 1).entries == ["help"])
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "help\n")
        #expect(History(path: "/proc/nowhere/history").entries.isEmpty)
    }

    @Test func promptsNameTheSegment() {
        #expect(Prompt(PromptState()).text == "reach> ")
        #expect(Prompt(PromptState(customerCount: 12_438)).text == "reach (12,438)> ")
        let named = Prompt(PromptState(segment: "lapsed\u{1B}", customerCount: 3))
        #expect(named.text == "reach lapsed\\u{1b} (3)> ")
        #expect(DisplayWidth.of(named.continuation.text) == DisplayWidth.of(named.text))
    }

    @Test func progressIsOneReadableLine() {
        #expect(
            ProgressLine.line("importing orders", done: 450_000, total: 1_000_000, unit: "rows", seconds: 2)
                == "importing orders  45 %  450,000 rows  225,000 rows/s  3 s left")
        #expect(
            ProgressLine.line("reading", done: 5_000_000, total: nil, unit: "bytes", seconds: 2)
                == "reading  5.0 MB  2.5 MB/s")
        #expect(
            ProgressLine.line("a", done: 5_000_000, total: 10_000_000, unit: "bytes", rows: 120_000, seconds: 2)
                == "a  50 %  5.0 MB  120,000 rows  2.5 MB/s  2 s left")
        #expect(ProgressLine.line("x", done: 0, total: 0, unit: "rows", seconds: 0) == "x  0 rows")
    }

    @Test func charactersCutBetweenBlocksAreJoined() {
        let text = "aя東😀z"
        for size in 1...5 {
            var decoder = StreamDecoder()
            var result = ""
            let bytes = Array(text.utf8)
            for start in stride(from: 0, to: bytes.count, by: size) {
                result += decoder.decode(Array(bytes[start..<min(bytes.count, start + size)]))
            }
            #expect(result + decoder.finish() == text)
        }
        var broken = StreamDecoder()
        #expect(broken.decode([0x61, 0xD0]) + broken.finish() == "a\u{FFFD}")
    }

    @Test func onlyAYesIsAYes() {
        #expect(["y", "Yes ", "ДА"].allSatisfy(Confirmation.isYes))
        #expect(!["", "n", "yesterday"].contains(where: Confirmation.isYes))
    }
}
