import Foundation
import ReachDiagnostics

extension Diagnostic {
    static func cutOffCompression(_ path: String, _ compression: Compression, at span: SourceSpan?) -> Diagnostic {
        Diagnostic(
            "file-cut-off", kind: .environment,
            "`\(path)` ends in the middle of what \(compression.rawValue) compressed; nothing was imported", at: span,
            help: ["copy the file again, as a whole"])
    }

    static func damagedCompression(_ path: String, _ compression: Compression, at span: SourceSpan?) -> Diagnostic {
        Diagnostic(
            "file-damaged", kind: .environment,
            "`\(path)` is damaged: it is not what \(compression.rawValue) wrote; nothing was imported", at: span,
            help: ["copy the file again, as binary"])
    }

    /// The file was another one at the end of reading than at its start.
    static func fileChanged(_ path: String, at span: SourceSpan?) -> Diagnostic {
        Diagnostic(
            "file-changed", kind: .environment, "`\(path)` changed while it was read; nothing was imported", at: span,
            help: ["run the import again once the file is complete"])
    }

    static func fileNotFound(_ path: String, at span: SourceSpan?) -> Diagnostic {
        let name = (path as NSString).lastPathComponent
        let folder = (path as NSString).deletingLastPathComponent
        let beside = (try? FileManager.default.contentsOfDirectory(atPath: folder.isEmpty ? "." : folder)) ?? []
        var near = DidYouMean.closest(to: name, among: beside.sorted())
        if near.isEmpty { near = Array(beside.filter(looksLikeTable).sorted().prefix(5)) }
        var help = near.map { "\"\((folder as NSString).appendingPathComponent($0))\"" }
        if help.isEmpty {
            help = [
                "names start from \(FileManager.default.currentDirectoryPath); `from \"/FOLDER/FILE\"` from the root"
            ]
        }
        return Diagnostic(
            "file-not-found", kind: .environment, "there is no file `\(path)`", at: span, help: help)
    }

    private static func looksLikeTable(_ name: String) -> Bool {
        var name = name.lowercased()
        for suffix in Compression.allCases.flatMap(\.suffixes) where name.hasSuffix(suffix) {
            name.removeLast(suffix.count)
        }
        let suffixes = [".csv", ".tsv", ".tab", ".txt", ".json", ".jsonl", ".ndjson", ".xlsx", ".db", ".sqlite"]
        return suffixes.contains(where: name.hasSuffix) && !name.contains(".rejects")
    }

    static func fileNotReadable(_ path: String, _ failure: FileFailure, at span: SourceSpan?) -> Diagnostic {
        if failure.isMissing { return .fileNotFound(path, at: span) }
        if failure.isForbidden {
            return Diagnostic(
                "file-not-readable", kind: .environment, "`\(path)` may not be read by this user", at: span,
                help: ["chmod u+r \(path)"])
        }
        return Diagnostic(
            "file-not-readable", kind: .environment, "`\(path)` cannot be read: \(failure.reason)", at: span)
    }

    /// `help` is for where the path may be changed.
    static func fileNotWritable(
        _ path: String, _ failure: FileFailure, help: [String] = [], at span: SourceSpan?
    ) -> Diagnostic {
        if failure.isClosedPipe {
            return Diagnostic("output-closed", kind: .environment, "nobody reads the output any more", at: span)
        }
        if failure.isFullDisk {
            return Diagnostic(
                "disk-full", kind: .environment,
                "the disk is full: `\(path)` was not written, and what stood there before is untouched", at: span,
                help: help.isEmpty ? ["free space there, or write to another place"] : help)
        }
        let folder = (path as NSString).deletingLastPathComponent
        let mending = failure.isMissing ? ["mkdir -p \(folder)"] : folder.isEmpty ? [] : ["ls -ld \(folder)"]
        return Diagnostic(
            "file-not-writable", kind: .environment, "`\(path)` cannot be written: \(failure.reason)", at: span,
            help: help + mending)
    }

    /// `help` is what can be typed in place of the folder.
    static func isDirectory(_ path: String, help: String, at span: SourceSpan?) -> Diagnostic {
        Diagnostic("is-directory", kind: .environment, "`\(path)` is a folder, not a file", at: span, help: [help])
    }

    /// A device or a socket.
    static func notRegularFile(_ path: String, at span: SourceSpan?) -> Diagnostic {
        Diagnostic(
            "not-a-file", kind: .environment, "`\(path)` is neither a file nor a pipe", at: span,
            help: ["cat \(path) > data.csv"])
    }
}
