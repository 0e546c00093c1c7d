import ReachDiagnostics

/// Text measured and cut in columns of a terminal.
enum Display {
    static func width(_ text: String) -> Int { DisplayWidth.of(text) }

    /// At most `width` columns of `text`, the last of them `…` where something was cut.
    static func clipped(_ text: String, to width: Int) -> String {
        guard self.width(text) > width else { return text }
        guard width > 0 else { return "" }
        var result = ""
        var used = 0
        for character in text {
            let wide = self.width(String(character))
            if used + wide > width - 1 { break }
            result.append(character)
            used += wide
        }
        return result + "…"
    }
}
