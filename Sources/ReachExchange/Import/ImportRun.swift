import ReachColumns
import ReachDiagnostics
import ReachKernels

extension ImportPlan {
    /// Reads all rows and hands them on in batches, in the order of the file. Rows that do not fit go to the rejects file,
    /// which stands in its place once this returns; with `writesRejects` false they are only counted.
    ///
    /// Throws where the file changed since it was looked through, or, in a strict import, at the first reject: what was handed
    /// on until then must not be published.
    package func read(
        writesRejects: Bool = true, cancellation: Cancellation = Cancellation(),
        progress: any ProgressReporter = SilentProgress(), into sink: (ColumnBatch) throws -> Void
    ) throws -> ImportTally {
        let reader = try source.open(options)
        guard reader.columnCount >= (sources.map(\.position).max() ?? 0) + 1 else {
            throw Diagnostic.fileChanged(path, at: options.fileSpan)
        }
        var reading = PlanReading(self, reader, writesRejects: writesRejects)
        let (width, prefix) = (reader.columnCount, reader.rejectsPrefixCells)
        let missing = options.missing.map { Array(normalFormC($0).utf8) }
        let blocks = BlockStream<BlockLook>(reader, cancellation)
        let parse = { @Sendable (block: RecordBlock) in
            var look = BlockLook(block, columnCount: 0, width: width, prefixCells: prefix)
            var parser = BlockParser(plan: self, missing: missing)
            look.parsed = parser.parse(&look.block)
            return look
        }
        while let look = try blocks.next(parse) {
            try reading.take(look, into: sink)
            progress.report(
                "importing \(path)", done: reader.readBytes, total: reader.shape.byteCount, unit: "bytes")
        }
        let found = try reader.fingerprint()
        guard found == fingerprint else { throw Diagnostic.fileChanged(path, at: options.fileSpan) }
        progress.finish()
        return try reading.finish(found)
    }
}

/// The rows of a file on their way, counted, and what was rejected of them.
struct PlanReading: ~Copyable {
    private let plan: ImportPlan
    private let writesRejects: Bool
    private var tally = ImportTally()
    private var rejects: RejectsFile
    /// By column.
    private var days: [DayCensus?]

    init(_ plan: ImportPlan, _ reader: any RecordReader, writesRejects: Bool) {
        self.plan = plan
        self.writesRejects = writesRejects
        let path = plan.options.rejectsPath ?? RejectsFile.path(beside: plan.path, reader.rejectsStyle)
        rejects = RejectsFile(path: path, style: reader.rejectsStyle, at: plan.options.fileSpan)
        days = plan.schema.columns.map { DayCensus($0, options: plan.options) }
    }

    /// The next block, parsed.
    mutating func take(_ look: BlockLook, into sink: (ColumnBatch) throws -> Void) throws {
        guard let parsed = look.parsed else { preconditionFailure("a block is parsed before it is taken") }
        tally.records += look.recordCount
        var rejected = parsed.rejected
        look.block.name(&rejected)
        rejected += look.rejected
        rejected.sort { $0.rejection.line < $1.rejection.line }
        let isStrict = plan.options.isStrict
        for record in rejected {
            tally.reject(record.rejection)
            if writesRejects, !isStrict { try rejects.add(record.rejection, record: look.block.bytes[record.range]) }
        }
        if isStrict, tally.rejected > 0 {
            throw Diagnostic.strictRejects(
                tally.rejected, of: plan.path, first: tally.rejections, at: plan.options.fileSpan)
        }
        tally.rows += parsed.rowCount
        tally.normalised += parsed.normalised
        tally.unguarded += parsed.unguarded
        for (position, column) in parsed.columns.enumerated() { days[position]?.add(column) }
        if parsed.rowCount > 0 { try sink(ColumnBatch(rowCount: parsed.rowCount, columns: parsed.columns)) }
    }

    /// Puts the rejects file in its place.
    mutating func finish(_ fingerprint: UInt64) throws -> ImportTally {
        tally.fingerprint = fingerprint
        tally.rejectsPath = try rejects.commit()
        if let kept = rejects.keptPath { tally.notes.append("other rows that `\(rejects.path)` held are in `\(kept)`") }
        if tally.normalised > 0 {
            tally.notes.append("\(tally.normalised) texts brought into Unicode normal form C")
        }
        if tally.unguarded > 0 {
            tally.notes.append("\(tally.unguarded) texts freed of the `'` that guards them in spreadsheets")
        }
        tally.notes += days.compactMap { $0?.note }
        return tally
    }
}

