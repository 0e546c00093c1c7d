import ReachColumns
import ReachEngine
import ReachKernels

/// The customers of a chunk by what tells them apart for a plan: their answers, and whether they are held out.
struct ChunkKinds {
    struct Kind {
        let pattern: UInt64
        let isHeldOut: Bool
        /// By channel; nil is open.
        let closed: [ClosedReason?]
        let prices: [Int]
        let isReached: Bool

        /// Gets a message on the channel, or would if not held out.
        func gets(_ channel: Int) -> Bool { closed[channel] == nil && !isReached }
    }

    /// The number of each row's kind; 0 of those outside the audience.
    let rows: [UInt32]
    /// By number; the first stands for nobody.
    let kinds: [Kind]

    init(_ answers: Answers, chunk: Int, heldOut: Bitmap?, layout: PatternLayout) {
        let members = answers.members.chunks[chunk]
        var (rows, patterns) = numberPatterns(answers.patterns(chunk: chunk), members: members.words)
        var marks = [UInt8](repeating: 0, count: patterns.count)
        if let heldOut {
            let parted = partKinds(
                &rows, kindCount: patterns.count, by: unpackBits(heldOut.words, count: members.count))
            patterns = parted.from.map { patterns[Int($0)] }
            marks = parted.values
        }
        self.rows = rows
        let kinds = zip(patterns, marks).map { pattern, mark in
            Kind(
                pattern: pattern, isHeldOut: mark != 0, closed: layout.closed(pattern),
                prices: layout.channels.indices.map { layout.price($0, pattern) }, isReached: layout.isReached(pattern))
        }
        self.kinds = kinds
    }

    /// By kind, whether `holds` is true of it; of nobody nothing is.
    func table(where holds: (Kind) -> Bool) -> [Bool] {
        kinds.indices.map { $0 > 0 && holds(kinds[$0]) }
    }
}

/// The messages of a chunk's customers.
struct ChunkMessages {
    let people: ChunkKinds
    /// By text of the campaign; nil where a message is charged whole.
    let texts: [ChunkText?]
    /// By text and row; 0 where a row's kind gets no such message.
    let parts: [[UInt8]]
    /// The number of each row's kind, told apart by parts too; 0 of those outside the audience.
    let rows: [UInt32]
    /// By number: the kind of customers, and their parts by channel.
    let kinds: [(people: Int, parts: SIMD16<UInt8>)]

    init(_ people: ChunkKinds, texts: [ChunkText?], channels: [Int]) {
        self.people = people
        self.texts = texts
        var rows = people.rows
        var kinds = people.kinds.indices.map { (people: $0, parts: SIMD16<UInt8>.one) }
        var allParts: [[UInt8]] = []
        for (text, channel) in zip(texts, channels) {
            guard let text else {
                allParts.append([])
                continue
            }
            var (parts, open) = messageParts(
                text.lengths, kinds: people.rows, counted: people.table { $0.gets(channel) })
            for row in open { parts[Int(row)] = UInt8(countParts(text.message(Int(row)))) }
            let parted = partKinds(&rows, kindCount: kinds.count, by: parts)
            kinds = zip(parted.from, parted.values).map { from, count in
                var kind = kinds[Int(from)]
                if count > 0 { kind.parts[channel] = count }
                return kind
            }
            allParts.append(parts)
        }
        self.rows = rows
        self.kinds = kinds
        parts = allParts
    }

    /// What tells a kind's customers apart from all others.
    func customers(_ kind: Int) -> (kind: CustomerKind, isHeldOut: Bool) {
        let own = people.kinds[kinds[kind].people]
        return (CustomerKind(pattern: own.pattern, parts: kinds[kind].parts), own.isHeldOut)
    }
}
