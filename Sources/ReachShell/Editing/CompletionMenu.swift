import ReachDiagnostics

/// What Tab does with what could be typed.
enum CompletionMenu {
    enum Outcome: Hashable {
        /// Nothing fits.
        case nothing
        /// Put this in place of what is typed.
        case replace(String)
        /// Show these.
        case list([String])
    }

    /// - Parameters:
    ///   - typed: what stands between the list's start and the cursor.
    ///   - isFollowedByBlank: whether a blank stands behind the cursor already.
    static func outcome(typed: String, candidates: [String], isFollowedByBlank: Bool) -> Outcome {
        guard let first = candidates.first else { return .nothing }
        if candidates.count == 1 {
            // The name of a folder goes on; its closing quote would be in the way.
            if let quote = first.last, "\"'".contains(quote), first.dropLast().hasSuffix("/") {
                return .replace(String(first.dropLast()))
            }
            let isOpen = first.hasSuffix("(") || first.hasSuffix(".") || first.hasSuffix("/") || isFollowedByBlank
            return .replace(isOpen ? first : first + " ")
        }
        let common = commonPrefix(candidates)
        let extends = common.count > typed.count && CaseFolding.fold(common).hasPrefix(CaseFolding.fold(typed))
        return extends ? .replace(common) : .list(candidates)
    }

    /// The longest beginning that all have, letter case of the first.
    static func commonPrefix(_ candidates: [String]) -> String {
        guard var prefix = candidates.first else { return "" }
        for candidate in candidates.dropFirst() {
            let pairs = zip(prefix, candidate)
            let same = pairs.prefix { CaseFolding.fold(String($0)) == CaseFolding.fold(String($1)) }.count
            prefix = String(prefix.prefix(same))
        }
        return prefix
    }

    /// The candidates in columns, read downwards, each line ended by a line feed.
    static func listing(_ candidates: [String], width: Int) -> String {
        let shown = candidates.prefix(greatestCount).map(SafeText.escaped)
        let columnWidth = (shown.map({ DisplayWidth.of($0) }).max() ?? 0) + 2
        let columnCount = max(1, max(1, width) / columnWidth)
        let rowCount = (shown.count + columnCount - 1) / columnCount
        var text = ""
        for row in 0..<rowCount {
            var line = ""
            for index in stride(from: row, to: shown.count, by: rowCount) {
                let cell = shown[index]
                line += cell + String(repeating: " ", count: columnWidth - DisplayWidth.of(cell))
            }
            while line.hasSuffix(" ") { line.removeLast() }
            text += line + "\n"
        }
        let rest = candidates.count - shown.count
        return rest > 0 ? text + "… and \(rest) more\n" : text
    }

    private static let greatestCount = 120
}
