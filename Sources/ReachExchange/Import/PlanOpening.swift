import ReachColumns
import ReachDiagnostics
import ReachKernels

/// Turns a header, the statement's clauses and a survey of the rows into a plan.
struct PlanOpening {
    private let options: ImportOptions
    private let pattern: DatePattern?
    private let decimalMark: UInt8?
    private let delimiter: String
    private(set) var names: ColumnNames
    private(set) var keys: KeyGuess
    let rules: EvidenceRules
    /// Types that the statement or the table demands, by position.
    private var demanded: [Int: DeclaredType] = [:]
    private var existing: [Int: ColumnSchema] = [:]
    /// Positions that the file's first line calls text.
    private let namedText: Set<Int>
    private let hasNames: Bool
    /// Positions that become columns.
    private var usable: [Int]
    private var readings: [CellReading] = []
    private var roles: RoleGuess?
    private var widenings: [ImportReport.Widening] = []
    private var notes: [String] = []

    init(_ reader: any RecordReader, _ options: ImportOptions) throws {
        self.options = options
        pattern = try options.dates.map { try DatePattern($0) }
        decimalMark = try options.decimal.map { option in
            guard option.text == "," || option.text == "." else { throw Diagnostic.badDecimalMark(option) }
            return option.text == "," ? 0x2C : 0x2E
        }
        delimiter = reader.shape.delimiter
        hasNames = reader.header != nil
        namedText = Set((0..<reader.columnCount).filter(reader.isNamedText))
        var names = try ColumnNames(
            header: reader.header, count: reader.columnCount, prefixCells: reader.rejectsPrefixCells,
            renames: options.renames)
        usable = Array(reader.rejectsPrefixCells..<reader.columnCount)
        keys = try KeyGuess(&names, usable, options)
        self.names = names
        var rules = EvidenceRules()
        rules.missing = options.missing.map { Array(normalFormC($0).utf8) }
        rules.shortYears = pattern?.shortYears ?? false
        self.rules = rules
        for choice in options.types { demanded[try names.position(of: choice.column)] = choice.type }
        for position in usable {
            if let column = existingColumn(position) { existing[position] = column }
        }
        if let time = options.time { _ = try names.position(of: time) }
    }

    /// The column of the table that one of the file goes to; a reference goes to the customers' key.
    private func existingColumn(_ position: Int) -> ColumnSchema? {
        if position == keys.customer, let key = options.customerKey { return key }
        guard let table = options.existing, let index = table.index(of: names.final[position]) else { return nil }
        return table.columns[index]
    }

    /// Columns where cells that do not fit are rejected, or counted against the table's type.
    var demandedColumns: Set<Int> { Set(demanded.keys).union(existing.keys) }

    /// How the blocks of the file are to be looked at.
    func work(_ reader: any RecordReader) -> BlockWork {
        BlockWork(reader, rules: rules, exhaustive: demandedColumns, probe: keys.possibleRowKey)
    }

    /// Types, then roles.
    mutating func decide(_ survey: FileSurvey) throws {
        leaveOutEmptyKey(survey)
        let named = usable.filter { !names.unnamed.contains($0) || survey.evidence[$0].knownCount > 0 }
        let droppedCount = usable.count - named.count
        if droppedCount > 0, !named.isEmpty, survey.records > 0 {
            usable = named
            notes.append("\(droppedCount) unnamed \(droppedCount == 1 ? "column" : "columns") without values left out")
        }
        for position in usable { readings.append(try reading(of: position, survey)) }
        let columns = zip(usable, readings).map { position, reading in
            let evidence = survey.evidence[position]
            let isSmall = reading.type == .integer && evidence.knownCount > 0
            return RoleGuess.Column(
                name: names.final[position], type: reading.type,
                isZeroOrOne: isSmall && evidence.smallest >= 0 && evidence.largest <= 1,
                isUsable: evidence.knownCount > 0 || survey.records == 0)
        }
        roles = try RoleGuess(
            columns, customer: keys.customer.flatMap(usable.firstIndex), rowKey: rowKey(survey), options)
    }

