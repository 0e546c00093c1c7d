import Testing

@testable import ReachKernels

/// Around the length of a block.
private let lengths = [0, 1, 7, 64, 65, 1_023, 1_024, 1_025, 2_048, 5_000]

@Test("a block of every width unpacks as its layout says, bit by bit", arguments: 0...64)
func blocksOfEveryWidth(width: Int) {
    var dice = Dice(state: UInt64(width) + 7)
    let limit: UInt64 = width == 64 ? .max : (1 << UInt64(width)) - 1
    // The largest is there, so that no narrower width would do.
    let values = (0..<packedBlockRows).map { $0 == 500 ? limit : $0 == 501 ? 0 : dice.next() & limit }
    if width <= 8 {
        var packed: [UInt8] = []
        appendPacked(values.map { UInt8($0) }, to: &packed)
        #expect(packed.count == 2 + width * 128)
        #expect(plainBlock(packed, head: 2, width: width, wordBits: 8) == values)
        #expect(unpacked(packed, values.count, unpack8) == values.map { UInt8($0) })
    }
    if width <= 16 {
        var packed: [UInt8] = []
        appendPacked(values.map { UInt16($0) }, to: &packed)
        #expect(plainBlock(packed, head: 3, width: width, wordBits: 16) == values)
        #expect(unpacked(packed, values.count, unpack16) == values.map { UInt16($0) })
    }
    if width <= 32 {
        var packed: [UInt8] = []
        appendPacked(values.map { UInt32($0) }, to: &packed)
        #expect(plainBlock(packed, head: 5, width: width, wordBits: 32) == values)
        #expect(unpacked(packed, values.count, unpack32) == values.map { UInt32($0) })
    }
    var packed: [UInt8] = []
    // Lanes are signed: the lowest is taken off whatever its sign.
    let lanes = values.map { Int64(bitPattern: $0 ^ (width == 64 ? 1 << 63 : 0)) &- (width == 64 ? 0 : 3) }
    appendPacked(lanes, to: &packed)
    #expect(plainBlock(packed, head: 9, width: width, wordBits: 64) == values)
    #expect(unpacked(packed, values.count, unpack64) == lanes)
}

@Test("columns of every shape and length come back as they were", arguments: lengths)
func shapesAndLengths(count: Int) {
    var dice = Dice(state: UInt64(count) + 1)
    var sum: Int64 = -40_000
    let shapes: [[Int64]] = [
        Array(repeating: -7, count: count),
        (0..<count).map { Int64($0) * 3 - 100 },
        (0..<count).map { Int64(count - $0) },
        (0..<count).map { _ in
            sum += Int64(dice.next() % 5)
            return sum
        },
        (0..<count).map { _ in Int64(bitPattern: dice.next()) },
        (0..<count).map { $0 % 2 == 0 ? .min : .max },
        (0..<count).map { $0 % 700 == 5 ? 1 << 40 : Int64(dice.next() % 30) },
        (0..<count).map { $0 < 1_024 ? 1 : Int64($0 % 2) },
    ]
    for lanes in shapes {
        var packed: [UInt8] = []
        appendPacked(lanes, to: &packed)
        #expect(unpacked(packed, count, unpack64) == lanes)
        let bytes = lanes.map { UInt8(truncatingIfNeeded: $0) }
        packed = []
        appendPacked(bytes, to: &packed)
        #expect(unpacked(packed, count, unpack8) == bytes)
        let shorts = lanes.map { UInt16(truncatingIfNeeded: $0) }
        packed = []
        appendPacked(shorts, to: &packed)
        #expect(unpacked(packed, count, unpack16) == shorts)
        let words = lanes.map { UInt32(truncatingIfNeeded: $0) }
        packed = []
        appendPacked(words, to: &packed)
        #expect(unpacked(packed, count, unpack32) == words)
        let small = words.map { $0 % 100 }
        packed = []
        appendPacked(small, to: &packed)
        #expect(unpacked(packed, count, unpackRunningSums) == runningSums(small))
        #expect(differences(runningSums(small) ?? []) == small)
    }
}

@Test("ascending keys and blocks of one value take next to nothing")
func narrowShapes() {
    var packed: [UInt8] = []
    appendPacked((0..<65_536).map { UInt16($0) }, to: &packed)
    #expect(packed.count == 64 * 5)
    packed = []
    appendPacked([UInt8](repeating: 9, count: 65_536), to: &packed)
    #expect(packed.count == 64 * 2)
}

