import ReachColumns

/// A list of words as one run of bytes, so that writing one into a column copies bytes and makes no `String`.
struct DemoWords: Sendable {
    private let bytes: [UInt8]
    private let offsets: [Int]
    /// Where words are not equally likely: the sum of weights up to and with each.
    private let cumulative: [Int]

    var count: Int { offsets.count - 1 }

    init(_ words: [String], weights: [Int]? = nil) {
        var bytes: [UInt8] = []
        var offsets = [0]
        for word in words {
            bytes.append(contentsOf: word.utf8)
            offsets.append(bytes.count)
        }
        var sum = 0
        cumulative = (weights ?? words.map { _ in 1 }).map { weight in
            sum += weight
            return sum
        }
        self.bytes = bytes
        self.offsets = offsets
    }

    subscript(index: Int) -> ArraySlice<UInt8> { bytes[offsets[index]..<offsets[index + 1]] }

    /// A position, by weight.
    func pick(_ random: inout DemoRandom) -> Int {
        let lot = random.below(cumulative[cumulative.count - 1])
        var low = 0
        var high = cumulative.count - 1
        while low < high {
            let middle = (low + high) / 2
            if cumulative[middle] <= lot { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

/// A text column being filled: parts are appended, then the row is ended.
struct DemoTextColumn {
    private var offsets: [UInt32] = [0]
    private var bytes: [UInt8] = []
    private var missing: [Int] = []

    mutating func append(_ part: ArraySlice<UInt8>) { bytes.append(contentsOf: part) }
    mutating func append(_ part: [UInt8]) { bytes.append(contentsOf: part) }
    mutating func append(_ byte: UInt8) { bytes.append(byte) }
    mutating func append(_ text: StaticString) { bytes.append(contentsOf: "\(text)".utf8) }

    /// A number with at least so many digits.
    mutating func append(number: Int, digits: Int) {
        var divisor = 1
        for _ in 1..<max(1, digits) { divisor *= 10 }
        while divisor <= number / 10 { divisor *= 10 }
        while divisor > 0 {
            bytes.append(0x30 + UInt8(truncatingIfNeeded: number / divisor % 10))
            divisor /= 10
        }
    }

    mutating func endRow() { offsets.append(UInt32(bytes.count)) }

    mutating func endRow(_ word: ArraySlice<UInt8>) {
        append(word)
        endRow()
    }

    mutating func endMissing() {
        missing.append(offsets.count - 1)
        endRow()
    }

    var column: BatchColumn {
        .text(offsets: offsets, bytes: bytes, missing: Bitmap.demo(rows: offsets.count - 1, missing: missing))
    }
}

/// A column of 64-bit values being filled.
struct DemoLaneColumn {
    private var lanes: [Int64] = []
    private var missing: [Int] = []

    var count: Int { lanes.count }

    mutating func append(_ lane: Int64) { lanes.append(lane) }
    mutating func append(_ flag: Bool) { lanes.append(flag ? 1 : 0) }

    mutating func appendMissing() {
        missing.append(lanes.count)
        lanes.append(0)
    }

    var column: BatchColumn { .lanes(lanes, missing: Bitmap.demo(rows: lanes.count, missing: missing)) }
}

extension Bitmap {
    fileprivate static func demo(rows: Int, missing: [Int]) -> Bitmap? {
        if missing.isEmpty { return nil }
        var bitmap = Bitmap(count: rows)
        for row in missing { bitmap[row] = true }
        return bitmap
    }
}
