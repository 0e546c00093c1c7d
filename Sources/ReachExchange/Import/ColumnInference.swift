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
    /// Set where numbers have more around them than digits and a mark.
    var shape: NumberShape?
    /// Of times as seconds since 1970: 6; as milliseconds: 3. Read as decimals of that scale they are microseconds.
    var epochScale: Int?
}

/// `dates "dd.mm.yyyy"`: the order in which the statement says that dates are written.
struct DatePattern: Hashable, Sendable {
    let order: DateOrder
    /// `yy`
    let shortYears: Bool
    /// `epoch` and `epoch ms`: as in `CellReading`.
    let epochScale: Int?

    init(_ option: OptionText) throws {
        let letters = option.text.lowercased().filter(\.isLetter)
        let hasSeparators = option.text.contains { !$0.isLetter }
        switch letters {
        case "epoch", "unix", "epochseconds", "epochs": epochScale = 6
        case "epochms", "unixms", "epochmilliseconds": epochScale = 3
        default: epochScale = nil
        }
        switch (letters, hasSeparators) {
        case _ where epochScale != nil: (order, shortYears) = (.yearMonthDay, false)
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
    /// Cells are parted by commas, so that a comma inside quotes more likely parts a list, or thousands, than decimals.
    let commaParts: Bool
    /// Of columns whose cells are no plain numbers.
    var shape: ShapeEvidence?
    /// The statement, or the name, says that the column holds times.
    var isTime = false
    /// False where the file names no columns, so that only values can tell.
    var hasName = true

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
        if let reading = try shapedNumber() { return Verdict(reading: reading, note: shapeNote(reading)) }
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
            if let epoch = epoch(isDemanded: false) { return epoch }
            guard evidence.readings.contains(.compactDay), let years = evidence.compactYears else {
                return CellReading(type: .integer)
            }
            let isNamedTime = meaning.isDateLike || isTime
            // Few numbers of eight digits are days, and hardly any three of another kind all are.
            let isLikely =
                (isNamedTime || !hasName && evidence.knownCount >= 3) && years.lowerBound >= 1900
                && years.upperBound <= 2100
            if pattern?.order == .compact || isLikely { return CellReading(type: .date, order: .compact) }
            return CellReading(type: .integer)
        }
        return number()
    }

    /// Seconds or milliseconds since 1970, from 1990 on: under a name that speaks of time, where `dates` says so, or where a
    /// time is demanded.
    private func epoch(isDemanded: Bool) -> CellReading? {
        guard evidence.readings.contains(.integer), evidence.knownCount > 0 else { return nil }
        let scale: Int
        switch (evidence.smallest, evidence.largest) {
        case (631_152_000..., ..<4_102_444_800): scale = 6
        case (631_152_000_000..., ..<4_102_444_800_000): scale = 3
        default: return nil
        }
        if let named = pattern?.epochScale { return CellReading(type: .datetime, epochScale: named) }
        guard isDemanded || isTime else { return nil }
        return CellReading(type: .datetime, epochScale: scale)
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

    /// Numbers with thousands parted, or with signs of currency or percent. Throws where a mark may be before decimals or thousands.
    private func shapedNumber() throws -> CellReading? {
        guard let evidence = shape ?? commaEvidence, !evidence.isText, evidence.count > 0 else { return nil }
        guard evidence.currencies.count <= 1, evidence.percentCount == 0 || evidence.percentCount == evidence.count
        else {
            return nil
        }
        let isPoint: Bool
        switch (evidence.point.fits, evidence.comma.fits, decimalMark) {
        case (true, _, 0x2E?): isPoint = true
        case (_, true, 0x2C?): isPoint = false
        case (_, _, _?): return nil
        case (true, false, nil): isPoint = true
        case (false, true, nil): isPoint = false
        default:
            // Where cells are parted by commas, decimals are not.
            guard evidence.markCount == 0 || commaParts else {
                throw Diagnostic.ambiguousNumbers(column: name, at: span)
            }
            isPoint = true
        }
        let isPercent = evidence.percentCount > 0
        let found = isPoint ? evidence.point : evidence.comma
        let scale = found.scale + (isPercent ? 2 : 0)
        let shape = NumberShape(
            mark: isPoint ? 0x2E : 0x2C, isPercent: isPercent, currency: evidence.currencies.first)
        // As with plain numbers: long digits without decimals are a number of something, not an amount.
        if found.wholeDigits + scale > 18 { return scale == 0 ? nil : CellReading(type: .float, shape: shape) }
        return CellReading(type: scale == 0 ? .integer : .decimal(scale: scale), shape: shape)
    }

    /// What is known of plain numbers with commas, each of which may part thousands.
    private var commaEvidence: ShapeEvidence? {
        guard evidence.readings.contains(.commaNumber), !evidence.hasDecimalComma, evidence.commaScale > 0 else {
            return nil
        }
        return ShapeEvidence(after: evidence)
    }

    private func shapeNote(_ reading: CellReading) -> String? {
        guard let shape = reading.shape else { return nil }
        if let currency = shape.currency { return "amounts in `\(name)` are in \(currency)" }
        return shape.isPercent ? "`\(name)` is in percent: 12% is 0.12" : nil
    }

    private func textNote() -> String? {
        if let shape, !shape.isText, shape.currencies.count > 1 {
            let names = shape.currencies.sorted().joined(separator: ", ")
            return "`\(name)` holds amounts in several currencies (\(names)) and stays text"
        }
        if let shape, !shape.isText, shape.percentCount > 0, shape.percentCount < shape.count {
            return "`\(name)` holds numbers with and without a percent sign and stays text"
        }
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
        if type.isNumeric {
            reading.mark = demandedMark
            if !fitsPlainly(type) { reading.shape = try shapedNumber()?.shape }
        }
        if type == .datetime, let epoch = epoch(isDemanded: true) { return epoch }
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
    var largestScale: Int {
        if case .decimal(let scale)? = try? shapedNumber()?.type { return scale }
        return min(18, max(evidence.scale, demandedMark == 0x2C ? evidence.commaScale : 0))
    }

    /// Whether all cells can be read as `type`.
    func fits(_ type: DataType) -> Bool {
        if fitsPlainly(type) { return true }
        if type == .datetime { return epoch(isDemanded: true) != nil }
        guard let shaped = try? shapedNumber()?.type else { return false }
        switch (shaped, type) {
        case (.integer, .integer), (.integer, .decimal), (_, .float): return true
        case (.decimal(let needed), .decimal(let scale)): return needed <= scale
        default: return false
        }
    }

    private func fitsPlainly(_ type: DataType) -> Bool {
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
