import ReachDiagnostics

/// A name as written: `text` without backticks, NFC not applied (names compare through `Name.fold`).
package struct Identifier: Hashable, Sendable {
    package let text: String
    package let span: SourceSpan
    /// Written in backticks.
    package let quoted: Bool

    package init(_ text: String, at span: SourceSpan, quoted: Bool = false) {
        self.text = text
        self.span = span
        self.quoted = quoted
    }
}

/// `T.c` or `c`.
package struct QualifiedName: Hashable, Sendable {
    package let qualifier: Identifier?
    package let name: Identifier

    package init(_ qualifier: Identifier?, _ name: Identifier) {
        self.qualifier = qualifier
        self.name = name
    }

    package var span: SourceSpan { qualifier.map { $0.span.union(name.span) } ?? name.span }
}

/// An expression as written, names unresolved.
package struct Expression: Hashable, Sendable {
    package let kind: Kind
    package let span: SourceSpan

    package init(_ kind: Kind, at span: SourceSpan) {
        self.kind = kind
        self.span = span
    }

    package indirect enum Kind: Hashable, Sendable {
        case literal(Literal)
        /// `$name`
        case parameter(Identifier)
        case name(QualifiedName)
        case negate(Expression)
        case arithmetic(ArithmeticOperator, Expression, Expression)
        /// `60d ago`
        case ago(Duration)
        /// `lower(city)`, `if(c, a, b)`
        case call(Identifier, [Expression])
        /// `sum(orders.total within 90d where category = "ski")`
        case aggregate(AggregateCall)

        case not(Expression)
        case and(Expression, Expression)
        case or(Expression, Expression)
        case comparison(ComparisonOperator, Expression, Expression)
        /// Both ends included.
        case between(Expression, Expression, Expression, negated: Bool)
        case inList(Expression, [Expression], negated: Bool)
        case inPeriod(Expression, Period, negated: Bool)
        /// `last_seen within 60d`
        case within(Expression, DurationOrParameter, negated: Bool)
        case match(MatchKind, Expression, Expression, negated: Bool)
        /// `is missing`; `is known` is `negated`.
        case isMissing(Expression, negated: Bool)
        /// `is true`, `is false`, `is not true` …
        case isTruth(Expression, Bool, negated: Bool)
        case has(HasClause)
        /// `stopped orders for 60d`
        case stopped(ActivityRows, DurationOrParameter)
        /// `resumed orders after 60d within 30d`
        case resumed(ActivityRows, DurationOrParameter)
        /// `count(lapsed where total > 5)` in `require`: how many customers these are.
        case audienceCount(AudienceSyntax)
    }
}

package enum ArithmeticOperator: String, Hashable, Sendable, CaseIterable {
    case add = "+"
    case subtract = "-"
    case multiply = "*"
    case divide = "/"
}

package enum ComparisonOperator: String, Hashable, Sendable, CaseIterable {
    case equal = "="
    case notEqual = "!="
    case less = "<"
    case lessOrEqual = "<="
    case greater = ">"
    case greaterOrEqual = ">="
}

package enum MatchKind: String, Hashable, Sendable, CaseIterable {
    case contains
    case startsWith = "starts with"
    case endsWith = "ends with"
    case like
}

package enum Literal: Hashable, Sendable {
    case integer(Int64)
    /// Exact: `units` × 10^-scale; `10%` is (10, 2).
    case decimal(units: Int64, scale: Int)
    case text(String)
    case boolean(Bool)
    /// Days since 1970-01-01.
    case date(Int32)
    /// A wall-clock reading; `offsetSeconds` nil means the workspace's zone. Microseconds as if UTC.
    case datetime(wallMicroseconds: Int64, offsetSeconds: Int?)
    /// `2026-03`, `2026-q1` where a value stands: only `in` takes them.
    case period(Period)
    case duration(Duration)
    /// Minutes after midnight.
    case timeOfDay(Int)
    case missing
    case today
    case now
}

