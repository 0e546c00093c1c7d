import Dispatch
import Foundation
import Glibc
import ReachColumns
import ReachDiagnostics
import Synchronization

/// A file being exported. It takes its place only when `commit` is called: until then, and where anything fails, what stood
/// there before is untouched. Pipes, devices and `-` (stdout) are written to as rows come.
package final class ExportFile {
    package let path: String
    /// `csv`
    package let format: String
    /// Encodes blocks for `append`; from many threads at once.
    package let writer: any TableWriter
    /// What was handed over so far.
    package private(set) var written = EncodedRows(bytes: [])
    package var rowCount: Int { written.rowCount }
    /// Nothing is written before the first rows are there: they decide what the file begins with.
    private var held: [EncodedRows] = []
    private var hasBegun = false

    private let columns: [ExportColumn]
    private let file: PosixFile
    private let span: SourceSpan?
    /// Nil where rows go straight to their place.
    private var temporaryPath: String?
    /// Nil where rows go straight to their place.
    private let disk: DiskWait?
    /// The path with links followed: a link goes on pointing where it did.
    private let target: String

    /// Throws where nothing can be written there. `span` is where the name stands in the statement.
    package init(_ path: String, columns: [ExportColumn], zone: Zone, at span: SourceSpan? = nil) throws {
        let kind = try TableWriters.writer(for: path, at: span)
        self.path = path
        self.span = span
        self.columns = columns
        format = kind.name
        writer = kind.init(columns: columns, zone: zone)
        do {
            if path == "-" {
                target = path
                file = PosixFile.standardOutput
                disk = nil
            } else if let state = try PosixFile.state(of: path), state.kind != .file {
                if state.kind == .directory {
                    throw Diagnostic.isDirectory(path, help: "to \"\(path)/NAME\(kind.suffixes[0])\"", at: span)
                }
                target = path
                file = try PosixFile.writing(path)
                disk = nil
            } else {
                target = PosixFile.resolved(path)
                Self.removeAbandoned(beside: target)
                let temporary = target + Self.temporarySuffix + String(getpid())
                file = try PosixFile.creating(temporary)
                disk = try DiskWait(file)
                temporaryPath = temporary
            }
        } catch let failure as FileFailure {
            throw Diagnostic.fileNotWritable(path, failure, at: span)
        }
    }

    /// What exports to this place left that were killed.
    private static func removeAbandoned(beside target: String) {
        let url = URL(fileURLWithPath: target)
        let folder = url.deletingLastPathComponent()
        let head = url.lastPathComponent + temporarySuffix
        for name in (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? [] where name.hasPrefix(head)
        {
            guard let pid = pid_t(name.dropFirst(head.count)) else { continue }
            if pid == getpid() || kill(pid, 0) != 0 && errno == ESRCH {
                PosixFile.remove(folder.appendingPathComponent(name).path)
            }
        }
    }

    private static let temporarySuffix = ".part"

    deinit {
        if let temporaryPath { PosixFile.remove(temporaryPath) }
    }

    /// Throws where the format cannot hold so many rows: before any is written.
    package func check(rowCount: Int) throws {
        if let limit = type(of: writer).rowLimit, rowCount > limit {
            throw Diagnostic.tooManyRows(rowCount, for: format, limit: limit, at: span)
        }
    }

    /// Writes pieces that `writer` encoded, in this order.
    package func append(_ pieces: [EncodedRows]) throws {
        if !hasBegun {
            held += pieces
            guard let first = held.first(where: { $0.rowCount > 0 }) else { return }
            return try begin(first)
        }
        try put(pieces)
    }

    private func begin(_ first: EncodedRows?) throws {
        hasBegun = true
        try put([try writer.begin(first)])
        try put(held)
        held = []
    }

    /// Columns that an import of the file takes for another type by itself, once it is written.
    package var untoldColumns: [ExportColumn] { writer.untold(written) }

    /// The clause that has an import of the file take all columns for what they are, once it is written; nil where none is needed.
    package var typesClause: String? {
        let columns = untoldColumns
        if columns.isEmpty { return nil }
        let types = columns.map { "\(Diagnostic.quotedName($0.name)) \($0.type.name)" }
        return "types (\(types.joined(separator: ", ")))"
    }

    /// A value per column, in their order: for few rows.
    package func append(rows: [[Value]]) throws {
        try append([try writer.encode(CellBlock(rows: rows, types: columns.map(\.type)), checkpoint: {})])
    }

    /// Puts the file in its place, once all of it is on the disk. `checkpoint` throws where the work is to end.
    package func commit(checkpoint: () throws -> Void = {}) throws {
        if !hasBegun { try begin(nil) }
        try put([EncodedRows(bytes: try writer.end(written))])
        guard let temporary = temporaryPath else { return }
        do {
            try disk?.finish(checkpoint: checkpoint)
            try PosixFile.rename(temporary, to: target)
        } catch let failure as FileFailure {
            throw Diagnostic.fileNotWritable(path, failure, at: span)
        }
        temporaryPath = nil
    }

    private func put(_ pieces: [EncodedRows]) throws {
        do {
            if temporaryPath == nil || pieces.count < 2 {
                for piece in pieces { try file.write(piece.bytes) }
            } else {
                try putSideBySide(pieces)
            }
        } catch let failure as FileFailure {
            throw Diagnostic.fileNotWritable(path, failure, at: span)
        }
        for piece in pieces { written.add(piece) }
        disk?.add(pieces.reduce(0) { $0 + $1.byteCount })
    }

    /// Copying into the page cache is most of the work of writing, and each piece has its own place.
    private func putSideBySide(_ pieces: [EncodedRows]) throws {
        var places: [Int] = []
        var end = written.byteCount
        for piece in pieces {
            places.append(end)
            end += piece.byteCount
        }
        let failed = Mutex<FileFailure?>(nil)
        let descriptor = file.descriptor
        DispatchQueue.concurrentPerform(iterations: pieces.count) { [places] index in
            do throws(FileFailure) {
                try PosixFile.write(pieces[index].bytes, at: places[index], to: descriptor)
            } catch {
                failed.withLock { $0 = $0 ?? error }
            }
        }
        if let failure = failed.withLock({ $0 }) { throw failure }
        try file.seek(to: end)
    }
}

extension CellBlock {
    /// Rows of values, a value per column.
    package init(rows: [[Value]], types: [DataType]) {
        let columns = types.indices.map { column -> CellColumn in
            let values = rows.map { $0[column] }
            let missing = values.map { $0 == .missing ? UInt8(1) : 0 }
            switch types[column] {
            case .float:
                return CellColumn(
                    .floats(values.map { if case .float(let number) = $0 { number } else { 0 } }), missing: missing)
            case .text:
                var offsets: [UInt32] = [0]
                var bytes: [UInt8] = []
                for value in values {
                    if case .text(let text) = value { bytes.append(contentsOf: text.utf8) }
                    offsets.append(UInt32(bytes.count))
                }
                return CellColumn(.text(offsets: offsets, bytes: bytes), missing: missing)
            default: return CellColumn(.lanes(values.map { $0.lane ?? 0 }), missing: missing)
            }
        }
        self.init(rowCount: rows.count, columns: columns)
    }
}
