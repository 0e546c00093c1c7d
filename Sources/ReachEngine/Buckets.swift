import ReachColumns
import ReachPlan

/// Half-open intervals between ascending borders: below the first, between two, from the last on.
struct Buckets {
    /// Order keys of the borders: lanes, or `floatKey` for floats.
    private let borders: [Int64]
    let labels: BucketLabels

    /// `borders` are constants of the argument's type.
    init(borders: [Value], of type: DataType) {
        self.borders = borders.map { value in
            if case .float(let float) = value { floatKey(float) } else { value.lane ?? 0 }
        }
        labels = BucketLabels(borders, of: type)
    }

    /// How many borders are at or below the value.
    func index(of key: Int64) -> UInt32 {
        var index: UInt32 = 0
        for border in borders where border <= key { index += 1 }
        return index
    }
}

/// `<100`, `100–499`, `500+`: whole numbers and dates name both ends of an interval, other numbers the end that is not in it
/// (`0.5–<1.5`).
struct BucketLabels {
    let texts: [String]

    init(_ borders: [Value], of type: DataType) {
        var texts: [String] = []
        for index in 0...borders.count {
            if borders.isEmpty {
                texts.append("all")
            } else if index == 0 {
                texts.append("<" + Self.spell(borders[0]))
            } else if index == borders.count {
                texts.append(Self.spell(borders[index - 1]) + "+")
            } else {
                texts.append(Self.between(borders[index - 1], borders[index]))
            }
        }
        self.texts = texts
    }

    func dictionary(_ tables: TextTables) -> TextDictionary { tables.words(texts) }

    private static func between(_ lower: Value, _ upper: Value) -> String {
        switch (lower, upper) {
        case (.integer(let from), .integer(let to)) where to > from:
            to - 1 == from ? String(from) : "\(from)–\(to - 1)"
        case (.date(let from), .date(let to)) where to > from:
            to - 1 == from ? spell(lower) : spell(lower) + "–" + spell(.date(to - 1))
        default: spell(lower) + "–<" + spell(upper)
        }
    }

    /// A border without zeros that say nothing.
    private static func spell(_ value: Value) -> String {
        switch value {
        case .integer(let number): return String(number)
        case .decimal(let units, let scale):
            let digits = String(units.magnitude)
            let padded = String(repeating: "0", count: max(0, scale + 1 - digits.count)) + digits
            var fraction = padded.suffix(scale)
            while fraction.last == "0" { fraction.removeLast() }
            return (units < 0 ? "-" : "") + padded.dropLast(scale) + (fraction.isEmpty ? "" : "." + fraction)
        case .float(let number):
            return number == number.rounded() && abs(number) < 1e15 ? String(Int64(number)) : "\(number)"
        case .date(let day): return CivilDate(daysSinceEpoch: Int(day)).iso
        case .datetime(let instant): return CivilDate(daysSinceEpoch: Zone.utc.day(of: instant)).iso
        case .text(let text): return text
        case .boolean(let flag): return flag ? "true" : "false"
        case .missing: return ""
        }
    }
}

extension Scalar {
    /// The value of an expression that needs no row: a literal, negated or converted to a decimal or float.
    var constant: Value? {
        switch self {
        case .literal(let value, _): value
        case .negate(let operand): operand.constant.flatMap(Self.negated)
        case .convert(let operand, let type): operand.constant.flatMap { Self.converted($0, to: type) }
        default: nil
        }
    }

    private static func negated(_ value: Value) -> Value? {
        switch value {
        case .integer(let number): number == .min ? nil : .integer(-number)
        case .decimal(let units, let scale): units == .min ? nil : .decimal(units: -units, scale: scale)
        case .float(let number): .float(-number)
        default: nil
        }
    }

    private static func converted(_ value: Value, to type: DataType) -> Value? {
        guard let lane = value.lane, let from = value.type else { return value.type == type ? value : nil }
        switch type {
        case .float: return .float(Double(lane) / Double(powerOfTen(from.scale)))
        case .decimal(let scale):
            guard scale >= from.scale else { return nil }
            let (units, overflow) = lane.multipliedReportingOverflow(by: powerOfTen(scale - from.scale))
            return overflow ? nil : .decimal(units: units, scale: scale)
        default: return from == type ? value : nil
        }
    }
}
