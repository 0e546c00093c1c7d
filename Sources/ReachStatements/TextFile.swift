import Foundation
import ReachDiagnostics

/// Small files that are read as a whole: scripts, templates, lists.
enum TextFile {
    /// Throws where there is no such file, it is a folder, or it is no UTF-8 text. `name` is how it was typed.
    static func read(_ path: String, named name: String, at span: SourceSpan) throws -> String {
        do {
            let data = try Data(contentsOf: URL(fileURLWithPath: path))
            guard var text = String(validating: data, as: UTF8.self) else {
                throw Diagnostic.scriptNotText(name, at: span)
            }
            if text.unicodeScalars.first == "\u{FEFF}" { text.unicodeScalars.removeFirst() }
            return text
        } catch is CocoaError {
            let kind = (try? FileManager.default.attributesOfItem(atPath: path))?[.type] as? FileAttributeType
            let reason = kind == .typeDirectory ? "it is a folder" : kind == nil ? "no such file" : "it cannot be read"
            throw Diagnostic.scriptUnreadable(name, reason, at: span)
        }
    }
}
