import Glibc

/// What the system says of a path, links followed; nothing is asked of accounts or attributes, which would cost a millisecond.
struct FileStatus {
    let isFolder: Bool
    let byteCount: Int

    /// Nil where there is nothing, or nothing that may be looked at.
    init?(_ path: String) {
        var status = stat()
        // SAFETY: `stat` fills the struct it is given and keeps no pointer; the path lives for the call.
        guard unsafe stat(path, &status) == 0 else { return nil }
        isFolder = status.st_mode & S_IFMT == S_IFDIR
        byteCount = Int(status.st_size)
    }
}
