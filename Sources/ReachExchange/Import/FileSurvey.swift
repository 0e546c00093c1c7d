import ReachColumns
import ReachDiagnostics
import ReachKernels

/// The first pass over a file: what all its rows have in common. Nothing is decided from a sample.
struct FileSurvey {
    private(set) var evidence: [CSVEvidence]
    /// Up to three distinct values of each column.
    private(set) var examples: [[String]]
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

    /// `exhaustive` are columns whose type is given.
    init(
        _ reader: any RecordReader, path: String, rules: EvidenceRules, exhaustive: Set<Int>, probe: Int?,
        options: ImportOptions, cancellation: Cancellation, progress: any ProgressReporter
    ) throws {
        evidence = Array(repeating: CSVEvidence(), count: reader.columnCount)
        examples = Array(repeating: [], count: reader.columnCount)
        var exhaustiveRules = rules
        exhaustiveRules.isExhaustive = true
        let total = reader.shape.byteCount
        while var block = try reader.next() {
            try cancellation.check()
            count(&block, reader)
            for column in evidence.indices {
                let chosen = exhaustive.contains(column) ? exhaustiveRules : rules
                gatherEvidence(block.bytes.span, block.index, column: column, rules: chosen, into: &evidence[column])
                collectExamples(block, column)
            }
            if let probe { keyProbe.add(hashCells(block.bytes.span, block.index, column: probe)) }
            progress.report(
                "looking through \(path)", done: reader.readBytes, total: total, unit: "bytes", rows: records)
        }
        fingerprint = try reader.fingerprint()
        try refuseForeignEncoding(path, options)
    }

    private mutating func count(_ block: inout RecordBlock, _ reader: any RecordReader) {
        records += block.recordCount
        blankLines += block.blankLines
        trailingDelimiters += block.trailingDelimiters
        var rejections = block.malformedRejections(reader)
        let texts = block.removeUndecodable()
        if texts.hasNonASCII {
            undecodable += texts.rejected.count { !$0.isNUL }
            decodable += texts.decodableRows
            if foreignSample.isEmpty, let first = texts.rejected.first(where: { !$0.isNUL }) {
                foreignSample = Array(block.bytes[first.range].prefix(4096))
            }
        }
        rejections += texts.rejected
        rejected += rejections.count
        if firstRejections.count < 10 {
            firstRejections += rejections.map(\.rejection).sorted { $0.line < $1.line }.prefix(
                10 - firstRejections.count)
        }
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
    private func refuseForeignEncoding(_ path: String, _ options: ImportOptions) throws {
        guard undecodable > 0, undecodable >= decodable, undecodable * 200 >= records else { return }
        let encoding = EncodingGuess.name(of: foreignSample)
        throw Diagnostic.encodingNotRead(path, encoding, at: options.fileSpan)
    }
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

/// Names the one-byte encoding that text is most likely in.
enum EncodingGuess {
    /// Cyrillic comes in runs, accents alone. Small letters, which prevail, are E0–FF in windows-1251 and C0–DF in KOI8-R.
    static func name(of bytes: [UInt8]) -> String {
        var runs = 0
        var high = 0
        var lowerHalf = 0
        var upperHalf = 0
        var previousIsHigh = false
        for byte in bytes {
            let isHigh = byte >= 0x80
            if isHigh {
                high += 1
                if !previousIsHigh { runs += 1 }
                if byte >= 0xE0 { upperHalf += 1 } else if byte >= 0xC0 { lowerHalf += 1 }
            }
            previousIsHigh = isHigh
        }
        guard runs > 0, high >= 2 * runs else { return "windows-1252" }
        return upperHalf >= lowerHalf ? "windows-1251" : "KOI8-R"
    }
}