/// Turns the cells of one block into columns. Knows nothing of other blocks.
struct BlockParser {
    let plan: ImportPlan
    let missing: [[UInt8]]
    private(set) var normalised = 0
    private(set) var unguarded = 0

    init(plan: ImportPlan, missing: [[UInt8]]) {
        self.plan = plan
        self.missing = missing
    }

    /// Parses all columns; where rows are rejected, takes them out and parses the others again.
    mutating func parse(_ block: inout RecordBlock) -> ParsedBlock {
        let parsed = plan.sources.map { column(block, $0) }
        return settled(parsed, &block)
    }

    /// The same, and adds what the cells of all columns of the file have in common, which is looked at by `rules`, to `evidence`.
    mutating func parse(
        _ block: inout RecordBlock, rules: [EvidenceRules], evidence: inout [CSVEvidence]
    ) -> ParsedBlock {
        var unread = Set(evidence.indices)
        let parsed = plan.sources.map { source in
            unread.remove(source.position)
            return column(block, source, rules[source.position], &evidence[source.position])
        }
        for column in unread.sorted() {
            gatherEvidence(
                block.bytes.span, block.index, column: column, rules: rules[column], into: &evidence[column])
        }
        return settled(parsed, &block)
    }

    private mutating func settled(
        _ parsed: [(column: BatchColumn, failed: [Int])], _ block: inout RecordBlock
    ) -> ParsedBlock {
        var reasons: [Int: (column: String, reason: String)] = [:]
        for (position, source) in plan.sources.enumerated() {
            let schema = plan.schema.columns[position]
            for row in parsed[position].failed where reasons[row] == nil {
                reasons[row] = (schema.name, Self.misfit(schema.type))
            }
            if source.isRequired, let bitmap = parsed[position].column.missing {
                for row in 0..<bitmap.count where bitmap[row] && reasons[row] == nil {
                    reasons[row] = (schema.name, Self.absence(schema.role))
                }
            }
        }
        if reasons.isEmpty { return made(parsed.map(\.column), block, []) }
        let rows = reasons.keys.sorted()
        let rejected = rows.map { row in
            let why = reasons[row] ?? ("", "")
            let rejection = Rejection(line: block.line(of: row), column: why.column, reason: why.reason)
            return RejectedRecord(range: block.index.record(row), rejection: rejection)
        }
        block.index.remove(rows)
        normalised = 0
        unguarded = 0
        return made(plan.sources.map { column(block, $0).column }, block, rejected)
    }

    private func made(_ columns: [BatchColumn], _ block: RecordBlock, _ rejected: [RejectedRecord]) -> ParsedBlock {
        ParsedBlock(
            columns: columns, rowCount: block.index.rowCount, rejected: rejected, normalised: normalised,
            unguarded: unguarded)
    }

    /// A column and its evidence in one pass, where it is written plainly.
    private mutating func column(
        _ block: RecordBlock, _ source: ImportPlan.ColumnSource, _ rules: EvidenceRules, _ evidence: inout CSVEvidence
    ) -> (column: BatchColumn, failed: [Int]) {
        let (bytes, index, reading, position) = (block.bytes.span, block.index, source.reading, source.position)
        guard reading.shape == nil, reading.epochScale == nil, reading.type != .float else {
            gatherEvidence(bytes, index, column: position, rules: rules, into: &evidence)
            return column(block, source)
        }
        switch reading.type {
        case .text:
            let text = readText(
                bytes, index, column: position, rules: rules, unguards: block.textMarks.isEmpty, into: &evidence)
            return (self.text(text, block), [])
        case .boolean:
            return lanes(readBooleans(bytes, index, column: position, rules: rules, into: &evidence))
        case .date:
            return lanes(
                readDays(
                    bytes, index, column: position, rules: rules, order: reading.order, shortYears: reading.shortYears,
                    into: &evidence))
        case .datetime:
            var times = readTimes(
                bytes, index, column: position, rules: rules, order: reading.order, shortYears: reading.shortYears,
                into: &evidence)
            placeInZone(&times)
            return lanes(times)
        case .integer, .decimal, .float:
            var scale = 0
            if case .decimal(let places) = reading.type { scale = places }
            return lanes(
                readNumbers(
                    bytes, index, column: position, rules: rules, scale: scale, mark: reading.mark, into: &evidence))
        }
    }

