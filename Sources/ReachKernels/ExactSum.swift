/// A sum of doubles without rounding until it is read, so that neither order nor grouping can change a digit.
///
/// Every finite double is a whole number of 2^-1074 units below 2^2098. The sum is kept as signed digits of 32 bits, each in 64 bits so
/// that 2^31 additions fit before carries have to move. Only the digits in use are stored: an ordinary column needs three or four.
package struct ExactSum: Sendable {
    /// Position of the first stored digit; digit i weighs 2^(32 × (lowest + i) - 1074).
    private var lowest = 0
    private var digits: [Int64] = []
    private var additionsLeft = Self.additionsBetweenCarries

    private static let additionsBetweenCarries = 1 << 30

    package init() {}

    /// Back to zero; keeps its memory.
    package mutating func reset() {
        lowest = 0
        digits.removeAll(keepingCapacity: true)
        additionsLeft = Self.additionsBetweenCarries
    }

    /// Adds a finite value.
    package mutating func add(_ value: Double) {
        precondition(value.isFinite, "only finite values are added up")
        if value == 0 { return }
        let biased = Int(value.exponentBitPattern)
        let significand = value.significandBitPattern | (biased == 0 ? 0 : 1 << 52)
        let shift = max(biased, 1) - 1
        let first = shift >> 5
        let wide = UInt128(significand) << UInt128(shift & 31)
        reserve(first, through: first + 2)
        let sign: Int64 = value < 0 ? -1 : 1
        let index = first - lowest
        digits[index] += sign * Int64(UInt32(truncatingIfNeeded: wide))
        digits[index + 1] += sign * Int64(UInt32(truncatingIfNeeded: wide >> 32))
        digits[index + 2] += sign * Int64(UInt32(truncatingIfNeeded: wide >> 64))
        additionsLeft -= 1
        if additionsLeft == 0 { carry() }
    }

    /// Adds another sum.
    package mutating func add(_ other: ExactSum) {
        if other.digits.isEmpty { return }
        var other = other
        other.carry()
        carry()
        reserve(other.lowest, through: other.lowest + other.digits.count - 1)
        for (index, digit) in other.digits.enumerated() { digits[other.lowest - lowest + index] += digit }
        carry()
    }

    /// The nearest double, ties to even; infinite where the sum is out of range.
    package var rounded: Double {
        var normal = self
        normal.carry()
        guard let top = normal.digits.last else { return 0 }
        let isNegative = top < 0
        if isNegative {
            for index in normal.digits.indices { normal.digits[index] = -normal.digits[index] }
            normal.carry()
        }
        guard let high = normal.digits.lastIndex(where: { $0 != 0 }) else { return 0 }
        // The three highest digits hold at least 65 bits; what lies below them only matters as "not exactly half".
        let low = max(0, high - 2)
        var significand: UInt128 = 0
        for index in stride(from: high, through: low, by: -1) {
            significand = significand << 32 | UInt128(UInt64(normal.digits[index]))
        }
        if normal.digits[..<low].contains(where: { $0 != 0 }) { significand |= 1 }
        let exponent = 32 * (normal.lowest + low) - 1_074
        let magnitude = Double(sign: .plus, exponent: exponent, significand: Double(significand))
        return isNegative ? -magnitude : magnitude
    }

    /// Makes every digit but the highest lie in 0..<2^32.
    private mutating func carry() {
        additionsLeft = Self.additionsBetweenCarries
        guard !digits.isEmpty else { return }
        for index in 0..<digits.count - 1 {
            digits[index + 1] += digits[index] >> 32
            digits[index] &= 0xFFFF_FFFF
        }
        // A highest digit beyond 32 bits moves on, so that it never leaves its 64.
        while let top = digits.last, top > 0xFFFF_FFFF || top < -0xFFFF_FFFF {
            digits[digits.count - 1] = top & 0xFFFF_FFFF
            digits.append(top >> 32)
        }
    }

    private mutating func reserve(_ first: Int, through last: Int) {
        if digits.isEmpty { lowest = first }
        if first < lowest {
            digits.insert(contentsOf: repeatElement(0, count: lowest - first), at: 0)
            lowest = first
        }
        let missing = last - lowest - digits.count + 1
        if missing > 0 { digits.append(contentsOf: repeatElement(0, count: missing)) }
    }
}