    private mutating func rowKey(_ survey: FileSurvey) -> Int? {
        if let named = keys.rowKey { return usable.firstIndex(of: named) }
        guard let possible = keys.possibleRowKey, survey.records > 0, survey.evidence[possible].emptyCount == 0 else {
            return nil
        }
        let name = names.final[possible]
        if survey.keyProbe.isUnique {
            notes.append("key \(name)")
            return usable.firstIndex(of: possible)
        }
        notes.append(
            survey.keyProbe.hasRepeats
                ? "`\(name)` repeats, so rows are kept apart; `key \(Diagnostic.quotedName(name))` makes it the row's key"
                : "`key \(Diagnostic.quotedName(name))` makes `\(name)` the row's key")
        return nil
    }

    private mutating func reading(of position: Int, _ survey: FileSurvey) throws -> CellReading {
        let evidence = survey.evidence[position]
        let name = names.final[position]
        let inference = ColumnInference(
            evidence: evidence, name: name, meaning: NameMeaning(name), pattern: pattern, span: options.fileSpan,
            decimalMark: decimalMark, commaParts: delimiter == ",", shape: survey.shapes[position],
            isTime: options.time.map { Name.same($0.text, name) } ?? false
                || NameMeaning(name).speaksOfTime(in: options.table), hasName: hasNames)
        if let declared = demanded[position] {
            switch declared {
            case .exactly(let type): return try inference.reading(as: type)
            case .decimal: return try inference.reading(as: .decimal(scale: inference.largestScale))
            }
        }
        if let column = existing[position] {
            if inference.fits(column.type) { return try inference.reading(as: column.type) }
            var wider = column.type.widened(with: try inference.verdict().reading.type)
            // 18 digits may hold either scale and not both.
            if !inference.fits(wider) { wider = inference.fits(.float) ? .float : .text }
            let table = position == keys.customer && options.kind == .activity ? "customers" : options.table
            widenings.append(
                ImportReport.Widening(table: table, column: column.name, from: column.type, to: wider))
            if wider == .text {
                notes.append(
                    "`types (\(Diagnostic.quotedName(column.name)) \(column.type.name))` keeps the type of `\(column.name)` and "
                        + "rejects the rows that do not fit")
            }
            return try inference.reading(as: wider)
        }
        if namedText.contains(position) {
            if (try? inference.verdict())?.reading.type != .text {
                notes.append("`\(name)` is text, as the quotes around its name say")
            }
            return CellReading(type: .text)
        }
        let verdict = try inference.verdict()
        if let note = verdict.note {
            notes.append(note)
        } else if verdict.reading.type == .text, !inference.meaning.staysText, let stray = survey.stray(position) {
            notes.append(
                "`\(name)` stays text for what stands on line \(stray.line), unlike the \(stray.fittingCount) before; "
                    + "`types (\(Diagnostic.quotedName(name)) \(stray.typeName))` rejects such rows")
        }
        return verdict.reading
    }

    /// A column that holds nothing is no key, unless the statement or the table says so.
    private mutating func leaveOutEmptyKey(_ survey: FileSurvey) {
        guard options.kind == .customers, options.key == nil, options.customer == nil, options.existing == nil,
            let key = keys.customer, survey.records > survey.rejected, survey.evidence[key].knownCount == 0
        else { return }
        keys.leaveOut()
        notes.append("`\(names.final[key])` holds no values, so it is no key")
    }

