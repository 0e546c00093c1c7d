// Moving rows from encoded chunks to their places in a chunk being built: for each k in `moves`, row from[k] of the source goes to
// row to[k] of the destination. Indexes are checked by the arrays.

package func scatter(
    _ codes: [UInt8], base: Int64, step: Int64, from: [UInt32], to: [UInt32], moves: Range<Int>,
    into lanes: inout [Int64]
) {
    for move in moves { lanes[Int(to[move])] = base &+ step &* Int64(codes[Int(from[move])]) }
}

package func scatter(
    _ codes: [UInt16], base: Int64, step: Int64, from: [UInt32], to: [UInt32], moves: Range<Int>,
    into lanes: inout [Int64]
) {
    for move in moves { lanes[Int(to[move])] = base &+ step &* Int64(codes[Int(from[move])]) }
}

package func scatter(
    _ codes: [UInt32], base: Int64, step: Int64, from: [UInt32], to: [UInt32], moves: Range<Int>,
    into lanes: inout [Int64]
) {
    for move in moves { lanes[Int(to[move])] = base &+ step &* Int64(codes[Int(from[move])]) }
}

package func scatter(
    _ source: [Int64], from: [UInt32], to: [UInt32], moves: Range<Int>, into lanes: inout [Int64]
) {
    for move in moves { lanes[Int(to[move])] = source[Int(from[move])] }
}

package func scatter(constant: Int64, to: [UInt32], moves: Range<Int>, into lanes: inout [Int64]) {
    for move in moves { lanes[Int(to[move])] = constant }
}

package func scatter(
    _ source: [Double], from: [UInt32], to: [UInt32], moves: Range<Int>, into floats: inout [Double]
) {
    for move in moves { floats[Int(to[move])] = source[Int(from[move])] }
}

package func scatter(
    _ codes: [UInt8], from: [UInt32], to: [UInt32], moves: Range<Int>, into words: inout [UInt32]
) {
    for move in moves { words[Int(to[move])] = UInt32(codes[Int(from[move])]) }
}

package func scatter(
    _ codes: [UInt16], from: [UInt32], to: [UInt32], moves: Range<Int>, into words: inout [UInt32]
) {
    for move in moves { words[Int(to[move])] = UInt32(codes[Int(from[move])]) }
}

package func scatter(
    _ codes: [UInt32], from: [UInt32], to: [UInt32], moves: Range<Int>, into words: inout [UInt32]
) {
    for move in moves { words[Int(to[move])] = codes[Int(from[move])] }
}

/// Carries the missing bits along; a source without words has nothing missing.
package func scatterMissing(
    _ source: [UInt64], from: [UInt32], to: [UInt32], moves: Range<Int>, into missing: inout [UInt64]
) {
    for move in moves {
        let place = Int(to[move])
        let row = Int(from[move])
        let bit = source.isEmpty ? 0 : source[row >> 6] >> UInt64(row & 63) & 1
        missing[place >> 6] = missing[place >> 6] & ~(1 << UInt64(place & 63)) | bit << UInt64(place & 63)
    }
}

/// The same from a source that is missing throughout.
package func markMissing(to: [UInt32], moves: Range<Int>, in missing: inout [UInt64]) {
    for move in moves { missing[Int(to[move]) >> 6] |= 1 << UInt64(to[move] & 63) }
}

/// Sorts the rows of a partition by customer, then time, then arrival. `customers` are positions in the chunk below `customerCount`.
/// Gives each arriving row its place, and where each customer's rows start (an entry more than there are customers).
package func sortActivity(
    customers: [UInt32], times: [Int64], customerCount: Int
) -> (places: [UInt32], offsets: [UInt32]) {
    var offsets = [UInt32](repeating: 0, count: customerCount + 1)
    for customer in customers { offsets[Int(customer) + 1] += 1 }
    for customer in 0..<customerCount { offsets[customer + 1] += offsets[customer] }
    var next = offsets
    var arrivals = [UInt32](repeating: 0, count: customers.count)
    for row in 0..<customers.count {
        let customer = Int(customers[row])
        arrivals[Int(next[customer])] = UInt32(row)
        next[customer] += 1
    }
    for customer in 0..<customerCount {
        sortByTime(&arrivals, times: times, from: Int(offsets[customer]), to: Int(offsets[customer + 1]))
    }
    var places = [UInt32](repeating: 0, count: customers.count)
    for place in 0..<arrivals.count { places[Int(arrivals[place])] = UInt32(place) }
    return (places, offsets)
}

/// One customer's rows, which stand in order of arrival.
private func sortByTime(_ rows: inout [UInt32], times: [Int64], from: Int, to: Int) {
    var isSorted = true
    var at = from + 1
    while at < to, isSorted {
        isSorted = times[Int(rows[at - 1])] <= times[Int(rows[at])]
        at += 1
    }
    if isSorted { return }
    if to - from > 32 {
        rows[from..<to].sort { one, other in
            let (first, second) = (times[Int(one)], times[Int(other)])
            return first != second ? first < second : one < other
        }
        return
    }
    for current in (from + 1)..<to {
        let row = rows[current]
        let time = times[Int(row)]
        var place = current
        while place > from, times[Int(rows[place - 1])] > time {
            rows[place] = rows[place - 1]
            place -= 1
        }
        rows[place] = row
    }
}

/// Sorts the rows of a file by the chunk of the customer they belong to, keeping their order. `blocks` hold customer rows, `skip` ones
/// left out; gives file rows and where each chunk's begin (an entry more than there are chunks).
package func groupByChunk(
    _ blocks: [[UInt32]], chunkRows: Int, chunkCount: Int, skip: UInt32
) -> (rows: [UInt32], starts: [Int]) {
    let width = UInt32(chunkRows)
    var starts = [Int](repeating: 0, count: chunkCount + 1)
    for block in blocks {
        for customer in block where customer != skip { starts[Int(customer / width) + 1] += 1 }
    }
    for chunk in 0..<chunkCount { starts[chunk + 1] += starts[chunk] }
    var next = starts
    var rows = [UInt32](repeating: 0, count: starts[chunkCount])
    var row: UInt32 = 0
    for block in blocks {
        for customer in block {
            if customer != skip {
                let chunk = Int(customer / width)
                rows[next[chunk]] = row
                next[chunk] += 1
            }
            row += 1
        }
    }
    return (rows, starts)
}
