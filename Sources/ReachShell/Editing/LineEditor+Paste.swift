extension LineEditor {
    private static let pasteEnd: [Unicode.Scalar] = ["\u{1B}", "[", "2", "0", "1", "~"]

    /// Reads a paste the terminal has marked the beginning of, up to its end mark.
    func markedPaste() -> String {
        var text: [Unicode.Scalar] = []
        while let event = input.next(milliseconds: 5000) {
            switch event {
            case .scalar(let scalar):
                text.append(scalar)
                if scalar == "~", text.suffix(Self.pasteEnd.count).elementsEqual(Self.pasteEnd) {
                    text.removeLast(Self.pasteEnd.count)
                    return String(String.UnicodeScalarView(text))
                }
            case .resized, .resumed: continue
            case .interrupted, .terminated, .end:
                stopReason = event == .interrupted ? .interrupted : event == .terminated ? .terminated : .end
                return ""
            }
        }
        return String(String.UnicodeScalarView(text))
    }

    func paste(_ text: String, _ editor: EditLine) -> EditLine.Reaction {
        let pasted = PastedText.cleaned(text)
        guard pasted.contains("\n") else {
            editor.insert(pasted)
            return .refresh
        }
        let (before, after) = editor.line
        let whole = before + pasted + after
        if after.isEmpty, pasted.hasSuffix("\n") {
            editor.replaceLine(with: "")
            stopReason = .text(whole, isPasted: true, isEchoed: false)
            return .refresh
        }
        let lines = whole.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        editor.replaceLine(with: lines[0])
        pasteRest = (Array(lines.dropFirst()), after.unicodeScalars.count)
        queuedKeys.insert("\r", at: 0)
        return .refresh
    }
}
