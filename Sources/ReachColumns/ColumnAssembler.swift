import ReachKernels

/// Which rows of which sources make up a chunk: for each k in a run, row `from[k]` of the run's source becomes row `to[k]`. Where two
/// moves have the same destination the later one counts; where none has, the value is missing. One set of moves serves all columns.
package struct RowMoves: Sendable {
    package struct Run: Hashable, Sendable {
        /// Position among the sources.
        package let source: Int
        package let moves: Range<Int>

        package init(source: Int, moves: Range<Int>) {
            self.source = source
            self.moves = moves
        }
    }

    package let rowCount: Int
    /// Whether every row of one source moves, each to a place of its own.
    package private(set) var isPermutation = false
    package var from: [UInt32] = []
    package var to: [UInt32] = []
    package private(set) var runs: [Run] = []

    package init(rowCount: Int) { self.rowCount = rowCount }

    /// All rows of one source: the k-th goes to `places[k]`, no two to the same; nil leaves all where they are.
    package init(rowCount: Int, wholeSource source: Int, to places: [UInt32]? = nil) {
        precondition(places?.count ?? rowCount == rowCount, "a place per row")
        self.rowCount = rowCount
        from = Array(0..<UInt32(rowCount))
        to = places ?? from
        isPermutation = true
        runs = [Run(source: source, moves: 0..<rowCount)]
    }

    /// One more move; consecutive moves from one source make a run.
    package mutating func add(source: Int, from row: Int, to place: Int) {
        isPermutation = false
        from.append(UInt32(row))
        to.append(UInt32(place))
        if let last = runs.last, last.source == source {
            runs[runs.count - 1] = Run(source: source, moves: last.moves.lowerBound..<from.count)
        } else {
            runs.append(Run(source: source, moves: (from.count - 1)..<from.count))
        }
    }
}

