import Foundation
import Testing

/// Every golden session prints what its file says, wherever its data lies. `REACH_RECORD=1` rewrites the files and still fails.
struct GoldenTests {
    static let isRecording = ProcessInfo.processInfo.environment["REACH_RECORD"] == "1"

    @Test(arguments: GoldenFile.paths(), GoldenSession.Storage.allCases)
    func prints(_ path: String, _ storage: GoldenSession.Storage) throws {
        if Self.isRecording, storage != .memory { return }
        var file = try GoldenFile(path)
        #expect(!file.cases.isEmpty)
        #expect(Set(file.cases.map(\.title)).count == file.cases.count, "titles repeat in \(path)")
        let session = try GoldenSession(file, storage)
        defer { try? FileManager.default.removeItem(at: session.folder) }
        for index in file.cases.indices {
            let golden = file.cases[index]
            let actual = try session.run(golden)
            for name in GoldenFile.sectionNames
            where !GoldenFile.matches(actual[name], golden.sections[name]) {
                Issue.record(
                    """
                    \(path): \(golden.title) (\(storage)): \(name) is
                    \(actual[name] ?? "nothing")
                    instead of
                    \(golden.sections[name] ?? "nothing")
                    """)
                file.cases[index].sections[name] = actual[name]
            }
        }
        if Self.isRecording {
            try file.text.write(to: file.url, atomically: true, encoding: .utf8)
            Issue.record("\(path) is recorded; read what changed")
        }
    }

    /// Recording leaves what is right as it is.
    @Test(arguments: GoldenFile.paths())
    func isWrittenAsItIsRead(_ path: String) throws {
        let file = try GoldenFile(path)
        #expect(try String(contentsOf: file.url, encoding: .utf8) == file.text)
    }

    @Test func anythingMayStandForVolatileText() {
        #expect(GoldenFile.matches("took 3 ms\nend", "took [..] ms\nend"))
        #expect(GoldenFile.matches("a b c d", "a[..]c[..]"))
        #expect(!GoldenFile.matches("took 3 s", "took [..] ms"))
        #expect(!GoldenFile.matches("one\ntwo", "one[..]"))
        #expect(!GoldenFile.matches(nil, "[..]"))
    }
}
