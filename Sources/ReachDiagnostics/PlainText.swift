/// Text that a terminal shows and does not obey.
package enum PlainText {
    /// Control characters, escape sequences' first byte among them, and characters that turn the direction of writing become `�`. Tabs
    /// and line breaks stay where `keepsLayout`.
    package static func visible(_ text: some StringProtocol, keepsLayout: Bool = false) -> String {
        if text.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) { return String(text) }
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            let isLayout = keepsLayout && (scalar == "\n" || scalar == "\t")
            result.append(isDangerous(scalar) && !isLayout ? "\u{FFFD}" : scalar)
        }
        return String(result)
    }

    private static func isDangerous(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0..<0x20, 0x7F..<0xA0, 0x61C, 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x2069, 0xFFF9...0xFFFB: true
        default: false
        }
    }
}
