import Foundation
import Glibc

/// The history's file: mode 0600 in a folder of mode 0700. A history that cannot be kept is no reason to stop, so nothing here throws.
enum HistoryFile {
    static func read(_ path: String) -> String? {
        guard let data = FileManager.default.contents(atPath: path) else { return nil }
        return String(decoding: data, as: UTF8.self)
    }

    static func append(_ text: String, to path: String) {
        write(text, to: path, flags: O_WRONLY | O_CREAT | O_APPEND)
    }

    /// Replaces the file in one step, so that a session that reads it sees the old or the new one.
    static func replace(_ text: String, at path: String) {
        let draft = path + ".\(getpid())"
        write(text, to: draft, flags: O_WRONLY | O_CREAT | O_TRUNC)
        // SAFETY: both paths are copied into C texts that live through the call.
        if unsafe rename(draft, path) != 0 { _ = unsafe unlink(draft) }
    }

    private static func write(_ text: String, to path: String, flags: Int32) {
        let folder = (path as NSString).deletingLastPathComponent
        if !FileManager.default.fileExists(atPath: folder) {
            try? FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        }
        // SAFETY: the path is copied into a C text that lives through the call.
        let descriptor = unsafe open(path, flags | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        // A file made by other means may be readable by others.
        fchmod(descriptor, 0o600)
        try? Descriptor.write(Array(text.utf8), to: descriptor)
    }
}
