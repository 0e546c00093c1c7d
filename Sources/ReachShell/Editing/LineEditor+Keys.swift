/// What keys do.
extension LineEditor: EditLine.Client {
    var promptText: String {
        if let search {
            let state = search.hasFailed ? "nothing with" : "search"
            return styled(Prompt(name: state, rest: " `" + SafeText.escaped(search.pattern) + "`: "))
        }
        return styled(prompt)
    }

    private func styled(_ prompt: Prompt) -> String {
        guard usesColor(), !prompt.name.isEmpty else { return prompt.text }
        let escape = String(EditLine.escape)
        return escape + "\u{1B}[1m" + escape + prompt.name + escape + "\u{1B}[0m" + escape + prompt.rest
    }

    func nextKey() -> EditLine.Key {
        if !queuedActions.isEmpty { return .command }
        if stopReason != nil { return .stop }
        if !queuedKeys.isEmpty { return .scalar(queuedKeys.removeFirst()) }
        while let event = input.next() {
            switch event {
            case .scalar(let scalar):
                if let key = search == nil ? key(for: scalar) : searchKey(for: scalar) { return key }
            case .interrupted: return stop(.interrupted)
            case .terminated: return stop(.terminated)
            case .end: return stop(.end)
            case .resized:
                editor?.resize()
                write("\r\u{1B}[J")
                editor?.redraw()
            case .resumed:
                write("\n" + Self.bracketedPasteOn)
                editor?.redraw()
            }
        }
        return .stop
    }

    /// The cursor goes behind the line first, so that what is printed next does not overwrite it.
    private func stop(_ reason: LineEntry) -> EditLine.Key {
        stopReason = reason
        search = nil
        return queue(.moveToEnd)
    }

    func queue(_ action: Action) -> EditLine.Key {
        queuedActions.append(action)
        return .command
    }

    /// Nil for a character that is to be ignored.
    private func key(for scalar: Unicode.Scalar) -> EditLine.Key? {
        switch scalar {
        case "\t":
            // Nobody types on within this time; a paste that the terminal does not mark goes on at once.
            return input.hasMore(within: 15) ? burst(after: "\t") : queue(.complete)
        case "\r", "\n":
            return input.hasMore(within: 0) ? burst(after: "\n") : .scalar("\r")
        case "\u{12}":
            search = HistorySearch(draft: editor.map { $0.line.before + $0.line.after } ?? "")
            return queue(.showMatch)
        case "\0": return hasTypeAhead ? .scalar("\u{4}") : nil
        case "\u{80}"..."\u{9F}": return nil
        default: return .scalar(scalar)
        }
    }

    /// Takes the characters that are there already as one paste, up to a control character.
    private func burst(after first: String) -> EditLine.Key {
        var text = String.UnicodeScalarView(first.unicodeScalars)
        while input.hasMore(within: 15), case .scalar(let scalar) = input.next(milliseconds: 15) {
            let isLayout = scalar == "\t" || scalar == "\n" || scalar == "\r"
            if scalar.value == 0x7F || (scalar.value < 0x20 && !isLayout) {
                input.putBack(scalar)
                break
            }
            text.append(scalar)
        }
        // Tab and Enter alone are keys after all, pressed by something faster than a person.
        let isEntered = text.last == "\n" || text.last == "\r"
        if isEntered ? text.dropLast().allSatisfy({ $0 == "\t" }) : text.allSatisfy({ $0 == "\t" }) {
            if isEntered { queuedKeys.insert("\r", at: 0) }
            let tabCount = text.count - (isEntered ? 1 : 0)
            if tabCount == 0 { return .scalar(queuedKeys.removeFirst()) }
            queuedActions += Array(repeating: .complete, count: min(2, tabCount))
            return .command
        }
        return queue(.paste(String(text)))
    }

    func perform(_ command: EditLine.Command) -> EditLine.Reaction {
        guard let editor else { return .done }
        switch command {
        case .queued: return queuedActions.isEmpty ? .done : perform(queuedActions.removeFirst(), editor)
        case .paste: return paste(markedPaste(), editor)
        case .previous:
            let line = editor.line
            guard let entry = cursor.previous(from: line.before + line.after) else { return .beep }
            editor.replaceLine(with: entry)
        case .next:
            guard let entry = cursor.next() else { return .beep }
            editor.replaceLine(with: entry)
        }
        return .refresh
    }

    private func perform(_ action: Action, _ editor: EditLine) -> EditLine.Reaction {
        switch action {
        case .complete: return completeWord(editor)
        case .list(let text, let cursorFromEnd):
            write("\n" + text)
            editor.moveCursor(by: -cursorFromEnd)
            editor.redraw()
            return .done
        case .paste(let text): return paste(text, editor)
        case .fill(let text, let cursorFromEnd): editor.replaceLine(with: text, cursorFromEnd: cursorFromEnd)
        case .showMatch: return showMatch(editor)
        case .moveToEnd: editor.moveCursor(by: editor.line.after.unicodeScalars.count)
        }
        return .refresh
    }
}
