import ReachColumns

/// A set of customers, bound: who they are in words, as a whole and condition by condition.
package struct BoundAudience: Hashable, Sendable {
    /// Where the audience starts from: `customers`, ``segment `lapsed` ``, `current segment`.
    package let base: String
    /// The base and the condition as written: ``segment `lapsed` where city = "Paris"``.
    package let description: String
    package let condition: Condition
    /// What must all hold, in order; what the narrowing lines print. Empty for everybody.
    package let parts: [BoundPart]
    /// What relative dates in it come to: `60d: 2026-09-23`.
    package let dates: [String]

    package init(
        base: String, description: String, condition: Condition, parts: [BoundPart], dates: [String] = []
    ) {
        self.dates = dates
        self.base = base
        self.description = description
        self.condition = condition
        self.parts = parts
    }

    package static let everybody = BoundAudience(
        base: "customers", description: "customers", condition: .always(true), parts: [])

    func with(dates: [String]) -> BoundAudience {
        BoundAudience(base: base, description: description, condition: condition, parts: parts, dates: dates)
    }

    package var isEverybody: Bool { condition == .always(true) }
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
package struct BoundSubject: Hashable, Sendable {
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