/// `60d`, `3mo`, `45min`. Months and longer are calendar steps, hours and shorter are instants.
package struct Duration: Hashable, Sendable {
    package enum Unit: String, Hashable, Sendable, CaseIterable {
        case second = "s"
        case minute = "min"
        case hour = "h"
        case day = "d"
        case week = "w"
        case month = "mo"
        case quarter = "q"
        case year = "y"

        package var isTimeOfDay: Bool { self == .second || self == .minute || self == .hour }
    }

    package let count: Int64
    package let unit: Unit

    package init(_ count: Int64, _ unit: Unit) {
        self.count = count
        self.unit = unit
    }
}

package enum DurationOrParameter: Hashable, Sendable {
    case duration(Duration, SourceSpan)
    case parameter(Identifier)
}

package enum PeriodUnit: String, Hashable, Sendable, CaseIterable {
    case day, week, month, quarter, year
}

/// A stretch of whole days.
package enum Period: Hashable, Sendable {
    case year(Int)
    case month(year: Int, month: Int)
    case quarter(year: Int, quarter: Int)
    case this(PeriodUnit)
    /// `last month` is `last(1, .month, full: true)`; `last 6 months` ends with the running one, `last 6 full months` before it.
    case last(Int, PeriodUnit, full: Bool)
    case next(Int, PeriodUnit)
}

/// Where the rows of an activity table may lie in time.
package enum Window: Hashable, Sendable {
    case within(DurationOrParameter)
    case inPeriod(Period, SourceSpan)
    case since(Expression)
    case before(Expression)
    case between(Expression, Expression)
}

/// A table with its window and condition: `orders within 90d where total > 100`.
package struct ActivityRows: Hashable, Sendable {
    package let table: Identifier
    package let window: Window?
    package let condition: Expression?

    package init(table: Identifier, window: Window? = nil, condition: Expression? = nil) {
        self.table = table
        self.window = window
        self.condition = condition
    }
}

package enum Quantity: Hashable, Sendable {
    case any
    case none
    case atLeast(Int64)
    case moreThan(Int64)
    case atMost(Int64)
    case fewerThan(Int64)
    case exactly(Int64)
    case between(Int64, Int64)
}

package struct HasClause: Hashable, Sendable {
    package indirect enum Form: Hashable, Sendable {
        case rows(Quantity, ActivityRows)
        /// `has orders in 3 of last 6 full months`
        case regularly(table: Identifier, atLeast: Int, of: Int, PeriodUnit, full: Bool, condition: Expression?)
        /// `has A then [no] B within D then …`
        case sequence(ActivityRows, [Step])
    }

    package struct Step: Hashable, Sendable {
        package let negated: Bool
        package let rows: ActivityRows
        package let within: DurationOrParameter

        package init(negated: Bool, rows: ActivityRows, within: DurationOrParameter) {
            self.negated = negated
            self.rows = rows
            self.within = within
        }
    }

    package let form: Form

    package init(_ form: Form) { self.form = form }
}

package enum AggregateFunction: String, Hashable, Sendable, CaseIterable {
    case count, sum, avg, min, max, first, last, distinct, median, quantile
}

/// `count(orders)`, `sum(orders.total within 90d)`, and in `summarize` the pooled `avg(total)`, `quantile(total, 0.9)`.
package struct AggregateCall: Hashable, Sendable {
    package let function: AggregateFunction
    /// Nil for a bare `count`.
    package let argument: Expression?
    /// Only `quantile` has one.
    package let parameter: Expression?
    package let window: Window?
    package let condition: Expression?

    package init(
        _ function: AggregateFunction, argument: Expression?, parameter: Expression? = nil,
        window: Window? = nil, condition: Expression? = nil
    ) {
        self.function = function
        self.argument = argument
        self.parameter = parameter
        self.window = window
        self.condition = condition
    }
}
