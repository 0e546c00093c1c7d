/// The characters that stand for a value when its column becomes text, or when keys of different types are compared.
package enum TextForm {
    /// Appends the canonical form of a fixed-point value: `-12`, `12.50`, `true`, `2026-11-22`, `2026-11-22T14:30:00Z`.
    package static func append(lane: Int64, of type: DataType, to bytes: inout [UInt8]) {
        switch type {
        case .integer: append(lane, to: &bytes)
        case .decimal(let scale): append(units: lane, scale: scale, to: &bytes)
        case .boolean: bytes.append(contentsOf: (lane != 0 ? "true" : "false").utf8)
        case .date: bytes.append(contentsOf: CivilDate(daysSinceEpoch: Int(lane)).iso.utf8)
        case .datetime: append(instant: lane, to: &bytes)
        case .float, .text: preconditionFailure("float and text have no 64-bit lane")
        }
    }

    /// Appends the shortest digits that read back as the same number; whole numbers without a point.
    package static func append(_ float: Double, to bytes: inout [UInt8]) {
        if let whole = Int64(exactly: float), abs(whole) < 1 << 53 { return append(whole, to: &bytes) }
        bytes.append(contentsOf: float.description.utf8)
    }

    /// The integer that these bytes are the canonical form of; nil for `007`, `+7`, `-0`, ` 7` and everything that is no integer.
    package static func integer(_ bytes: ArraySlice<UInt8>) -> Int64? {
        let isNegative = bytes.first == UInt8(ascii: "-")
        let digits = isNegative ? bytes.dropFirst() : bytes
        guard let first = digits.first, digits.count <= 19 else { return nil }
        if first == UInt8(ascii: "0"), digits.count > 1 || isNegative { return nil }
        var value: Int64 = 0
        for byte in digits {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
            let digit = Int64(byte - UInt8(ascii: "0"))
            let (tens, tooLarge) = value.multipliedReportingOverflow(by: 10)
            let (sum, overflow) = tens.subtractingReportingOverflow(digit)
            if tooLarge || overflow { return nil }
            value = sum
        }
        // Summed as a negative number, which reaches one further.
        if isNegative { return value }
        return value == .min ? nil : -value
    }

    private static func append(_ integer: Int64, to bytes: inout [UInt8]) {
        if integer < 0 { bytes.append(UInt8(ascii: "-")) }
        appendDigits(integer.magnitude, width: 1, to: &bytes)
    }

    private static func append(units: Int64, scale: Int, to bytes: inout [UInt8]) {
        if units < 0 { bytes.append(UInt8(ascii: "-")) }
        let one = powerOfTen(scale).magnitude
        appendDigits(units.magnitude / one, width: 1, to: &bytes)
        if scale > 0 {
            bytes.append(UInt8(ascii: "."))
            appendDigits(units.magnitude % one, width: scale, to: &bytes)
        }
    }

    private static func append(instant: Int64, to bytes: inout [UInt8]) {
        let day = floorDivide(instant, Zone.microsecondsPerDay)
        let microseconds = (instant &- day &* Zone.microsecondsPerDay).magnitude
        bytes.append(contentsOf: CivilDate(daysSinceEpoch: Int(day)).iso.utf8)
        let seconds = microseconds / 1_000_000
        for (mark, part) in [("T", seconds / 3_600), (":", seconds / 60 % 60), (":", seconds % 60)] {
            bytes.append(contentsOf: mark.utf8)
            appendDigits(part, width: 2, to: &bytes)
        }
        if microseconds % 1_000_000 != 0 {
            bytes.append(UInt8(ascii: "."))
            appendDigits(microseconds % 1_000_000, width: 6, to: &bytes)
        }
        bytes.append(UInt8(ascii: "Z"))
    }

    private static func appendDigits(_ number: UInt64, width: Int, to bytes: inout [UInt8]) {
        let start = bytes.count
        var rest = number
        repeat {
            bytes.append(UInt8(ascii: "0") + UInt8(rest % 10))
            rest /= 10
        } while rest > 0
        while bytes.count - start < width { bytes.append(UInt8(ascii: "0")) }
        bytes[start...].reverse()
    }
}
