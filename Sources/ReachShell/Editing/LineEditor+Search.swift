extension LineEditor {
    /// Keys while Ctrl-R searches: text narrows, Ctrl-R goes further back, Ctrl-G gives up, anything else takes what was found and then does
    /// what it always does.
    func searchKey(for scalar: Unicode.Scalar) -> EditLine.Key? {
        guard var search else { return .scalar(scalar) }
        switch scalar {
        case "\u{12}": search.age += search.hasFailed ? 0 : 1
        case "\u{7F}", "\u{8}":
            search.pattern = String(search.pattern.dropLast())
            search.age = 1
        case "\u{7}":
            self.search = nil
            return queue(.fill(search.draft, cursorFromEnd: 0))
        case "\u{0}"..."\u{1F}":
            self.search = nil
            if !search.pattern.isEmpty, !search.hasFailed { cursor.move(to: search.age, draft: search.draft) }
            if scalar == "\n" || scalar == "\r" { queuedKeys.append("\r") }
            // Escape alone ends the search; as the beginning of an arrow key it also does what the arrow does.
            if scalar == "\u{1B}", !input.hasMore(within: 15) { return queue(.moveToEnd) }
            if scalar != "\n", scalar != "\r" { queuedKeys.append(scalar) }
            return queue(.moveToEnd)
        case "\u{80}"..."\u{9F}": return nil
        default: search.pattern.unicodeScalars.append(scalar)
        }
        self.search = search
        return queue(.showMatch)
    }

    func showMatch(_ editor: EditLine) -> EditLine.Reaction {
        guard var search else { return .refresh }
        if search.pattern.isEmpty { return .refresh }
        let match = cursor.search(search.pattern, from: search.age)
        search.hasFailed = match == nil
        if let match {
            search.age = match.age
            editor.replaceLine(
                with: match.entry, cursorFromEnd: match.entry.unicodeScalars.count - match.offset)
        } else {
            search.age = max(1, search.age - 1)
        }
        self.search = search
        return match == nil ? .beep : .refresh
    }
}
