import Glibc

/// An open file, closed when it goes out of scope. Thin over POSIX: errors are `FileFailure`s that carry `errno`.
struct PosixFile: ~Copyable {
    let descriptor: Int32
    private let closes: Bool

    init(descriptor: Int32, closes: Bool = true) {
        self.descriptor = descriptor
        self.closes = closes
    }

    deinit {
        if closes { _ = close(descriptor) }
    }

    static var standardOutput: PosixFile { PosixFile(descriptor: STDOUT_FILENO, closes: false) }

    /// Does not wait where the path is a pipe that nobody writes to.
    static func opening(_ path: String) throws(FileFailure) -> PosixFile {
        // SAFETY: the path is passed as a C string that lives for the call.
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw FileFailure(errno) }
        return PosixFile(descriptor: descriptor)
    }

    /// A new file that nobody else may read; fails where the path exists.
    static func creating(_ path: String) throws(FileFailure) -> PosixFile {
        // SAFETY: as above.
        let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw FileFailure(errno) }
        return PosixFile(descriptor: descriptor)
    }

    /// An existing device or pipe, to be written to as it is.
    static func writing(_ path: String) throws(FileFailure) -> PosixFile {
        // SAFETY: as above.
        let descriptor = unsafe open(path, O_WRONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw FileFailure(errno) }
        return PosixFile(descriptor: descriptor)
    }

    /// The same open file, closed for itself.
    func duplicate() throws(FileFailure) -> PosixFile {
        let copy = fcntl(descriptor, F_DUPFD_CLOEXEC, 0)
        guard copy >= 0 else { throw FileFailure(errno) }
        return PosixFile(descriptor: copy)
    }

    func state() throws(FileFailure) -> FileState {
        var buffer = stat()
        // SAFETY: `fstat` fills the struct it is given and keeps no pointer.
        guard unsafe fstat(descriptor, &buffer) == 0 else { throw FileFailure(errno) }
        return FileState(buffer)
    }

    /// The next `count` bytes, fewer only at the end of the file, behind those of `head`.
    func read(_ count: Int, behind head: [UInt8] = []) throws(FileFailure) -> [UInt8] {
        var failure: FileFailure?
        let wanted = head.count + count
        // SAFETY: `filled` never passes `wanted`, the capacity; bytes up to it are those of `head`, which are copied first, and those
        // written by the system.
        let piece = unsafe [UInt8](unsafeUninitializedCapacity: wanted) { buffer, filled in
            for byte in head {
                unsafe buffer[filled] = byte
                filled += 1
            }
            while filled < wanted {
                let rest = unsafe UnsafeMutableBufferPointer(rebasing: buffer[filled..<wanted])
                let got = unsafe Glibc.read(descriptor, rest.baseAddress, rest.count)
                if got == 0 { return }
                if got > 0 {
                    filled += got
                } else if errno != EINTR {
                    failure = FileFailure(errno)
                    return
                }
            }
        }
        if let failure { throw failure }
        return piece
    }

    func write(_ bytes: [UInt8]) throws(FileFailure) {
        var written = 0
        while written < bytes.count {
            // SAFETY: only bytes within the array are read.
            let put = unsafe bytes.withUnsafeBytes { buffer in
                let rest = unsafe UnsafeRawBufferPointer(rebasing: buffer[written...])
                return unsafe Glibc.write(descriptor, rest.baseAddress, rest.count)
            }
            if put < 0 {
                if errno == EINTR { continue }
                throw FileFailure(errno)
            }
            written += put
        }
    }

    /// Waits until what was written is on the disk.
    func synchronize() throws(FileFailure) {
        guard fsync(descriptor) == 0 || errno == EINVAL || errno == EROFS else { throw FileFailure(errno) }
    }

    /// The path with all links followed; the path itself where there is nothing yet.
    static func resolved(_ path: String) -> String {
        // SAFETY: with no buffer given, `realpath` answers one that is ours to free, or nil.
        guard let real = unsafe realpath(path, nil) else { return path }
        defer { unsafe free(real) }
        return unsafe String(cString: real)
    }

    static func rename(_ path: String, to target: String) throws(FileFailure) {
        // SAFETY: both paths are passed as C strings that live for the call.
        guard unsafe Glibc.rename(path, target) == 0 else { throw FileFailure(errno) }
    }

    /// Takes a file away; where there is none, that is well too.
    static func remove(_ path: String) {
        // SAFETY: the path is passed as a C string that lives for the call.
        _ = unsafe unlink(path)
    }

    /// What is at a path, links followed; nil where there is nothing.
    static func state(of path: String) throws(FileFailure) -> FileState? {
        var buffer = stat()
        // SAFETY: the path lives for the call; `stat` fills the struct it is given and keeps no pointer.
        guard unsafe stat(path, &buffer) == 0 else {
            if errno == ENOENT { return nil }
            throw FileFailure(errno)
        }
        return FileState(buffer)
    }
}

/// What the system said when a file operation failed.
struct FileFailure: Error, Hashable {
    let code: Int32

    init(_ code: Int32) { self.code = code }

    var isFullDisk: Bool { code == ENOSPC || code == EDQUOT }
    var isMissing: Bool { code == ENOENT || code == ENOTDIR }
    var isForbidden: Bool { code == EACCES || code == EPERM }
    var isClosedPipe: Bool { code == EPIPE }

    /// In the system's words, without a capital.
    var reason: String {
        // SAFETY: `strerror` answers a string that lives until the next call of this thread; it is copied at once.
        let text = unsafe String(cString: strerror(code))
        return text.prefix(1).lowercased() + text.dropFirst()
    }
}

/// Identity and size of a file at one moment.
struct FileState: Hashable {
    enum Kind: Hashable {
        case file
        case directory
        /// A device, pipe or socket: written to as it is, and not read twice.
        case other
    }

    let kind: Kind
    let isPipe: Bool
    let byteCount: Int
    private let device: UInt64
    private let inode: UInt64
    private let modifiedSeconds: Int
    private let modifiedNanoseconds: Int

    init(_ buffer: stat) {
        switch buffer.st_mode & S_IFMT {
        case S_IFREG: kind = .file
        case S_IFDIR: kind = .directory
        default: kind = .other
        }
        isPipe = buffer.st_mode & S_IFMT == S_IFIFO
        byteCount = Int(buffer.st_size)
        device = UInt64(buffer.st_dev)
        inode = UInt64(buffer.st_ino)
        modifiedSeconds = buffer.st_mtim.tv_sec
        modifiedNanoseconds = buffer.st_mtim.tv_nsec
    }
}
