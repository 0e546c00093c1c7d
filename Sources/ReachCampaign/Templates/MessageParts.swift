import ReachKernels

/// One text as it would be billed.
package struct MessageParts: Hashable, Sendable {
    package let parts: Int
    /// A character needs UCS-2.
    package let isUnicode: Bool
    /// Septets or UTF-16 units.
    package let units: Int
    /// The characters that need it, each once, in the order of the text.
    package let forcing: [Unicode.Scalar]

    package init(_ text: String) {
        let bytes = Array(text.utf8)
        let length = messageUnits(bytes, from: 0, to: bytes.count)
        isUnicode = length.isUnicode
        units = text.unicodeScalars.reduce(0) { sum, scalar in
            sum + (length.isUnicode ? scalar.utf16.count : gsmSeptets(scalar.value))
        }
        parts = countParts(bytes)
        var seen: Set<Unicode.Scalar> = []
        forcing = text.unicodeScalars.filter { gsmSeptets($0.value) == 0 && seen.insert($0).inserted }
    }

    /// The text in GSM spelling; nil where it needs none, or where a character has none.
    package static func respelled(_ text: String) -> String? {
        var result = ""
        var isChanged = false
        for scalar in text.unicodeScalars {
            if gsmSeptets(scalar.value) > 0 {
                result.unicodeScalars.append(scalar)
            } else if let spelling = GSMSpelling.spelling(scalar) {
                result += spelling
                isChanged = true
            } else {
                return nil
            }
        }
        return isChanged ? result : nil
    }
}
