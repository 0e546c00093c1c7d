import ReachColumns
import ReachDiagnostics
import ReachKernels

/// The first pass over a file: what all its rows have in common. Nothing is decided from a sample.
struct FileSurvey {
    private(set) var evidence: [CSVEvidence]
    /// Of columns whose cells are no plain numbers.
    private(set) var shapes: [ShapeEvidence?]
    /// What the file says of each column's cells.
    private var marks: [TextMark]
    /// Up to three distinct values of each column.
    private(set) var examples: [[String]]
    private var strays: [StraySearch]
    private(set) var records = 0
    private(set) var rejected = 0
    private(set) var firstRejections: [Rejection] = []
    private(set) var blankLines = 0
    private(set) var trailingDelimiters = 0
    private(set) var keyProbe = UniquenessProbe()
    /// Rows with bytes that are no UTF-8, and rows with bytes past ASCII that are, in the blocks that hold the former.
    private var undecodable = 0
    private var decodable = 0
    private var foreignSample: [UInt8] = []

    private(set) var fingerprint: UInt64 = 0

    init(columnCount: Int) {
        evidence = Array(repeating: CSVEvidence(), count: columnCount)
        shapes = Array(repeating: nil, count: columnCount)
        marks = Array(repeating: .none, count: columnCount)
        examples = Array(repeating: [], count: columnCount)
        strays = Array(repeating: StraySearch(), count: columnCount)
    }

    /// The cell for which a column is text, where nearly all others are something else.
    func stray(_ column: Int) -> StrayCell? { strays[column].found(isQuoted: marks[column] > .none) }

    /// The readings that are left of each column.
    var readings: [CellReadings] { evidence.map(\.readings) }

    /// Looks at all blocks that are left.
    mutating func addAll(
        _ blocks: BlockStream<BlockLook>, _ work: BlockWork, from reader: any RecordReader, path: String,
        options: ImportOptions, progress: any ProgressReporter
    ) throws {
        let total = reader.shape.byteCount
        while let look = try blocks.next({ [readings] in work.look($0, known: readings) }) {
            add(look, work, options)
            progress.report("looking through \(path)", done: reader.readBytes, total: total, unit: "bytes")
        }
        try finish(reader, options)
    }

    /// Adds what was seen in the next block.
    mutating func add(_ look: BlockLook, _ work: BlockWork, _ options: ImportOptions) {
        count(look)
        for column in evidence.indices {
            let before = evidence[column]
            evidence[column].merge(look.evidence[column])
            strays[column].add(
                look.block, look.rows, column: column, rules: work.rules, before: before, after: evidence[column])
            leaveTextAlone(look.block, column)
            gatherShapes(look.block, column, before, work.rules(for: column), always: options.decimal != nil)
            collectExamples(look.block, column)
        }
        if work.probe != nil { keyProbe.add(look.hashes) }
    }

    /// Once all blocks were added.
    mutating func finish(_ reader: any RecordReader, _ options: ImportOptions) throws {
        fingerprint = try reader.fingerprint()
        // An encoding that was named, found by a mark or is part of the format is taken for granted.
        let shape = reader.shape
        if options.encoding == nil, !shape.saysEncoding, shape.encoding == TextEncoding.utf8.rawValue {
            try refuseForeignEncoding()
        }
    }

    private mutating func count(_ look: BlockLook) {
        records += look.recordCount
        blankLines += look.block.blankLines
        trailingDelimiters += look.block.trailingDelimiters
        if look.hasNonASCII {
            undecodable += look.undecodable.count { !$0.isNUL }
            decodable += look.decodableRows
            if foreignSample.isEmpty, let first = look.undecodable.first(where: { !$0.isNUL }) {
                foreignSample = Array(look.block.bytes[first.range].prefix(4096))
            }
        }
        rejected += look.rejected.count
        if firstRejections.count < 10 {
            firstRejections += look.rejected.map(\.rejection).sorted { $0.line < $1.line }.prefix(
                10 - firstRejections.count)
        }
    }

    /// What the file itself calls text may be dates, which JSON cannot write otherwise, but no numbers and no yes or no.
    private mutating func leaveTextAlone(_ block: RecordBlock, _ column: Int) {
        guard column < block.textMarks.count, block.textMarks[column] > .none else { return }
        evidence[column].readings.subtract([.integer, .pointNumber, .commaNumber, .boolean])
        if !evidence[column].hasTime { evidence[column].readings.subtract(.compactDay) }
        if block.textMarks[column] == .textOnly { evidence[column].readings = [] }
        marks[column] = max(marks[column], block.textMarks[column])
    }

    /// Once cells are no plain numbers, they may be numbers with more around them.
    private mutating func gatherShapes(
        _ block: RecordBlock, _ column: Int, _ before: CSVEvidence, _ rules: EvidenceRules, always: Bool
    ) {
        if marks[column] > .none || !always && !evidence[column].readings.isEmpty { return }
        var shape = shapes[column] ?? ShapeEvidence(after: before)
        ReachKernels.gatherShapes(block.bytes.span, block.index, column: column, rules: rules, into: &shape)
        shapes[column] = shape
    }

    private mutating func collectExamples(_ block: RecordBlock, _ column: Int) {
        var row = 0
        // A handful of rows is enough to find three where values differ at all.
        while examples[column].count < 3, row < min(block.index.rowCount, 200) {
            let cell = block.bytes[block.index.cell(row: row, column: column)]
            row += 1
            if cell.isEmpty { continue }
            let example = String(String(decoding: cell.prefix(256), as: UTF8.self).prefix(40))
            if !examples[column].contains(example) { examples[column].append(example) }
        }
    }

    /// Where about every row past ASCII is not UTF-8, the file is in another encoding and not merely damaged.
    private func refuseForeignEncoding() throws {
        guard undecodable > 0, undecodable >= decodable, undecodable * 200 >= records else { return }
        throw ForeignEncoding(encoding: EncodingGuess.narrowEncoding(of: foreignSample))
    }
}

/// Thrown where only the end of a file shows that it is not UTF-8.
struct ForeignEncoding: Error {
    let encoding: TextEncoding
}

/// Whether the values of a column are all different, as far as memory allows to tell.
struct UniquenessProbe {
    private var seen: Set<UInt64> = []
    private(set) var hasRepeats = false
    private(set) var isExhausted = false

    private static let limit = 4 << 20

    mutating func add(_ hashes: [UInt64]) {
        if hasRepeats || isExhausted { return }
        for hash in hashes where !seen.insert(hash).inserted {
            hasRepeats = true
            seen = []
            return
        }
        if seen.count > Self.limit {
            isExhausted = true
            seen = []
        }
    }

    /// No value occurs twice.
    var isUnique: Bool { !hasRepeats && !isExhausted }
}
