import ReachDiagnostics
import ReachKernels

/// The first bytes of a file, from which its kind is told.
struct FileHead: Sendable {
    let source: FileSource
    /// Of the file as it lies on the disk.
    let byteCount: Int
    /// At most `limit` bytes, uncompressed and, where they are text, in UTF-8.
    let bytes: [UInt8]
    let isWhole: Bool
    /// Whether the encoding was guessed from bytes past ASCII.
    var isEncodingGuessed: Bool

    /// The columns of a format that tells them only by all its rows, where these were read before.
    var knownColumns: [String] = []

    /// For what takes long before there are rows.
    let cancellation: Cancellation

    var path: String { source.path }
    var span: SourceSpan? { source.span }

    static let limit = 256 << 10

    /// Throws where the file cannot be read, is empty, or is of a kind that no format reads. `encoding` is what the statement says.
    init(
        path: String, at span: SourceSpan?, encoding: TextEncoding? = nil, spool: Spool? = nil,
        cancellation: Cancellation = Cancellation(), progress: any ProgressReporter = SilentProgress()
    ) throws {
        self.cancellation = cancellation
        var source = FileSource(path: path, span: span, spool: spool)
        if spool == nil { source.spool = try Self.spool(path, at: span, cancellation, progress) }
        var sample = try Self.sample(source)
        if let compression = Compression(sample.bytes) {
            source.compression = compression
            sample = try Self.sample(source)
            if Self.needsSeeking(sample.bytes) {
                source.spool = try Self.uncompressed(source, cancellation)
                source.compression = nil
                sample = try Self.sample(source)
            }
        }
        byteCount = sample.byteCount
        isWhole = sample.isWhole
        guard !sample.bytes.isEmpty else { throw Diagnostic.emptyFile(path, at: span) }
        try Self.refuseForeignKinds(sample.bytes, path, at: span)
        if Self.needsSeeking(sample.bytes) {
            self.source = source
            bytes = sample.bytes
            isEncodingGuessed = false
            return
        }
        let found = EncodingGuess.encoding(of: sample.bytes)
        source.encoding = encoding.map { EncodingGuess.withByteOrder($0, sample.bytes) } ?? found.encoding
        isEncodingGuessed = encoding == nil && found.isGuess
        self.source = source
        var text: [UInt8] = []
        var transcoder = Transcoder(source.encoding)
        transcoder.append(sample.bytes, isLast: isWhole, to: &text)
        bytes = text
        if text.count == markBytes { throw Diagnostic.emptyFile(path, at: span) }
        try refuseUnreadableText()
    }

    /// What reports say of the file before anything is known of its rows.
    var notes: [String] {
        guard isEncodingGuessed else { return [] }
        return ["read as \(source.encoding.rawValue), found by looking; `encoding \"…\"` names another"]
    }

    /// Bytes of a UTF-8 byte order mark: 3 or 0.
    var markBytes: Int { bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0 }

    /// What comes through a pipe; nil for files.
    private static func spool(
        _ path: String, at span: SourceSpan?, _ cancellation: Cancellation, _ progress: any ProgressReporter
    ) throws -> Spool? {
        if path == "-" {
            let input = PosixFile.standardInput
            if (try? input.state().kind) == .directory {
                throw Diagnostic.isDirectory(path, help: "reach … < FILE", at: span)
            }
            return try Spool(pipe: input, "standard input", at: span, cancellation, progress)
        }
        guard let state = try? PosixFile.state(of: path), state.isPipe, let pipe = try? PosixFile.opening(path) else {
            return nil
        }
        return try Spool(pipe: pipe, path, at: span, cancellation, progress)
    }

    private static func sample(_ source: FileSource) throws -> (bytes: [UInt8], isWhole: Bool, byteCount: Int) {
        var raw = source
        raw.encoding = .utf8
        var reader = try FileReader(raw)
        var bytes: [UInt8] = []
        while bytes.count <= limit, !reader.isAtEnd { try reader.readPiece(into: &bytes) }
        let isWhole = bytes.count <= limit
        if !isWhole { bytes.removeLast(bytes.count - limit) }
        return (bytes, isWhole, reader.byteCount)
    }

    /// Workbooks and databases are read here and there, which compression does not allow.
    private static func needsSeeking(_ bytes: [UInt8]) -> Bool {
        bytes.starts(with: [0x50, 0x4B, 0x03, 0x04]) || bytes.starts(with: Array("SQLite format 3\0".utf8))
    }

    private static func uncompressed(_ source: FileSource, _ cancellation: Cancellation) throws -> Spool {
        var reader = try FileReader(source)
        return try Spool(at: source.span) {
            try cancellation.check()
            var piece: [UInt8] = []
            while piece.isEmpty, !reader.isAtEnd { try reader.readPiece(into: &piece) }
            return piece
        }
    }

    private static func refuseForeignKinds(_ bytes: [UInt8], _ path: String, at span: SourceSpan?) throws {
        for kind in foreign where bytes.starts(with: kind.magic) {
            throw Diagnostic.foreignFile(path, is: kind.name, help: kind.help, at: span)
        }
    }

    private func refuseUnreadableText() throws {
        // A zero byte now and then costs the row it is in.
        let zeros = bytes.count { $0 == 0 }
        let controls = bytes.count { $0 < 0x09 && $0 > 0 || $0 > 0x0D && $0 < 0x1B }
        if zeros > max(1, bytes.count / 50) || zeros > 0 && controls > 0 { throw Diagnostic.notText(path, at: span) }
        if let markup { throw Diagnostic.foreignFile(path, is: markup, help: "save the table as CSV", at: span) }
    }

    /// Web pages are text, but no table with a row on a line.
    private var markup: String? {
        let start = bytes.dropFirst(markBytes).prefix(64).filter { ![0x20, 0x09, 0x0A, 0x0D].contains($0) }
        let text = String(decoding: start, as: UTF8.self).lowercased()
        if text.hasPrefix("<?xml") { return "XML" }
        return text.hasPrefix("<!doctypehtml") || text.hasPrefix("<html") ? "a web page" : nil
    }

    private struct Kind {
        let magic: [UInt8]
        let name: String
        /// Given the file's name.
        let help: String
    }

    private static let foreign = [
        Kind(magic: [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0], name: "compressed with xz", help: "unxz --keep FILE"),
        Kind(magic: [0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C], name: "a 7z archive", help: "7z x FILE"),
        Kind(magic: Array("Rar!".utf8), name: "a RAR archive", help: "unrar x FILE"),
        Kind(
            magic: [0xD0, 0xCF, 0x11, 0xE0], name: "an Excel workbook of the old kind",
            help: "save the workbook as .xlsx, or the sheet as `CSV UTF-8`"),
        Kind(magic: Array("PAR1".utf8), name: "a Parquet file", help: "duckdb -c \"copy 'FILE' to 'data.csv'\""),
        Kind(magic: Array("%PDF".utf8), name: "a PDF document", help: "export the table as CSV"),
    ]
}
