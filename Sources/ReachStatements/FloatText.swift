import Foundation

/// How figures that are no whole numbers are written for people.
enum FloatText {
    /// `1,653.0`: so many decimals, thousands grouped.
    static func fixed(_ value: Double, _ decimals: Int) -> String {
        let text = String(format: "%.\(decimals)f", value.magnitude)
        let parts = text.split(separator: ".")
        let grouped = Figure.count(Int(parts[0]) ?? 0)
        let isZero = !text.contains { ("1"..."9").contains($0) }
        return (value < 0 && !isZero ? "-" : "")
            + ([grouped] + parts.dropFirst().map(String.init)).joined(separator: ".")
    }

    /// `12.4 %`
    static func share(_ value: Double, _ decimals: Int = 1) -> String { fixed(value * 100, decimals) + " %" }

    /// `+12.4 %`, `-3.0 %`
    static func signedShare(_ value: Double, _ decimals: Int = 1) -> String {
        (value > 0 ? "+" : "") + share(value, decimals)
    }
}

extension FloatText {
    /// Of a test: `1.52e-13`, `0.0003142`, `0.904`.
    static func p(_ value: Double) -> String {
        if value < 1e-300 { return "<1e-300" }
        return String(format: value < 0.001 ? "%.3e" : "%.4g", value)
    }
}
