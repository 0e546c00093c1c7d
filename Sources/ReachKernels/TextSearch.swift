import CKernels

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
    private let head: NeedleWord
    /// The last eight bytes; where the needle is shorter the same as the head.
    private let tail: NeedleWord

    /// Nil where the pattern is empty or not ASCII.
    package init?(folded: [UInt8]) {
        guard !folded.isEmpty, folded.allSatisfy({ $0 < 0x80 }) else { return nil }
        bytes = folded
        caseBits = folded.map { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) ? 0x20 : 0 }
        let byRarity = folded.indices.sorted { Self.commonness(folded[$0]) < Self.commonness(folded[$1]) }
        let second = byRarity.count > 1 ? byRarity[1] : byRarity[0]
        probes = (min(byRarity[0], second), max(byRarity[0], second))
        let edge = min(8, folded.count)
        head = NeedleWord(bytes[..<edge], caseBits[..<edge])
        tail = NeedleWord(bytes[(folded.count - edge)...], caseBits[(folded.count - edge)...])
    }

    /// Whether characters beyond ASCII fold into one of the needle's: the Kelvin sign into k, the long s into s.
    package var hasForeignForms: Bool { bytes.contains(UInt8(ascii: "k")) || bytes.contains(UInt8(ascii: "s")) }

    /// The later in this list, the more often it is met in names and addresses.
    private static func commonness(_ byte: UInt8) -> Int {
        Array("zqxjkvwybpfghdcmulrtsnioae0123456789".utf8).firstIndex(of: byte) ?? (byte == UInt8(ascii: ".") ? 24 : -1)
    }

    /// Whether the needle stands at `text[place...]`, where it fits.
    @inline(__always)
    func stands(at place: Int, of text: UnsafeBufferPointer<UInt8>) -> Bool {
        if place &+ max(8, bytes.count) <= text.count {
            // The last eight bytes tell most texts apart, as they end addresses; up to sixteen are all looked at in two words.
            let last = place &+ max(0, bytes.count &- 8)
            guard unsafe tail.stands(at: last, of: text), unsafe head.stands(at: place, of: text) else { return false }
            if bytes.count <= 16 { return true }
        }
        return unsafe standsByteByByte(at: place, of: text)
    }

    private func standsByteByByte(at place: Int, of text: UnsafeBufferPointer<UInt8>) -> Bool {
        var index = 0
        // SAFETY: the caller made sure that the needle's length fits behind `place`.
        while index < bytes.count, unsafe text[place &+ index] | caseBits[index] == bytes[index] { index &+= 1 }
        return index == bytes.count
    }
}

/// Up to eight bytes of a needle as a word, the first lowest.
private struct NeedleWord: Sendable {
    private var bytes: UInt64 = 0
    private var caseBits: UInt64 = 0
    /// Ones where there is a byte.
    private var kept: UInt64 = 0

    init(_ folded: ArraySlice<UInt8>, _ cases: ArraySlice<UInt8>) {
        for (index, (byte, bit)) in zip(folded, cases).enumerated() {
            let shift = UInt64(8 * index)
            bytes |= UInt64(byte) << shift
            caseBits |= UInt64(bit) << shift
            kept |= 0xFF << shift
        }
    }

