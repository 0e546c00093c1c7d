/// An e-mail address that mail can be sent to.
enum MailAddress {
    /// Trimmed and with the domain in lower case; nothing where mail cannot be sent there. What RFC 5321 takes and no mailbox uses is no
    /// address here: quoted local parts, comments, address literals, domains of one label or with a numeric last one.
    ///
    /// `" Ann.B@Example.COM "` gives `Ann.B@example.com`.
    static func append(_ text: [UInt8], _ from: Int, _ to: Int, into result: inout [UInt8]) {
        let (start, end) = TextFunction.trimmed(text, from, to)
        guard end - start <= 254, let at = text[start..<end].firstIndex(of: UInt8(ascii: "@")),
            isLocalPart(text[start..<at]), isDomain(text[(at + 1)..<end])
        else { return }
        result.append(contentsOf: text[start...at])
        FoldTable.append(text, from: at + 1, to: end, into: &result)
    }

    /// Atoms between single dots, at most 64 bytes in all (RFC 5321, 4.5.3.1.1).
    private static func isLocalPart(_ text: ArraySlice<UInt8>) -> Bool {
        guard (1...64).contains(text.count) else { return false }
        var previous = UInt8(ascii: ".")
        for byte in text {
            if byte == UInt8(ascii: ".") ? previous == byte : !isAtomByte(byte) { return false }
            previous = byte
        }
        return previous != UInt8(ascii: ".")
    }

    /// At least two labels of letters, digits and inner hyphens, the last one not a number.
    private static func isDomain(_ text: ArraySlice<UInt8>) -> Bool {
        guard text.count <= 253 else { return false }
        var labels = 0
        var start = text.startIndex
        var isNumber = true
        for index in text.startIndex...text.endIndex {
            let isEnd = index == text.endIndex
            guard isEnd || text[index] == UInt8(ascii: ".") else {
                if !isLabelByte(text[index]) { return false }
                if text[index] < 0x30 || text[index] > 0x39 { isNumber = false }
                continue
            }
            guard (1...63).contains(index - start), text[start] != UInt8(ascii: "-"),
                text[index - 1] != UInt8(ascii: "-")
            else { return false }
            labels += 1
            if isEnd { return labels > 1 && !isNumber }
            start = index + 1
            isNumber = true
        }
        return false
    }

    private static func isAtomByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x80...: true
        default: atomMarks.contains(byte)
        }
    }

    private static func isLabelByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "-"), 0x80...: true
        default: false
        }
    }

    private static let atomMarks = Array("!#$%&'*+-/=?^_`{|}~".utf8)
}
