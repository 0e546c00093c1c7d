import ReachColumns
import ReachDiagnostics
import ReachKernels

/// A kind of file that can be imported: one conforming type and one line in `ImportFormats.all`.
protocol ImportFormat: Sendable {
    /// As reports name it: `csv`.
    static var name: String { get }
    /// Whether a file that starts like this is one of these.
    static func recognises(_ head: FileHead, _ options: ImportOptions) -> Bool
    /// Opens the file for one pass from its first row on.
    static func open(_ head: FileHead, _ options: ImportOptions) throws -> any RecordReader
}

/// One pass over a file's rows, block by block.
protocol RecordReader: AnyObject {
    /// What reports say of the file's shape.
    var shape: FileShape { get }
    /// The columns as the file names them, before they are made unique; nil where it names none.
    var header: [String]? { get }
    var columnCount: Int { get }
    /// Whether the first line says of a column that it is text and nothing else.
    func isNamedText(_ column: Int) -> Bool
    var rejectsStyle: RejectsStyle { get }
    /// Columns that came up on the way, where only reading all rows tells them; they are not in the blocks.
    var lateColumns: [String] { get }
    /// The next rows, or nil where there are none left.
    func next() throws -> RecordBlock?
    var readBytes: Int { get }
    /// Of the whole file, once `next` has answered nil; throws where the file changed meanwhile.
    func fingerprint() throws -> UInt64
}

extension RecordReader {
    /// Cells before each record of a rejects file that is read again; they are not written to the next one.
    var rejectsPrefixCells: Int { rejectsStyle.prefixCells }
    var lateColumns: [String] { [] }
    func isNamedText(_ column: Int) -> Bool { false }
}

/// How a file is written.
package struct FileShape: Hashable, Sendable {
    /// `csv`
    package var format: String
    /// `utf-8`
    package var encoding: String
    /// Empty where the format has none.
    package var delimiter: String
    package var byteCount: Int
    /// False where quotes are text like any other character.
    package var hasQuotes = true
    /// Whether the format itself says how its texts are encoded: what they hold of other bytes is damage, and no other encoding is looked for.
    package var saysEncoding = false
    /// What was odd about its first lines.
    package var notes: [String] = []
}

/// Rows as they stand in the file: bytes and where the cells are in them. Cells are UTF-8 without quotes or escapes.
struct RecordBlock: Sendable {
    var bytes: [UInt8]
    var index: CellIndex
    /// Records that cannot become rows, in order.
    var malformed: [MalformedRecord] = []
    /// Line of the file on which the block starts, 1-based.
    var firstLine: Int
    var blankLines = 0
    var trailingDelimiters = 0
    /// By column; empty where the format cannot say what its cells are.
    var textMarks: [TextMark] = []
    /// Cells are parted by a delimiter.
    var isDelimited = false
    /// Which file the rows are from, where there are several.
    var fileName: String?

    var recordCount: Int { index.rowCount + malformed.count }
}

enum ImportFormats {
    /// Asked in order; the last recognises any text.
    static let all: [any ImportFormat.Type] = [
        WorkbookFormat.self, DatabaseFormat.self, ListsFormat.self, JSONFormat.self, FixedFormat.self,
        AlignedFormat.self,
        CSVFormat.self,
    ]

    static func format(of head: FileHead, _ options: ImportOptions) throws -> any ImportFormat.Type {
        guard let format = all.first(where: { $0.recognises(head, options) }) else {
            throw Diagnostic.notText(head.path, at: head.span)
        }
        return format
    }
}
