extension LineEditor {
    func completeWord(_ editor: EditLine) -> EditLine.Reaction {
        let (before, after) = editor.line
        let text = context + before + after
        let offset = (context + before).utf8.count
        let list = complete(text, offset)
        let lineStart = context.utf8.count
        guard list.start >= lineStart, list.start <= offset else { return .beep }
        let typed = String(decoding: Array(text.utf8)[list.start..<offset], as: UTF8.self)
        switch CompletionMenu.outcome(
            typed: typed, candidates: list.candidates, isFollowedByBlank: after.first == " ")
        {
        case .nothing: return .beep
        case .replace(let word):
            editor.deleteBefore(typed.unicodeScalars.count)
            editor.insert(word)
        case .list(let candidates):
            let behind = after.unicodeScalars.count
            editor.moveCursor(by: behind)
            let listing = CompletionMenu.listing(candidates, width: Terminal.width(of: output) ?? 80)
            queuedActions.append(.list(listing, cursorFromEnd: behind))
        }
        return .refresh
    }
}
