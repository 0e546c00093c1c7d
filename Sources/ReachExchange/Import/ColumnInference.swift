import ReachColumns
import ReachDiagnostics
import ReachKernels

/// How the cells of a column are turned into values.
struct CellReading: Hashable, Sendable {
    var type: DataType
    /// Before the decimals of a number: point or comma.
    var mark: UInt8 = 0x2E
    var order: DateOrder = .yearMonthDay
    var shortYears = false
}

/// `dates "dd.mm.yyyy"`: the order in which the statement says that dates are written.
struct DatePattern: Hashable, Sendable {
    let order: DateOrder
    /// `yy`
    let shortYears: Bool

    init(_ option: OptionText) throws {
        let letters = option.text.lowercased().filter(\.isLetter)
        let hasSeparators = option.text.contains { !$0.isLetter }
        switch (letters, hasSeparators) {
        case ("yyyymmdd", true): (order, shortYears) = (.yearMonthDay, false)
        case ("yyyymmdd", false): (order, shortYears) = (.compact, false)
        case ("ddmmyyyy", true): (order, shortYears) = (.dayMonthYear, false)
        case ("mmddyyyy", true): (order, shortYears) = (.monthDayYear, false)
        case ("ddmmyy", true): (order, shortYears) = (.dayMonthYear, true)
        case ("mmddyy", true): (order, shortYears) = (.monthDayYear, true)
        default: throw Diagnostic.badDatePattern(option)
        }
    }
}

/// Decides what a column holds from what all its cells have in common.
struct ColumnInference {
    let evidence: CSVEvidence
    let name: String
    let meaning: NameMeaning
    let pattern: DatePattern?
    /// Where `dates` stands.
    let span: SourceSpan?
    /// `,` where the statement says `decimal ","`.
    let decimalMark: UInt8?
    /// Cells are parted by commas, so that a comma inside quotes more likely parts a list than decimals.
    let commaParts: Bool

    struct Verdict {
        var reading: CellReading
        var note: String?
    }

    /// The narrowest type that all cells fit. Throws where dates fit two readings.
    func verdict() throws -> Verdict {
        let text = CellReading(type: .text)
        if evidence.knownCount == 0 || meaning.staysText { return Verdict(reading: text) }
        if let reading = boolean() ?? numberOrDay() { return Verdict(reading: reading) }
        if let reading = try date() { return Verdict(reading: reading) }
        return Verdict(reading: text, note: textNote())
    }

    private func boolean() -> CellReading? {
        guard evidence.readings.contains(.boolean) else { return nil }
        // A column of nothing but `no` may be Norway: both words must occur, or the name must speak of consent.
        let isPlain = evidence.hasTrueOrFalse || meaning.isConsentLike
        guard isPlain || evidence.trueWords > 0 && evidence.falseWords > 0 else { return nil }
        return CellReading(type: .boolean)
    }

    private func numberOrDay() -> CellReading? {
        if evidence.readings.contains(.integer) {
            guard evidence.readings.contains(.compactDay), let years = evidence.compactYears else {
                return CellReading(type: .integer)
            }
            let isLikely = meaning.isDateLike && years.lowerBound >= 1900 && years.upperBound <= 2100
            if pattern?.order == .compact || isLikely { return CellReading(type: .date, order: .compact) }
            return CellReading(type: .integer)
        }
        return number()
    }

    /// Numbers with decimals or exponents.
    private func number() -> CellReading? {
        let mark: UInt8
        let scale: Int
        if evidence.readings.contains(.pointNumber), decimalMark != 0x2C || evidence.scale == 0 {
            (mark, scale) = (0x2E, evidence.scale)
        } else if evidence.readings.contains(.commaNumber), isDecimalComma {
            (mark, scale) = (0x2C, evidence.commaScale)
        } else {
            return nil
        }
        if evidence.needsFloat || evidence.wholeDigits + scale > 18 { return CellReading(type: .float, mark: mark) }
        return CellReading(type: scale == 0 ? .integer : .decimal(scale: scale), mark: mark)
    }

