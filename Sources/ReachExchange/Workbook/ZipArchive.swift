import CMinizip
import ReachDiagnostics

/// A zip archive and the entry of it that is being read. Entries are undone as they are read, never whole.
@safe final class ZipArchive {
    private let file: unzFile
    private(set) var isOpen = false
    /// Of the open entry.
    private(set) var byteCount = 0

    /// Nil where the file is no archive.
    init?(path: String) {
        // SAFETY: the path lives for the call.
        guard let file = unsafe unzOpen64(path) else { return nil }
        unsafe self.file = unsafe file
    }

    deinit {
        // SAFETY: opened in `init` and used by this object alone.
        unsafe unzCloseCurrentFile(file)
        unsafe unzClose(file)
    }

    /// False where there is no such entry. Names are compared by their bytes, as the format has them.
    func open(_ name: String) -> Bool {
        close()
        // SAFETY: the name lives for the call; 1 asks for equal case.
        guard unsafe unzLocateFile(file, name, 1) == UNZ_OK else { return false }
        var info = unz_file_info64()
        // SAFETY: only the struct is asked for; the other places to write to are empty.
        guard unsafe unzGetCurrentFileInfo64(file, &info, nil, 0, nil, 0, nil, 0) == UNZ_OK else { return false }
        isOpen = unsafe unzOpenCurrentFile(file) == UNZ_OK
        byteCount = Int(clamping: info.uncompressed_size)
        return isOpen
    }

    /// The next bytes of the entry, none at its end; nil where it is damaged.
    func read(_ count: Int = 1 << 16) -> [UInt8]? {
        guard isOpen else { return nil }
        var status: Int32 = 0
        // SAFETY: at most `count` bytes are written, and the answer says how many.
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            unsafe status = unzReadCurrentFile(file, buffer.baseAddress, UInt32(count))
            filled = max(0, Int(status))
        }
        if status < 0 { return nil }
        // The checksum is looked at when all was read.
        if bytes.isEmpty, !close() { return nil }
        return bytes
    }

    @discardableResult
    private func close() -> Bool {
        guard isOpen else { return true }
        isOpen = false
        // SAFETY: an entry is open.
        return unsafe unzCloseCurrentFile(file) == UNZ_OK
    }
}
