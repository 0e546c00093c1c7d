// Searching text for ASCII needles whatever the case. A needle is given folded (small letters); a byte matches a letter of it where
// setting the bit that tells small letters from capitals makes them equal, and any other character as it is.

/// An ASCII pattern, ready to be looked for.
package struct ASCIINeedle: Sendable {
    /// Small letters.
    let bytes: [UInt8]
    /// 0x20 where the byte is a letter, else 0.
    let caseBits: [UInt8]
    /// The two places whose characters are rarest in ordinary text, the earlier first; the same twice for one character.
    let probes: (first: Int, second: Int)

    /// Nil where the pattern is empty or not ASCII.
    package init?(folded: [UInt8]) {
        guard !folded.isEmpty, folded.allSatisfy({ $0 < 0x80 }) else { return nil }
        bytes = folded
        caseBits = folded.map { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) ? 0x20 : 0 }
        let byRarity = folded.indices.sorted { Self.commonness(folded[$0]) < Self.commonness(folded[$1]) }
        let second = byRarity.count > 1 ? byRarity[1] : byRarity[0]
        probes = (min(byRarity[0], second), max(byRarity[0], second))
    }

    /// Whether characters beyond ASCII fold into one of the needle's: the Kelvin sign into k, the long s into s.
    package var hasForeignForms: Bool { bytes.contains(UInt8(ascii: "k")) || bytes.contains(UInt8(ascii: "s")) }

    /// The later in this list, the more often it is met in names and addresses.
    private static func commonness(_ byte: UInt8) -> Int {
        Array("zqxjkvwybpfghdcmulrtsnioae0123456789".utf8).firstIndex(of: byte) ?? (byte == UInt8(ascii: ".") ? 20 : -1)
    }

    /// Whether the needle stands at `text[place...]`, where it fits.
    @inline(__always)
    func stands(at place: Int, of text: UnsafeBufferPointer<UInt8>) -> Bool {
        var index = 0
        // SAFETY: the caller made sure that the needle's length fits behind `place`.
        while index < bytes.count, unsafe text[place &+ index] | caseBits[index] == bytes[index] { index &+= 1 }
        return index == bytes.count
    }
}

/// A mask of the texts that contain the needle. The bytes of all rows are searched as one, a few dozen places at a time; only where both
/// probes match is it asked which row that is.
package func markContaining(offsets: [UInt32], bytes: [UInt8], _ needle: ASCIINeedle) -> [UInt8] {
    var mask = [UInt8](repeating: 0, count: offsets.count - 1)
    precondition(Int(offsets[offsets.count - 1]) <= bytes.count, "offsets lie inside the bytes")
    let last = bytes.count - needle.bytes.count
    guard last >= 0 else { return mask }
    // SAFETY: `search` reads at `place + probe` for places up to `last`, which lie inside; offsets ascend up to the bytes' count.
    unsafe bytes.withUnsafeBufferPointer { text in
        unsafe offsets.withUnsafeBufferPointer { starts in
            unsafe mask.withUnsafeMutableBufferPointer { out in
                unsafe search(text, starts, needle, through: last, &out)
            }
        }
    }
    return mask
}

/// Places that are probed at once: their marks stay in the nearest cache.
private let probedPlaces = 4_096

private func search(
    _ text: UnsafeBufferPointer<UInt8>, _ starts: UnsafeBufferPointer<UInt32>, _ needle: ASCIINeedle,
    through last: Int, _ out: inout UnsafeMutableBufferPointer<UInt8>
) {
    var marks = [UInt64](repeating: 0, count: probedPlaces / 8)
    var row = 0
    var start = Int(unsafe starts[0])
    // A place before this lies in a row that was found already.
    var free = start
    while start <= last {
        let count = min(probedPlaces, last &+ 1 &- start)
        unsafe probe(text, from: start, count: count, needle, into: &marks)
        for (word, found) in marks[..<((count + 7) / 8)].enumerated() where found != 0 {
            var left = UInt64(littleEndian: found)
            while left != 0 {
                let place = start &+ 8 &* word &+ left.trailingZeroBitCount / 8
                left &= left &- 1
                guard place >= free, unsafe needle.stands(at: place, of: text) else { continue }
                row = unsafe rowHolding(place, starts, from: row)
                // A needle that runs over into the next row stands in neither.
                let rowEnd = Int(unsafe starts[row &+ 1])
                guard place &+ needle.bytes.count <= rowEnd else { continue }
                unsafe out[row] = 1
                free = rowEnd
            }
        }
        start &+= count
    }
}

