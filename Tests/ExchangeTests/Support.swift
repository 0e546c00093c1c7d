import Foundation
import ReachColumns
import ReachDiagnostics
import Testing

@testable import ReachExchange

/// A folder that goes away with the test.
final class ScratchFolder {
    let path: String

    init() {
        path = NSTemporaryDirectory() + "reach-exchange-" + UUID().uuidString
        try? FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func write(_ bytes: [UInt8], as name: String = "data.csv") throws -> String {
        let file = path + "/" + name
        try Data(bytes).write(to: URL(fileURLWithPath: file))
        return file
    }

    func write(_ text: String, as name: String = "data.csv") throws -> String {
        try write(Array(text.utf8), as: name)
    }

    func read(_ name: String) -> String? {
        FileManager.default.contents(atPath: path + "/" + name).map { String(decoding: $0, as: UTF8.self) }
    }

    var names: [String] { (try? FileManager.default.contentsOfDirectory(atPath: path))?.sorted() ?? [] }
}

/// An import read to its end.
struct Imported {
    let plan: ImportPlan
    let tally: ImportTally
    /// Row by row.
    let rows: [[Value]]

    var names: [String] { plan.schema.columns.map(\.name) }
    var types: [DataType] { plan.schema.columns.map(\.type) }
    var roles: [ColumnSchema.Role] { plan.schema.columns.map(\.role) }

    func type(_ column: String) -> DataType? { plan.schema.index(of: column).map { plan.schema.columns[$0].type } }
    func role(_ column: String) -> ColumnSchema.Role? {
        plan.schema.index(of: column).map { plan.schema.columns[$0].role }
    }

    func column(_ name: String) -> [Value] {
        guard let index = plan.schema.index(of: name) else { return [] }
        return rows.map { $0[index] }
    }
}

extension Imported {
    /// Rows of text by column name; missing is empty.
    var objects: [[String: String]] {
        rows.map { row in
            var object: [String: String] = [:]
            for (name, value) in zip(names, row) {
                if case .text(let text) = value { object[name] = text } else { object[name] = "" }
            }
            return object
        }
    }
}

extension ImportOptions {
    static func customers(_ change: (inout ImportOptions) -> Void = { _ in }) -> ImportOptions {
        var options = ImportOptions(table: "customers", kind: .customers)
        change(&options)
        return options
    }

    static func orders(_ change: (inout ImportOptions) -> Void = { _ in }) -> ImportOptions {
        var options = ImportOptions(table: "orders", kind: .activity)
        change(&options)
        return options
    }
}

/// Imports a file and checks what must hold of every import: rows and rejects are all the records there are.
func importFile(
    _ path: String, _ options: ImportOptions = .customers(), location: SourceLocation = #_sourceLocation
) throws -> Imported {
    var options = options
    let scratch = ScratchFolder()
    if options.rejectsPath == nil, let shared = SharedData.folder, path.hasPrefix(shared) {
        options.rejectsPath = scratch.path + "/rejects.csv"
    }
    let plan = try ImportFile.open(path, options)
    var rows: [[Value]] = []
    let tally = try plan.read { batch in
        #expect(batch.rowCount <= options.batchRows, sourceLocation: location)
        for row in 0..<batch.rowCount {
            rows.append(zip(batch.columns, plan.schema.columns).map { value($0, row, $1.type) })
        }
    }
    #expect(tally.rows == rows.count, sourceLocation: location)
    #expect(tally.rows + tally.rejected == tally.records, sourceLocation: location)
    #expect(tally.records == plan.report.records, sourceLocation: location)
    #expect(tally.fingerprint == plan.fingerprint, sourceLocation: location)
    return Imported(plan: plan, tally: tally, rows: rows)
}

func importText(
    _ text: String, _ options: ImportOptions = .customers(), location: SourceLocation = #_sourceLocation
) throws -> Imported {
    let folder = ScratchFolder()
    return try importFile(try folder.write(text), options, location: location)
}

/// The diagnostic that the import of a file ends in.
func importFailure(at path: String) -> Diagnostic? {
    do {
        _ = try importFile(path)
        return nil
    } catch {
        return error as? Diagnostic
    }
}

/// The diagnostic that an import ends in.
func importFailure(_ text: String, _ options: ImportOptions = .customers()) -> Diagnostic? {
    do {
        _ = try importText(text, options)
        return nil
    } catch {
        return error as? Diagnostic
    }
}

func value(_ column: BatchColumn, _ row: Int, _ type: DataType) -> Value {
    switch column {
    case .lanes(let lanes, let missing):
        return missing?[row] ?? false ? .missing : Value(lane: lanes[row], of: type)
    case .floats(let floats, let missing): return missing?[row] ?? false ? .missing : .float(floats[row])
    case .text(let offsets, let bytes, let missing):
        if missing?[row] ?? false { return .missing }
        return .text(String(decoding: bytes[Int(offsets[row])..<Int(offsets[row + 1])], as: UTF8.self))
    }
}

func text(_ values: String?...) -> [Value] { values.map { $0.map { .text($0) } ?? .missing } }
func integers(_ values: Int64?...) -> [Value] { values.map { $0.map { .integer($0) } ?? .missing } }

/// A day by its ISO name.
func day(_ year: Int, _ month: Int, _ day: Int) -> Value {
    CivilDate(year: year, month: month, day: day).map { .date(Int32($0.daysSinceEpoch)) } ?? .missing
}

/// Small and seedable; not for anything but tests.
struct TestRandom: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

/// Real files that lie beside the project on some machines; nil, and a word about it, elsewhere.
enum SharedData {
    static let folder: String? = {
        var root = URL(fileURLWithPath: #filePath)
        for _ in 0..<3 { root.deleteLastPathComponent() }
        let candidate = root.deletingLastPathComponent().path + "/shared/data"
        if FileManager.default.fileExists(atPath: candidate) { return candidate }
        print("skipped: no folder ../shared/data beside the project")
        return nil
    }()

    static func list(_ name: String) -> [String] {
        guard let folder else { return [] }
        return ((try? FileManager.default.contentsOfDirectory(atPath: folder + "/" + name)) ?? []).sorted()
    }
}
