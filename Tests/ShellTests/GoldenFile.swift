import Foundation

/// A file of sessions with what they print, exact and readable as documentation.
///
///     # What the file is about.
///     fixture shop-small
///
///     === title of a case
///     statements
///     --- output
///     standard output
///     --- error
///     notes, warnings and errors
///     --- exit
///     the exit code, where it is neither 0 after success nor 1 after an error
///
/// `with yes` below the fixture runs the file as with `--yes`; `with read-only`, `with keep-going` and `with format json` likewise.
struct GoldenFile {
    struct Case {
        let title: String
        let statements: String
        /// By name of the section, without its last line break.
        var sections: [String: String]
    }

    let url: URL
    /// Lines above the first case.
    let head: [String]
    var cases: [Case]

    static let sectionNames = ["output", "error", "exit"]

    static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("Golden")

    /// Paths of all golden files below `Tests/Golden`, sorted.
    static func paths() -> [String] {
        let found = FileManager.default.enumerator(atPath: folder.path)?.compactMap { $0 as? String } ?? []
        return found.filter { $0.hasSuffix(".golden") }.sorted()
    }

    init(_ path: String) throws {
        url = Self.folder.appendingPathComponent(path)
        var head: [String] = []
        var cases: [Case] = []
        var section: String?
        var lines: [String] = []
        var title: String?
        var statements = ""
        var sections: [String: String] = [:]

        func endSection() {
            let isLast = lines.last?.isEmpty == true
            let text = (isLast ? lines.dropLast() : lines[...]).joined(separator: "\n")
            if let section { sections[section] = text } else { statements = text }
            lines = []
        }
        func endCase() {
            guard let title else { return }
            endSection()
            cases.append(Case(title: title, statements: statements, sections: sections))
        }
        for line in try String(contentsOf: url, encoding: .utf8).components(separatedBy: "\n") {
            if line.hasPrefix("=== ") {
                if title == nil { head = lines } else { endCase() }
                (title, section, sections, lines) = (String(line.dropFirst(4)), nil, [:], [])
            } else if title != nil, line.hasPrefix("--- "), Self.sectionNames.contains(String(line.dropFirst(4))) {
                endSection()
                section = String(line.dropFirst(4))
            } else {
                lines.append(line)
            }
        }
        if title == nil { head = lines } else { endCase() }
        self.head = head
        self.cases = cases
    }

    /// The rest of the first head line that begins with `word`.
    func setting(_ word: String) -> String? {
        head.first { $0.hasPrefix(word + " ") }.map { String($0.dropFirst(word.count + 1)) }
    }

    func has(_ flag: String) -> Bool { head.contains("with " + flag) }

    /// The file as it is written.
    var text: String {
        var lines = head
        for golden in cases {
            if lines.last?.isEmpty == false { lines.append("") }
            lines.append("=== " + golden.title)
            lines.append(golden.statements)
            for name in Self.sectionNames {
                guard let section = golden.sections[name] else { continue }
                lines.append("--- " + name)
                lines.append(section)
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// Whether `actual` is `expected`, where `[..]` stands for anything within a line.
    static func matches(_ actual: String?, _ expected: String?) -> Bool {
        guard let actual, let expected else { return actual == expected }
        let pairs = (actual.components(separatedBy: "\n"), expected.components(separatedBy: "\n"))
        return pairs.0.count == pairs.1.count && zip(pairs.0, pairs.1).allSatisfy(matchesLine)
    }

    private static func matchesLine(_ actual: String, _ expected: String) -> Bool {
        var parts = expected.components(separatedBy: "[..]")[...]
        guard let first = parts.popFirst(), actual.hasPrefix(first) else { return false }
        guard let last = parts.popLast() else { return actual == first }
        var rest = actual.dropFirst(first.count)
        for part in parts {
            guard let found = rest.range(of: part) else { return false }
            rest = rest[found.upperBound...]
        }
        return rest.hasSuffix(last)
    }
}
