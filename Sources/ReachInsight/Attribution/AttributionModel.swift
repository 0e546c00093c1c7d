import Glibc

/// How the credit for a conversion is divided among the touches before it.
package enum AttributionModel: String, Hashable, Sendable, CaseIterable {
    case first, last
    /// The last one that was clicked.
    case lastClick = "last_click"
    /// All alike.
    case linear
    /// 40 % the first, 40 % the last, 20 % those between; two get half each.
    case position
    /// By half per half-life of their age.
    case decay
}

/// A touch before a conversion.
package struct Touch: Hashable, Sendable {
    /// Which channel, as the caller numbers them.
    package let channel: Int32
    /// Days, or a part of them, before the conversion.
    package let ageDays: Double
    package let isClicked: Bool

    package init(channel: Int32, ageDays: Double, isClicked: Bool = false) {
        self.channel = channel
        self.ageDays = ageDays
        self.isClicked = isClicked
    }
}

extension AttributionModel {
    /// The share of each of the touches, the earliest first; they add up to 1. Empty where none has any, the conversion is then unattributed.
    package func shares(_ touches: [Touch], halfLifeDays: Double) -> [Double] {
        let count = touches.count
        if count == 0 { return [] }
        var shares = [Double](repeating: 0, count: count)
        switch self {
        case .first: shares[0] = 1
        case .last: shares[count - 1] = 1
        case .lastClick:
            guard let clicked = touches.lastIndex(where: \.isClicked) else { return [] }
            shares[clicked] = 1
        case .linear: return [Double](repeating: 1 / Double(count), count: count)
        case .position:
            if count <= 2 { return [Double](repeating: 1 / Double(count), count: count) }
            for index in 1..<count - 1 { shares[index] = 0.2 / Double(count - 2) }
            shares[0] = 0.4
            shares[count - 1] = 0.4
        case .decay:
            // Against the newest, so that old touches alone do not vanish.
            let newest = touches[count - 1].ageDays
            let weights = touches.map { exp2((newest - $0.ageDays) / halfLifeDays) }
            let sum = weights.reduce(0, +)
            return weights.map { $0 / sum }
        }
        return shares
    }
}

/// Divides whole units so that they add up: each gets the floor of its share, and those with the largest remainders one more, the first of equal
/// ones first.
///
/// Worked example: 100 by thirds is 34, 33, 33.
package func dividedByLargestRemainder(_ units: Int64, _ shares: [Double]) -> [Int64] {
    if shares.isEmpty { return [] }
    if let parts = dividedSimply(units, shares) { return parts }
    let magnitude = Double(units.magnitude)
    let exact = shares.map { $0 * magnitude }
    var parts = exact.map { Int128($0.rounded(.down)) }
    var rest = Int128(units.magnitude) - parts.reduce(0, +)
    let order = shares.indices.sorted { one, other in
        let (first, second) = (exact[one] - exact[one].rounded(.down), exact[other] - exact[other].rounded(.down))
        // What differs by rounding alone is equal.
        return abs(first - second) > 1e-9 ? first > second : one < other
    }
    // Rounding of very large figures may leave a unit too many or more than one each.
    var place = 0
    while rest > 0 {
        parts[order[place % order.count]] += 1
        rest -= 1
        place += 1
    }
    while rest < 0, let largest = parts.indices.max(by: { parts[$0] < parts[$1] }) {
        parts[largest] -= 1
        rest += 1
    }
    return parts.map { Int64(clamping: units < 0 ? -$0 : $0) }
}

/// The same where figures are of ordinary size and shares few or all alike, without sorting; nil where they are not.
private func dividedSimply(_ units: Int64, _ shares: [Double]) -> [Int64]? {
    guard units.magnitude < 1 << 50 else { return nil }
    let magnitude = Double(units.magnitude)
    var parts = [Int64](repeating: 0, count: shares.count)
    var remainders = [Double](repeating: 0, count: shares.count)
    var (rest, least, most) = (Int64(units.magnitude), 1.0, 0.0)
    for index in shares.indices {
        let exact = shares[index] * magnitude
        let whole = exact.rounded(.down)
        parts[index] = Int64(whole)
        remainders[index] = exact - whole
        rest -= parts[index]
        least = min(least, remainders[index])
        most = max(most, remainders[index])
    }
    guard rest >= 0, rest <= shares.count else { return nil }
    if most - least <= 1e-9 {
        for index in 0..<Int(rest) { parts[index] += 1 }
    } else {
        guard shares.count <= 64 else { return nil }
        for _ in 0..<rest {
            var best = 0
            for index in remainders.indices where remainders[index] > remainders[best] + 1e-9 { best = index }
            parts[best] += 1
            remainders[best] = -1
        }
    }
    if units < 0 { for index in parts.indices { parts[index] = -parts[index] } }
    return parts
}

/// The credit of each channel under one model. Fractions of conversions are whole numbers of 2⁻⁴⁰, so that sums do not depend on their order.
package struct AttributionCredit: Hashable, Sendable {
    /// By channel; the last is what is attributed to none.
    private var parts: [Int128]
    package private(set) var units: [Int128]

    private static let conversion = Int64(1) << 40

    package init(channels: Int) {
        parts = [Int128](repeating: 0, count: channels + 1)
        units = parts
    }

    package func conversions(_ channel: Int) -> Double { Double(parts[channel]) / Double(Self.conversion) }
    package var unattributed: Int { parts.count - 1 }

    /// A conversion worth so many units, after these touches, the earliest first.
    package mutating func add(
        _ touches: [Touch], _ model: AttributionModel, halfLifeDays: Double, units whole: Int64
    ) {
        if let only = model.onlyTouch(touches) {
            return add(to: only.map { Int($0.channel) } ?? unattributed, Self.conversion, whole)
        }
        let shares = model.shares(touches, halfLifeDays: halfLifeDays)
        let money = dividedByLargestRemainder(whole, shares)
        var left = Self.conversion
        for index in touches.indices {
            let part = index == touches.count - 1 ? left : Int64((shares[index] * Double(Self.conversion)).rounded())
            left -= part
            add(to: Int(touches[index].channel), part, money[index])
        }
    }

    private mutating func add(to channel: Int, _ part: Int64, _ money: Int64) {
        parts[channel] += Int128(part)
        units[channel] += Int128(money)
    }

    package mutating func add(_ other: AttributionCredit) {
        for channel in parts.indices {
            parts[channel] += other.parts[channel]
            units[channel] += other.units[channel]
        }
    }

    /// The same with its channels where `places` says, of `channels` in all.
    package func moved(to places: [Int], of channels: Int) -> AttributionCredit {
        var moved = AttributionCredit(channels: channels)
        for (channel, place) in (places + [channels]).enumerated() {
            moved.parts[place] += parts[channel]
            moved.units[place] += units[channel]
        }
        return moved
    }
}

extension AttributionModel {
    /// The touch that has all the credit, or that there is none such; nil where several may share it.
    fileprivate func onlyTouch(_ touches: [Touch]) -> Touch?? {
        switch self {
        case .first: return .some(touches.first)
        case .last: return .some(touches.last)
        case .lastClick: return .some(touches.last(where: \.isClicked))
        case .linear, .position, .decay: return touches.count > 1 ? nil : .some(touches.first)
        }
    }
}
