/// Unicode simple case folding, one scalar to one scalar (Unicode 15, CaseFolding.txt, statuses C and S).
package enum CaseFolding {
    /// The folded scalar. Round-tripping through the upper case folds `ſ ς K` with `s σ k`, as the standard's table does.
    package static func fold(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        let value = scalar.value
        if value < 0x80 {
            return (0x41...0x5A).contains(value) ? Unicode.Scalar(UInt8(value + 0x20)) : scalar
        }
        // Dotted capital and dotless small i fold only in Turkic locales (status T).
        if value == 0x130 || value == 0x131 { return scalar }
        return simple(simple(scalar, \.uppercaseMapping), \.lowercaseMapping)
    }

    /// The folded text.
    package static func fold(_ text: String) -> String {
        if let plain = foldASCII(text) { return plain }
        var folded = String.UnicodeScalarView()
        for scalar in text.unicodeScalars { folded.append(fold(scalar)) }
        return String(folded)
    }

    /// Most names are plain letters, which take no tables; nil for others.
    private static func foldASCII(_ text: String) -> String? {
        var isFolded = true
        for byte in text.utf8 {
            if byte >= 0x80 { return nil }
            if capitals.contains(byte) { isFolded = false }
        }
        if isFolded { return text }
        return String(decoding: text.utf8.map { capitals.contains($0) ? $0 + 0x20 : $0 }, as: UTF8.self)
    }

    private static var capitals: ClosedRange<UInt8> { 0x41...0x5A }

    private static func simple(
        _ scalar: Unicode.Scalar, _ mapping: KeyPath<Unicode.Scalar.Properties, String>
    ) -> Unicode.Scalar {
        let mapped = scalar.properties[keyPath: mapping].unicodeScalars
        guard let first = mapped.first, mapped.count == 1 else { return scalar }
        return first
    }
}

/// How names of columns, tables, segments and channels are compared: canonical equivalence and simple case folding.
package enum Name {
    /// Two names are the same where their folded forms are `==` (Swift compares text by canonical equivalence).
    package static func fold(_ name: String) -> String { CaseFolding.fold(name) }

    package static func same(_ one: String, _ other: String) -> Bool { fold(one) == fold(other) }
}