    /// Whether the bytes stand at a place that is eight bytes before the text's end, or more.
    @inline(__always)
    func stands(at place: Int, of text: UnsafeBufferPointer<UInt8>) -> Bool {
        guard let start = text.baseAddress else { return false }
        // SAFETY: the caller made sure that eight bytes lie inside the text.
        let word = unsafe UnsafeRawPointer(start).loadUnaligned(fromByteOffset: place, as: UInt64.self)
        return (UInt64(littleEndian: word) | caseBits) & kept == bytes
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

/// Blocks of 64 places that are probed at once: their marks stay in the nearest cache.
private let probedBlocks = 64

private func search(
    _ text: UnsafeBufferPointer<UInt8>, _ starts: UnsafeBufferPointer<UInt32>, _ needle: ASCIINeedle,
    through last: Int, _ out: inout UnsafeMutableBufferPointer<UInt8>
) {
    var marks = [UInt64](repeating: 0, count: probedBlocks * 8)
    var isMet = [UInt8](repeating: 0, count: probedBlocks)
    var hits = Hits(place: Int(unsafe starts[0]))
    // Whole blocks of places are probed together, the few at the end are looked at one by one.
    while hits.next &+ 63 <= last {
        let start = hits.next
        let blocks = min(probedBlocks, (last &+ 1 &- start) / 64)
        unsafe probe(text, from: start, blocks: blocks, needle, marks: &marks, isMet: &isMet)
        for block in 0..<blocks where isMet[block] != 0 {
            for word in 8 * block..<8 * block + 8 where marks[word] != 0 {
                var left = UInt64(littleEndian: marks[word])
                while left != 0 {
                    let place = start &+ 8 &* word &+ left.trailingZeroBitCount / 8
                    left &= left &- 1
                    unsafe hits.look(at: place, of: text, starts, needle, &out)
                }
            }
        }
        hits.next = start &+ 64 &* blocks
    }
    while hits.next <= last {
        unsafe hits.look(at: hits.next, of: text, starts, needle, &out)
        hits.next &+= 1
    }
}

/// Marks rows at the places where the needle stands; places come in ascending order.
private struct Hits {
    /// The place that was not looked at yet.
    var next: Int
    private var row = 0
    /// A place before this lies in a row that is marked already.
    private var free: Int

    init(place: Int) {
        next = place
        free = place
    }

    @inline(__always)
    mutating func look(
        at place: Int, of text: UnsafeBufferPointer<UInt8>, _ starts: UnsafeBufferPointer<UInt32>,
        _ needle: ASCIINeedle, _ out: inout UnsafeMutableBufferPointer<UInt8>
    ) {
        guard place >= free, unsafe needle.stands(at: place, of: text) else { return }
        row = unsafe rowHolding(place, starts, from: row)
        // A needle that runs over into the next row stands in neither.
        let rowEnd = Int(unsafe starts[row &+ 1])
        guard place &+ needle.bytes.count <= rowEnd else { return }
        unsafe out[row] = 1
        free = rowEnd
    }
}

/// A mark, the lowest bit of a byte, for each of the places of some blocks at which both probes match, and whether a block has any.
private func probe(
    _ text: UnsafeBufferPointer<UInt8>, from start: Int, blocks: Int, _ needle: ASCIINeedle, marks: inout [UInt64],
    isMet: inout [UInt8]
) {
    let (first, second) = needle.probes
    let (firstByte, firstCase) = (needle.bytes[first], needle.caseBits[first])
    let (secondByte, secondCase) = (needle.bytes[second], needle.caseBits[second])
    precondition(marks.count >= 8 * blocks && isMet.count >= blocks, "a mark for every place")
    // SAFETY: places up to the last at which the needle fits are probed, so both reads lie inside the text; there is room for the marks.
    unsafe marks.withUnsafeMutableBytes { raw in
        unsafe isMet.withUnsafeMutableBufferPointer { met in
            let out = unsafe raw.bindMemory(to: UInt8.self)
            guard let marks = out.baseAddress, let met = met.baseAddress,
                let bytes = text.baseAddress
            else { return }
            let place = unsafe bytes + start
            unsafe reach_probe(
                marks, met, place + first, place + second, blocks, firstByte, firstCase, secondByte, secondCase)
        }
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
    // SAFETY: the needle fits behind the place wherever the row is at least as long.
    return unsafe bytes.withUnsafeBufferPointer { text in
        narrowTexts(&mask, offsets) { start, end in
            guard end &- start >= length else { return false }
            return unsafe needle.stands(at: atEnd ? end &- length : start, of: text)
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
