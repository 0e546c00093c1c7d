import Foundation
import Glibc
import ReachDiagnostics

/// Scripts given with `-f`, where `-` is standard input, and the init file.
enum ScriptFile {
    /// Throws a `Diagnostic` where there is no such file, it is a folder, or it is no UTF-8 text.
    static func read(_ path: String) throws -> SourceText {
        if path == "-" { return try standardInput() }
        guard FileManager.default.fileExists(atPath: path) else {
            throw Diagnostic.cannotReadScript(path, reason: "there is no such file")
        }
        let kind = try? FileManager.default.attributesOfItem(atPath: path)[.type] as? FileAttributeType
        if kind == .typeDirectory { throw Diagnostic.cannotReadScript(path, reason: "it is a folder") }
        // Not through Foundation, which reads no pipes: `-f <(…)` is one.
        // SAFETY: the path is read during the call only.
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw Diagnostic.cannotReadScript(path, reason: Descriptor.systemMessage(errno).lowercased())
        }
        defer { Glibc.close(descriptor) }
        guard var text = String(validating: everything(from: descriptor), as: UTF8.self) else {
            throw Diagnostic.notUTF8(path)
        }
        if text.unicodeScalars.first == "\u{FEFF}" { text.unicodeScalars.removeFirst() }
        return SourceText(text, file: path)
    }

    private static func standardInput() throws -> SourceText {
        guard let text = String(validating: everything(from: STDIN_FILENO), as: UTF8.self) else {
            throw Diagnostic.notUTF8("standard input")
        }
        return SourceText(text)
    }

    private static func everything(from descriptor: Int32) -> [UInt8] {
        var bytes: [UInt8] = []
        while true {
            let more = Descriptor.read(descriptor)
            if more.isEmpty { return bytes }
            bytes += more
        }
    }
}

/// Which file a session at a terminal runs first.
enum InitFile {
    /// `$XDG_CONFIG_HOME/reach/init.reach`, in `~/.config` by default, where it exists; a path that was asked for whether it exists or not.
    static func path(_ choice: ShellOptions.InitFile, _ environment: [String: String]) -> String? {
        switch choice {
        case .none: return nil
        case .path(let path): return path
        case .standard:
            var folder = environment["XDG_CONFIG_HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil }
            if folder == nil { folder = environment["HOME"].map { $0 + "/.config" } }
            guard let path = folder.map({ $0 + "/reach/init.reach" }) else { return nil }
            return FileManager.default.fileExists(atPath: path) ? path : nil
        }
    }
}

/// The version of this program.
package enum ReachVersion {
    package static let current = "0.1.0"
}
