import ReachColumns
import ReachKernels
import Testing

@Suite("Chunks of a thousand rows and more, whole and damaged")
struct ChunkDamageTests {
    @Test("every form comes back as it was", arguments: 0..<12)
    func roundTrip(seed: UInt64) throws {
        for chunk in chunks(seed: seed) {
            let identity = place(chunk)
            let back = try ChunkCoding.decode(ChunkCoding.encode(chunk, as: identity), as: identity)
            #expect(describe(back) == describe(chunk), "seed \(seed)")
            #expect(back.range == chunk.range, "seed \(seed)")
            #expect(back.missing == chunk.missing, "seed \(seed)")
        }
    }

    @Test("damage that kept its checksum gives an error or a chunk of as many rows, never a crash", arguments: 0..<12)
    func damageBehindTheChecksum(seed: UInt64) throws {
        var random = SplitMix(seed: seed)
        var refusals = 0
        for chunk in chunks(seed: seed) {
            let identity = place(chunk)
            let whole = ChunkCoding.encode(chunk, as: identity)
            for _ in 0..<60 {
                var body = Array(whole.dropLast(8))
                if random.next() % 3 == 0 { body.removeLast(Int(random.next() % UInt64(body.count))) }
                for _ in 0..<(random.next() % 4) where !body.isEmpty {
                    // The first hundred bytes decide most.
                    let reach = random.next() % 2 == 0 ? min(100, body.count) : body.count
                    body[Int(random.next() % UInt64(reach))] = UInt8(truncatingIfNeeded: random.next())
                }
                let seal = xxHash64(body, seed: identity.checksumSeed(version: body.first ?? 0))
                body.append(littleEndian: seal)
                do {
                    let decoded = try ChunkCoding.decode(body, as: identity)
                    #expect(describe(decoded).count == chunk.rowCount, "seed \(seed)")
                } catch {
                    refusals += 1
                }
            }
        }
        #expect(refusals > 0, "seed \(seed)")
    }

    @Test("a chunk takes no more bytes than its values need")
    func sizes() {
        let rows = 65_536
        func size(_ value: (Int) -> Int64) -> Int {
            let chunk = ChunkEncoder.encode(lanes: (0..<rows).map(value), missing: nil)
            return ChunkCoding.encode(chunk, as: place(chunk)).count
        }
        var random = SplitMix(seed: 1)
        #expect(size { _ in 3 } < 64)
        #expect(size { Int64($0) + 1 } < 500)
        #expect(size { $0 == 0 ? 60 : Int64($0 % 32) } < rows * 5 / 8 + 400)
        #expect(size { _ in Int64(random.next() % 730) } < rows * 10 / 8 + 500)
        #expect(size { _ in Int64(random.next() % 63_072_000) * 1_000_000 } < rows * 26 / 8 + 700)
    }

    private func place(_ chunk: Chunk) -> ChunkIdentity {
        ChunkIdentity(table: 1, column: 2, first: 65_536, rowCount: chunk.rowCount)
    }

    private func describe(_ chunk: Chunk) -> [String] {
        (0..<chunk.rowCount).map { row in
            if let lane = chunk.lane(at: row) { return String(lane) }
            if let code = chunk.wordCode(at: row) { return "word \(code)" }
            if case .floats(let floats) = chunk.payload, !chunk.isMissing(at: row) {
                return String(floats[row].bitPattern)
            }
            if case .plainText(let offsets, let bytes, _) = chunk.payload {
                return String(decoding: bytes[Int(offsets[row])..<Int(offsets[row + 1])], as: UTF8.self)
            }
            return "missing"
        }
    }

    private func chunks(seed: UInt64) -> [Chunk] {
        var random = SplitMix(seed: seed)
        let rowCount = 1_000 + Int(random.next() % 1_500)
        let missing = random.missing(rowCount)
        func lanes(below limit: UInt64, step: Int64 = 1) -> Chunk {
            ChunkEncoder.encode(
                lanes: (0..<rowCount).map { _ in Int64(random.next() % limit) * step - 50 }, missing: missing)
        }
        let texts = text(
            (0..<rowCount).map { missing?[$0] == true ? "" : "anna.\(random.next() % 90_000)@example.com" })
        return [
            lanes(below: 2), lanes(below: 200), lanes(below: 60_000), lanes(below: 1 << 30, step: 1_000_000),
            lanes(below: 1 << 60), ChunkEncoder.encode(lanes: Array(repeating: 4, count: rowCount), missing: missing),
            ChunkEncoder.encode(lanes: (0..<rowCount).map { Int64($0) * 7 }, missing: missing),
            ChunkEncoder.encode(floats: (0..<rowCount).map { Double($0) / 7 }, missing: missing),
            ChunkEncoder.encode(words: (0..<rowCount).map { UInt32($0 % 190) }, missing: missing),
            ChunkEncoder.encode(words: (0..<rowCount).map { UInt32($0 * 31) }, missing: missing),
            ChunkEncoder.encode(words: (0..<rowCount).map { UInt32($0) << 9 }, missing: missing, policy: .wide),
            ChunkEncoder.encode(plain: texts.offsets, bytes: texts.bytes, missing: missing),
            .allMissing(rowCount: rowCount),
        ]
    }
}
