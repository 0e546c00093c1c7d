import Foundation
import ReachColumns
import ReachDiagnostics
import Testing

@testable import ReachExchange

/// A file is read the same whether its records are found one after another or by several threads, in one pass or in two.
struct SplittingTests {
    private final class Rows: ImportTarget {
        var batches: [ColumnBatch] = []
        var isCancelled = false

        func append(_ batch: ColumnBatch) { batches.append(batch) }
        func cancel() { isCancelled = true }
    }

    private struct Outcome: Equatable {
        var rows: [[Value]] = []
        var schema: TableSchema?
        var notes: [String] = []
        var columns: [ImportReport.Column] = []
        var tally: [Int] = []
        var rejections: [Rejection] = []
        var rejects: String?
        var failure: String?
    }

    private func outcome(_ path: String, _ folder: ScratchFolder, loads: Bool, splitBytes: Int) -> Outcome {
        var options = ImportOptions.customers { $0.splitBytes = splitBytes }
        options.rejectsPath = folder.path + "/rejects.csv"
        var outcome = Outcome()
        do {
            let target = Rows()
            let plan: ImportPlan
            let tally: ImportTally
            var targets: [Rows] = [target]
            if loads {
                let loaded = try ImportFile.load(path, options) { _ -> Rows? in
                    targets.append(Rows())
                    return targets.last
                }
                guard let loaded else { return outcome }
                (plan, tally) = (loaded.plan, loaded.tally)
                targets = [loaded.target]
            } else {
                plan = try ImportFile.open(path, options)
                tally = try plan.read { target.append($0) }
            }
            for batch in targets[0].batches {
                for row in 0..<batch.rowCount {
                    outcome.rows.append(zip(batch.columns, plan.schema.columns).map { value($0, row, $1.type) })
                }
            }
            outcome.schema = plan.schema
            outcome.notes = plan.report.notes + tally.notes
            outcome.columns = plan.report.columns
            outcome.tally = [tally.records, tally.rows, tally.rejected, tally.normalised, tally.unguarded]
            outcome.rejections = tally.rejections
            outcome.rejects = folder.read("rejects.csv")
            #expect(tally.rows + tally.rejected == tally.records)
            #expect(tally.fingerprint == plan.fingerprint)
        } catch {
            outcome.failure = (error as? Diagnostic)?.message ?? "\(error)"
        }
        try? FileManager.default.removeItem(atPath: folder.path + "/rejects.csv")
        return outcome
    }

    private func text(_ random: inout TestRandom) -> String {
        let kinds: [[String]] = [
            ["1", "22", "-3", "4096"], ["1.5", "2.25", "10"], ["true", "false"], ["2026-01-31", "2025-12-01"],
            ["2026-01-31 10:00:00", "2025-12-01 23:59:59"],
            ["Oslo", "\"a, b\"", "\"two\nlines\"", "\"say \"\"hi\"\"\"", "é"],
        ]
        let odd = ["", "x", "7 \" inch", "\"open", "'=1", "12,5", "NA", "1,234", "\u{65}\u{301}"]
        let width = Int.random(in: 1...4, using: &random)
        let columns = (0..<width).map { _ in kinds.randomElement(using: &random) ?? [] }
        var lines = [(0..<width).map { "c\($0)" }.joined(separator: ",")]
        let count = Int.random(in: 0...120, using: &random)
        // Types that only the end of a file shows are what a single pass has to get right.
        let oddFrom = Int.random(in: 0...count * 2, using: &random)
        for row in 0..<count {
            var cells = columns.map { $0.randomElement(using: &random) ?? "" }
            if row >= oddFrom, Int.random(in: 0..<8, using: &random) == 0 {
                cells[Int.random(in: 0..<width, using: &random)] = odd.randomElement(using: &random) ?? ""
            }
            if Int.random(in: 0..<60, using: &random) == 0 { cells.append("more") }
            lines.append(cells.joined(separator: ","))
        }
        return lines.joined(separator: Int.random(in: 0..<3, using: &random) == 0 ? "\r\n" : "\n")
            + (Bool.random(using: &random) ? "\n" : "")
    }

    @Test(arguments: 0..<60)
    func allWaysLeadToTheSameRows(_ seed: UInt64) throws {
        var random = TestRandom(seed: seed)
        for _ in 0..<5 {
            let folder = ScratchFolder()
            let text = text(&random)
            let path = try folder.write(text)
            let plain = outcome(path, folder, loads: false, splitBytes: 1 << 20)
            for splitBytes in [16, 200, 1 << 20] {
                for loads in [false, true] {
                    let other = outcome(path, folder, loads: loads, splitBytes: splitBytes)
                    #expect(other == plain, "seed \(seed), split \(splitBytes), loads \(loads): \(text)")
                }
            }
        }
    }
}