@Test("packed integers cut short anywhere, or of impossible widths, are none")
func brokenPacking() {
    var packed: [UInt8] = []
    appendPacked((0..<1_500).map { UInt32($0 * $0) }, to: &packed)
    for length in 0..<packed.count { #expect(unpacked(Array(packed.prefix(length)), 1_500, unpack32) == nil) }
    packed[0] = 33
    #expect(unpacked(packed, 1_500, unpack32) == nil)
    #expect(unpacked([], 1 << 40, unpack64) == nil)
    var sums: [UInt8] = []
    appendPacked([UInt32.max, 1], to: &sums)
    #expect(unpacked(sums, 2, unpackRunningSums) == nil)
}

@Test("bytes are compressed where that pays, and come back", arguments: [0, 1, 255, 256, 70_000])
func compressedBytes(count: Int) {
    var dice = Dice(state: 3)
    let texts: [[UInt8]] = [
        (0..<count).map { UInt8(truncatingIfNeeded: $0 / 50) }, (0..<count).map { _ in UInt8(dice.next() & 255) },
    ]
    for bytes in texts {
        var packed: [UInt8] = [1, 2]
        appendCompressed(bytes, to: &packed)
        #expect(packed.count <= count + 7)
        var at = 2
        // SAFETY: the array outlives the call.
        #expect(unsafe uncompressed(packed.span.bytes, at: &at, count: count) == bytes)
        #expect(at == packed.count)
        at = 2
        #expect(unsafe uncompressed(packed.span.bytes, at: &at, count: count + 1) == nil)
        for length in stride(from: 2, to: packed.count, by: max(1, packed.count / 40)) {
            at = 2
            let cut = Array(packed.prefix(length))
            #expect(unsafe uncompressed(cut.span.bytes, at: &at, count: count) == nil)
        }
    }
    let words = (0..<count).map { UInt64($0 / 9) }
    var packed: [UInt8] = []
    appendCompressed(words, to: &packed)
    var at = 0
    #expect(unsafe uncompressedWords(packed.span.bytes, at: &at, count: count) == words)
}

/// The values of the block behind a head of `head` bytes, found one bit after the other.
private func plainBlock(_ packed: [UInt8], head: Int, width: Int, wordBits: Int) -> [UInt64] {
    let lanes = packedBlockRows / wordBits
    return (0..<packedBlockRows).map { index in
        let (row, lane) = (index / lanes, index % lanes)
        return (0..<width).reduce(0) { value, bit in
            let place = row * width + bit
            let byte = head + (place / wordBits * lanes + lane) * wordBits / 8 + place % wordBits / 8
            return value | UInt64(packed[byte] >> UInt8(place % 8) & 1) << UInt64(bit)
        }
    }
}

private func unpacked<Integers>(
    _ packed: [UInt8], _ count: Int, _ unpack: (RawSpan, inout Int, Int) -> Integers?
) -> Integers? {
    var at = 0
    // SAFETY: the array outlives the call.
    let integers = unsafe unpack(packed.span.bytes, &at, count)
    #expect(integers == nil || at == packed.count)
    return integers
}

@Test("runs start where the lengths before them end", arguments: [0, 1, 64, 1_000])
func runStarts(count: Int) {
    var dice = Dice(state: UInt64(count) + 5)
    let lengths = (0..<count).map { _ in UInt8(dice.next() % 200) }
    for (base, step, more) in [(0, 1, 0), (3, 2, 1), (0, 70_000, 9)] as [(Int64, Int64, Int)] {
        var sum: Int64 = 0
        var expected: [UInt32] = [0]
        for length in lengths {
            sum += base + step * Int64(length)
            expected.append(UInt32(truncatingIfNeeded: sum))
        }
        expected += Array(repeating: UInt32(truncatingIfNeeded: sum), count: more)
        let fits = sum <= Int64(UInt32.max) ? expected : nil
        #expect(runningSums(of: lengths, base: base, step: step, count: count + more) == fits)
        let shorts = lengths.map { UInt16($0) }
        #expect(runningSums(of: shorts, base: base, step: step, count: count + more) == fits)
        let words = lengths.map { UInt32($0) }
        #expect(runningSums(of: words, base: base, step: step, count: count + more) == fits)
        let lanes = lengths.map { base + step * Int64($0) }
        #expect(runningSums(of: lanes, count: count + more) == fits)
    }
    #expect(runningSums(of: lengths, base: 0, step: 1, count: count - 1) == nil)
    #expect(runningSums(of: [5, -1], count: 2) == nil)
    #expect(runningSums(of: [Int64(UInt32.max), 1], count: 2) == nil)
}
