import ReachColumns
import ReachDiagnostics

/// A column of what is exported.
package struct ExportColumn: Hashable, Sendable {
    package let name: String
    package let type: DataType

    package init(_ name: String, _ type: DataType) {
        self.name = name
        self.type = type
    }
}

/// A kind of file that can be exported: one conforming type and one line in `TableWriters.all`. Encodes and knows no files.
package protocol TableWriter: Sendable {
    /// As messages name it: `csv`.
    static var name: String { get }
    /// Ends of file names that ask for it: `.csv`.
    static var suffixes: [String] { get }

    /// Datetimes are written in `zone`, with their offset.
    init(columns: [ExportColumn], zone: Zone)
    mutating func begin(_ output: inout [UInt8])
    /// `row` has a value per column.
    mutating func append(_ row: [Value], to output: inout [UInt8])
    mutating func end(_ output: inout [UInt8])
}

package enum TableWriters {
    package static let all: [any TableWriter.Type] = [CSVWriter.self, TSVWriter.self, JSONLinesWriter.self]

    /// All ends of file names that are understood.
    package static var suffixes: [String] {
        var suffixes: [String] = []
        for writer in all { suffixes += writer.suffixes }
        return suffixes
    }

    /// By the end of the name; `-`, which is stdout, takes CSV.
    static func writer(for path: String, at span: SourceSpan?) throws -> any TableWriter.Type {
        if path == "-" { return CSVWriter.self }
        let name = path.lowercased()
        guard let writer = all.first(where: { $0.suffixes.contains(where: name.hasSuffix) }) else {
            throw Diagnostic.unknownExportFormat(path, at: span)
        }
        return writer
    }
}

/// Comma-separated values with a header.
struct CSVWriter: TableWriter {
    static let name = "csv"
    static let suffixes = [".csv"]

    private let columns: [ExportColumn]
    private let encoding: CSVEncoding

    init(columns: [ExportColumn], zone: Zone) {
        self.columns = columns
        encoding = CSVEncoding(guardsFormulas: true, zone: zone)
    }

    mutating func begin(_ output: inout [UInt8]) { encoding.append(header: columns.map(\.name), to: &output) }
    mutating func append(_ row: [Value], to output: inout [UInt8]) { encoding.append(row: row, to: &output) }
    mutating func end(_ output: inout [UInt8]) {}
}

/// Tab-separated values with a header; cells that hold tabs, quotes or line ends are quoted as in CSV.
struct TSVWriter: TableWriter {
    static let name = "tsv"
    static let suffixes = [".tsv", ".tab"]

    private let columns: [ExportColumn]
    private let encoding: CSVEncoding

    init(columns: [ExportColumn], zone: Zone) {
        self.columns = columns
        encoding = CSVEncoding(delimiter: CSVEncoding.tab, guardsFormulas: true, zone: zone)
    }

    mutating func begin(_ output: inout [UInt8]) { encoding.append(header: columns.map(\.name), to: &output) }
    mutating func append(_ row: [Value], to output: inout [UInt8]) { encoding.append(row: row, to: &output) }
    mutating func end(_ output: inout [UInt8]) {}
}

/// A JSON object on each line.
struct JSONLinesWriter: TableWriter {
    static let name = "jsonl"
    static let suffixes = [".jsonl", ".ndjson"]

    private let keys: [[UInt8]]
    private let encoding: JSONEncoding

    init(columns: [ExportColumn], zone: Zone) {
        let encoding = JSONEncoding(zone: zone)
        keys = columns.map { encoding.quoted($0.name) }
        self.encoding = encoding
    }

    mutating func begin(_ output: inout [UInt8]) {}

    mutating func append(_ row: [Value], to output: inout [UInt8]) {
        encoding.append(object: row, keys: keys, to: &output)
        output.append(0x0A)
    }

    mutating func end(_ output: inout [UInt8]) {}
}
