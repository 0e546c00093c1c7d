import Glibc
import ReachDiagnostics

/// What came through a pipe, kept in a file without a name, since an import reads its rows twice. It is gone with the process,
/// however that ends, and nobody else can open it.
final class Spool: Sendable {
    let file: PosixFile

    private init(_ file: consuming PosixFile) { self.file = file }

    /// A path under which libraries that want one can open the file.
    var path: String { "/proc/self/fd/\(file.descriptor)" }

    /// Fills a new spool by what `next` answers, until that is empty.
    init(at span: SourceSpan?, _ next: () throws -> [UInt8]) throws {
        do {
            file = try PosixFile.temporary()
        } catch {
            throw Diagnostic.fileNotWritable(PosixFile.temporaryFolder, error, at: span)
        }
        while true {
            let piece = try next()
            if piece.isEmpty { return }
            do {
                try file.write(piece)
            } catch {
                throw Diagnostic.fileNotWritable(PosixFile.temporaryFolder, error, at: span)
            }
        }
    }

    /// Everything from a pipe, until nobody writes to it any more. Looks at `cancellation` ten times a second.
    convenience init(
        pipe: borrowing PosixFile, _ path: String, at span: SourceSpan?, _ cancellation: Cancellation,
        _ progress: any ProgressReporter
    ) throws {
        var byteCount = 0
        try self.init(at: span) {
            while true {
                try cancellation.check()
                var entry = pollfd(fd: pipe.descriptor, events: Int16(POLLIN), revents: 0)
                // SAFETY: one entry is passed, and it lives for the call.
                let ready = unsafe poll(&entry, 1, 100)
                if ready == 0 || ready < 0 && errno == EINTR { continue }
                let piece: [UInt8]
                do throws(FileFailure) {
                    piece = try pipe.readSome(1 << 16)
                } catch {
                    if error.code == EAGAIN { continue }
                    throw Diagnostic.fileNotReadable(path, error, at: span)
                }
                byteCount += piece.count
                progress.report("reading \(path)", done: byteCount, total: nil, unit: "bytes")
                return piece
            }
        }
        progress.finish()
    }
}

extension PosixFile {
    static var standardInput: PosixFile { PosixFile(descriptor: STDIN_FILENO, closes: false) }

    static var temporaryFolder: String {
        // SAFETY: the answer is copied at once.
        guard let folder = unsafe getenv("TMPDIR") else { return "/tmp" }
        return unsafe String(cString: folder)
    }

    /// A file without a name, readable and writable by this process alone.
    static func temporary() throws(FileFailure) -> PosixFile {
        var template = Array((temporaryFolder + "/reach-XXXXXX").utf8CString)
        // SAFETY: the template is an array of its own, ends in a zero and is changed in place.
        let descriptor = unsafe template.withUnsafeMutableBufferPointer { path in
            guard let start = path.baseAddress else { return Int32(-1) }
            let descriptor = unsafe mkstemp(start)
            if descriptor >= 0 { unsafe _ = unlink(start) }
            return descriptor
        }
        guard descriptor >= 0 else { throw FileFailure(errno) }
        return PosixFile(descriptor: descriptor)
    }

    /// What is there, at most `count` bytes; none at the end.
    func readSome(_ count: Int) throws(FileFailure) -> [UInt8] {
        var failure: FileFailure?
        // SAFETY: the system writes at most `count` bytes and says how many.
        let piece = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            let got = unsafe Glibc.read(descriptor, buffer.baseAddress, count)
            if got < 0 { failure = FileFailure(errno) }
            filled = max(0, got)
        }
        if let failure { throw failure }
        return piece
    }
}
