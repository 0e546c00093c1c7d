import ReachDiagnostics

/// Whose names count at a place.
package enum NameScope: Hashable, Sendable {
    case customers
    /// The columns of this activity table; a customer's are reached as `customers.NAME`.
    case table(String)
    /// Behind a subject of that name: a table's columns where it is a table, the customers' otherwise.
    case subject(String)
}

/// Something that could stand at a place in a statement. What the parser looked for in vain becomes the "expected …" message at the
/// furthest place it reached, and the completions at the cursor.
package enum Expectation: Hashable, Sendable {
    case statement
    case keyword(String)
    case symbol(String)
    /// `=`, `in`, `is missing` … behind a value.
    case comparison
    /// `+`, `-`, `*`, `/`.
    case arithmetic
    /// A yes/no question.
    case condition(NameScope)
    case value(NameScope)
    case measure(NameScope)
    /// A value that the named column holds, beside a comparison with it.
    case valueOf(column: QualifiedName, NameScope)
    case name(NameKind, NameScope)
    case newName
    case audience
    /// An audience or the rows of a table.
    case subject
    case period
    case periodUnit
    case text
    case file
    case integer
    case number
    case duration
    case date
    case timeRange
    case rate
    case literal
    case dataType
    case customerKey
    case bareWord(String)
    case parameter
    case end

    /// As it stands in "expected …".
    package var description: String {
        switch self {
        case .statement: "a statement"
        case .keyword(let word): "`\(word)`"
        case .symbol(let symbol): "`\(symbol)`"
        case .comparison: "a comparison"
        case .arithmetic: "an operator"
        case .condition: "a condition"
        case .value, .valueOf, .literal: "a value"
        case .measure: "a measure such as `count` or `avg(…)`"
        case .name(let kind, _): kind.phrase
        case .newName: "a name"
        case .audience: "an audience"
        case .subject: "an audience or a table"
        case .period: "a period such as `2026-03` or `last month`"
        case .periodUnit: "`days`, `weeks`, `months`, `quarters` or `years`"
        case .text: "a text in quotes"
        case .file: "a file name in quotes"
        case .integer: "a whole number"
        case .number: "a number"
        case .duration: "a duration such as `60d`"
        case .date: "a date such as `2026-11-22`"
        case .timeRange: "times such as `22:00-08:00`"
        case .rate: "a rate such as `100/s`"
        case .dataType: "a type such as `text` or `decimal(2)`"
        case .customerKey: "a customer's key"
        case .bareWord(let what): what.isEmpty ? "a word" : "a \(what)"
        case .parameter: "a parameter such as `$name`"
        case .end: "the end of the statement"
        }
    }
}

extension NameKind {
    /// `a table`
    package var phrase: String {
        switch self {
        case .table: "a table"
        case .column: "a column"
        case .customerColumn: "a column of `customers`"
        case .segment: "a segment"
        case .attribute: "an attribute"
        case .channel: "a channel"
        case .template: "a template"
        case .plan: "a plan"
        case .setting: "a setting"
        case .parameter: "a parameter such as `$name`"
        }
    }
}

/// Keeps what was looked for and not found.
struct ExpectationRecorder {
    enum Places {
        /// Nowhere, until a statement turns out to have a mistake.
        case none
        /// At the furthest token reached.
        case furthest
        /// There, and at every token.
        case all
    }

    private(set) var furthest = -1
    private(set) var expected: [Expectation] = []
    /// By token, where every place is wanted.
    private(set) var byToken: [Int: [Expectation]] = [:]
    let places: Places

    init(_ places: Places) { self.places = places }

    mutating func record(_ expectation: Expectation, at index: Int) {
        if places == .none { return }
        if places == .all { byToken[index, default: []].append(expectation) }
        if index > furthest {
            furthest = index
            expected.removeAll(keepingCapacity: true)
        }
        if index == furthest, !expected.contains(expectation) { expected.append(expectation) }
    }

    /// `expected a condition`, ``expected `by`, `where` or the end of the statement``.
    static func message(_ expected: [Expectation]) -> String {
        var phrases: [String] = []
        // The end comes last, and whatever is a condition is also a value.
        let isCondition = expected.contains { if case .condition = $0 { true } else { false } }
        for expectation in expected where expectation != .end {
            let phrase = expectation.description
            if isCondition, phrase == "a value" { continue }
            if !phrases.contains(phrase) { phrases.append(phrase) }
        }
        if phrases.count > 9 { phrases = phrases.prefix(8) + ["another clause"] }
        if expected.contains(.end) { phrases.append(Expectation.end.description) }
        guard let last = phrases.popLast() else { return "expected nothing more" }
        return "expected " + (phrases.isEmpty ? last : phrases.joined(separator: ", ") + " or " + last)
    }
}
