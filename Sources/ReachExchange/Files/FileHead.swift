import ReachDiagnostics
import ReachKernels

/// The first bytes of a file, from which its kind is told.
struct FileHead: Sendable {
    let path: String
    let span: SourceSpan?
    let byteCount: Int
    /// At most `limit` bytes.
    let bytes: [UInt8]
    let isWhole: Bool

    static let limit = 256 << 10

    /// Throws where the file cannot be read, is empty, or is of a kind that is never text.
    init(path: String, at span: SourceSpan?) throws {
        var reader = try FileReader(path: path, at: span)
        var bytes: [UInt8] = []
        try reader.readPiece(into: &bytes)
        isWhole = bytes.count <= Self.limit
        if !isWhole { bytes.removeLast(bytes.count - Self.limit) }
        self.path = path
        self.span = span
        self.bytes = bytes
        byteCount = reader.byteCount
        if bytes.count == markBytes { throw Diagnostic.emptyFile(path, at: span) }
        try refuseForeignKinds()
    }

    /// Bytes of a UTF-8 byte order mark: 3 or 0.
    var markBytes: Int { bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0 }

    private func refuseForeignKinds() throws {
        for kind in Self.foreign where bytes.starts(with: kind.magic) {
            throw Diagnostic.foreignFile(path, is: kind.name, help: kind.help, at: span)
        }
        if let encoding = wideEncoding { throw Diagnostic.encodingNotRead(path, encoding, at: span) }
        if bytes.contains(0) { throw Diagnostic.notText(path, at: span) }
        if let markup { throw Diagnostic.foreignFile(path, is: markup, help: "save the table as CSV", at: span) }
    }

    /// JSON and web pages are text, but no table with a row on a line.
    private var markup: String? {
        let start = bytes.dropFirst(markBytes).prefix(64).filter { ![0x20, 0x09, 0x0A, 0x0D].contains($0) }
        if start.starts(with: Array("{\"".utf8)) || start.starts(with: Array("[{".utf8)) { return "JSON" }
        let text = String(decoding: start, as: UTF8.self).lowercased()
        if text.hasPrefix("<?xml") { return "XML" }
        return text.hasPrefix("<!doctypehtml") || text.hasPrefix("<html") ? "a web page" : nil
    }

    /// UTF-16 and UTF-32 tell themselves by a mark, or by a zero in every other byte.
    private var wideEncoding: String? {
        if bytes.starts(with: [0xFF, 0xFE, 0, 0]) || bytes.starts(with: [0, 0, 0xFE, 0xFF]) { return "UTF-32" }
        if bytes.starts(with: [0xFF, 0xFE]) { return "UTF-16LE" }
        if bytes.starts(with: [0xFE, 0xFF]) { return "UTF-16BE" }
        let sample = bytes.prefix(1024)
        guard sample.count >= 4 else { return nil }
        var zeros = [0, 0]
        for (offset, byte) in sample.enumerated() where byte == 0 { zeros[offset & 1] += 1 }
        let half = sample.count / 2
        if zeros[1] * 10 > half * 7, zeros[0] * 10 < half { return "UTF-16LE" }
        if zeros[0] * 10 > half * 7, zeros[1] * 10 < half { return "UTF-16BE" }
        return nil
    }

    private struct Kind {
        let magic: [UInt8]
        let name: String
        /// Given the file's name.
        let help: String
    }

    private static let foreign = [
        Kind(magic: [0x1F, 0x8B], name: "compressed with gzip", help: "gunzip --keep FILE"),
        Kind(magic: [0x28, 0xB5, 0x2F, 0xFD], name: "compressed with zstd", help: "zstd --decompress FILE"),
        Kind(magic: Array("BZh".utf8), name: "compressed with bzip2", help: "bunzip2 --keep FILE"),
        Kind(magic: [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0], name: "compressed with xz", help: "unxz --keep FILE"),
        Kind(
            magic: [0x50, 0x4B, 0x03, 0x04], name: "an Excel workbook or a zip archive",
            help: "save the sheet as `CSV UTF-8`, or unzip the archive"),
        Kind(
            magic: [0xD0, 0xCF, 0x11, 0xE0], name: "an old Excel workbook", help: "save the sheet as `CSV UTF-8`"),
        Kind(magic: Array("PAR1".utf8), name: "a Parquet file", help: "duckdb -c \"copy 'FILE' to 'data.csv'\""),
        Kind(
            magic: Array("SQLite format 3\0".utf8), name: "an SQLite database",
            help: "sqlite3 -csv -header FILE 'select * from TABLE' > data.csv"),
        Kind(magic: Array("%PDF".utf8), name: "a PDF document", help: "export the table as CSV"),
    ]
}