    private mutating func text(_ parsed: ParsedText, _ block: RecordBlock) -> BatchColumn {
        var text = parsed
        unguarded += text.unguardedCount
        normalised += text.normalise()
        let bitmap = Bitmap(text.missing, setCount: text.missingCount, count: block.index.rowCount)
        return .text(offsets: text.offsets, bytes: text.bytes, missing: bitmap)
    }

    private mutating func column(
        _ block: RecordBlock, _ source: ImportPlan.ColumnSource
    ) -> (column: BatchColumn, failed: [Int]) {
        let bytes = block.bytes.span
        let reading = source.reading
        let position = source.position
        if let shape = reading.shape {
            let plain = plainNumbers(bytes, block.index, column: position, shape: shape, missing: missing)
            return numbers(plain.bytes.span, plain.index, 0, reading, [])
        }
        if let scale = reading.epochScale {
            return lanes(parseNumbers(bytes, block.index, column: position, missing: missing, scale: scale, mark: 0x2E))
        }
        switch reading.type {
        case .text:
            let text = collectText(
                bytes, block.index, column: position, missing: missing, unguards: block.textMarks.isEmpty)
            return (self.text(text, block), [])
        case .integer, .decimal, .float: return numbers(bytes, block.index, position, reading, missing)
        case .boolean: return lanes(parseBooleans(bytes, block.index, column: position, missing: missing))
        case .date:
            return lanes(
                parseDays(
                    bytes, block.index, column: position, missing: missing, order: reading.order,
                    shortYears: reading.shortYears))
        case .datetime:
            var times = parseTimes(
                bytes, block.index, column: position, missing: missing, order: reading.order,
                shortYears: reading.shortYears)
            placeInZone(&times)
            return lanes(times)
        }
    }

    private func numbers(
        _ bytes: Span<UInt8>, _ index: CellIndex, _ position: Int, _ reading: CellReading, _ missing: [[UInt8]]
    ) -> (column: BatchColumn, failed: [Int]) {
        if reading.type == .float {
            let floats = parseFloats(bytes, index, column: position, missing: missing, mark: reading.mark)
            let bitmap = Bitmap(floats.missing, setCount: floats.missingCount, count: index.rowCount)
            return (.floats(floats.values, missing: bitmap), floats.failed)
        }
        var scale = 0
        if case .decimal(let places) = reading.type { scale = places }
        return lanes(
            parseNumbers(bytes, index, column: position, missing: missing, scale: scale, mark: reading.mark))
    }

    private func lanes(_ parsed: ParsedLanes) -> (column: BatchColumn, failed: [Int]) {
        let bitmap = Bitmap(parsed.missing, setCount: parsed.missingCount, count: parsed.lanes.count)
        return (.lanes(parsed.lanes, missing: bitmap), parsed.failed)
    }

    /// Times without an offset are the wall clock of the workspace's zone.
    private func placeInZone(_ times: inout ParsedLanes) {
        let zone = plan.options.zone
        if zone == .utc { return }
        for row in times.lanes.indices where times.walls[row >> 6] >> UInt64(row & 63) & 1 == 1 {
            times.lanes[row] = zone.instant(ofWall: times.lanes[row])
        }
    }

    private static func misfit(_ type: DataType) -> String {
        switch type {
        case .integer: "not an integer"
        case .decimal(let scale): "not a decimal of at most \(scale) places and 18 digits"
        case .float: "not a number"
        case .text: "not text"
        case .boolean: "not yes or no"
        case .date: "not a date"
        case .datetime: "not a date and time"
        }
    }

    private static func absence(_ role: ColumnSchema.Role) -> String {
        role == .time ? "no time" : "no key"
    }
}

extension Bitmap {
    /// Nil where no bit is set.
    init?(_ words: [UInt64], setCount: Int, count: Int) {
        if setCount == 0 { return nil }
        self.init(count: count, words: words)
    }
}

extension BatchColumn {
    var missing: Bitmap? {
        switch self {
        case .lanes(_, let missing), .floats(_, let missing), .text(_, _, let missing): missing
        }
    }
}
