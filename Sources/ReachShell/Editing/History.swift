import Foundation
import ReachDiagnostics

/// Statements typed in earlier sessions and in this one, kept in a file of the user's alone.
///
/// One entry per statement; the further lines of an entry begin with a tab in the file. Statements that begin with a blank, and `forget`,
/// which names somebody who is to be forgotten, are not kept.
package final class History {
    package private(set) var entries: [String] = []
    private let path: String?
    private let limit: Int

    /// - Parameter path: nil keeps nothing beyond the session.
    package init(path: String?, limit: Int = 5000) {
        self.path = path
        self.limit = limit
        load()
    }

    /// `$XDG_STATE_HOME/reach/history`, in `~/.local/state` by default; nil where there is no home.
    package static func defaultPath(_ environment: [String: String]) -> String? {
        if let state = environment["XDG_STATE_HOME"], state.hasPrefix("/") { return state + "/reach/history" }
        guard let home = environment["HOME"], home.hasPrefix("/") else { return nil }
        return home + "/.local/state/reach/history"
    }

    /// Adds what was entered, and writes it at once: sessions side by side keep each other's, and a crash loses none.
    package func add(_ text: String) {
        let entry = Self.trimmed(text)
        let isPrivate = text.first == " " || CaseFolding.fold(entry).hasPrefix("forget")
        guard !entry.isEmpty, !isPrivate, entry != entries.last else { return }
        entries.append(entry)
        guard let path else { return }
        HistoryFile.append(Self.encoded(entry), to: path)
    }

    private func load() {
        guard let path, let text = HistoryFile.read(path) else { return }
        for line in text.split(separator: "\n", omittingEmptySubsequences: true) {
            if line.first == "\t", !entries.isEmpty {
                entries[entries.count - 1] += "\n" + line.dropFirst()
            } else {
                entries.append(String(line))
            }
        }
        if entries.count > limit {
            entries.removeFirst(entries.count - limit)
            HistoryFile.replace(entries.map(Self.encoded).joined(), at: path)
        }
    }

    private static func encoded(_ entry: String) -> String {
        entry.split(separator: "\n", omittingEmptySubsequences: true).joined(separator: "\n\t") + "\n"
    }

    private static func trimmed(_ text: String) -> String {
        text.trimmingCharacters(in: .whitespacesAndNewlines)
    }
}