/// Builds a chunk of a column out of rows of other chunks of the same type.
package struct ColumnAssembler {
    package let type: DataType
    package let policy: EncodingPolicy

    package init(type: DataType, policy: EncodingPolicy = .automatic) {
        self.type = type
        self.policy = policy
    }

    /// `sources` are what the runs of `moves` name. Word codes in them are codes of `dictionary`.
    package func assemble(
        _ moves: RowMoves, from sources: [Chunk], dictionary: inout TextDictionaryBuilder
    ) -> Chunk {
        if moves.isPermutation, policy == .automatic, let chunk = permuted(sources[moves.runs[0].source], to: moves.to)
        {
            return chunk
        }
        let missing = assembleMissing(moves, from: sources)
        switch type {
        case .float:
            var floats = [Double](repeating: 0, count: moves.rowCount)
            for run in moves.runs {
                guard case .floats(let source) = sources[run.source].payload else { continue }
                scatter(source, from: moves.from, to: moves.to, moves: run.moves, into: &floats)
            }
            return ChunkEncoder.encode(floats: floats, missing: missing)
        case .text:
            return assembleText(moves, from: sources, missing: missing, dictionary: &dictionary)
        default:
            return ChunkEncoder.encode(lanes: assembleLanes(moves, from: sources), missing: missing, policy: policy)
        }
    }

    /// The chunk with its rows elsewhere; nil where that takes more than moving codes about.
    private func permuted(_ chunk: Chunk, to places: [UInt32]) -> Chunk? {
        guard chunk.missing == nil, chunk.rowCount > 0, chunk.rowCount == places.count else { return nil }
        switch chunk.payload {
        case .constant(let lane):
            return Chunk(rowCount: chunk.rowCount, payload: .constant(lane), missing: nil, range: lane...lane)
        case .codes8(let base, let step, let codes):
            return ChunkEncoder.encode(
                codes: widen(ReachKernels.permuted(codes, to: places)), base: base, step: step)
        case .codes16(let base, let step, let codes):
            return ChunkEncoder.encode(
                codes: widen(ReachKernels.permuted(codes, to: places)), base: base, step: step)
        case .codes32(let base, let step, let codes):
            return ChunkEncoder.encode(codes: ReachKernels.permuted(codes, to: places), base: base, step: step)
        case .words8(let codes):
            return ChunkEncoder.encode(smallWords: ReachKernels.permuted(codes, to: places), missing: nil)
        case .words16(let codes):
            return ChunkEncoder.encode(words: widen(ReachKernels.permuted(codes, to: places)), missing: nil)
        case .words32(let codes):
            return ChunkEncoder.encode(words: ReachKernels.permuted(codes, to: places), missing: nil)
        case .allMissing, .lanes, .floats, .plainText: return nil
        }
    }

    /// The lanes alone, missing rows holding anything.
    package func assembleLanes(_ moves: RowMoves, from sources: [Chunk]) -> [Int64] {
        var lanes = [Int64](repeating: 0, count: moves.rowCount)
        for run in moves.runs {
            switch sources[run.source].payload {
            case .constant(let lane): scatter(constant: lane, to: moves.to, moves: run.moves, into: &lanes)
            case .codes8(let base, let step, let codes):
                scatter(codes, base: base, step: step, from: moves.from, to: moves.to, moves: run.moves, into: &lanes)
            case .codes16(let base, let step, let codes):
                scatter(codes, base: base, step: step, from: moves.from, to: moves.to, moves: run.moves, into: &lanes)
            case .codes32(let base, let step, let codes):
                scatter(codes, base: base, step: step, from: moves.from, to: moves.to, moves: run.moves, into: &lanes)
            case .lanes(let source):
                scatter(source, from: moves.from, to: moves.to, moves: run.moves, into: &lanes)
            case .allMissing, .floats, .words8, .words16, .words32, .plainText: break
            }
        }
        return lanes
    }

    private func assembleMissing(_ moves: RowMoves, from sources: [Chunk]) -> Bitmap? {
        var missing = Bitmap(count: moves.rowCount, repeating: true)
        for run in moves.runs {
            if case .allMissing = sources[run.source].payload {
                markMissing(to: moves.to, moves: run.moves, in: &missing.words)
                continue
            }
            let words = sources[run.source].missing?.words ?? []
            scatterMissing(words, from: moves.from, to: moves.to, moves: run.moves, into: &missing.words)
        }
        return missing.droppedIfEmpty
    }

    private func assembleText(
        _ moves: RowMoves, from sources: [Chunk], missing: Bitmap?, dictionary: inout TextDictionaryBuilder
    ) -> Chunk {
        let isPlain = moves.runs.contains { run in
            if case .plainText = sources[run.source].payload { true } else { false }
        }
        if isPlain {
            let (offsets, bytes) = spell(moves, from: sources, missing: missing, dictionary: dictionary)
            return ChunkEncoder.encode(
                text: offsets, bytes: bytes, missing: missing, dictionary: &dictionary, policy: policy)
        }
        var words = [UInt32](repeating: 0, count: moves.rowCount)
        for run in moves.runs {
            switch sources[run.source].payload {
            case .words8(let codes):
                scatter(codes, from: moves.from, to: moves.to, moves: run.moves, into: &words)
            case .words16(let codes):
                scatter(codes, from: moves.from, to: moves.to, moves: run.moves, into: &words)
            case .words32(let codes):
                scatter(codes, from: moves.from, to: moves.to, moves: run.moves, into: &words)
            default: break
            }
        }
        if let missing {
            for row in 0..<words.count where missing[row] { words[row] = 0 }
        }
        return ChunkEncoder.encode(words: words, missing: missing, policy: policy)
    }

    /// The text of every row, written in order of destination.
    private func spell(
        _ moves: RowMoves, from sources: [Chunk], missing: Bitmap?, dictionary: TextDictionaryBuilder
    ) -> (offsets: [UInt32], bytes: [UInt8]) {
        var winners = [UInt32](repeating: .max, count: moves.rowCount)
        var winnerSources = [UInt32](repeating: 0, count: moves.rowCount)
        for run in moves.runs {
            for move in run.moves {
                winners[Int(moves.to[move])] = moves.from[move]
                winnerSources[Int(moves.to[move])] = UInt32(run.source)
            }
        }
        var offsets: [UInt32] = [0]
        offsets.reserveCapacity(moves.rowCount + 1)
        var bytes: [UInt8] = []
        for row in 0..<moves.rowCount {
            if winners[row] != .max, missing?[row] != true {
                append(
                    row: Int(winners[row]), of: sources[Int(winnerSources[row])], dictionary: dictionary, to: &bytes)
            }
            offsets.append(UInt32(bytes.count))
        }
        return (offsets, bytes)
    }

    private func append(row: Int, of chunk: Chunk, dictionary: TextDictionaryBuilder, to bytes: inout [UInt8]) {
        if case .plainText(let offsets, let source, _) = chunk.payload {
            bytes.append(contentsOf: source[Int(offsets[row])..<Int(offsets[row + 1])])
        } else if let code = chunk.wordCode(at: row) {
            dictionary.append(word: code, to: &bytes)
        }
    }
}
