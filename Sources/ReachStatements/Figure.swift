import ReachColumns

/// How numbers are written for people. Data formats do not use this.
package enum Figure {
    /// `12,438`
    package static func count(_ count: Int) -> String { grouped(String(count.magnitude), negative: count < 0) }

    /// `12,438 rows`, `1 row`
    package static func count(_ count: Int, _ thing: String) -> String {
        "\(self.count(count)) \(thing)\(count == 1 ? "" : "s")"
    }

    /// `12.4 %`, or a dash where the whole is empty.
    package static func share(_ part: Int, of whole: Int) -> String {
        guard whole > 0 else { return "–" }
        let tenths = (Double(part) * 1000 / Double(whole)).rounded()
        return "\(Int(tenths) / 10).\(Int(tenths) % 10) %"
    }

    /// `41.3 %`; a dash for what is no number.
    package static func percent(_ share: Double) -> String {
        share.isFinite ? number(share * 100, digits: 1) + " %" : "–"
    }

    /// `1,234.57`, rounded half away from zero; a dash for what is no number.
    package static func number(_ value: Double, digits: Int) -> String {
        var factor = 1.0
        for _ in 0..<digits { factor *= 10 }
        guard let units = Int64(exactly: (value * factor).rounded()) else { return "–" }
        return decimal(units: units, scale: digits)
    }

    /// `40,424.00`: all digits of the scale.
    package static func decimal(units: Int64, scale: Int) -> String {
        var digits = String(units.magnitude)
        if digits.count <= scale { digits = String(repeating: "0", count: scale + 1 - digits.count) + digits }
        let whole = String(digits.dropLast(scale))
        return grouped(whole, negative: units < 0) + (scale == 0 ? "" : "." + digits.suffix(scale))
    }

    private static func grouped(_ digits: String, negative: Bool) -> String {
        var result = ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index) % 3 == 0 { result.append(",") }
            result.append(digit)
        }
        return negative ? "-" + result : result
    }
}
