import Glibc
import ReachKernels

/// Seeded draws, the same on every run: xoshiro256** (Blackman and Vigna 2018), started by SplitMix64.
package struct RandomStream: RandomNumberGenerator, Sendable {
    private var state: (UInt64, UInt64, UInt64, UInt64)

    /// Streams of one seed with different numbers are independent, so that parts of a simulation can run in any order.
    package init(seed: UInt64, stream: UInt64 = 0) {
        var mixer = seed ^ (stream &* 0xD1B5_4A32_D192_ED03)
        func word(_ mixer: inout UInt64) -> UInt64 {
            mixer &+= 0x9E37_79B9_7F4A_7C15
            return mixedBits(mixer)
        }
        state = (word(&mixer), word(&mixer), word(&mixer), word(&mixer))
    }

    package mutating func next() -> UInt64 {
        func rotated(_ word: UInt64, _ by: UInt64) -> UInt64 { word << by | word >> (64 - by) }
        let result = rotated(state.1 &* 5, 7) &* 9
        let shifted = state.1 << 17
        state.2 ^= state.0
        state.3 ^= state.1
        state.1 ^= state.2
        state.0 ^= state.3
        state.2 ^= shifted
        state.3 = rotated(state.3, 45)
        return result
    }

    /// 0 ≤ x < 1.
    package mutating func uniform() -> Double { Double(next() >> 11) * 0x1p-53 }

    /// 0 < x < 1.
    package mutating func openUniform() -> Double { (Double(next() >> 11) + 0.5) * 0x1p-53 }

    /// 0 ≤ x < count.
    package mutating func below(_ count: Int) -> Int { Int(next().multipliedFullWidth(by: UInt64(count)).high) }

    package mutating func exponential() -> Double { -log(openUniform()) }

    /// Marsaglia's polar method; one of the pair is given away, so that a draw depends on nothing kept.
    package mutating func normal() -> Double {
        while true {
            let x = 2 * uniform() - 1
            let y = 2 * uniform() - 1
            let square = x * x + y * y
            if square > 0, square < 1 { return x * (-2 * log(square) / square).squareRoot() }
        }
    }

    /// Scale 1 (Marsaglia and Tsang 2000; below shape 1 by the power of a uniform draw).
    package mutating func gamma(_ shape: Double) -> Double {
        if shape < 1 { return gamma(shape + 1) * exp(log(openUniform()) / shape) }
        let d = shape - 1.0 / 3
        let c = 1 / (9 * d).squareRoot()
        while true {
            let x = normal()
            let root = 1 + c * x
            if root <= 0 { continue }
            let v = root * root * root
            if log(openUniform()) < x * x / 2 + d - d * v + d * log(v) { return d * v }
        }
    }

    /// Both parameters above 0; 0 or 1 where one of them is 0.
    package mutating func beta(_ a: Double, _ b: Double) -> Double {
        if a <= 0 { return 0 }
        if b <= 0 { return 1 }
        let x = gamma(a)
        let y = gamma(b)
        return x + y > 0 ? x / (x + y) : (a > b ? 1 : 0)
    }
}
