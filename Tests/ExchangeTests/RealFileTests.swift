import Foundation
import ReachColumns
import ReachDiagnostics
import Testing

@testable import ReachExchange

/// Files made by others; skipped where they are not beside the project.
struct RealFileTests {
    @Test(.enabled(if: SharedData.folder != nil))
    func spectrum() throws {
        let folder = try #require(SharedData.folder) + "/csv/csv-spectrum"
        let files = SharedData.list("csv/csv-spectrum/csvs").filter { $0.hasSuffix(".csv") }
        #expect(files.count == 12)
        for file in files {
            let path = folder + "/csvs/" + file
            let imported = try importTexts(path, hasHeader: true)
            let json = try json(folder + "/json/" + file.replacing(".csv", with: ".json"))
            var expected = (json as? [[String: String]]) ?? []
            if file == "location_coordinates.csv" {
                // The answer is one object, and its phone is not the file's.
                expected = [try #require(json as? [String: String])]
                expected[0]["Contact Phone Number"] = "2095257564"
            }
            #expect(!expected.isEmpty)
            // A checkout may have turned the file's line ends into LF.
            let hasCR = FileManager.default.contents(atPath: path)?.contains(0x0D) ?? false
            #expect(
                imported.objects == expected.map { $0.mapValues { hasCR ? $0 : $0.replacing("\r\n", with: "\n") } },
                "\(file)")
        }
    }

    @Test(.enabled(if: SharedData.folder != nil))
    func sineemore() throws {
        let folder = try #require(SharedData.folder) + "/csv/sineemore"
        let files = SharedData.list("csv/sineemore/csv").filter { $0.hasSuffix(".csv") }
        #expect(files.count == 25)
        for file in files where !file.hasPrefix("bad-") {
            let json = try json(folder + "/json/" + file.replacing(".csv", with: ".json"))
            if let rows = json as? [[String]], !rows.isEmpty {
                let imported = try importTexts(folder + "/csv/" + file, hasHeader: false)
                #expect(imported.rows.map { $0.map(Self.plain) } == rows, "\(file)")
            } else {
                let objects = try #require(json as? [[String: String]])
                let imported = try importTexts(folder + "/csv/" + file, hasHeader: true)
                #expect(imported.objects == objects, "\(file)")
            }
        }
        // A header under other names is no fault that a file shows by itself.
        for file in files where file.hasPrefix("bad-") && file != "bad-header-wrong-header.csv" {
            let rejected = try? importTexts(folder + "/csv/" + file, hasHeader: true).tally.rejected
            #expect(rejected == nil || rejected == 1, "\(file)")
        }
    }

    private func json(_ path: String) throws -> Any {
        try JSONSerialization.jsonObject(with: try #require(FileManager.default.contents(atPath: path)))
    }

    /// All columns as text, rejects put away.
    private func importTexts(_ path: String, hasHeader: Bool) throws -> Imported {
        let scratch = ScratchFolder()
        var options = ImportOptions.customers {
            $0.hasHeader = hasHeader
            $0.rejectsPath = scratch.path + "/rejects.csv"
        }
        let names = try ImportFile.open(path, options).schema.columns.map(\.name)
        options.types = names.map { .init(OptionText($0), .exactly(.text)) }
        return try importFile(path, options)
    }

    private static func plain(_ value: Value) -> String {
        if case .text(let text) = value { text } else { "" }
    }

    @Test(.enabled(if: SharedData.folder != nil))
    func cdnow() throws {
        let path = try #require(SharedData.folder) + "/cdnow/orders.csv"
        let imported = try importFile(path, .orders())
        #expect(imported.rows.count == 6_919)
        #expect(imported.types == [.text, .date, .integer, .decimal(scale: 2)])
        #expect(imported.roles == [.key, .time, .attribute, .attribute])
        #expect(Set(imported.column("customer_id")).count == 2_357)
        #expect(imported.column("total").compactMap(\.lane).reduce(0, +) == 24_409_194)
        let days = imported.column("ordered_at").compactMap(\.lane)
        #expect(days.min().map { CivilDate(daysSinceEpoch: Int($0)).iso } == "1997-01-01")
        #expect(days.max().map { CivilDate(daysSinceEpoch: Int($0)).iso } == "1998-06-30")
    }

    @Test(.enabled(if: SharedData.folder != nil))
    func hillstrom() throws {
        let path = try #require(SharedData.folder) + "/hillstrom/hillstrom.csv"
        let imported = try importFile(path)
        #expect(imported.rows.count == 64_000)
        #expect(imported.plan.keyColumn == nil)
        #expect(imported.plan.report.channels.isEmpty)
        #expect(imported.type("history") == .decimal(scale: 2))
        #expect(imported.type("visit") == .integer)
        #expect(imported.type("zip_code") == .text)
        #expect(imported.column("segment").count { $0 == .text("Womens E-Mail") } == 21_387)
        #expect(imported.column("recency").count { $0.lane ?? 9 <= 3 } == 22_393)
    }

    @Test(.enabled(if: SharedData.folder != nil))
    func cities() throws {
        let folder = try #require(SharedData.folder) + "/cities/"
        for file in SharedData.list("cities").filter({ $0.hasSuffix(".csv") }) {
            let imported = try importFile(folder + file)
            #expect(imported.rows.count == 1_117)
            #expect(imported.type("postal_code") == .text)
            #expect(imported.type("kladr_id") == .text)
            #expect(imported.column("population").compactMap(\.lane).reduce(0, +) == 99_003_569)
            guard case .decimal(let scale) = imported.type("geo_lat") else {
                Issue.record("geo_lat of \(file) is \(String(describing: imported.type("geo_lat")))")
                continue
            }
            let sum = imported.column("geo_lat").compactMap(\.lane).reduce(0, +)
            var factor: Int64 = 1
            for _ in 6..<scale { factor *= 10 }
            // The published sum is rounded to six places.
            #expect(abs(sum - 60_935_843_631 * factor) <= factor / 2)
        }
    }

    /// No file of a large collection crashes the importer or loses a row.
    @Test(.enabled(if: SharedData.folder != nil))
    func collection() throws {
        let folder = try #require(SharedData.folder) + "/csv/real/examples/"
        let scratch = ScratchFolder()
        var read = 0
        for name in SharedData.list("csv/real/examples")
            + SharedData.list("csv/real/examples/realdata").map({ "realdata/" + $0 })
        {
            do {
                let imported = try importFile(
                    folder + name, .customers { $0.rejectsPath = scratch.path + "/rejects.csv" })
                read += 1
                #expect(!imported.names.isEmpty)
            } catch let failure as Diagnostic {
                #expect(failure.kind != .bug && !failure.message.isEmpty, "\(name)")
            }
        }
        #expect(read > 30)
    }
}
