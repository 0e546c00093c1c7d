// What customers have bought together: every value of a column that a customer's rows hold is in their basket once. Codes are below
// `count`; `UInt32.max` is no value. Baskets over up to 64 values are bits of a word, others are lists of codes.

/// How many customers have each value, and each pair of values: pair × count + other, the smaller code first.
package struct BasketCounts: Hashable, Sendable {
    package var customers: Int64 = 0
    package var singles: [Int64]
    package var pairs: [UInt32]

    package init(count: Int) {
        singles = [Int64](repeating: 0, count: count)
        pairs = [UInt32](repeating: 0, count: count * count)
    }

    package mutating func add(_ other: BasketCounts) {
        customers += other.customers
        for index in singles.indices { singles[index] += other.singles[index] }
        for index in pairs.indices { pairs[index] += other.pairs[index] }
    }
}

/// Adds the baskets of a partition.
package func addBaskets(_ runs: DatedRuns, codes: [UInt32], into counts: inout BasketCounts) {
    let count = counts.singles.count
    if count <= 64 { return addBaskets(basketBits(runs, codes, count: count), into: &counts) }
    forEachBasket(runs, codes, count: count) { _, basket in
        if basket.isEmpty { return }
        counts.customers &+= 1
        for (place, code) in basket.enumerated() {
            counts.singles[Int(code)] &+= 1
            for other in basket[(place + 1)...] {
                counts.pairs[Int(min(code, other)) &* count &+ Int(max(code, other))] &+= 1
            }
        }
    }
}

/// Adds baskets by 64 customers at a time: of each value the customers who have it are bits of a word, pairs what two words share.
private func addBaskets(_ baskets: [UInt64], into counts: inout BasketCounts) {
    let count = counts.singles.count
    let all = baskets.span
    var block = [UInt64](repeating: 0, count: 64)
    var bits = block.mutableSpan
    var (allSingles, allPairs) = (moved(&counts.singles), moved(&counts.pairs))
    var singles = allSingles.mutableSpan
    var pairs = allPairs.mutableSpan
    var customers: Int64 = 0
    for start in stride(from: 0, to: all.count, by: 64) {
        for place in 0..<64 {
            bits[place] = start &+ place < all.count ? all[start &+ place] : 0
            customers &+= bits[place] != 0 ? 1 : 0
        }
        transpose(&bits)
        for code in 0..<count where bits[code] != 0 {
            let having = bits[code]
            singles[code] &+= Int64(having.nonzeroBitCount)
            let row = code &* count
            for other in code &+ 1..<max(count, code &+ 1) {
                pairs[row &+ other] &+= UInt32(truncatingIfNeeded: (having & bits[other]).nonzeroBitCount)
            }
        }
    }
    counts.customers &+= customers
    (counts.singles, counts.pairs) = (allSingles, allPairs)
}

/// Swaps rows and columns of 64 words of 64 bits, by halves, quarters and so on of the square.
private func transpose(_ words: inout MutableSpan<UInt64>) {
    var (width, mask) = (32, UInt64(0xFFFF_FFFF))
    while width > 0 {
        var row = 0
        while row < 64 {
            let moved = (words[row] &>> UInt64(width) ^ words[row &+ width]) & mask
            words[row] ^= moved &<< UInt64(width)
            words[row &+ width] ^= moved
            row = (row &+ width &+ 1) & ~width
        }
        width /= 2
        mask ^= mask &<< UInt64(width)
    }
}

/// The basket of each customer of the mask as bits by code, none of the others; codes are below 64.
func basketBits(_ runs: DatedRuns, _ codes: [UInt32], count: Int) -> [UInt64] {
    precondition(codes.count == runs.rowCount && count <= 64, "a code per row, of as many as a word has bits")
    var baskets = [UInt64](repeating: 0, count: runs.offsets.count - 1)
    var out = baskets.mutableSpan
    let (starts, values) = (runs.offsets.span, codes.span)
    let (members, rows) = (runs.members.span, runs.rows.span)
    let known = UInt32(count)
    for customer in 0..<out.count where members.isEmpty || members[customer] != 0 {
        var basket: UInt64 = 0
        for row in Int(starts[customer])..<Int(starts[customer &+ 1]) where rows.isEmpty || rows[row] != 0 {
            let code = values[row]
            basket |= code < known ? 1 &<< UInt64(code) : 0
        }
        out[customer] = basket
    }
    return baskets
}

/// Calls `body` with each customer of the mask and the different codes of their rows, ascending.
@inline(__always)
func forEachBasket(
    _ runs: DatedRuns, _ codes: [UInt32], count: Int, _ body: (_ customer: Int, _ basket: [UInt32]) -> Void
) {
    precondition(codes.count == runs.rowCount, "a code per row")
    var basket: [UInt32] = []
    for customer in 0..<runs.offsets.count - 1 where runs.members.isEmpty || runs.members[customer] != 0 {
        basket.removeAll(keepingCapacity: true)
        for row in Int(runs.offsets[customer])..<Int(runs.offsets[customer + 1])
        where (runs.rows.isEmpty || runs.rows[row] != 0) && codes[row] < UInt32(count) {
            if !basket.contains(codes[row]) { basket.append(codes[row]) }
        }
        basket.sort()
        body(customer, basket)
    }
}
