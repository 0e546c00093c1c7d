import ReachColumns

/// An exact amount: `units` × 10^-scale. Sums are 128-bit, so no audience and no price list overflows them.
package struct Money: Sendable {
    package let units: Int128
    /// Digits after the point, 0…18.
    package let scale: Int

    package init(units: Int128, scale: Int) {
        precondition((0...18).contains(scale), "money has 0 to 18 digits after the point")
        self.units = units
        self.scale = scale
    }

    package static let zero = Money(units: 0, scale: 2)

    /// The double nearest to the cost of something uncertain, rounded half to even to `scale` digits: done once, when printed.
    /// Not a number and infinities give zero; nothing that prices a message makes them.
    package init(rounding value: Double, scale: Int) {
        let scaled = (value * Double(Self.power(scale))).rounded(.toNearestOrEven)
        self.init(units: Int128(exactly: scaled) ?? 0, scale: scale)
    }

    package static func power(_ exponent: Int) -> Int128 {
        var power: Int128 = 1
        for _ in 0..<exponent { power *= 10 }
        return power
    }

    /// The same amount with more digits. Asking for fewer keeps them all: money is never rounded behind one's back.
    package func rescaled(to scale: Int) -> Money {
        scale <= self.scale ? self : Money(units: units * Self.power(scale - self.scale), scale: scale)
    }

    package var double: Double { Double(units) / Double(Self.power(scale)) }

    package static func + (one: Money, other: Money) -> Money {
        let scale = max(one.scale, other.scale)
        return Money(units: one.rescaled(to: scale).units + other.rescaled(to: scale).units, scale: scale)
    }

    package static func * (one: Money, count: Int) -> Money {
        Money(units: one.units * Int128(count), scale: one.scale)
    }

    /// As a cell or fact of an answer; a float where 64 bits do not hold it, which no price list makes happen.
    package var value: Value { lane.map { .decimal(units: $0, scale: scale) } ?? .float(double) }

    /// Units as a 64-bit decimal column holds them; nil where they do not fit.
    package var lane: Int64? { Int64(exactly: units) }
}

extension Money: Hashable, Comparable {
    package static func == (one: Money, other: Money) -> Bool {
        let scale = max(one.scale, other.scale)
        return one.rescaled(to: scale).units == other.rescaled(to: scale).units
    }

    package static func < (one: Money, other: Money) -> Bool {
        let scale = max(one.scale, other.scale)
        return one.rescaled(to: scale).units < other.rescaled(to: scale).units
    }

    /// 1.5 and 1.50 are one amount, so only what is left without trailing zeros is hashed.
    package func hash(into hasher: inout Hasher) {
        var units = units
        var scale = scale
        while scale > 0, units % 10 == 0 {
            units /= 10
            scale -= 1
        }
        hasher.combine(units)
        hasher.combine(scale)
    }
}

extension Money: CustomStringConvertible {
    /// `6500000.00`: every digit of the scale, as machines read it.
    package var description: String { text(grouping: "") }

    /// `6,500,000.00`, as people read it.
    package var grouped: String { text(grouping: ",") }

    private func text(grouping separator: String) -> String {
        var digits = String(units.magnitude)
        if digits.count <= scale { digits = String(repeating: "0", count: scale + 1 - digits.count) + digits }
        let whole = digits.dropLast(scale)
        var text = units < 0 ? "-" : ""
        for (index, digit) in whole.enumerated() {
            if index > 0, (whole.count - index) % 3 == 0 { text += separator }
            text.append(digit)
        }
        return scale == 0 ? text : text + "." + digits.suffix(scale)
    }
}

extension Money: LosslessStringConvertible {
    /// Reads what `description` prints; nil for anything else.
    package init?(_ text: String) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count <= 2, let whole = parts.first, !whole.isEmpty else { return nil }
        let fraction = parts.count == 2 ? parts[1] : ""
        guard fraction.count <= 18, parts.count == 1 || !fraction.isEmpty else { return nil }
        guard fraction.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        guard let units = Int128(whole + fraction) else { return nil }
        self.init(units: units, scale: fraction.count)
    }
}

extension Money: Codable {
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let money = Money(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not an amount")
        }
        self = money
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
