// Numbers and times as the texts of cells. `before` and `after` stand around each: quotes, or the tags of a cell.

/// Digits of integers, `-` in front of negative ones. Rows whose value is missing get a text too, which nobody reads.
package func integerCells(_ lanes: [Int64], before: [UInt8] = [], after: [UInt8] = []) -> CellTexts {
    numberCells(lanes, scale: 0, before, after)
}

/// Exact decimals of `scale` digits behind the point: 1250 at scale 2 is `12.50`.
package func decimalCells(_ units: [Int64], scale: Int, before: [UInt8] = [], after: [UInt8] = []) -> CellTexts {
    precondition((0...18).contains(scale), "a decimal has up to 18 digits behind the point")
    return numberCells(units, scale: scale, before, after)
}

private func numberCells(_ lanes: [Int64], scale: Int, _ before: [UInt8], _ after: [UInt8]) -> CellTexts {
    var one: UInt64 = 1
    for _ in 0..<scale { one *= 10 }
    return cells(lanes.count, widest: 22 + before.count + after.count) { row, out in
        out.append(before)
        let lane = lanes[row]
        if lane < 0 { out.append(UInt8(ascii: "-")) }
        let magnitude = lane.magnitude
        if scale == 0 {
            out.append(digits: magnitude)
        } else {
            out.append(digits: magnitude / one)
            out.append(UInt8(ascii: "."))
            out.append(padded: magnitude % one, width: scale)
        }
        out.append(after)
    }
}

/// Instants as `2026-11-22T14:30:00+03:00`, with three or six digits of a second's fraction where there is one, `Z` for UTC.
///
/// `transitions` are the instants from which `offsets` (microseconds east) hold, the first the distant past. Texts of days come from
/// `days`, where day d is text d − `firstDay`; the days of all known instants, in any zone, are among them. An offset that is no whole
/// number of minutes, which ISO 8601 cannot say, is written as UTC.
package func instantCells(
    _ instants: [Int64], missing: [UInt8]?, transitions: [Int64], offsets: [Int64], days: CellTexts, firstDay: Int,
    before: [UInt8] = [], after: [UInt8] = []
) -> CellTexts {
    precondition(!transitions.isEmpty && transitions.count == offsets.count, "an offset per transition")
    let dayWidth = zip(days.offsets, days.offsets.dropFirst()).reduce(0) { max($0, Int($1.1 - $1.0)) }
    var period = 0
    return cells(instants.count, widest: dayWidth + 24 + before.count + after.count) { row, out in
        if let missing, missing[row] != 0 { return }
        let instant = instants[row]
        if instant < transitions[period] || period + 1 < transitions.count && instant >= transitions[period + 1] {
            period = lastPlace(in: transitions, notAfter: instant)
        }
        let offset = offsets[period] % 60_000_000 == 0 ? offsets[period] : 0
        let wall = instant &+ offset
        var day = wall / microsecondsPerDay
        if wall < 0, day * microsecondsPerDay != wall { day -= 1 }
        let time = (wall &- day &* microsecondsPerDay).magnitude
        let word = Int(day) - firstDay
        out.append(before)
        out.append(days.bytes, Int(days.offsets[word])..<Int(days.offsets[word + 1]))
        let seconds = time / 1_000_000
        out.append(UInt8(ascii: "T"))
        out.append(padded: seconds / 3_600, width: 2)
        out.append(UInt8(ascii: ":"))
        out.append(padded: seconds / 60 % 60, width: 2)
        out.append(UInt8(ascii: ":"))
        out.append(padded: seconds % 60, width: 2)
        let fraction = time % 1_000_000
        if fraction != 0 {
            out.append(UInt8(ascii: "."))
            if fraction % 1_000 != 0 {
                out.append(padded: fraction, width: 6)
            } else {
                out.append(padded: fraction / 1_000, width: 3)
            }
        }
        if offset == 0 {
            out.append(UInt8(ascii: "Z"))
        } else {
            let minutes = offset.magnitude / 60_000_000
            out.append(UInt8(ascii: offset < 0 ? "-" : "+"))
            out.append(padded: minutes / 60, width: 2)
            out.append(UInt8(ascii: ":"))
            out.append(padded: minutes % 60, width: 2)
        }
        out.append(after)
    }
}

private let microsecondsPerDay: Int64 = 86_400_000_000

private func lastPlace(in transitions: [Int64], notAfter instant: Int64) -> Int {
    var low = 0
    var high = transitions.count
    while high - low > 1 {
        let middle = (low + high) / 2
        if transitions[middle] <= instant { low = middle } else { high = middle }
    }
    return low
}

/// One text per row, none longer than `widest`.
@inline(__always)
private func cells(_ count: Int, widest: Int, _ body: (Int, inout CellOutput) -> Void) -> CellTexts {
    var offsets = [UInt32](repeating: 0, count: count + 1)
    precondition(count * widest <= Int(UInt32.max), "texts of a column take less than 4 GiB")
    // SAFETY: a row writes at most `widest` bytes, which `CellOutput` checks against the whole; so many were reserved for each.
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: count * widest) { buffer, initialized in
        guard let base = buffer.baseAddress else { return }
        var output = unsafe CellOutput(base: base, capacity: buffer.count)
        for row in 0..<count {
            body(row, &output)
            offsets[row + 1] = UInt32(output.count)
        }
        initialized = output.count
    }
    return CellTexts(offsets: offsets, bytes: bytes)
}

/// Bytes being written one behind another into memory that somebody else holds.
@safe
struct CellOutput: ~Copyable {
    // SAFETY: valid for `capacity` bytes as long as the output lives; every write checks that it ends before that.
    private let base: UnsafeMutablePointer<UInt8>
    private let capacity: Int
    private(set) var count = 0

    init(base: UnsafeMutablePointer<UInt8>, capacity: Int) {
        unsafe self.base = base
        self.capacity = capacity
    }

    @inline(__always)
    mutating func append(_ byte: UInt8) {
        precondition(count < capacity, "an output has room")
        unsafe base[count] = byte
        count += 1
    }

    @inline(__always)
    mutating func append(_ bytes: [UInt8]) { append(bytes, 0..<bytes.count) }

    @inline(__always)
    mutating func append(_ bytes: [UInt8], _ range: Range<Int>) {
        precondition(count + range.count <= capacity, "an output has room")
        for index in range {
            unsafe base[count] = bytes[index]
            count += 1
        }
    }

    @inline(__always)
    mutating func append(digits number: UInt64) {
        var width = 1
        var rest = number
        while rest >= 10 {
            rest /= 10
            width += 1
        }
        append(padded: number, width: width)
    }

    /// The last `width` digits.
    @inline(__always)
    mutating func append(padded number: UInt64, width: Int) {
        precondition(count + width <= capacity, "an output has room")
        var rest = number
        var place = count + width
        while place > count {
            place -= 1
            unsafe base[place] = 0x30 + UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
        }
        count += width
    }
}
