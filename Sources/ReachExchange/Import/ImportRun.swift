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
        var tally = ImportTally()
        let rejectsPath = options.rejectsPath ?? RejectsFile.path(beside: path, reader.rejectsStyle)
        var rejects = RejectsFile(path: rejectsPath, style: reader.rejectsStyle, at: options.fileSpan)
        let missing = options.missing.map { Array(normalFormC($0).utf8) }
        while var block = try reader.next() {
            try cancellation.check()
            tally.records += block.recordCount
            var rejected = block.malformedRejections(reader)
            rejected += block.removeUndecodable().rejected
            var parser = BlockParser(plan: self, missing: missing)
            rejected += parser.parse(&block)
            rejected.sort { $0.rejection.line < $1.rejection.line }
            block.name(&rejected)
            for record in rejected {
                tally.reject(record.rejection)
                if writesRejects, !options.isStrict {
                    try rejects.add(record.rejection, record: block.bytes[record.range])
                }
            }
            if options.isStrict, tally.rejected > 0 {
                throw Diagnostic.strictRejects(
                    tally.rejected, of: path, first: tally.rejections, at: options.fileSpan)
            }
            tally.rows += block.index.rowCount
            tally.normalised += parser.normalised
            tally.unguarded += parser.unguarded
            if block.index.rowCount > 0 {
                try sink(ColumnBatch(rowCount: block.index.rowCount, columns: parser.columns))
            }
            progress.report(
                "importing \(path)", done: reader.readBytes, total: reader.shape.byteCount, unit: "bytes",
                rows: tally.records)
        }
        tally.fingerprint = try reader.fingerprint()
        guard tally.fingerprint == fingerprint else { throw Diagnostic.fileChanged(path, at: options.fileSpan) }
        tally.rejectsPath = try rejects.commit()
        addNotes(&tally)
        progress.finish()
        return tally
    }

    private func addNotes(_ tally: inout ImportTally) {
        if tally.normalised > 0 {
            tally.notes.append("\(tally.normalised) texts brought into Unicode normal form C")
        }
        if tally.unguarded > 0 {
            tally.notes.append("\(tally.unguarded) texts freed of the `'` that guards them in spreadsheets")
        }
    }
}

/// Turns the cells of one block into columns. Knows nothing of other blocks.
struct BlockParser {
    let plan: ImportPlan
    let missing: [[UInt8]]
    private(set) var columns: [BatchColumn] = []
    private(set) var normalised = 0
    private(set) var unguarded = 0

    init(plan: ImportPlan, missing: [[UInt8]]) {
        self.plan = plan
        self.missing = missing
    }

    /// Parses all columns; where rows are rejected, takes them out and parses the others again.
    mutating func parse(_ block: inout RecordBlock) -> [RejectedRecord] {
        var reasons: [Int: (column: String, reason: String)] = [:]
        for (position, source) in plan.sources.enumerated() {
            let schema = plan.schema.columns[position]
            let parsed = column(block, source)
            columns.append(parsed.column)
            for row in parsed.failed where reasons[row] == nil {
                reasons[row] = (schema.name, Self.misfit(schema.type))
            }
            if source.isRequired, let bitmap = parsed.column.missing {
                for row in 0..<bitmap.count where bitmap[row] && reasons[row] == nil {
                    reasons[row] = (schema.name, Self.absence(schema.role))
                }
            }
        }
        if reasons.isEmpty { return [] }
        let rows = reasons.keys.sorted()
        let rejected = rows.map { row in
            let why = reasons[row] ?? ("", "")
            let rejection = Rejection(line: block.line(of: row), column: why.column, reason: why.reason)
            return RejectedRecord(range: block.index.record(row), rejection: rejection)
        }
        block.index.remove(rows)
        normalised = 0
        unguarded = 0
        columns = plan.sources.map { column(block, $0).column }
        return rejected
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
            var text = collectText(
                bytes, block.index, column: position, missing: missing, unguards: block.quotedColumns.isEmpty)
            unguarded += text.unguardedCount
            normalised += text.normalise()
            let bitmap = Bitmap(text.missing, setCount: text.missingCount, count: block.index.rowCount)
            return (.text(offsets: text.offsets, bytes: text.bytes, missing: bitmap), [])
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
