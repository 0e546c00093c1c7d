import ReachColumns
import ReachKernels

/// What is to be learned from each block of a file, and made of it; from any thread.
struct BlockWork: Sendable {
    let columnCount: Int
    /// Cells before each record of a rejects file that is read again.
    let prefixCells: Int
    let rules: EvidenceRules
    /// Columns whose type is given.
    let exhaustive: Set<Int>
    let probe: Int?
    /// Nil where blocks are only looked at.
    var plan: ImportPlan?

    init(_ reader: any RecordReader, rules: EvidenceRules, exhaustive: Set<Int>, probe: Int?) {
        columnCount = reader.columnCount
        prefixCells = reader.rejectsPrefixCells
        self.rules = rules
        self.exhaustive = exhaustive
        self.probe = probe
    }

    /// Of columns whose type is given all cells are looked at.
    func rules(for column: Int) -> EvidenceRules {
        var rules = rules
        rules.isExhaustive = exhaustive.contains(column)
        return rules
    }

    /// Looks at a block; with a plan it is parsed in the same pass. `known` are the readings that are left from what came before: what
    /// no reading fits need not be looked at.
    func look(_ block: RecordBlock, known: [CellReadings]) -> BlockLook {
        var look = BlockLook(block, columnCount: columnCount, width: columnCount, prefixCells: prefixCells)
        var evidence = look.evidence
        for column in 0..<columnCount { evidence[column].readings = known[column] }
        let chosen = (0..<columnCount).map(rules(for:))
        if let probe { look.hashes = hashCells(look.block.bytes.span, look.block.index, column: probe) }
        if let plan {
            var parser = BlockParser(plan: plan, missing: rules.missing)
            look.parsed = parser.parse(&look.block, rules: chosen, evidence: &evidence)
        } else {
            let (bytes, index) = (look.block.bytes.span, look.block.index)
            for column in 0..<columnCount {
                gatherEvidence(bytes, index, column: column, rules: chosen[column], into: &evidence[column])
            }
        }
        look.evidence = evidence
        return look
    }
}

/// A block, and what was seen in it.
struct BlockLook: Sendable {
    var block: RecordBlock
    /// The rows before some were taken out for their values.
    let rows: CellIndex
    /// Rows and rejects together.
    let recordCount: Int
    /// Rejected for their shape or their bytes.
    let rejected: [RejectedRecord]
    let undecodable: [RejectedRecord]
    let decodableRows: Int
    let hasNonASCII: Bool
    var evidence: [CSVEvidence]
    var hashes: [UInt64] = []
    var parsed: ParsedBlock?

    /// `columnCount` is of the columns that are looked at, `width` of the file.
    init(_ block: RecordBlock, columnCount: Int, width: Int, prefixCells: Int) {
        self.block = block
        recordCount = block.recordCount
        evidence = Array(repeating: CSVEvidence(), count: columnCount)
        var rejected = block.malformedRejections(width: width, prefix: prefixCells)
        let texts = self.block.removeUndecodable()
        undecodable = texts.rejected
        decodableRows = texts.decodableRows
        rows = self.block.index
        hasNonASCII = texts.hasNonASCII
        rejected += texts.rejected
        block.name(&rejected)
        self.rejected = rejected
    }
}

/// The rows of a block as columns, and those that are none.
struct ParsedBlock: Sendable {
    let columns: [BatchColumn]
    let rowCount: Int
    /// For their values.
    let rejected: [RejectedRecord]
    let normalised: Int
    let unguarded: Int
}