/// A mark, the lowest bit of a byte, for each of the places at which both probes match.
private func probe(
    _ text: UnsafeBufferPointer<UInt8>, from start: Int, count: Int, _ needle: ASCIINeedle, into marks: inout [UInt64]
) {
    let (first, second) = needle.probes
    let (firstByte, firstCase) = (needle.bytes[first], needle.caseBits[first])
    let (secondByte, secondCase) = (needle.bytes[second], needle.caseBits[second])
    // SAFETY: places up to the last at which the needle fits are probed, so both reads lie inside the text; the marks have a byte for
    // each of `probedPlaces`.
    unsafe marks.withUnsafeMutableBytes { raw in
        let out = unsafe raw.bindMemory(to: UInt8.self)
        let ones = unsafe text.baseAddress.unsafelyUnwrapped + (start &+ first)
        let twos = unsafe text.baseAddress.unsafelyUnwrapped + (start &+ second)
        for place in 0..<count {
            let one: UInt8 = unsafe ones[place] | firstCase == firstByte ? 1 : 0
            let two: UInt8 = unsafe twos[place] | secondCase == secondByte ? 1 : 0
            unsafe out[place] = one & two
        }
        for place in count..<(count &+ 7) & ~7 { unsafe out[place] = 0 }
    }
}

/// The row whose text holds the byte at `place`, which is not before the start of row `from`: leaps that double, then halves.
@inline(__always)
private func rowHolding(_ place: Int, _ starts: UnsafeBufferPointer<UInt32>, from: Int) -> Int {
    // SAFETY: rows stay below the last entry of `starts`, which is beyond `place`.
    let rowCount = starts.count &- 1
    var low = from
    var leap = 1
    while low &+ leap < rowCount, unsafe Int(starts[low &+ leap]) <= place {
        low &+= leap
        leap &*= 2
    }
    var high = min(low &+ leap, rowCount)
    while high &- low > 1 {
        let middle = (low &+ high) / 2
        if unsafe Int(starts[middle]) <= place { low = middle } else { high = middle }
    }
    return low
}

/// Keeps the texts that end with the needle (`atEnd`) or begin with it; gives how many are left. An empty mask is every row.
package func narrowAffix(
    _ mask: inout [UInt8], offsets: [UInt32], bytes: [UInt8], _ needle: ASCIINeedle, atEnd: Bool
) -> Int {
    precondition(Int(offsets[offsets.count - 1]) <= bytes.count, "offsets lie inside the bytes")
    let length = needle.bytes.count
    let head = min(length, 8)
    // The eight, or fewer, bytes nearest the text's edge as one word.
    let from = atEnd ? length - head : 0
    var wanted: UInt64 = 0
    var caseBits: UInt64 = 0
    for index in 0..<head {
        wanted |= UInt64(needle.bytes[from + index]) << UInt64(8 * index)
        caseBits |= UInt64(needle.caseBits[from + index]) << UInt64(8 * index)
    }
    let kept: UInt64 = head == 8 ? .max : (1 << UInt64(8 * head)) - 1
    // SAFETY: the needle's bytes lie inside the row wherever it is at least as long; eight bytes are read only where they lie inside
    // the text.
    return unsafe bytes.withUnsafeBufferPointer { text in
        narrowTexts(&mask, offsets) { start, end in
            guard end &- start >= length else { return false }
            let place = atEnd ? end &- length : start
            let edge = place &+ from
            if edge &+ 8 <= text.count {
                let word = unsafe UnsafeRawPointer(text.baseAddress.unsafelyUnwrapped).loadUnaligned(
                    fromByteOffset: edge, as: UInt64.self)
                guard (UInt64(littleEndian: word) | caseBits) & kept == wanted else { return false }
                return unsafe length <= 8 || needle.stands(at: place, of: text)
            }
            return unsafe needle.stands(at: place, of: text)
        }
    }
}

/// Keeps the rows of the mask whose text, from its start to its end, passes.
@inline(__always)
func narrowTexts(_ mask: inout [UInt8], _ offsets: [UInt32], _ passes: (Int, Int) -> Bool) -> Int {
    let count = offsets.count - 1
    if mask.isEmpty { mask = [UInt8](repeating: 1, count: count) }
    precondition(mask.count == count, "a mask byte per row")
    var total = 0
    // SAFETY: `starts` has an entry more than there are rows, `out` one for each.
    unsafe offsets.withUnsafeBufferPointer { starts in
        unsafe mask.withUnsafeMutableBufferPointer { out in
            for row in 0..<count where unsafe out[row] != 0 {
                let bit: UInt8 = unsafe passes(Int(starts[row]), Int(starts[row &+ 1])) ? 1 : 0
                unsafe out[row] = bit
                total &+= Int(bit)
            }
        }
    }
    return total
}
