/// 96 bits of a hash of a value, two chains of words begun differently: of a hundred million values any two with the same are equal, but for
/// a chance of one in 10^13.
package struct ValuePrint: Hashable, Sendable {
    package var hash: UInt64
    package var more: UInt32

    package init(hash: UInt64, more: UInt32) {
        self.hash = hash
        self.more = more
    }
}

/// The prints of texts, begun with `seed`: their UTF-8 bytes, eight to a word, then their number.
package func textPrints(offsets: [UInt32], bytes: [UInt8], seed: UInt64) -> [ValuePrint] {
    precondition(offsets.last.map { Int($0) <= bytes.count } ?? true, "every text lies in the bytes")
    let (starts, text) = (offsets.span, bytes.span)
    var prints: [ValuePrint] = []
    prints.reserveCapacity(max(0, starts.count - 1))
    for row in 0..<max(0, starts.count - 1) {
        let (from, to) = (Int(starts[row]), Int(starts[row &+ 1]))
        var chain = PrintChain(seed)
        var (word, shift): (UInt64, UInt64) = (0, 0)
        for index in from..<max(from, to) {
            word |= UInt64(text[index]) << shift
            shift &+= 8
            if shift == 64 {
                chain.add(word)
                (word, shift) = (0, 0)
            }
        }
        if shift > 0 { chain.add(word) }
        chain.add(UInt64(to &- from))
        prints.append(chain.print)
    }
    return prints
}

/// The prints of whole numbers, or of the bits of others.
package func lanePrints(_ lanes: [Int64], seed: UInt64) -> [ValuePrint] {
    lanes.map { lane in
        var chain = PrintChain(seed)
        chain.add(UInt64(bitPattern: lane))
        return chain.print
    }
}

/// The prints of several values as one.
package func joinedPrints(_ columns: [[ValuePrint]], seed: UInt64) -> [ValuePrint] {
    guard let first = columns.first else { return [] }
    return first.indices.map { row in
        var chain = PrintChain(seed)
        for column in columns {
            chain.add(column[row].hash)
            chain.add(UInt64(column[row].more))
        }
        return chain.print
    }
}

private struct PrintChain {
    private var one: UInt64
    private var other: UInt64

    init(_ seed: UInt64) {
        one = seed
        other = ~seed
    }

    mutating func add(_ word: UInt64) {
        one = foldedWord(one, word)
        other = foldedWord(other, word)
    }

    var print: ValuePrint { ValuePrint(hash: mixedBits(one), more: UInt32(truncatingIfNeeded: mixedBits(other))) }
}

/// A row and the print of one of its values.
package struct PrintedRow: Hashable, Sendable {
    package let print: ValuePrint
    package let row: UInt32

    package init(_ print: ValuePrint, row: UInt32) {
        self.print = print
        self.row = row
    }
}

/// The rows in parts by the first bits of their prints: `1 << bits` parts, one after the other in `rows`, and where each starts.
package func partedByPrint(_ rows: [PrintedRow], bits: Int) -> (rows: [PrintedRow], starts: [Int]) {
    precondition((1...16).contains(bits), "some bits of a hash")
    var starts = [Int](repeating: 0, count: (1 << bits) + 1)
    let shift = UInt64(64 - bits)
    for row in rows { starts[Int(row.print.hash >> shift) + 1] += 1 }
    for part in 1..<starts.count { starts[part] += starts[part - 1] }
    var next = starts
    var parted = rows
    for row in rows {
        let part = Int(row.print.hash >> shift)
        parted[next[part]] = row
        next[part] += 1
    }
    return (parted, starts)
}

/// Rows that share a print with another row, by print, each row once and ascending.
package func rowsOfSharedPrints(_ rows: [PrintedRow]) -> [[UInt32]] {
    let sorted = rows.sorted { one, other in
        if one.print.hash != other.print.hash { return one.print.hash < other.print.hash }
        if one.print.more != other.print.more { return one.print.more < other.print.more }
        return one.row < other.row
    }
    var shared: [[UInt32]] = []
    var start = 0
    while start < sorted.count {
        var end = start + 1
        while end < sorted.count, sorted[end].print == sorted[start].print { end += 1 }
        if end > start + 1, sorted[start].row != sorted[end - 1].row {
            var own: [UInt32] = []
            for row in sorted[start..<end] where own.last != row.row { own.append(row.row) }
            shared.append(own)
        }
        start = end
    }
    return shared
}
