import ReachDiagnostics
import ReachKernels

/// Reads a file once, front to back, in pieces, and fingerprints it on the way.
struct FileReader: ~Copyable {
    /// Fixed, since the fingerprint depends on it.
    static let pieceBytes = 1 << 20

    let path: String
    let span: SourceSpan?
    private let file: PosixFile
    private let opened: FileState
    private(set) var fingerprint = FileFingerprint()
    private(set) var readBytes = 0
    private(set) var isAtEnd = false

    init(path: String, at span: SourceSpan?) throws {
        if path == "-" { throw Diagnostic.notRegularFile(path, at: span) }
        let file = try Self.open(path, at: span)
        let opened = try Self.state(of: file, path, at: span)
        switch opened.kind {
        case .file: break
        case .directory: throw Diagnostic.isDirectory(path, at: span)
        case .other: throw Diagnostic.notRegularFile(path, at: span)
        }
        self.path = path
        self.span = span
        self.file = file
        self.opened = opened
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

    /// Appends one piece to `bytes`.
    mutating func readPiece(into bytes: inout [UInt8]) throws {
        if isAtEnd { return }
        let piece: [UInt8]
        do {
            piece = try file.read(Self.pieceBytes)
        } catch {
            throw Diagnostic.fileNotReadable(path, error, at: span)
        }
        fingerprint.add(piece.span)
        if bytes.isEmpty { bytes = piece } else { bytes.append(contentsOf: piece) }
        readBytes += piece.count
        if piece.count < Self.pieceBytes { isAtEnd = true }
    }

    /// Throws where the file was written to since it was opened.
    func checkUnchanged() throws {
        let now = try Self.state(of: file, path, at: span)
        if now != opened || isAtEnd && readBytes != opened.byteCount { throw Diagnostic.fileChanged(path, at: span) }
    }
}
