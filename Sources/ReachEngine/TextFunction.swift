import ReachKernels

/// Functions from text to text. They work on bytes and give nothing where the result would be empty: empty text is missing.
enum TextFunction: Hashable {
    case lower, upper, trim, domain, phone, address

    /// The results, and 1 where there is none (nil where there always is one).
    func apply(_ texts: TextColumn) -> (TextColumn, missing: [UInt8]?) {
        var offsets: [UInt32] = [0]
        offsets.reserveCapacity(texts.count + 1)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(texts.bytes.count)
        var missing = [UInt8](repeating: 0, count: texts.count)
        for row in 0..<texts.count {
            let (from, to) = texts.range(at: row)
            let start = bytes.count
            append(texts.bytes, from, to, into: &bytes)
            if bytes.count == start { missing[row] = 1 }
            offsets.append(UInt32(bytes.count))
        }
        return (TextColumn(offsets: offsets, bytes: bytes), hasAny(missing) ? missing : nil)
    }

    /// Scalars in each text.
    static func lengths(_ texts: TextColumn) -> [Int64] {
        (0..<texts.count).map { row in
            let (from, to) = texts.range(at: row)
            // Every byte but a continuation begins a scalar.
            return Int64(texts.bytes[from..<to].count { $0 & 0xC0 != 0x80 })
        }
    }

    private func append(_ text: [UInt8], _ from: Int, _ to: Int, into result: inout [UInt8]) {
        switch self {
        case .lower: FoldTable.append(text, from: from, to: to, into: &result)
        case .upper:
            var index = from
            while index < to { UTF8Bytes.append(Self.upper(UTF8Bytes.scalar(text, at: &index, to: to)), into: &result) }
        case .trim:
            let (start, end) = Self.trimmed(text, from, to)
            result.append(contentsOf: text[start..<end])
        case .domain:
            guard let at = text[from..<to].lastIndex(of: UInt8(ascii: "@")) else { return }
            let (start, end) = Self.trimmed(text, at + 1, to)
            FoldTable.append(text, from: start, to: end, into: &result)
        case .phone: Phone.append(text, from, to, into: &result)
        case .address: MailAddress.append(text, from, to, into: &result)
        }
    }

    private static func upper(_ scalar: UInt32) -> UInt32 {
        if scalar < 0x80 { return scalar >= 0x61 && scalar <= 0x7A ? scalar - 0x20 : scalar }
        guard let known = Unicode.Scalar(scalar) else { return scalar }
        let mapped = known.properties.uppercaseMapping.unicodeScalars
        guard let first = mapped.first, mapped.count == 1 else { return scalar }
        return first.value
    }

    /// Without white space at both ends.
    static func trimmed(_ text: [UInt8], _ from: Int, _ to: Int) -> (Int, Int) {
        var start = from
        var index = from
        while index < to, isSpace(UTF8Bytes.scalar(text, at: &index, to: to)) { start = index }
        var end = to
        while end > start {
            var first = end - 1
            while first > start, text[first] & 0xC0 == 0x80 { first -= 1 }
            var index = first
            guard isSpace(UTF8Bytes.scalar(text, at: &index, to: end)) else { break }
            end = first
        }
        return (start, end)
    }

    private static func isSpace(_ scalar: UInt32) -> Bool {
        Unicode.Scalar(scalar)?.properties.isWhitespace ?? false
    }
}

/// A telephone number by its shape alone.
enum Phone {
    /// Digits without the usual punctuation; 7 to 15 of them, else nothing. A `+` or `00` in front becomes `+`, and so does what can
    /// only be a number with its country code: 11 to 15 digits that begin with neither 0 nor 8.
    static func append(_ text: [UInt8], _ from: Int, _ to: Int, into result: inout [UInt8]) {
        var digits: [UInt8] = []
        var isInternational = false
        var index = from
        while index < to {
            let scalar = UTF8Bytes.scalar(text, at: &index, to: to)
            switch scalar {
            case 0x30...0x39: digits.append(UInt8(scalar))
            case 0x2B where digits.isEmpty && !isInternational: isInternational = true
            case 0x20, 0x28, 0x29, 0x2D, 0x2E, 0x2F, 0xA0, 0x2010...0x2013, 0x202F: break
            default: return
            }
        }
        if !isInternational, digits.starts(with: [0x30, 0x30]) {
            digits.removeFirst(2)
            isInternational = true
        }
        guard (7...15).contains(digits.count), let first = digits.first else { return }
        if isInternational || (digits.count >= 11 && first != 0x30 && first != 0x38) {
            result.append(UInt8(ascii: "+"))
        }
        result.append(contentsOf: digits)
    }
}

/// An e-mail address by its shape alone.
enum MailAddress {
    /// Trimmed and with the domain in lower case; nothing where it cannot be delivered to: no `@`, an empty or overlong part, blanks
    /// or control characters, a domain without a dot.
    static func append(_ text: [UInt8], _ from: Int, _ to: Int, into result: inout [UInt8]) {
        let (start, end) = TextFunction.trimmed(text, from, to)
        guard end - start <= 254, let at = text[start..<end].lastIndex(of: UInt8(ascii: "@")),
            (1...64).contains(at - start), text[start..<end].allSatisfy({ $0 > 0x20 && $0 != 0x7F })
        else { return }
        let local = text[start..<at]
        let domain = text[(at + 1)..<end]
        guard !local.contains(UInt8(ascii: "@")), !domain.isEmpty else { return }
        let dot = UInt8(ascii: ".")
        let labels = domain.split(separator: dot, omittingEmptySubsequences: false)
        guard labels.count > 1, labels.allSatisfy({ (1...63).contains($0.count) }),
            labels.allSatisfy({ $0.allSatisfy(isDomainByte) }), local.first != dot, local.last != dot
        else { return }
        result.append(contentsOf: local)
        result.append(UInt8(ascii: "@"))
        FoldTable.append(text, from: at + 1, to: end, into: &result)
    }

    private static func isDomainByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "-"), 0x80...: true
        default: false
        }
    }
}
