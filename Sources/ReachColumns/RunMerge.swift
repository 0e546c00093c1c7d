import ReachKernels

/// How the rows of runs take their places among the rows of a partition, so that all stand by customer, time and arrival. Found once
/// for a partition, then used for each of its columns.
package struct RunMerge: Sendable {
    /// Rows of the partition before the runs' came.
    package let baseRowCount: Int
    /// The runs' rows, counted on from run to run, in the order in which they are inserted.
    private let order: [UInt32]
    /// How many rows of the base stand before each inserted one.
    private let places: [UInt32]

    package var rowCount: Int { baseRowCount + order.count }
    package var byteCount: Int { (order.count + places.count) * 4 + 64 }

    /// `offsets` and `times` are the base's; `owners` and `ownerTimes` have the customer and the time of each row of the runs, one run
    /// after the other. Customers are positions below `offsets.count - 1`.
    package init(offsets: [UInt32], times: Chunk, owners: [UInt32], ownerTimes: [Int64]) {
        let (arrivals, _) = sortActivity(customers: owners, times: ownerTimes, customerCount: offsets.count - 1)
        order = invert(places: arrivals)
        places = insertionPlaces(
            owners: take(owners, at: order), ownerTimes: take(ownerTimes, at: order), offsets: offsets,
            times: times.decodedLanes() ?? Array(repeating: 0, count: times.rowCount))
        baseRowCount = times.rowCount
    }

    /// The customer of every row: of the base's, sorted, and of the runs', one run after the other.
    package func owners(_ base: [UInt32], _ runs: [[UInt32]]) -> [UInt32] {
        insert(take(runs.flatMap { $0 }, at: order), at: places, into: base)
    }

    /// One column of the partition with its runs: what encoding all rows at once would give. Where some of its text is outside the
    /// column's dictionary, all of it will be.
    package func column(_ base: Chunk, _ runs: [Chunk], dictionary: TextDictionary?) -> Chunk {
        precondition(base.rowCount == baseRowCount, "a plan is for partitions of its own rows")
        precondition(runs.reduce(0) { $0 + $1.rowCount } == order.count, "a plan is for runs of its own rows")
        let missing = missingRows(base, runs)
        let known = ([base] + runs).filter { if case .allMissing = $0.payload { false } else { true } }
        guard let first = known.first else { return .allMissing(rowCount: rowCount) }
        switch first.payload {
        case .floats:
            let inserted = take(runs.flatMap { $0.decodedFloats() ?? [] }, at: order)
            let floats = insert(inserted, at: places, into: base.decodedFloats() ?? [])
            return Chunk(rowCount: rowCount, payload: .floats(floats), missing: missing, range: nil)
        case .words8, .words16, .words32, .plainText:
            let isPlain = known.contains { if case .plainText = $0.payload { true } else { false } }
            let payload = isPlain ? plainText(base, runs, dictionary) : words(base, runs)
            return Chunk(rowCount: rowCount, payload: payload, missing: missing, range: nil)
        case .allMissing, .constant, .codes8, .codes16, .codes32, .lanes:
            return lanes(base, runs, known, missing: missing)
        }
    }

    /// Nil where nothing is missing.
    private func missingRows(_ base: Chunk, _ runs: [Chunk]) -> Bitmap? {
        if base.missing == nil, runs.allSatisfy({ $0.missing == nil }) { return nil }
        let inserted = take(runs.flatMap(\.missingMask), at: order)
        return Bitmap(count: rowCount, words: packBits(insert(inserted, at: places, into: base.missingMask)))
    }

    private func lanes(_ base: Chunk, _ runs: [Chunk], _ known: [Chunk], missing: Bitmap?) -> Chunk {
        guard let frame = CodeFrame(of: known) else { return .allMissing(rowCount: rowCount) }
        let ranges = known.compactMap(\.range)
        let range = ranges.dropFirst().reduce(ranges[0]) {
            min($0.lowerBound, $1.lowerBound)...max($0.upperBound, $1.upperBound)
        }
        let payload: Chunk.Payload
        switch frame.form {
        case .constant: payload = .constant(range.lowerBound)
        case .lanes:
            var lanes = insert(
                take(runs.flatMap { $0.decodedLanes() ?? [] }, at: order), at: places, into: base.decodedLanes() ?? [])
            fill(&lanes, where: missing?.words ?? [], with: 0)
            payload = .lanes(lanes)
        case .codes8, .codes16, .codes32:
            payload = codes(base, take(runs.flatMap { frame.codes(of: $0) }, at: order), frame)
        }
        return Chunk(rowCount: rowCount, payload: payload, missing: missing, range: range)
    }

    /// The base's codes are taken as they stand where the frame is theirs, which it is unless the runs widened the column.
    private func codes(_ base: Chunk, _ inserted: [UInt32], _ frame: CodeFrame) -> Chunk.Payload {
        let low = frame.range.lowerBound
        let step = Int64(frame.step)
        switch (frame.form, base.payload) {
        case (.codes8, .codes8(let own, let by, let rows)) where frame.matches(own, by):
            return .codes8(base: low, step: step, insert(narrow8(inserted), at: places, into: rows))
        case (.codes16, .codes16(let own, let by, let rows)) where frame.matches(own, by):
            return .codes16(base: low, step: step, insert(narrow16(inserted), at: places, into: rows))
        case (.codes32, .codes32(let own, let by, let rows)) where frame.matches(own, by):
            return .codes32(base: low, step: step, insert(inserted, at: places, into: rows))
        case (.codes8, _):
            return .codes8(
                base: low, step: step, insert(narrow8(inserted), at: places, into: narrow8(frame.codes(of: base))))
        case (.codes16, _):
            return .codes16(
                base: low, step: step, insert(narrow16(inserted), at: places, into: narrow16(frame.codes(of: base))))
        default:
            return .codes32(base: low, step: step, insert(inserted, at: places, into: frame.codes(of: base)))
        }
    }

    private func words(_ base: Chunk, _ runs: [Chunk]) -> Chunk.Payload {
        let inserted = take(runs.flatMap { $0.decodedWords() ?? [] }, at: order)
        switch ([base] + runs).map(\.wordWidth).max() ?? 1 {
        case 1:
            let rows = if case .words8(let codes) = base.payload { codes } else { narrow8(base.decodedWords() ?? []) }
            return .words8(insert(narrow8(inserted), at: places, into: rows))
        case 2:
            let rows =
                if case .words16(let codes) = base.payload { codes } else { narrow16(base.decodedWords() ?? []) }
            return .words16(insert(narrow16(inserted), at: places, into: rows))
        default:
            return .words32(insert(inserted, at: places, into: base.decodedWords() ?? []))
        }
    }

    private func plainText(_ base: Chunk, _ runs: [Chunk], _ dictionary: TextDictionary?) -> Chunk.Payload {
        let texts = runs.compactMap { $0.decodedText(dictionary) }
        var lengths: [UInt32] = []
        var starts: [Int] = []
        var bytes: [UInt8] = []
        for text in texts {
            for row in 0..<(text.offsets.count - 1) {
                starts.append(bytes.count + Int(text.offsets[row]))
                lengths.append(text.offsets[row + 1] - text.offsets[row])
            }
            bytes.append(contentsOf: text.bytes)
        }
        var offsets: [UInt32] = [0]
        var inserted: [UInt8] = []
        for row in order {
            inserted.append(contentsOf: bytes[starts[Int(row)]..<(starts[Int(row)] + Int(lengths[Int(row)]))])
            offsets.append(UInt32(inserted.count))
        }
        let own = base.decodedText(dictionary) ?? (Array(repeating: 0, count: baseRowCount + 1), [])
        let merged = insertTexts(offsets, inserted, at: places, into: own.offsets, own.bytes)
        let fingerprints = insert(
            textFingerprints(offsets: offsets, bytes: inserted), at: places, into: base.fingerprints(of: own))
        return .plainText(offsets: merged.offsets, bytes: merged.bytes, fingerprints: fingerprints)
    }
}

extension Chunk {
    /// 1 where the row is missing, else 0.
    fileprivate var missingMask: [UInt8] {
        missing.map { unpackBits($0.words, count: rowCount) } ?? Array(repeating: 0, count: rowCount)
    }

    /// Bytes per dictionary code.
    fileprivate var wordWidth: Int {
        switch payload {
        case .words16: 2
        case .words32: 4
        default: 1
        }
    }

    /// Of the chunk's texts, which are `texts`.
    func fingerprints(of texts: (offsets: [UInt32], bytes: [UInt8])) -> [UInt16] {
        if case .plainText(_, _, let fingerprints) = payload, fingerprints.count == rowCount { return fingerprints }
        return textFingerprints(offsets: texts.offsets, bytes: texts.bytes)
    }
}
