import Glibc
import ReachKernels

/// Runs a number of independent pieces of work, on several threads or not, and gives what they made in their order.
package struct Pieces: Sendable {
    private let run:
        @Sendable (_ count: Int, _ body: @escaping @Sendable (Int) throws -> any Sendable) throws -> [any Sendable]

    package init(
        _ run: @escaping @Sendable (Int, @escaping @Sendable (Int) throws -> any Sendable) throws -> [any Sendable]
    ) { self.run = run }

    /// One after another.
    package static let inTurn = Pieces { count, body in try (0..<count).map(body) }

    package func map<Result: Sendable>(
        _ count: Int, _ body: @escaping @Sendable (Int) throws -> Result
    ) throws -> [Result] {
        try run(count, body).map { result in
            guard let result = result as? Result else { preconditionFailure("a piece gives what its body gives") }
            return result
        }
    }

    /// So many elements make a piece: always the same, so that sums do not depend on the number of threads.
    static let length = 16_384

    func map<Result: Sendable>(
        over count: Int, _ body: @escaping @Sendable (Range<Int>) throws -> Result
    ) throws -> [Result] {
        try map((count + Self.length - 1) / Self.length) { piece in
            try body(piece * Self.length..<min(count, (piece + 1) * Self.length))
        }
    }
}

/// The logarithm of the likelihood of purchase histories, and its derivatives by r, α, a and b.
struct DropoutLikelihood: Sendable {
    let model: DropoutModel
    let histories: PurchaseHistories
    let customers: Double
    private let largestAge: Int
    /// Customers by repeats.
    private let byRepeats: [Double]
    /// Customers, and their repeats, by age.
    private let byAge: [Double]
    private let repeatsByAge: [Double]

    init(_ model: DropoutModel, _ histories: PurchaseHistories) {
        self.model = model
        self.histories = histories
        let mostRepeats = Int(histories.repeats.max() ?? 0)
        largestAge = Int(histories.ageDays.max() ?? 0)
        var byRepeats = [Double](repeating: 0, count: mostRepeats + 1)
        var byAge = [Double](repeating: 0, count: largestAge + 1)
        var repeatsByAge = byAge
        for index in 0..<histories.count {
            let (x, age) = (Int(histories.repeats[index]), Int(histories.ageDays[index]))
            let count = Double(histories.customers[index])
            byRepeats[x] += count
            byAge[age] += count
            repeatsByAge[age] += count * Double(x)
        }
        self.byRepeats = byRepeats
        self.byAge = byAge
        self.repeatsByAge = repeatsByAge
        customers = byRepeats.reduce(0, +)
    }

    var repeats: Double { repeatsByAge.reduce(0, +) }
    /// In the model's unit of time.
    var age: Double {
        byAge.indices.reduce(0) { $0 + byAge[$1] * Double($1) } / DropoutModel.daysPerUnit
    }

    func value(_ p: DropoutParameters, in pieces: Pieces) throws -> (logarithm: Double, gradient: [Double]) {
        let tables = tables(p)
        let parts = try pieces.map(over: histories.count) { [histories] range in
            dropoutSums(histories, range, tables)
        }
        var sums = DropoutSums(repeats: byRepeats.count)
        for part in parts { sums.add(part) }

        var logarithm = sums.logOnePlusOdds
        var (byR, byAlpha) = (sums.goneLogs, sums.goneInverses)
        var (byA, byB) = (0.0, 0.0)
        // ln Γ(r + x) − ln Γ(r) and the like as sums of what each further purchase adds.
        var (rise, riseSlope) = (0.0, 0.0)
        var chances = Chances(p)
        for _ in 0..<model.chancesBeforeRepeats { chances.stay() }
        let logAlpha = log(p.alpha)
        for x in byRepeats.indices {
            let count = byRepeats[x]
            logarithm += count * (rise + p.r * logAlpha + chances.logarithm)
            byR += count * (riseSlope + logAlpha)
            byAlpha += count * p.r / p.alpha
            byA += count * chances.byA + sums.gone[x] / p.a
            byB += count * chances.byB
            if sums.gone[x] > 0 { byB -= sums.gone[x] / model.before(x, p) }
            rise += log(p.r + Double(x))
            riseSlope += 1 / (p.r + Double(x))
            chances.stay()
        }
        for age in byAge.indices where byAge[age] > 0 {
            let exponents = p.r * byAge[age] + repeatsByAge[age]
            logarithm -= exponents * tables.logs[age]
            byR -= byAge[age] * tables.logs[age]
            byAlpha -= exponents * tables.inverses[age]
        }
        return (logarithm, [byR, byAlpha, byA, byB])
    }

    private func tables(_ p: DropoutParameters) -> DropoutTables {
        model.tables(p, mostRepeats: byRepeats.count - 1, largestAge: largestAge)
    }
}

extension DropoutModel {
    /// b and the purchases after which one stayed, but for the last.
    fileprivate func before(_ x: Int, _ p: DropoutParameters) -> Double {
        p.b + Double(x - 1 + chancesBeforeRepeats)
    }

    /// What the parameters make of each day up to the largest age and of each number of repeats.
    func tables(_ p: DropoutParameters, mostRepeats: Int, largestAge: Int) -> DropoutTables {
        let days = (0...largestAge).map { p.alpha + Double($0) / Self.daysPerUnit }
        let odds = (0...mostRepeats).map { x in
            x == 0 && self == .bg ? -Double.infinity : log(p.a) - log(before(x, p))
        }
        return DropoutTables(logs: days.map { log($0) }, inverses: days.map { 1 / $0 }, odds: odds, r: p.r)
    }
}

/// B(a, b + n)/B(a, b), the chance to have stayed after n purchases, as a logarithm with its derivatives.
private struct Chances {
    private let p: DropoutParameters
    private var n = 0.0
    var logarithm = 0.0
    var byA = 0.0
    var byB = 0.0

    init(_ p: DropoutParameters) { self.p = p }

    mutating func stay() {
        logarithm += log(p.b + n) - log(p.a + p.b + n)
        byA -= 1 / (p.a + p.b + n)
        byB += 1 / (p.b + n) - 1 / (p.a + p.b + n)
        n += 1
    }
}