    func plan(_ source: ImportSource, _ shape: FileShape, _ survey: FileSurvey) -> ImportPlan {
        let path = source.path
        let roles = self.roles?.roles ?? []
        let schemas = zip(usable, zip(readings, roles)).map { position, column in
            ColumnSchema(name: names.final[position], type: column.0.type, role: column.1)
        }
        let columnSources = zip(usable, zip(readings, roles)).map { position, column in
            let isRequired = column.1 == .key || column.1 == .time || column.1 == .rowKey
            return ImportPlan.ColumnSource(position: position, reading: column.0, isRequired: isRequired)
        }
        let columns = zip(usable, zip(readings, roles)).map { position, column in
            self.column(position, column.0, column.1, survey)
        }
        let report = ImportReport(
            path: path, shape: shape, columns: columns, records: survey.records, malformed: survey.rejected,
            firstRejections: survey.firstRejections, channels: self.roles?.channels ?? [], widenings: widenings,
            notes: allNotes(survey))
        let schema = TableSchema(name: options.table, kind: options.kind, columns: schemas)
        return ImportPlan(
            report: report, schema: schema, fingerprint: survey.fingerprint, path: path, source: source,
            options: options,
            sources: columnSources)
    }

    private func column(
        _ position: Int, _ reading: CellReading, _ role: ColumnSchema.Role, _ survey: FileSurvey
    ) -> ImportReport.Column {
        let evidence = survey.evidence[position]
        let blank = evidence.emptyCount + (reading.type == .text ? 0 : evidence.blankCount + evidence.nullWordCount)
        var isPersonal = role == .personal
        if case .address = role { isPersonal = true }
        if role == .key, NameMeaning(names.final[position]).addressChannel != nil { isPersonal = true }
        let examples = survey.examples[position].map { isPersonal ? String($0.prefix(1)) + "…" : $0 }
        return ImportReport.Column(
            sourceName: names.source[position], name: names.final[position], type: reading.type, role: role,
            examples: isPersonal ? Array(examples.prefix(1)) : examples, missing: blank, reading: reading.label)
    }

    private func allNotes(_ survey: FileSurvey) -> [String] {
        var all = names.notes
        let taken = keys.notes + (roles?.notes.filter { $0.hasPrefix("at ") } ?? [])
        if !taken.isEmpty { all.append("taken as \(taken.joined(separator: ", "))") }
        if options.kind == .customers, keys.customer == nil {
            all.append("no column is a key: customers are numbered from 1 in the order of the file")
        }
        for (position, reading) in zip(usable, readings) where reading.shape?.currency == nil {
            // What the statement itself says needs no word.
            let isTold =
                reading.type.isTemporal && options.dates != nil || reading.type.isNumeric && options.decimal != nil
            if !isTold, let label = reading.label, reading.shape?.isPercent != true {
                all.append("`\(names.final[position])` is read as \(label)")
            }
        }
        all += notes + (roles?.notes.filter { !$0.hasPrefix("at ") } ?? [])
        if survey.records == 0 { all.append("the file has a header and no rows") }
        if survey.blankLines > 0 { all.append("\(counted(survey.blankLines, "blank line")) passed over") }
        if survey.trailingDelimiters > 0 {
            let verb = survey.trailingDelimiters == 1 ? "ends" : "end"
            all.append("\(counted(survey.trailingDelimiters, "row")) \(verb) in a delimiter that parts nothing")
        }
        return all
    }

    private func counted(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }
}

extension CellReading {
    /// How values are written, where that is not the plain way.
    var label: String? {
        if let shape {
            let parts = [
                shape.currency, shape.isPercent ? "percent" : nil,
                shape.mark == 0x2C ? "numbers with a decimal comma" : nil,
            ]
            let known = parts.compactMap(\.self)
            return known.isEmpty ? "numbers with parted thousands" : known.joined(separator: ", ")
        }
        if let epochScale { return epochScale == 6 ? "seconds since 1970" : "milliseconds since 1970" }
        return switch type {
        case .date, .datetime:
            switch order {
            case .yearMonthDay: nil
            case .dayMonthYear: shortYears ? "dd.mm.yy" : "dd.mm.yyyy"
            case .monthDayYear: shortYears ? "mm/dd/yy" : "mm/dd/yyyy"
            case .compact: "yyyymmdd"
            }
        case .decimal, .float: mark == 0x2C ? "numbers with a decimal comma" : nil
        default: nil
        }
    }
}
