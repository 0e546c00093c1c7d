/// Floats of a file: `0.5` and `12` might be decimals and integers as well. So that a column of nothing but such comes back as what it is, one of
/// its numbers is written with more digits than a decimal has (18).
enum FloatColumn {
    /// The row whose number has to tell; nil where some number does so by itself, or none is there.
    static func tellingRow(_ floats: [Double], _ missing: [UInt8]?) -> Int? {
        var first: Int?
        for row in floats.indices where floats[row].isFinite && missing?[row] ?? 0 == 0 {
            let text = floats[row].magnitude.description.utf8
            // The zero before a point is no digit of a decimal.
            let digits = text.count(where: { $0 &- 0x30 < 10 }) - (text.first == UInt8(ascii: "0") ? 1 : 0)
            if text.contains(UInt8(ascii: "e")) || digits > mostDigits { return nil }
            first = first ?? row
        }
        return first
    }

    /// The number that was appended last, which has no exponent, with 19 decimals.
    static func lengthen(_ text: Range<Int>, of output: inout [UInt8]) {
        let point = output[text].firstIndex(of: UInt8(ascii: "."))
        if point == nil { output.append(UInt8(ascii: ".")) }
        let decimals = point.map { text.upperBound - $0 - 1 } ?? 0
        output += [UInt8](repeating: UInt8(ascii: "0"), count: mostDigits + 1 - decimals)
    }

    private static let mostDigits = 18
}
