/// Divides whole units so that they add up: each gets the floor of its share, and those with the largest remainders one more, the first of equal
/// ones first.
///
/// Worked example: 100 by thirds is 34, 33, 33.
package func dividedByLargestRemainder(_ units: Int64, _ shares: [Double]) -> [Int64] {
    if shares.isEmpty { return [] }
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

/// Units by 2/5 for the first and the last and 1/5 for all between together, by largest remainder, exactly: in parts of 5 × `between`, the ends
/// have 2 × `between` each and the others 1.
///
/// Worked example: 10 units and three between are 4, 1, 1, 0, 4.
struct PlaceSplit {
    private let isNegative: Bool
    private let end: Int64
    private let middle: Int64
    /// Who has a unit more: the first, the last, and so many of those between.
    private let firstMore: Bool
    private let lastMore: Bool
    private let betweenMore: Int64

    init(units: Int64, between: Int) {
        isNegative = units < 0
        let parts = 5 * between
        let (endRest, otherRest): (UInt64, UInt64)
        if units.magnitude < 1 << 48, between < 1 << 12 {
            let (ends, others) = (
                (units.magnitude * UInt64(2 * between)).quotientAndRemainder(dividingBy: UInt64(parts)),
                units.magnitude.quotientAndRemainder(dividingBy: UInt64(parts))
            )
            (end, endRest) = (Int64(ends.quotient), ends.remainder)
            (middle, otherRest) = (Int64(others.quotient), others.remainder)
        } else {
            let (ends, others) = (
                (UInt128(units.magnitude) * UInt128(2 * between)).quotientAndRemainder(dividingBy: UInt128(parts)),
                units.magnitude.quotientAndRemainder(dividingBy: UInt64(parts))
            )
            (end, endRest) = (Int64(ends.quotient), UInt64(ends.remainder))
            (middle, otherRest) = (Int64(others.quotient), others.remainder)
        }
        let count = Int64(between)
        let rest = Int64(units.magnitude - 2 * UInt64(end) - UInt64(between) * UInt64(middle))
        if endRest > otherRest {
            (firstMore, lastMore) = (rest > 0, rest > 1)
            betweenMore = max(0, rest - 2)
        } else if endRest < otherRest {
            betweenMore = min(rest, count)
            (firstMore, lastMore) = (rest > count, rest > count + 1)
        } else {
            firstMore = rest > 0
            betweenMore = min(max(0, rest - 1), count)
            lastMore = rest > count + 1
        }
    }

    func amount(first: Bool) -> Int64 { signed(end + ((first ? firstMore : lastMore) ? 1 : 0)) }

    func amount(between place: Int) -> Int64 { signed(middle + (place < betweenMore ? 1 : 0)) }

    private func signed(_ amount: Int64) -> Int64 { isNegative ? -amount : amount }
}
