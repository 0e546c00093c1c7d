import ReachDiagnostics
import ReachKernels

/// Where a file's text comes from: the file, or what was spooled of a pipe, and what has to be undone to its bytes.
struct FileSource: Sendable {
    let path: String
    let span: SourceSpan?
    var spool: Spool?
    var compression: Compression?
    var encoding = TextEncoding.utf8

    /// For libraries that open files by name.
    var openablePath: String { spool?.path ?? path }
}

/// Reads a file once, front to back, in pieces of UTF-8, and fingerprints its own bytes on the way.
struct FileReader: ~Copyable {
    /// Fixed, since the fingerprint depends on it.
    static let pieceBytes = 1 << 20

    let path: String
    let span: SourceSpan?
    private let spool: Spool?
    private let file: PosixFile
    private let opened: FileState
    private let compression: Compression?
    private let decompressor: (any Decompressor)?
    private var transcoder: Transcoder?
    /// Compressed bytes that were read, and how far they are undone.
    private var input: [UInt8] = []
    private var inputAt = 0
    private(set) var fingerprint = FileFingerprint()
    /// Of the file's own bytes, as `byteCount`.
    private(set) var readBytes = 0
    private var isFileAtEnd = false
    private(set) var isAtEnd = false
    /// Bytes of the text that are still to come and nobody is handed.
    var skipBytes = 0

    init(_ source: FileSource) throws {
        path = source.path
        span = source.span
        spool = source.spool
        // A second descriptor of the spool, so that both are closed in their own time.
        let file = try Self.open(source.openablePath, at: source.span)
        let opened = try Self.state(of: file, source.path, at: source.span)
        switch opened.kind {
        case .file: break
        case .directory:
            throw Diagnostic.isDirectory(source.path, help: "from \"\(source.path)/*.csv\"", at: source.span)
        case .other: throw Diagnostic.notRegularFile(source.path, at: source.span)
        }
        self.file = file
        self.opened = opened
        compression = source.compression
        decompressor = source.compression?.decompressor()
        transcoder = source.encoding == .utf8 ? nil : Transcoder(source.encoding)
    }

    var byteCount: Int { opened.byteCount }

    private static func open(_ path: String, at span: SourceSpan?) throws -> PosixFile {
        do {
            return try PosixFile.opening(path)
        } catch {
            throw Diagnostic.fileNotReadable(path, error, at: span)
        }
    }

    private static func state(of file: borrowing PosixFile, _ path: String, at span: SourceSpan?) throws -> FileState {
        do {
            return try file.state()
        } catch {
            throw Diagnostic.fileNotReadable(path, error, at: span)
        }
    }

    /// Appends one piece to `bytes`, about `pieceBytes` long.
    mutating func readPiece(into bytes: inout [UInt8]) throws {
        try appendPiece(to: &bytes)
        guard skipBytes > 0 else { return }
        let skipped = min(skipBytes, bytes.count)
        bytes.removeFirst(skipped)
        skipBytes -= skipped
    }

    private mutating func appendPiece(to bytes: inout [UInt8]) throws {
        if isAtEnd { return }
        if decompressor == nil, transcoder == nil {
            bytes = try readFile(behind: bytes)
            isAtEnd = isFileAtEnd
            return
        }
        var piece = decompressor == nil ? try readFile() : try decompressedPiece()
        if decompressor == nil { isAtEnd = isFileAtEnd }
        if transcoder != nil {
            var text: [UInt8] = []
            transcoder?.append(piece, isLast: isAtEnd, to: &text)
            piece = text
        }
        if bytes.isEmpty { bytes = piece } else { bytes.append(contentsOf: piece) }
    }

    /// The next piece, behind the bytes of `head`.
    private mutating func readFile(behind head: [UInt8] = []) throws -> [UInt8] {
        let bytes: [UInt8]
        do {
            bytes = try file.read(Self.pieceBytes, behind: head)
        } catch {
            throw Diagnostic.fileNotReadable(path, error, at: span)
        }
        let piece = bytes.span.extracting(head.count..<bytes.count)
        fingerprint.add(piece)
        readBytes += piece.count
        if piece.count < Self.pieceBytes { isFileAtEnd = true }
        return bytes
    }

    private mutating func decompressedPiece() throws -> [UInt8] {
        guard let decompressor, let compression else { return [] }
        var output: [UInt8] = []
        while output.count < Self.pieceBytes {
            if inputAt == input.count, !isFileAtEnd {
                input = try readFile()
                inputAt = 0
            }
            let before = inputAt
            let piece: [UInt8]
            do {
                piece = try decompressor.decompress(input, at: &inputAt, limit: Self.pieceBytes)
            } catch {
                throw Diagnostic.damagedCompression(path, compression, at: span)
            }
            output.append(contentsOf: piece)
            guard piece.isEmpty, inputAt == input.count, isFileAtEnd else {
                if piece.isEmpty, inputAt == before, inputAt < input.count {
                    throw Diagnostic.damagedCompression(path, compression, at: span)
                }
                continue
            }
            guard decompressor.isComplete else { throw Diagnostic.cutOffCompression(path, compression, at: span) }
            isAtEnd = true
            break
        }
        return output
    }

    /// The fingerprint of the whole file, what is left of which is read for it alone. Throws where the file was written to since it was opened.
    mutating func wholeFingerprint() throws -> UInt64 {
        while !isFileAtEnd { _ = try readFile() }
        try checkUnchanged()
        return fingerprint.value
    }

    /// Throws where the file was written to since it was opened.
    func checkUnchanged() throws {
        let now = try Self.state(of: file, path, at: span)
        if now != opened || isFileAtEnd && readBytes != opened.byteCount {
            throw Diagnostic.fileChanged(path, at: span)
        }
    }
}
