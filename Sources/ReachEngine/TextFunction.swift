import ReachKernels
import ReachPhones

/// Functions from text to text. They work on bytes and give nothing where the result would be empty: empty text is missing.
enum TextFunction: Hashable {
    case lower, upper, trim, domain, address
    /// Of numbers as they are dialled there.
    case phone(PhoneCountry)

    /// The results, and 1 where there is none (nil where there always is one).
    func apply(_ texts: TextColumn) -> (TextColumn, missing: [UInt8]?) {
        if case .phone(let country) = self {
            let (offsets, bytes) = country.normalise(offsets: texts.offsets, bytes: texts.bytes)
            let missing = (0..<texts.count).map { offsets[$0] == offsets[$0 + 1] ? UInt8(1) : 0 }
            return (TextColumn(offsets: offsets, bytes: bytes), hasAny(missing) ? missing : nil)
        }
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
        case .phone: preconditionFailure("numbers are read all at once")
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
