/// SplitMix64 (Steele, Lea, Flood 2014), and draws from it that use only operations IEEE 754 fixes to the last bit: no call into the
/// system's mathematics, so that a seed gives the same shop on every machine.
struct DemoRandom {
    private var state: UInt64

    /// An own stream for every customer: a shop's people do not depend on how many there are or on the order of their making.
    init(seed: UInt64, stream: Int) {
        var mixer = DemoRandom(state: seed)
        state = mixer.next() &+ UInt64(bitPattern: Int64(stream)) &* 0xA076_1D64_78BD_642F
        state = next()
    }

    private init(state: UInt64) { self.state = state }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var bits = state
        bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
        bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
        return bits ^ (bits >> 31)
    }

    /// 0 ≤ x < 1
    mutating func unit() -> Double { Double(next() >> 11) * 0x1p-53 }

    mutating func chance(_ probability: Double) -> Bool { unit() < probability }

    /// 0 ≤ x < count
    mutating func below(_ count: Int) -> Int { Int(next().multipliedFullWidth(by: UInt64(count)).high) }

    mutating func between(_ low: Int, _ high: Int) -> Int { low + below(high - low + 1) }

    mutating func exponential(mean: Double) -> Double { -mean * Self.logarithm(1 - unit()) }

    /// At least 1, with a tail like 1/x²: most are near 1, one in a hundred is beyond 10.
    mutating func heavyTailed(atMost limit: Double) -> Double { min(limit, 1 / (1 - unit()).squareRoot()) }

    /// ln x for 0 < x ≤ 1, to about 1e-9: exponent and the series 2·(s + s³/3 + …) of the mantissa, s = (m − 1)/(m + 1).
    static func logarithm(_ x: Double) -> Double {
        var mantissa = x.significand
        var exponent = Double(x.exponent)
        if mantissa > 1.414213562373095 {
            mantissa *= 0.5
            exponent += 1
        }
        let s = (mantissa - 1) / (mantissa + 1)
        let square = s * s
        var series = 1.0 / 11
        series = series * square + 1.0 / 9
        series = series * square + 1.0 / 7
        series = series * square + 1.0 / 5
        series = series * square + 1.0 / 3
        series = series * square + 1
        return exponent * 0.6931471805599453 + 2 * s * series
    }
}
