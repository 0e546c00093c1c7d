import ReachColumns
import ReachDiagnostics
import ReachInsight
import ReachLanguage
import ReachPlan

/// Where one score ends and the next begins.
enum RFMRule: Hashable, Sendable {
    /// By rank, so many scores.
    case ranks(Int)
    /// Recency, frequency and money: the cuts that a value has to be above for the next score, ascending.
    case cuts([[Int64]])

    var bins: Int {
        switch self {
        case .ranks(let bins): bins
        case .cuts(let cuts): cuts[0].count + 1
        }
    }

    init(_ statement: Statement, _ binder: Binder, _ purchases: Purchases) throws {
        if !statement.groups("r").isEmpty {
            if let bins = statement.integer("bins") { throw Diagnostic.binsAndCut(at: bins.span) }
            self = .cuts(try Self.cuts(statement, binder, purchases))
            return
        }
        let bins = statement.integer("bins")
        if let bins, !(2...Int64(RFMCells.mostBins)).contains(bins.value) {
            throw Diagnostic.rfmBins(bins.value, at: bins.span)
        }
        self = .ranks(Int(bins?.value ?? Int64(RFMCells.scores)))
    }

    /// The same rule for a later day: what was counted back from the one is counted back from the other.
    func moved(by days: Int32) -> RFMRule {
        guard case .cuts(let cuts) = self else { return self }
        return .cuts([cuts[0].map { $0 + Int64(days) }] + cuts.dropFirst())
    }

    private static func cuts(_ statement: Statement, _ binder: Binder, _ purchases: Purchases) throws -> [[Int64]] {
        let recency = try bounds("r", statement, binder).map { bound -> Int64 in
            switch bound.literal {
            case .integer(let days): return Int64(purchases.day) - days - 1
            case .duration(let length):
                // Within D of the day: not before the day that lies D back.
                guard let back = purchases.day(before: length) else { break }
                return Int64(back) - 1
            default: break
            }
            throw Diagnostic.rfmBound("r", wanted: "lengths of time", example: "r 30d, 90d", at: bound.span)
        }
        let frequency = try bounds("f", statement, binder).map { bound -> Int64 in
            guard case .integer(let count) = bound.literal else {
                throw Diagnostic.rfmBound("f", wanted: "numbers of orders", example: "f 2, 5", at: bound.span)
            }
            return count - 1
        }
        let money = try bounds("m", statement, binder).map { bound -> Int64 in
            guard let units = purchases.units(bound.literal) else {
                throw Diagnostic.rfmBound("m", wanted: "amounts", example: "m 100, 500", at: bound.span)
            }
            return units - 1
        }
        let cuts = [recency.reversed(), frequency, money]
        for (name, cuts) in zip(["r", "f", "m"], cuts) where zip(cuts, cuts.dropFirst()).contains(where: { $0 >= $1 }) {
            throw Diagnostic.rfmBoundsUnordered(name, at: statement.span)
        }
        let counts = Set(cuts.map(\.count))
        guard counts.count == 1, let count = counts.first, count < RFMCells.mostBins else {
            throw Diagnostic.rfmBoundCounts(at: statement.span)
        }
        return cuts
    }

    private static func bounds(
        _ name: String, _ statement: Statement, _ binder: Binder
    ) throws -> [(literal: Literal, span: SourceSpan)] {
        try statement.groups(name).map { group in
            guard case .expression(let written)? = group["bound"] else {
                preconditionFailure("the form of `rfm` has a value per bound")
            }
            switch written.kind {
            case .literal(let literal): return (literal, written.span)
            case .parameter(let name):
                if let literal = binder.context.parameters[Name.fold(name.text)] { return (literal, written.span) }
                throw Diagnostic.parameterNotSet(name.text, at: written.span)
            default: throw Diagnostic.rfmBound(name, wanted: "literals", example: "r 30d, 90d", at: written.span)
            }
        }
    }
}

extension Purchases {
    /// The day that lies a length of days, weeks, months or years back; nil for hours, and beyond the calendar.
    func day(before length: Duration) -> Int32? {
        Moment.resolve(length).flatMap { Moment.day(Int(day), plus: $0, backwards: true) }.flatMap(Int32.init)
    }

    /// An amount in units of money; nil for what is none, and for more digits than money has.
    func units(_ literal: Literal) -> Int64? {
        let (units, digits): (Int64, Int)
        switch literal {
        case .integer(let value): (units, digits) = (value, 0)
        case .decimal(let value, let scale): (units, digits) = (value, scale)
        default: return nil
        }
        var result = units
        for _ in 0..<max(0, scale - digits) {
            let (product, overflow) = result.multipliedReportingOverflow(by: 10)
            if overflow { return nil }
            result = product
        }
        for _ in 0..<max(0, digits - scale) {
            if result % 10 != 0 { return nil }
            result /= 10
        }
        return result
    }
}
