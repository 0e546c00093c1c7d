import ReachColumns
import Testing

@Suite("Chunks as bytes")
struct ChunkCodingTests {
    private let place = ChunkIdentity(table: 3, column: 9, first: 128, rowCount: 0)

    @Test("random columns of every kind come back as they were", arguments: 0..<40)
    func roundTrip(seed: UInt64) throws {
        var random = SplitMix(seed: seed)
        for _ in 0..<12 {
            let rowCount = Int(random.next() % 200)
            let missing = random.missing(rowCount)
            var dictionary = TextDictionaryBuilder()
            for policy in EncodingPolicy.allCases {
                let lanes = random.lanes(rowCount)
                let chunk = ChunkEncoder.encode(lanes: lanes, missing: missing, policy: policy)
                let back = try decoded(chunk)
                for row in 0..<rowCount {
                    let expected = missing?[row] == true ? nil : lanes[row]
                    #expect(back.lane(at: row) == expected, "seed \(seed)")
                }
                #expect(back.range == chunk.range)
                let texts = (0..<rowCount).map { missing?[$0] == true ? "" : random.text() }
                let column = text(texts)
                let words = try decoded(
                    ChunkEncoder.encode(
                        text: column.offsets, bytes: column.bytes, missing: missing, dictionary: &dictionary,
                        policy: policy))
                let spelled = dictionary.dictionary()
                for row in 0..<rowCount {
                    let expected = missing?[row] == true ? Value.missing : .text(texts[row])
                    #expect(words.value(at: row, type: .text, dictionary: spelled) == expected, "seed \(seed)")
                }
            }
            let floats = (0..<rowCount).map { _ in Double(Int64(bitPattern: random.next()) % 1_000_000) / 7 }
            let back = try decoded(ChunkEncoder.encode(floats: floats, missing: missing))
            for row in 0..<rowCount where missing?[row] != true {
                #expect(back.value(at: row, type: .float, dictionary: nil) == .float(floats[row]), "seed \(seed)")
            }
        }
    }

    @Test("addresses come back cut at their endings, and whole where they are asked for", arguments: 0..<20)
    func addresses(seed: UInt64) throws {
        var random = SplitMix(seed: seed)
        let rowCount = 1 + Int(random.next() % 300)
        let missing = random.missing(rowCount)
        let endings = ["@mail.test", "@post.example", "@a", ""]
        let texts = (0..<rowCount).map { row in
            missing?[row] == true ? "" : random.text() + endings[Int(random.next() % 4)]
        }
        let column = text(texts)
        let chunk = ChunkEncoder.encode(plain: column.offsets, bytes: column.bytes, missing: missing)
        let back = try decoded(try decoded(chunk))
        for row in 0..<rowCount {
            let expected = missing?[row] == true ? Value.missing : .text(texts[row])
            #expect(back.value(at: row, type: .text, dictionary: nil) == expected, "seed \(seed)")
        }
        let addresses = text((0..<rowCount).map { "person\($0)@mail.test" })
        let plain = ChunkEncoder.encode(plain: addresses.offsets, bytes: addresses.bytes, missing: nil)
        #expect(plain.ended == nil)
        #expect(try (decoded(plain).ended != nil) == (rowCount > 1))
    }

    @Test("a flipped bit anywhere is found out")
    func flippedBits() throws {
        var dictionary = TextDictionaryBuilder()
        let column = text((0..<1_500).map { "name \($0)" })
        let addresses = text((0..<30).map { "name\($0)@mail.test" })
        let chunks = [
            ChunkEncoder.encode(lanes: [1, 5, 9, 300], missing: Bitmap(count: 4, words: [0b100])),
            ChunkEncoder.encode(lanes: [4, 4], missing: nil),
            .allMissing(rowCount: 70),
            ChunkEncoder.encode(
                text: Array(column.offsets.prefix(20)), bytes: column.bytes, missing: nil, dictionary: &dictionary),
            ChunkEncoder.encode(plain: addresses.offsets, bytes: addresses.bytes, missing: nil),
        ]
        for chunk in chunks {
            let identity = place(chunk.rowCount)
            let bytes = ChunkCoding.encode(chunk, as: identity)
            for position in bytes.indices {
                var damaged = bytes
                damaged[position] ^= 1 << UInt8(position % 8)
                #expect(throws: ChunkCoding.Failure.self) { try ChunkCoding.decode(damaged, as: identity) }
            }
            for length in 0..<bytes.count {
                #expect(throws: ChunkCoding.Failure.self) {
                    try ChunkCoding.decode(Array(bytes.prefix(length)), as: identity)
                }
            }
        }
    }

    @Test("a chunk read in place of another is found out")
    func misplaced() throws {
        let chunk = ChunkEncoder.encode(lanes: [1, 2, 3], missing: nil)
        let bytes = ChunkCoding.encode(chunk, as: place(3))
        let other = ChunkIdentity(table: 3, column: 10, first: 128, rowCount: 3)
        #expect(throws: ChunkCoding.Failure.damaged) { try ChunkCoding.decode(bytes, as: other) }
    }

    @Test("a later form is named, not guessed")
    func newer() {
        var bytes = ChunkCoding.encode(ChunkEncoder.encode(lanes: [1, 2], missing: nil), as: place(2))
        bytes[0] = 9
        #expect(throws: ChunkCoding.Failure.newerVersion(9)) { try ChunkCoding.decode(bytes, as: place(2)) }
    }

    private func place(_ rowCount: Int) -> ChunkIdentity {
        ChunkIdentity(table: place.table, column: place.column, first: place.first, rowCount: rowCount)
    }

    private func decoded(_ chunk: Chunk) throws -> Chunk {
        let identity = place(chunk.rowCount)
        return try ChunkCoding.decode(ChunkCoding.encode(chunk, as: identity), as: identity)
    }
}

/// A small generator with a printed seed, so that a failure can be had again.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 &+ 1 }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    mutating func missing(_ rowCount: Int) -> Bitmap? {
        let share = next() % 4
        if share == 0 { return nil }
        var bitmap = Bitmap(count: rowCount)
        for row in 0..<rowCount where next() % 3 < share { bitmap[row] = true }
        return bitmap
    }

    mutating func lanes(_ rowCount: Int) -> [Int64] {
        let bits = next() % 65
        let base = Int64(bitPattern: next())
        let step = Int64(next() % 1_000)
        return (0..<rowCount).map { _ in
            let code = bits == 64 ? next() : next() & ((1 << bits) - 1)
            return base &+ Int64(bitPattern: code) &* step
        }
    }

    mutating func text() -> String {
        ["", "a", "Привет", "名前", "word \(next() % 50)", String(repeating: "x", count: Int(next() % 300))][
            Int(next() % 6)]
    }
}
