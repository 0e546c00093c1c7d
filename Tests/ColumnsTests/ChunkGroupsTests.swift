import ReachColumns
import ReachKernels
import Testing

/// A generator whose seed a failing case names by its argument.
private struct Draws: RandomNumberGenerator {
    var state: UInt64

    init(seed: Int) { state = UInt64(seed) &* 0x9E37_79B9_7F4A_7C15 }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        return mixedBits(state)
    }
}

/// Rows of a file, block by block, as one column after another may hold them.
private struct Rows {
    let blockRows = 50
    let width: Int
    let groupCount: Int
    var owners: [[UInt32]] = []

    init(width: Int, groupCount: Int, blockCount: Int, _ random: inout Draws) {
        self.width = width
        self.groupCount = groupCount
        for block in 0..<blockCount {
            let count = block + 1 == blockCount ? 17 : blockRows
            owners.append(
                (0..<count).map { _ in
                    Int.random(in: 0..<20, using: &random) == 0
                        ? .max : UInt32.random(in: 0..<UInt32(width * groupCount), using: &random)
                })
        }
    }

    var groups: RowGroups {
        RowGroups(owners, width: width, groupCount: groupCount, skip: .max, partCount: 3)
    }

    /// Blocks and rows of each group, in their order.
    func members(of group: Int) -> [(block: Int, row: Int)] {
        var members: [(block: Int, row: Int)] = []
        for (block, rows) in owners.enumerated() {
            for (row, owner) in rows.enumerated() where owner != .max && Int(owner) / width == group {
                members.append((block, row))
            }
        }
        return members
    }

    func check(_ blocks: [Chunk], _ type: DataType, _ dictionary: TextDictionary?, _ name: String) throws {
        let chunks = try ChunkGroups(groups).distributed(blocks) { dictionary ?? TextDictionary([]) }
        for group in 0..<groupCount {
            let expected = members(of: group).map {
                blocks[$0.block].value(at: $0.row, type: type, dictionary: dictionary)
            }
            let found = (0..<chunks[group].rowCount).map {
                chunks[group].value(at: $0, type: type, dictionary: dictionary)
            }
            #expect(found == expected, "\(name), group \(group)")
        }
    }
}

@Test("rows are brought together by group whatever form their blocks have", arguments: [1, 3, 64, 65_536])
func rowsAreDistributed(width: Int) throws {
    var random = Draws(seed: width)
    let rows = Rows(width: width, groupCount: 7, blockCount: 9, &random)
    let places = try rows.groups.places()
    for group in 0..<rows.groupCount {
        let members = rows.members(of: group)
        #expect(places[group].map { Int($0) } == members.map { Int(rows.owners[$0.block][$0.row]) % width })
        #expect(rows.groups.count(of: group) == members.count)
    }
    let spans: [[ClosedRange<Int64>]] = [
        [0...1], [5...5], [-100...100, 40_000...70_000], [0...3_000_000_000], [.min ... .max, 0...9],
        [20_000...20_500, -5...(-5)],
    ]
    for (number, choices) in spans.enumerated() {
        for step in [Int64(1), 86_400] {
            for hasMissing in [false, true] {
                let blocks = rows.owners.enumerated().map { block, owners -> Chunk in
                    let span = choices[block % choices.count]
                    let lanes = owners.map { _ in Int64.random(in: span, using: &random) / step &* step }
                    var missing = Bitmap(count: owners.count)
                    if hasMissing {
                        for row in owners.indices {
                            missing[row] = Int.random(in: 0..<4, using: &random) == 0 || block == 3
                        }
                    }
                    return ChunkEncoder.encode(lanes: lanes, missing: missing)
                }
                try rows.check(blocks, .integer, nil, "lanes \(number), step \(step), missing \(hasMissing)")
            }
        }
    }
    let floats = rows.owners.map { owners in
        ChunkEncoder.encode(floats: owners.map { Double($0) / 7 }, missing: nil)
    }
    try rows.check(floats, .float, nil, "floats")
}

@Test("text is brought together by group, inside the dictionary and out of it", arguments: [3, 300, 70_000])
func textIsDistributed(wordCount: Int) throws {
    var random = Draws(seed: wordCount)
    let rows = Rows(width: 10, groupCount: 5, blockCount: 8, &random)
    let words = TextDictionary((0..<wordCount).map { "word \($0)" })
    var blocks = rows.owners.map { owners -> Chunk in
        var missing = Bitmap(count: owners.count)
        for row in owners.indices { missing[row] = Int.random(in: 0..<5, using: &random) == 0 }
        let codes = owners.indices.map { missing[$0] ? 0 : UInt32.random(in: 0..<UInt32(wordCount), using: &random) }
        return ChunkEncoder.encode(words: codes, missing: missing)
    }
    try rows.check(blocks, .text, words, "words")
    let spelled = try #require(blocks[2].decodedText(words))
    blocks[2] = ChunkEncoder.encode(plain: spelled.offsets, bytes: spelled.bytes, missing: blocks[2].missing)
    blocks[3] = .allMissing(rowCount: rows.owners[3].count)
    try rows.check(blocks, .text, words, "words and plain text")
}

@Test("codes moved about are encoded as their lanes would be")
func permutationsAreEncodedAsLanes() {
    var random = Draws(seed: 5)
    for round in 0..<200 {
        let count = Int.random(in: 1...300, using: &random)
        let span = [Int64(0), 1, 200, 300, 60_000, 5_000_000, 4_000_000_000][round % 7]
        let step = [Int64(1), 10, 86_400][round % 3]
        let base = Int64.random(in: -1_000_000...1_000_000, using: &random)
        let lanes = (0..<count).map { _ in base + Int64.random(in: 0...span, using: &random) * step }
        let places = (0..<UInt32(count)).shuffled(using: &random)
        var moved = [Int64](repeating: 0, count: count)
        for row in 0..<count { moved[Int(places[row])] = lanes[row] }
        // Wider than need be, as codes of several chunks in one frame are.
        let low = lanes.min() ?? 0
        let padded = ChunkEncoder.encode(lanes: lanes + [low - step, low + span * step], missing: nil)
        guard case .codes32(let frame, let wide, let codes) = padded.payload else {
            check(ChunkEncoder.encode(lanes: lanes, missing: nil), places, as: moved)
            continue
        }
        let source = Chunk(
            rowCount: count, payload: .codes32(base: frame, step: wide, Array(codes.prefix(count))), missing: nil,
            range: nil)
        check(source, places, as: moved)
    }
}

private func check(_ source: Chunk, _ places: [UInt32], as lanes: [Int64]) {
    var none = TextDictionaryBuilder()
    let moves = RowMoves(rowCount: lanes.count, wholeSource: 0, to: places)
    let chunk = ColumnAssembler(type: .integer).assemble(moves, from: [source], dictionary: &none)
    let expected = ChunkEncoder.encode(lanes: lanes, missing: nil)
    #expect(chunk.range == expected.range)
    #expect("\(chunk.payload)" == "\(expected.payload)")
}
