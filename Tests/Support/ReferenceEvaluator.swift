import ReachColumns
import ReachDiagnostics
import ReachPlan

/// Evaluates plans one row at a time over plain values: slow, and simple enough to be believed.
package struct ReferenceEvaluator: Sendable {
    package let data: PlainData
    package let moment: Moment
    /// Members of frozen segments, by customer row.
    package var frozen: [String: Set<Int>] = [:]

    package init(_ data: PlainData, moment: Moment) {
        self.data = data
        self.moment = moment
    }

    /// The row that an expression is evaluated for.
    package struct Place: Hashable, Sendable {
        package let customer: Int
        /// 0 is `customers`.
        package let table: Int
        /// Position among the customer's rows of the table.
        package let row: Int

        package init(customer: Int, table: Int = 0, row: Int = 0) {
            self.customer = customer
            self.table = table
            self.row = row
        }
    }

    /// What evaluating a row met.
    package struct Met: Hashable, Sendable {
        package var division = false
        package var overflow = false

        package init() {}
    }

    /// Live customers for whom the condition holds.
    package func members(of condition: Condition) -> [Int] {
        var met = Met()
        return data.liveCustomers.filter { holds(condition, Place(customer: $0), &met) }
    }

    /// Live customers whose evaluation met a fault: divided by zero, left the range.
    package func faults(of condition: Condition) -> (divisions: Int, overflows: Int) {
        var divisions = 0
        var overflows = 0
        for customer in data.liveCustomers {
            var met = Met()
            _ = holds(condition, Place(customer: customer), &met)
            divisions += met.division ? 1 : 0
            overflows += met.overflow ? 1 : 0
        }
        return (divisions, overflows)
    }

    func rows(_ table: Int, of customer: Int) -> [Place] {
        data.activity[table][customer].indices.map { Place(customer: customer, table: table, row: $0) }
    }

    package func holds(_ condition: Condition, _ place: Place, _ met: inout Met) -> Bool {
        switch condition {
        case .always(let answer): return answer
        case .not(let inner): return !holds(inner, place, &met)
        case .all(let parts):
            for part in parts where !holds(part, place, &met) { return false }
            return true
        case .any(let parts):
            for part in parts where holds(part, place, &met) { return true }
            return false
        case .comparison(let comparison, let left, let right):
            let one = value(left, place, &met)
            let other = value(right, place, &met)
            guard one != .missing, other != .missing else { return false }
            let order = Self.order(one, other)
            return switch comparison {
            case .equal: order == 0
            case .less: order < 0
            case .lessOrEqual: order <= 0
            case .greater: order > 0
            case .greaterOrEqual: order >= 0
            }
        case .isIn(let scalar, let values):
            let known = value(scalar, place, &met)
            return known != .missing && values.contains { Self.order(known, $0) == 0 }
        case .match(let match, let scalar):
            guard case .text(let text) = value(scalar, place, &met) else { return false }
            return Self.matches(match, Array(CaseFolding.fold(text).unicodeScalars))
        case .isMissing(let scalar): return value(scalar, place, &met) == .missing
        case .isTrue(let scalar): return value(scalar, place, &met) == .boolean(true)
        case .isMember(let name): return frozen[name]?.contains(place.customer) ?? false
        case .sequence(let sequence): return holds(sequence, place.customer, &met)
        case .resumed(let table, let gap, let filter):
            return resumed(table, gap, filter, place.customer, &met)
        }
    }

    /// Negative, 0 or positive; both are known and of one type. Text by UTF-8 bytes.
    package static func order(_ one: Value, _ other: Value) -> Int {
        switch (one, other) {
        case (.text(let left), .text(let right)):
            let (lefts, rights) = (Array(left.utf8), Array(right.utf8))
            return lefts == rights ? 0 : lefts.lexicographicallyPrecedes(rights) ? -1 : 1
        case (.float(let left), .float(let right)): return left == right ? 0 : left < right ? -1 : 1
        default:
            let (left, right) = (one.lane ?? 0, other.lane ?? 0)
            return left == right ? 0 : left < right ? -1 : 1
        }
    }

    private static func matches(_ match: TextMatch, _ text: [Unicode.Scalar]) -> Bool {
        switch match {
        case .contains(let needle):
            let wanted = Array(needle.unicodeScalars)
            return (0...text.count).contains { text[$0...].starts(with: wanted) }
        case .hasPrefix(let needle): return text.starts(with: needle.unicodeScalars)
        case .hasSuffix(let needle): return text.reversed().starts(with: needle.unicodeScalars.reversed())
        case .like(let tokens): return like(tokens[...], text[...])
        }
    }

    private static func like(_ tokens: ArraySlice<TextMatch.LikeToken>, _ text: ArraySlice<Unicode.Scalar>) -> Bool {
        guard let token = tokens.first else { return text.isEmpty }
        switch token {
        case .scalar(let wanted): return text.first == wanted && like(tokens.dropFirst(), text.dropFirst())
        case .anyScalar: return !text.isEmpty && like(tokens.dropFirst(), text.dropFirst())
        case .anyRun: return (0...text.count).contains { like(tokens.dropFirst(), text.dropFirst($0)) }
        }
    }
}
