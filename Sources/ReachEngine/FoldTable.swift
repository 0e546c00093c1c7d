import ReachDiagnostics
import ReachKernels

/// Simple case folding of UTF-8 bytes without a `String`.
enum FoldTable {
    /// Folded scalars below U+3000: Latin, Greek, Cyrillic, Armenian, Georgian and most else that has case.
    private static let low: [UInt32] = (0..<0x3000).map { value in
        Unicode.Scalar(UInt32(value)).map { CaseFolding.fold($0).value } ?? UInt32(value)
    }

    static func fold(_ scalar: UInt32) -> UInt32 {
        if scalar < 0x3000 { return low[Int(scalar)] }
        return Unicode.Scalar(scalar).map { CaseFolding.fold($0).value } ?? scalar
    }

    /// Appends the folded form of `bytes[from..<to]`.
    static func append(_ bytes: [UInt8], from: Int, to: Int, into folded: inout [UInt8]) {
        if isASCII(bytes, from: from, to: to) {
            for index in from..<to {
                let byte = bytes[index]
                folded.append(byte >= 0x41 && byte <= 0x5A ? byte + 0x20 : byte)
            }
            return
        }
        var index = from
        while index < to { UTF8Bytes.append(fold(UTF8Bytes.scalar(bytes, at: &index, to: to)), into: &folded) }
    }
}

/// Scalars in and out of UTF-8 bytes.
enum UTF8Bytes {
    /// The scalar at `index`, which moves behind it. Bytes that are not UTF-8 give U+FFFD one by one.
    static func scalar(_ bytes: [UInt8], at index: inout Int, to end: Int) -> UInt32 {
        let first = bytes[index]
        index += 1
        if first < 0x80 { return UInt32(first) }
        let length = first >= 0xF0 ? 3 : first >= 0xE0 ? 2 : 1
        guard first >= 0xC2, first < 0xF5, index + length <= end else { return 0xFFFD }
        var value = UInt32(first) & (length == 1 ? 0x1F : length == 2 ? 0x0F : 0x07)
        for offset in 0..<length {
            let byte = bytes[index + offset]
            guard byte & 0xC0 == 0x80 else { return 0xFFFD }
            value = value << 6 | UInt32(byte & 0x3F)
        }
        guard Unicode.Scalar(value) != nil else { return 0xFFFD }
        index += length
        return value
    }

    static func append(_ scalar: UInt32, into bytes: inout [UInt8]) {
        guard let scalar = Unicode.Scalar(scalar) else { return }
        bytes.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
    }
}
