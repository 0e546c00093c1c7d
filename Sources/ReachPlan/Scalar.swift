import ReachColumns

/// A typed expression with a value, or a missing one, for every row in scope.
package indirect enum Scalar: Hashable, Sendable {
    /// `type` gives a missing literal its type.
    case literal(Value, DataType)
    /// Column of the table in scope: of `customers`, or of the activity table inside a `where` over its rows.
    case column(Int, DataType)
    /// Inside an activity table's scope: a column of the row's customer.
    case customerColumn(Int, DataType)
    /// Operands have the result's type, except that the operands of a decimal product are decimals whose scales add up to the
    /// result's (to 18 at most: beyond that the product is rounded, halves away from zero). `divide` takes and gives floats.
    case arithmetic(Arithmetic, Scalar, Scalar, DataType)
    case negate(Scalar)
    /// Integer to decimal, decimal to a larger scale, either to float, datetime to date in the workspace's zone, boolean to integer
    /// (0 or 1). What does not fit 64 bits becomes missing.
    case convert(Scalar, to: DataType)
    case call(Function, [Scalar], DataType)
    case conditional(Condition, then: Scalar, otherwise: Scalar)
    case coalesce([Scalar])
    /// The largest, or smallest, of values of one type, leaving out the missing ones; missing where all are.
    case extreme([Scalar], largest: Bool)
    /// A condition as a boolean value, never missing.
    case condition(Condition)
    /// Per customer, over the rows of an activity table.
    case aggregate(Aggregate)

    package var type: DataType {
        switch self {
        case .literal(_, let type), .column(_, let type), .customerColumn(_, let type), .arithmetic(_, _, _, let type),
            .convert(_, let type), .call(_, _, let type):
            type
        case .negate(let operand): operand.type
        case .conditional(_, let then, _): then.type
        case .coalesce(let options), .extreme(let options, _): options[0].type
        case .condition: .boolean
        case .aggregate(let aggregate): aggregate.type
        }
    }
}

package enum Arithmetic: String, Hashable, Sendable, CaseIterable {
    case add = "+"
    case subtract = "-"
    case multiply = "*"
    /// Floats; by zero gives missing and is counted.
    case divide = "/"
    /// date − date, whole days; datetime − datetime, days as float.
    case daysBetween
    /// date + whole days
    case addDays
    /// date + calendar months, clipped to the month's end
    case addMonths
    /// datetime + microseconds
    case addMicroseconds
}

/// Functions of values; argument and result types are checked by the binder.
package enum Function: String, Hashable, Sendable, CaseIterable {
    case lower, upper, trim, length, domain
    /// From a date to `today`: whole days, whole calendar years.
    case daysSince = "days_since"
    case yearsSince = "years_since"
    case year, quarter, month, day, weekday, hour
    /// First day of the period that holds the date.
    case yearly, quarterly, monthly, weekly, daily
    /// The next day, today included, on which the date's month and day come round.
    case anniversary
    /// round(x, digits) half away from zero
    case round
    case abs
    /// bucket(x, b1, b2, …): text naming the half-open interval that holds x.
    case bucket
    /// Normalised addresses.
    case phone, address
}

/// `sum(orders.total within 90d where category = "ski")` of a customer. Missing values are skipped; over no rows `count`, `sum` and
/// `distinct` are 0 and the others missing.
package struct Aggregate: Hashable, Sendable {
    package enum Function: String, Hashable, Sendable, CaseIterable {
        case count, sum, avg, min, max
        /// By time, ties by arrival.
        case first, last
        case distinct
    }

    package let function: Function
    package let table: Int
    /// In the table's scope; nil for a count of rows.
    package let value: Scalar?
    /// Window and `where` together, in the table's scope.
    package let filter: Condition?
    package let type: DataType

    package init(_ function: Function, table: Int, value: Scalar?, filter: Condition?, type: DataType) {
        self.function = function
        self.table = table
        self.value = value
        self.filter = filter
        self.type = type
    }
}
