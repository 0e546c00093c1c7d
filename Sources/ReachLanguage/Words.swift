/// The words that mean something by themselves, in one place.
package enum Words {
    /// Cannot be a bare name where a value is expected. This list may not grow.
    package static let reservedAsValue: Set<String> = [
        "and", "or", "not", "has", "stopped", "resumed", "true", "false", "missing", "today", "now", "this",
    ]

    /// Cannot be a bare name where an audience may stand. This list may not grow.
    package static let reservedAsAudience: Set<String> = ["all", "current", "where", "by", "of", "to", "via"]

    /// Functions of single values. They are functions only before `(`.
    package static let functions: [String] = [
        "lower", "upper", "trim", "length", "domain", "days_since", "years_since", "year", "quarter", "month", "day",
        "weekday", "hour", "yearly", "quarterly", "monthly", "weekly", "daily", "anniversary", "if", "coalesce",
        "round",
        "abs", "bucket", "phone", "address",
    ]

    /// Functions over rows. They are functions only before `(`, and `count` alone in a list of measures.
    package static let aggregates: [String] = AggregateFunction.allCases.map(\.rawValue)

    /// Every word the expression grammar looks for, functions excluded.
    package static let expressionKeywords: [String] = [
        "and", "or", "not", "has", "stopped", "resumed", "true", "false", "missing", "today", "now", "this", "in",
        "between", "within", "contains", "does", "contain", "starts", "ends", "start", "end", "with", "like", "is",
        "known", "ago", "where", "since", "before", "after", "then", "no", "at", "least", "most", "more", "fewer",
        "than",
        "exactly", "to", "of", "last", "next", "full", "for", "day", "days", "week", "weeks", "month", "months",
        "quarter", "quarters", "year", "years", "hour", "hours", "minute", "minutes", "second", "seconds", "all",
        "current", "customers",
    ]

    /// The first word of a phrase; most phrases have no other.
    static func first(of phrase: String) -> String {
        guard let blank = phrase.utf8.firstIndex(of: UInt8(ascii: " ")) else { return phrase }
        return String(phrase[..<blank])
    }

    static func hasCapitals(_ word: String) -> Bool { word.utf8.contains { $0 >= 0x41 && $0 <= 0x5A } }

    /// The words of a phrase.
    static func each(of phrase: String) -> [String] {
        phrase.utf8.contains(UInt8(ascii: " ")) ? phrase.split(separator: " ").map(String.init) : [phrase]
    }

    /// Lower-cases ASCII letters; every keyword is ASCII.
    static func key(_ word: String) -> String {
        if !hasCapitals(word) { return word }
        return String(decoding: word.utf8.map { $0 >= 0x41 && $0 <= 0x5A ? $0 + 0x20 : $0 }, as: UTF8.self)
    }
}

extension Duration.Unit {
    /// Reads `d`, `day` and `days`; `word` is lower case.
    init?(word: String) {
        if let unit = Self(rawValue: word) {
            self = unit
            return
        }
        self.init(longWord: word)
    }

    /// Reads `day` and `days` only.
    init?(longWord word: String) {
        guard let unit = Self.allCases.first(where: { $0.longName == word || $0.longName + "s" == word }) else {
            return nil
        }
        self = unit
    }

    package var longName: String {
        switch self {
        case .second: "second"
        case .minute: "minute"
        case .hour: "hour"
        case .day: "day"
        case .week: "week"
        case .month: "month"
        case .quarter: "quarter"
        case .year: "year"
        }
    }
}

extension PeriodUnit {
    /// Reads `month` and `months`; `word` is lower case.
    init?(word: String) {
        self.init(rawValue: word.hasSuffix("s") ? String(word.dropLast()) : word)
    }
}
