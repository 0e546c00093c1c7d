import ReachColumns

/// Of what a question is asked.
package enum Population: Hashable, Sendable {
    /// Live customers for whom the condition holds.
    case customers(Condition)
    /// Rows of an activity table for which `filter` (in the table's scope) holds and whose customer is in `audience`.
    case rows(table: Int, filter: Condition, audience: Condition)

    /// The table whose columns are in scope: 0 is `customers`.
    package var table: Int {
        switch self {
        case .customers: 0
        case .rows(let table, _, _): table
        }
    }
}

/// One figure per group.
package struct Measure: Hashable, Sendable {
    package enum Function: Hashable, Sendable {
        case count, sum, avg, min, max, distinct
        /// The lowest value whose cumulative share is at least p, exact; `median` is p = 0.5.
        case quantile(Double)
    }

    package let function: Function
    /// Nil for a bare count. In the scope of the population, or of `pooled`'s table.
    package let value: Scalar?
    /// The measure is over the rows of this activity table that belong to the group's customers, not over customers.
    package let pooled: Pool?
    package let type: DataType

    package struct Pool: Hashable, Sendable {
        package let table: Int
        package let filter: Condition

        package init(table: Int, filter: Condition) {
            self.table = table
            self.filter = filter
        }
    }

    package init(_ function: Function, value: Scalar?, pooled: Pool? = nil, type: DataType) {
        self.function = function
        self.value = value
        self.pooled = pooled
        self.type = type
    }
}

package struct SortKey: Hashable, Sendable {
    package let value: Scalar
    package let descending: Bool

    package init(_ value: Scalar, descending: Bool) {
        self.value = value
        self.descending = descending
    }
}

/// What an engine is asked to do. Ties everywhere fall by row order; missing sorts last whichever the direction.
package enum LogicalPlan: Hashable, Sendable {
    case count(Population)
    /// A row per combination of key values that occurs, missing being a value; without keys exactly one row. Rows come in the order
    /// of the contract: by keys; the statement sorts otherwise where it has to.
    case group(Population, keys: [Scalar], measures: [Measure])
    case select(Population, columns: [Scalar], sort: [SortKey], limit: Int?)
}

/// What "now" is for every statement of a run; the one place that reads the clock makes it.
package struct Moment: Hashable, Sendable {
    /// Microseconds since 1970, UTC.
    package let now: Int64
    /// The date of `now` in `zone`, days since 1970-01-01.
    package let today: Int32
    package let zone: Zone

    package init(now: Int64, zone: Zone) {
        self.now = now
        self.zone = zone
        today = Int32(zone.day(of: now))
    }
}
