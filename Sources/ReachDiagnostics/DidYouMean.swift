/// Finds what was probably meant by a word that nothing answers to.
package enum DidYouMean {
    /// The candidates nearest to `word`, best first, at most `limit`.
    ///
    /// Where some are equal but for case, only they are given. Otherwise a candidate may be `max(1, length / 3)` edits away, the
    /// length being the word's; words and candidates of one letter give no hints.
    package static func closest(
        to word: String, among candidates: some Sequence<String>, limit: Int = 3
    ) -> [String] {
        let wanted = Name.fold(word)
        let letters = Array(wanted)
        guard letters.count > 1 else { return candidates.filter { Name.fold($0) == wanted && $0 != word } }
        var sameButForCase: [String] = []
        var near: [(distance: Int, candidate: String)] = []
        var seen: Set<String> = []
        let allowed = max(1, letters.count / 3)
        for candidate in candidates where seen.insert(candidate).inserted && candidate != word {
            let folded = Name.fold(candidate)
            if folded == wanted {
                sameButForCase.append(candidate)
                continue
            }
            let other = Array(folded)
            guard other.count > 1, abs(other.count - letters.count) <= allowed else { continue }
            let distance = distance(letters, other)
            if distance <= allowed { near.append((distance, candidate)) }
        }
        if !sameButForCase.isEmpty { return Array(sameButForCase.prefix(limit)) }
        let order = near.enumerated().sorted { ($0.element.distance, $0.offset) < ($1.element.distance, $1.offset) }
        guard let best = order.first?.element.distance else { return [] }
        // A clear winner stands alone: `cityy` means `city`, whatever else is two letters away.
        return order.filter { $0.element.distance <= best + (best > 1 ? 1 : 0) }.prefix(limit).map(\.element.candidate)
    }

    /// Damerau-Levenshtein distance in its optimal string alignment form: insertions, deletions, replacements and swaps of
    /// neighbours, no stretch edited twice. O(n·m) time, three rows of memory.
    package static func distance(_ one: [Character], _ other: [Character]) -> Int {
        var beforePrevious: [Int] = []
        var previous = Array(0...other.count)
        for i in 0..<one.count {
            var current = [i + 1]
            current.reserveCapacity(other.count + 1)
            for j in 0..<other.count {
                var best = min(previous[j + 1] + 1, current[j] + 1, previous[j] + (one[i] == other[j] ? 0 : 1))
                if i > 0, j > 0, one[i] == other[j - 1], one[i - 1] == other[j] {
                    best = min(best, beforePrevious[j - 1] + 1)
                }
                current.append(best)
            }
            beforePrevious = previous
            previous = current
        }
        return previous[other.count]
    }
}
