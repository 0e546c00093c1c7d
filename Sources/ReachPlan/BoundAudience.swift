import ReachColumns
import ReachDiagnostics

/// A set of customers, bound: who they are in words, as a whole and condition by condition. Most statements only ask who belongs to it, and words cost
/// as much as binding: they are made when somebody asks.
package struct BoundAudience: Sendable {
    /// Where the audience starts from: `customers`, ``segment `lapsed` ``, `current segment`.
    package let base: String
    package let condition: Condition
    private let words: Deferred<AudienceWords>

    init(base: String, condition: Condition, words: @escaping @Sendable () -> AudienceWords) {
        self.base = base
        self.condition = condition
        self.words = Deferred(words)
    }

    package static let everybody = BoundAudience(base: "customers", condition: .always(true)) {
        AudienceWords(description: "customers", parts: [])
    }

    /// The base and the condition as written: ``segment `lapsed` where city = "Paris"``.
    package var description: String { words.value.description }
    /// What must all hold, in order; what the narrowing lines print. Empty for everybody.
    package var parts: [BoundPart] { words.value.parts }
    /// What relative dates in it come to: `60d: 2026-09-23`.
    package var dates: [String] { words.value.dates }

    func with(dates: @escaping @Sendable () -> [String]) -> BoundAudience {
        BoundAudience(base: base, condition: condition) { [words] in
            AudienceWords(description: words.value.description, parts: words.value.parts, dates: dates())
        }
    }

    package var isEverybody: Bool { condition == .always(true) }
}

struct AudienceWords {
    let description: String
    let parts: [BoundPart]
    var dates: [String] = []
}

/// One of the conditions that make up an audience.
package struct BoundPart: Hashable, Sendable {
    /// Canonical text: `orders > 2`.
    package let text: String
    /// In English, dates resolved: `more than 2 orders`.
    package let sentence: String
    package let condition: Condition

    package init(text: String, sentence: String, condition: Condition) {
        self.text = text
        self.sentence = sentence
        self.condition = condition
    }
}

/// Customers, or the rows of an activity table.
package struct BoundSubject: Sendable {
    package let population: Population
    /// Of customers: themselves; of rows: whose rows.
    package let audience: BoundAudience
    /// Nil where the subject is customers.
    package let rows: BoundRows?

    package init(population: Population, audience: BoundAudience, rows: BoundRows?) {
        self.population = population
        self.audience = audience
        self.rows = rows
    }

    /// The customers of an audience.
    package init(_ audience: BoundAudience) {
        self.init(population: .customers(audience.condition), audience: audience, rows: nil)
    }

    package var scope: Scope { rows.map { .rows(table: $0.table) } ?? .customers }

    /// ``orders of segment `lapsed` within 90d where total > 100``
    package var description: String {
        guard let rows else { return audience.description }
        let of = audience.isEverybody ? "" : " of \(audience.description)"
        return rows.tableName + of + (rows.text.isEmpty ? "" : " \(rows.text)")
    }
}

package struct BoundRows: Hashable, Sendable {
    package let table: Int
    package let tableName: String
    /// Window and `where` together, in the table's scope.
    package let filter: Condition
    /// Window and `where` as written; empty where there is neither.
    package let text: String
    /// The window and the conditions that must all hold.
    package let parts: [BoundPart]
    /// What relative dates in it come to.
    package let dates: [String]

    package init(
        table: Int, tableName: String, filter: Condition, text: String, parts: [BoundPart], dates: [String] = []
    ) {
        self.dates = dates
        self.table = table
        self.tableName = tableName
        self.filter = filter
        self.text = text
        self.parts = parts
    }
}