    private var isDecimalComma: Bool {
        decimalMark == 0x2C || decimalMark == nil && !commaParts && evidence.hasDecimalComma
    }

    private func date() throws -> CellReading? {
        guard let order = try dateOrder() else { return nil }
        let type: DataType = evidence.hasTime ? .datetime : .date
        return CellReading(type: type, order: order, shortYears: pattern?.shortYears ?? false)
    }

    private func dateOrder() throws -> DateOrder? {
        let readings = evidence.readings
        if readings.contains(.yearMonthDay) { return .yearMonthDay }
        switch (readings.contains(.dayMonthYear), readings.contains(.monthDayYear)) {
        case (true, false): return .dayMonthYear
        case (false, true): return .monthDayYear
        case (true, true): return try chosenOrder()
        case (false, false): return readings.contains(.compactDay) ? .compact : nil
        }
    }

    /// The reading of dates that fit both.
    private func chosenOrder() throws -> DateOrder {
        if let order = pattern?.order, order == .dayMonthYear || order == .monthDayYear { return order }
        guard evidence.dayAndMonthDiffer else { return .dayMonthYear }
        let separator = String(Unicode.Scalar(evidence.dateSeparator))
        throw Diagnostic.ambiguousDates(column: name, separator: separator, at: span)
    }

    private func textNote() -> String? {
        let readings = evidence.readings
        if readings.contains(.commaNumber), decimalMark == nil {
            return "`\(name)` holds numbers with commas and stays text; `decimal \",\"` reads them as decimals"
        }
        if readings.contains(.pointNumber), decimalMark == 0x2C {
            return "`\(name)` holds numbers with points and stays text, since decimals have commas"
        }
        return nil
    }

    /// How cells are read as `type`, which the statement or the table demands; cells that do not fit are rejected.
    func reading(as type: DataType) throws -> CellReading {
        var reading = CellReading(type: type, shortYears: pattern?.shortYears ?? false)
        if type.isNumeric { reading.mark = demandedMark }
        if type.isTemporal { reading.order = try demandedOrder() }
        return reading
    }

    private var demandedMark: UInt8 {
        if let decimalMark { return decimalMark }
        return evidence.scale == 0 && evidence.commaScale > 0 && !commaParts ? 0x2C : 0x2E
    }

    /// The order that most cells fit.
    private func demandedOrder() throws -> DateOrder {
        let both = min(evidence.dayMonthYearCount, evidence.monthDayYearCount)
        let most = max(evidence.dayMonthYearCount, evidence.monthDayYearCount)
        if evidence.yearMonthDayCount >= most, evidence.yearMonthDayCount >= evidence.compactCount {
            return evidence.yearMonthDayCount == 0 && pattern != nil ? pattern?.order ?? .yearMonthDay : .yearMonthDay
        }
        if evidence.compactCount > most { return .compact }
        if both == most { return try chosenOrder() }
        return evidence.dayMonthYearCount > evidence.monthDayYearCount ? .dayMonthYear : .monthDayYear
    }

    /// The scale of `types (c decimal)`.
    var largestScale: Int { min(18, max(evidence.scale, demandedMark == 0x2C ? evidence.commaScale : 0)) }

    /// Whether all cells can be read as `type`.
    func fits(_ type: DataType) -> Bool {
        if evidence.knownCount == 0 { return true }
        let readings = evidence.readings
        let isPoint = readings.contains(.pointNumber) && demandedMark == 0x2E
        let isNumber = isPoint || readings.contains(.commaNumber) && demandedMark == 0x2C
        let isDate = !readings.isDisjoint(with: .dates)
        switch type {
        case .text: return true
        case .integer: return readings.contains(.integer)
        case .decimal(let scale):
            let needed = isPoint ? evidence.scale : evidence.commaScale
            return isNumber && !evidence.needsFloat && needed <= scale && evidence.wholeDigits + scale <= 18
        case .float: return isNumber
        case .boolean:
            return readings.contains(.boolean)
                || readings.contains(.integer) && evidence.smallest >= 0 && evidence.largest <= 1
        case .date: return isDate && !evidence.hasTime
        case .datetime: return isDate
        }
    }
}
