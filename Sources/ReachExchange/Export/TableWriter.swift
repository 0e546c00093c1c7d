import ReachColumns
import ReachDiagnostics
import ReachKernels

/// A column of what is exported.
package struct ExportColumn: Hashable, Sendable {
    package let name: String
    package let type: DataType
    /// Text is written as its digest.
    package let digest: TextDigest?

    package init(_ name: String, _ type: DataType, digest: TextDigest? = nil) {
        precondition(digest == nil || type == .text, "only text has a digest")
        self.name = name
        self.type = type
        self.digest = digest
    }
}

/// How a text is turned into what it cannot be read from.
package struct TextDigest: Hashable, Sendable {
    private let kind: DigestKind
    private let skipsPlus: Bool

    /// `skipsPlus`: the plus of a phone in E.164 is no part of what is digested.
    package static func sha256(skipsPlus: Bool) -> TextDigest { TextDigest(kind: .sha256, skipsPlus: skipsPlus) }
    package static func md5(skipsPlus: Bool) -> TextDigest { TextDigest(kind: .md5, skipsPlus: skipsPlus) }

    func callAsFunction(offsets: [UInt32], bytes: [UInt8]) -> (offsets: [UInt32], bytes: [UInt8]) {
        digestTexts(offsets: offsets, bytes: bytes, kind, skipsPlus: skipsPlus)
    }
}

/// Some rows as they stand in the file, or all that was written so far.
package struct EncodedRows: Sendable {
    package var rowCount = 0
    /// Empty in a sum.
    package var bytes: [UInt8] = []
    package var byteCount = 0
    /// Before compression, and the CRC-32 of that; both 0 where nothing is compressed.
    var plainByteCount = 0
    var checksum: UInt32 = 0
    /// By column; none where there are no rows.
    var looks: [ColumnLook] = []
    /// Of a sum, those of its first rows.
    private(set) var firstLooks: [ColumnLook] = []

    init(rowCount: Int = 0, bytes: [UInt8]) {
        self.rowCount = rowCount
        self.bytes = bytes
        byteCount = bytes.count
    }

    /// The same with the rows that follow, bytes and all.
    mutating func append(_ next: EncodedRows) {
        bytes += next.bytes
        add(next)
    }

    /// The sum with the rows that follow.
    mutating func add(_ next: EncodedRows) {
        rowCount += next.rowCount
        byteCount += next.byteCount
        checksum = crc32(checksum, followedBy: next.checksum, count: next.plainByteCount)
        plainByteCount += next.plainByteCount
        guard !next.looks.isEmpty else { return }
        if looks.isEmpty {
            looks = next.looks
            firstLooks = next.looks
        } else {
            for (column, look) in next.looks.enumerated() { looks[column].merge(look) }
        }
    }
}

/// A kind of file that can be exported: one conforming type and one line in `TableWriters.all`. Encodes and knows no files.
package protocol TableWriter: Sendable {
    /// As messages name it: `csv`.
    static var name: String { get }
    /// Ends of file names that ask for it: `.csv`.
    static var suffixes: [String] { get }
    /// Nil where a file may have any number of rows.
    static var rowLimit: Int? { get }

    /// Datetimes are written in `zone`.
    init(columns: [ExportColumn], zone: Zone)
    /// - Parameter first: the first rows; nil where there are none.
    func begin(_ first: EncodedRows?) throws -> EncodedRows
    /// May be called from many threads at once; what comes back stands in the file in the order of the blocks.
    /// - Parameter checkpoint: throws where the work is to end; called by what takes long.
    func encode(_ block: CellBlock, checkpoint: () throws -> Void) throws -> EncodedRows
    /// - Parameter written: the sum of what the others gave.
    func end(_ written: EncodedRows) throws -> [UInt8]
    /// Columns that an import of the file takes for another type, unless it is told better.
    func untold(_ written: EncodedRows) -> [ExportColumn]
}

package enum TableWriters {
    package static let all: [any TableWriter.Type] = [
        CSVWriter.self, TSVWriter.self, JSONLinesWriter.self, XLSXWriter.self,
    ]

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
    static let rowLimit: Int? = nil

    private let cells: CellEncoder

    init(columns: [ExportColumn], zone: Zone) { cells = CellEncoder(columns, zone, .delimited(UInt8(ascii: ","))) }
    func begin(_ first: EncodedRows?) -> EncodedRows { EncodedRows(bytes: cells.header(first?.looks ?? [])) }
    func encode(_ block: CellBlock, checkpoint: () throws -> Void) -> EncodedRows { cells.encode(block) }
    func end(_ written: EncodedRows) -> [UInt8] { [] }
    func untold(_ written: EncodedRows) -> [ExportColumn] { cells.untold(written) }
}

/// Tab-separated values with a header; cells that hold tabs, quotes or line ends are quoted as in CSV.
struct TSVWriter: TableWriter {
    static let name = "tsv"
    static let suffixes = [".tsv", ".tab"]
    static let rowLimit: Int? = nil

    private let cells: CellEncoder

    init(columns: [ExportColumn], zone: Zone) { cells = CellEncoder(columns, zone, .delimited(CSVEncoding.tab)) }
    func begin(_ first: EncodedRows?) -> EncodedRows { EncodedRows(bytes: cells.header(first?.looks ?? [])) }
    func encode(_ block: CellBlock, checkpoint: () throws -> Void) -> EncodedRows { cells.encode(block) }
    func end(_ written: EncodedRows) -> [UInt8] { [] }
    func untold(_ written: EncodedRows) -> [ExportColumn] { cells.untold(written) }
}

/// A JSON object on each line.
struct JSONLinesWriter: TableWriter {
    static let name = "jsonl"
    static let suffixes = [".jsonl", ".ndjson"]
    static let rowLimit: Int? = nil

    private let cells: CellEncoder

    init(columns: [ExportColumn], zone: Zone) { cells = CellEncoder(columns, zone, .json) }
    func begin(_ first: EncodedRows?) -> EncodedRows { EncodedRows(bytes: []) }
    func encode(_ block: CellBlock, checkpoint: () throws -> Void) -> EncodedRows { cells.encode(block) }
    func end(_ written: EncodedRows) -> [UInt8] { [] }
    func untold(_ written: EncodedRows) -> [ExportColumn] { cells.untold(written) }
}
