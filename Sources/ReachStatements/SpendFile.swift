import ReachCampaign
import ReachColumns
import ReachDiagnostics
import ReachExchange
import ReachInsight
import ReachLanguage
import ReachPlan

/// What a table of advertising costs holds, added up by source and period.
struct SpendFile {
    private(set) var entries: [SpendEntry] = []
    private(set) var notes: [String] = []

    fileprivate static let amountNames = ["spend", "spent", "amount", "cost", "costs", "sum", "total"]
    fileprivate static let dayNames = ["date", "day", "month", "period", "at"]
    fileprivate static let fromNames = ["from", "start", "start_date", "begin", "date_from", "since"]
    fileprivate static let toNames = ["to", "end", "end_date", "until", "date_to", "through"]

    init(_ path: String, at span: SourceSpan, _ session: Session, _ pinned: Session.Pinned) throws {
        let zone = pinned.context.moment.zone
        var options = ImportOptions(table: "customers", kind: .customers, zone: zone)
        options.fileSpan = span
        let plan = try ImportFile.open(
            path, options, cancellation: session.cancellation, progress: session.hooks.progress)
        let columns = try SpendFileColumns(plan.schema, zone, at: span)
        var sums: [SpendFileColumns.Key: Int128] = [:]
        let tally = try plan.read(
            writesRejects: false, cancellation: session.cancellation, progress: session.hooks.progress
        ) { batch in
            for row in 0..<batch.rowCount {
                let (key, units) = try columns.read(batch, row, at: span)
                sums[key, default: 0] += units
            }
        }
        if tally.rejected > 0 { throw Diagnostic.spendRejects(tally.rejected, at: span) }
        entries = sums.map { key, units in
            SpendEntry(source: key.source, days: key.days, amount: Money(units: units, scale: columns.scale))
        }.sorted {
            ($0.days.lowerBound, $0.source, $0.days.upperBound) < ($1.days.lowerBound, $1.source, $1.days.upperBound)
        }
        if columns.isByDay { notes = ["amounts by day are added up by calendar month"] }
    }
}

/// Where things stand in the file.
private struct SpendFileColumns {
    struct Key: Hashable {
        let source: String
        let days: Range<Int>
    }

    private let source: Int
    private let amount: Int
    private let from: Int
    private let to: Int?
    private let fromType: DataType
    private let zone: Zone
    let scale: Int

    /// Neither by month nor by days from and to.
    var isByDay: Bool { to == nil && fromType != .text }

    init(_ schema: TableSchema, _ zone: Zone, at span: SourceSpan) throws {
        func column(_ names: [String], _ what: String) throws -> Int {
            guard let index = names.lazy.compactMap({ schema.index(of: $0) }).first else {
                throw Diagnostic.spendFileColumn(what, names: names, columns: schema.columns.map(\.name), at: span)
            }
            return index
        }
        self.zone = zone
        source = try column(SpendColumns.sourceNames, "a source")
        amount = try column(SpendFile.amountNames, "an amount")
        switch schema.columns[amount].type {
        case .integer: scale = 0
        case .decimal(let digits) where digits <= SpendEntry.mostDigits: scale = digits
        default: throw Diagnostic.spendFileType(schema.columns[amount].name, "amounts", at: span)
        }
        let first = SpendFile.fromNames.lazy.compactMap { schema.index(of: $0) }.first
        let last = SpendFile.toNames.lazy.compactMap { schema.index(of: $0) }.first
        if let first, let last {
            (from, to) = (first, last)
        } else {
            (from, to) = (try column(SpendFile.dayNames, "a day or month"), nil)
        }
        fromType = schema.columns[from].type
        guard schema.columns[source].type == .text else {
            throw Diagnostic.spendFileType(schema.columns[source].name, "texts", at: span)
        }
        let isDated =
            if let to { fromType == .date && schema.columns[to].type == .date } else {
                fromType.isTemporal || fromType == .text
            }
        guard isDated else {
            throw Diagnostic.spendFileType(schema.columns[from].name, "days or months", at: span)
        }
    }

    func read(_ batch: ColumnBatch, _ row: Int, at span: SourceSpan) throws -> (Key, Int128) {
        guard let name = batch.columns[source].word(row), let units = batch.columns[amount].lane(row),
            let days = days(batch, row)
        else { throw Diagnostic.spendFileRow("has no source, no amount or no day", at: span) }
        if units < 0 { throw Diagnostic.spendFileRow("has an amount below 0", at: span) }
        return (Key(source: name, days: days), Int128(units))
    }

    private func days(_ batch: ColumnBatch, _ row: Int) -> Range<Int>? {
        if let to {
            guard let first = batch.columns[from].lane(row), let last = batch.columns[to].lane(row), first <= last
            else { return nil }
            return Int(first)..<Int(last) + 1
        }
        guard let day = day(batch.columns[from], row) else { return nil }
        let start = CohortPeriod.month.start(of: day)
        return start..<CohortPeriod.month.next(after: start)
    }

    private func day(_ column: BatchColumn, _ row: Int) -> Int? {
        if fromType != .text {
            return column.lane(row).map { fromType == .date ? Int($0) : zone.day(of: $0) }
        }
        let numbers = (column.word(row) ?? "").split(separator: "-").map { Int($0) }
        guard numbers.count == 2, let year = numbers[0], let month = numbers[1] else { return nil }
        return CivilDate(year: year, month: month, day: 1)?.daysSinceEpoch
    }
}

extension BatchColumn {
    /// Nil where it is missing, and of texts and floats.
    fileprivate func lane(_ row: Int) -> Int64? {
        guard case .lanes(let lanes, let missing) = self, missing?[row] != true else { return nil }
        return lanes[row]
    }

    /// Nil where it is missing, and of everything but texts.
    fileprivate func word(_ row: Int) -> String? {
        guard case .text(let offsets, let bytes, let missing) = self, missing?[row] != true else { return nil }
        return String(decoding: bytes[Int(offsets[row])..<Int(offsets[row + 1])], as: UTF8.self)
    }
}

extension Session {
    /// The file that a statement names, with what stands in curly brackets filled in.
    func filledFile(_ statement: Statement) throws -> (path: String, span: SourceSpan)? {
        guard let file = statement.text("file") else { return nil }
        return (try filled(file), file.span)
    }
}
