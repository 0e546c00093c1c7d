// Comparisons of two columns row by row; "greater" swaps the sides.

/// A mask of the rows with left = right.
package func markEqual(_ left: [Int64], _ right: [Int64]) -> [UInt8] { markPairs(left, right) { $0 == $1 } }
/// A mask of the rows with left < right.
package func markLess(_ left: [Int64], _ right: [Int64]) -> [UInt8] { markPairs(left, right) { $0 < $1 } }
/// A mask of the rows with left ≤ right.
package func markLessOrEqual(_ left: [Int64], _ right: [Int64]) -> [UInt8] { markPairs(left, right) { $0 <= $1 } }

/// A mask of the rows with left = right.
package func markEqual(_ left: [Double], _ right: [Double]) -> [UInt8] { markPairs(left, right) { $0 == $1 } }
/// A mask of the rows with left < right.
package func markLess(_ left: [Double], _ right: [Double]) -> [UInt8] { markPairs(left, right) { $0 < $1 } }
/// A mask of the rows with left ≤ right.
package func markLessOrEqual(_ left: [Double], _ right: [Double]) -> [UInt8] { markPairs(left, right) { $0 <= $1 } }

/// The closure is a literal at each entry point and is inlined away.
@inline(__always)
private func markPairs<Element>(
    _ left: [Element], _ right: [Element], _ holds: (Element, Element) -> Bool
) -> [UInt8] {
    precondition(left.count == right.count, "both sides are equally long")
    var mask = [UInt8](repeating: 0, count: left.count)
    var out = mask.mutableSpan
    let lefts = left.span
    let rights = right.span
    for row in 0..<out.count { out[row] = holds(lefts[row], rights[row]) ? 1 : 0 }
    return mask
}
