import Glibc
import ReachColumns
import ReachDiagnostics

/// A file being exported. It takes its place only when `commit` is called: until then, and where anything fails, what stood
/// there before is untouched. Pipes, devices and `-` (stdout) are written to as rows come.
package final class ExportFile {
    package let path: String
    /// `csv`
    package let format: String
    package private(set) var rowCount = 0
    package private(set) var byteCount = 0

    private var writer: any TableWriter
    private let file: PosixFile
    private let span: SourceSpan?
    /// Nil where rows go straight to their place.
    private var temporaryPath: String?
    /// The path with links followed: a link goes on pointing where it did.
    private let target: String
    private var buffer: [UInt8] = []

    private static let bufferBytes = 1 << 20

    /// Throws where nothing can be written there. `span` is where the name stands in the statement.
    package init(_ path: String, columns: [ExportColumn], zone: Zone, at span: SourceSpan? = nil) throws {
        let kind = try TableWriters.writer(for: path, at: span)
        self.path = path
        self.span = span
        format = kind.name
        writer = kind.init(columns: columns, zone: zone)
        do {
            if path == "-" {
                target = path
                file = PosixFile.standardOutput
            } else if let state = try PosixFile.state(of: path), state.kind != .file {
                if state.kind == .directory { throw Diagnostic.isDirectory(path, at: span) }
                target = path
                file = try PosixFile.writing(path)
            } else {
                target = PosixFile.resolved(path)
                let temporary = target + ".part\(getpid())"
                PosixFile.remove(temporary)
                file = try PosixFile.creating(temporary)
                temporaryPath = temporary
            }
        } catch let failure as FileFailure {
            throw Diagnostic.fileNotWritable(path, failure, at: span)
        }
        writer.begin(&buffer)
    }

    deinit {
        if let temporaryPath { PosixFile.remove(temporaryPath) }
    }

    /// A value per column, in their order.
    package func append(_ row: [Value]) throws {
        writer.append(row, to: &buffer)
        rowCount += 1
        if buffer.count >= Self.bufferBytes { try flush() }
    }

    /// Puts the file in its place.
    package func commit() throws {
        writer.end(&buffer)
        try flush()
        guard let temporary = temporaryPath else { return }
        do {
            try file.synchronize()
            try PosixFile.rename(temporary, to: target)
        } catch {
            throw Diagnostic.fileNotWritable(path, error, at: span)
        }
        temporaryPath = nil
    }

    private func flush() throws {
        do {
            try file.write(buffer)
        } catch {
            throw Diagnostic.fileNotWritable(path, error, at: span)
        }
        byteCount += buffer.count
        buffer.removeAll(keepingCapacity: true)
    }
}
