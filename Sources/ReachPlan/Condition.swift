import ReachColumns
import ReachDiagnostics

/// A yes/no question about one row, two-valued: it is true or false of every row, whatever is missing.
///
/// The binder lowers all sugar to these few shapes: `!=` is `not (=)`, `between` two comparisons, an age test a comparison with a
/// resolved date, `has` a comparison of a count, `stopped` two of them. The set is closed; each engine honours every case.
package indirect enum Condition: Hashable, Sendable {
    case always(Bool)
    case not(Condition)
    /// Two or more, in the order written; engines may evaluate in any order.
    case all([Condition])
    case any([Condition])
    /// False where either side is missing. Both sides have one type (decimals one scale); text compares by UTF-8 bytes.
    case comparison(Comparison, Scalar, Scalar)
    /// Equal to one of the values, all of the scalar's type and none missing.
    case isIn(Scalar, [Value])
    /// Simple case folding; false where the text is missing.
    case match(TextMatch, Scalar)
    case isMissing(Scalar)
    /// A boolean scalar that is known and true.
    case isTrue(Scalar)
    /// Member of a segment frozen under this name.
    case isMember(frozen: String)
    /// Customers only: some row of the first step is followed as the steps say.
    case sequence(ActivitySequence)
    /// Customers only: among the rows of `table` for which `filter` holds, the newest is more than `gap` after the row before it
    /// (the row before it in the whole table).
    case resumed(table: Int, gap: ResolvedDuration, filter: Condition?)
}

/// `!=` does not exist here, it is `not(equal)`.
package enum Comparison: String, Hashable, Sendable, CaseIterable {
    case equal = "="
    case less = "<"
    case lessOrEqual = "<="
    case greater = ">"
    case greaterOrEqual = ">="
}

/// A text predicate with its pattern already folded (`CaseFolding.fold`) and, for `like`, compiled.
package enum TextMatch: Hashable, Sendable {
    case contains(String)
    case hasPrefix(String)
    case hasSuffix(String)
    case like([LikeToken])

    package enum LikeToken: Hashable, Sendable {
        case scalar(Unicode.Scalar)
        /// `_`: any one scalar.
        case anyScalar
        /// `%`: any run, empty ones too.
        case anyRun
    }

    /// The text as a whole, whatever the case: as campaigns and channels are named.
    package static func named(_ name: String) -> TextMatch {
        .like(CaseFolding.fold(name).unicodeScalars.map { .scalar($0) })
    }
}

/// A length of time as engines take it: a calendar step, or microseconds.
package enum ResolvedDuration: Hashable, Sendable {
    case days(Int64)
    case months(Int64)
    case microseconds(Int64)
}

/// `has A then [no] B within D then …`.
package struct ActivitySequence: Hashable, Sendable {
    package struct Step: Hashable, Sendable {
        package let table: Int
        /// Window and `where` together; nil takes every row.
        package let filter: Condition?
        /// After the step before; nil for the first.
        package let within: ResolvedDuration?
        /// `then no`: there is no such row, and the time for it is over (only the last step may be negated).
        package let negated: Bool
        /// Compare dates, the same date counting as after: either time is a plain date and the tables differ.
        package let byDate: Bool

        package init(table: Int, filter: Condition?, within: ResolvedDuration?, negated: Bool, byDate: Bool) {
            self.table = table
            self.filter = filter
            self.within = within
            self.negated = negated
            self.byDate = byDate
        }
    }

    package let steps: [Step]

    package init(steps: [Step]) { self.steps = steps }
}
