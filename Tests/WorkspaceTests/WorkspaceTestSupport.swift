import Foundation
import GRDB
import ReachColumns
import ReachDiagnostics
import Testing

@testable import ReachWorkspace

/// A generator with a printed seed, so that a failure can be had again.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 &+ 1 }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }
}

/// Rows as a batch.
func batch(_ columns: [ColumnSchema], _ rows: [[Value]]) -> ColumnBatch {
    ColumnBatch(
        rowCount: rows.count,
        columns: columns.enumerated().map { position, column in
            var missing = Bitmap(count: rows.count)
            for row in rows.indices where rows[row][position] == .missing { missing[row] = true }
            let known = missing.setCount == 0 ? nil : missing
            switch column.type {
            case .float:
                return .floats(
                    rows.map { if case .float(let float) = $0[position] { float } else { 0 } }, missing: known)
            case .text:
                var offsets: [UInt32] = [0]
                var bytes: [UInt8] = []
                for row in rows {
                    if case .text(let text) = row[position] { bytes.append(contentsOf: text.utf8) }
                    offsets.append(UInt32(bytes.count))
                }
                return .text(offsets: offsets, bytes: bytes, missing: known)
            default:
                return .lanes(rows.map { $0[position].lane ?? 0 }, missing: known)
            }
        })
}

extension Workspace {
    /// Imports rows in batches of a few.
    @discardableResult
    func load(
        _ table: String, _ columns: [ColumnSchema], _ rows: [[Value]], mode: ImportRequest.Mode = .merge,
        strict: Bool = false, batchRows: Int = 7
    ) throws -> ImportResult {
        let writer = try beginImport(
            ImportRequest(
                table: table, kind: table == "customers" ? .customers : .activity, columns: columns, mode: mode,
                strict: strict, source: "\(table).csv"))
        var first = 0
        while first < rows.count {
            let end = min(rows.count, first + batchRows)
            try writer.append(batch(columns, Array(rows[first..<end])))
            first = end
        }
        return try writer.finish()
    }
}

extension Snapshot {
    /// Every customer row in order: live or not, and the values.
    func customers() throws -> [(isLive: Bool, values: [Value])] {
        var customers: [(isLive: Bool, values: [Value])] = []
        for chunk in 0..<customerChunkCount {
            let live = try liveCustomers(chunk: chunk)
            let chunks = try schema.customers.columns.indices.map { try customerChunk(column: $0, chunk: chunk) }
            for row in 0..<rows(inChunk: chunk) {
                let values = try schema.customers.columns.enumerated().map { column, schema in
                    chunks[column].value(
                        at: row, type: schema.type, dictionary: try dictionary(table: 0, column: column))
                }
                customers.append((live?[row] ?? true, values))
            }
        }
        return customers
    }

    /// How many figures are kept beside the rows of an activity table, all of which are found to be what the rows say.
    func checkedRollups(_ name: String) throws -> Int {
        guard let table = catalogue.index(of: name) else { return 0 }
        let columns = schema.tables[table].columns
        let activity = try activity(name)
        let places = columns.indices.filter { columns[$0].role != .key }
        var figures = 0
        for chunk in 0..<customerChunkCount {
            let first = chunk * geometry.chunkRows
            let customers = first..<(first + rows(inChunk: chunk))
            let counts = try activityCounts(table: table, chunk: chunk)
            #expect(counts != nil || customers.allSatisfy { activity[$0].isEmpty })
            if let counts {
                #expect(counts.rowCount == customers.count)
                for customer in customers {
                    #expect(counts.lane(at: customer - first) == Int64(activity[customer].count))
                }
            }
            for (place, column) in places.enumerated() {
                for rollup in Rollup.allCases {
                    guard let kept = try activityRollup(rollup, table: table, column: column, chunk: chunk) else {
                        continue
                    }
                    #expect(Rollup.kept(of: columns[column]).contains(rollup) && kept.rowCount == customers.count)
                    figures += 1
                    for customer in customers {
                        let values = activity[customer].map { $0[place] }
                        let row = customer - first
                        switch rollup {
                        case .last:
                            #expect(kept.isMissing(at: row) == values.isEmpty)
                            if let last = values.last { #expect(kept.lane(at: row) == last.lane) }
                        case .total: #expect(kept.lane(at: row) == values.reduce(0) { $0 + ($1.lane ?? 0) })
                        }
                    }
                }
            }
        }
        return figures
    }

    /// The rows of an activity table by customer row, in their order, without the customer column.
    func activity(_ name: String) throws -> [[[Value]]] {
        guard let table = catalogue.index(of: name) else { return [] }
        let columns = schema.tables[table].columns
        var customers: [[[Value]]] = []
        for chunk in 0..<customerChunkCount {
            let offsets = try activityOffsets(table: table, chunk: chunk)
            let chunks = try columns.indices.map {
                columns[$0].role == .key
                    ? .allMissing(rowCount: 0) : try activityChunk(table: table, column: $0, chunk: chunk)
            }
            for customer in 0..<rows(inChunk: chunk) {
                guard let offsets else {
                    customers.append([])
                    continue
                }
                customers.append(
                    try (Int(offsets[customer])..<Int(offsets[customer + 1])).map { row in
                        try columns.indices.filter { columns[$0].role != .key }.map { column in
                            chunks[column].value(
                                at: row, type: columns[column].type,
                                dictionary: try dictionary(table: table, column: column))
                        }
                    })
            }
        }
        return customers
    }
}

/// A new folder, gone with this object.
final class TemporaryFolder: Sendable {
    let path: String

    init() throws {
        path = NSTemporaryDirectory() + "reach-tests-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func file(_ name: String) -> String { path + "/" + name }
}

/// The diagnostic that `body` throws; nil where it throws none.
func diagnostic(_ body: () throws -> Void) -> Diagnostic? {
    do {
        try body()
        return nil
    } catch let diagnostic as Diagnostic {
        return diagnostic
    } catch {
        return Diagnostic("not-a-diagnostic", kind: .bug, "\(error)")
    }
}

/// Every chunk in the file is listed by the newest version, or marked for the next sweep.
func expectNoLeftovers(_ workspace: Workspace) throws {
    let listed = try workspace.snapshot().catalogue.chunkIDs()
    let stored = try workspace.read { db in
        try Set(Int64.fetchAll(db, sql: "SELECT id FROM chunks EXCEPT SELECT chunk FROM retired"))
    }
    let staged = try workspace.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM staging") }
    #expect(stored == listed)
    #expect(staged == 0)
}
