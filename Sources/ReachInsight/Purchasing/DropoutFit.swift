import Glibc
import ReachKernels

/// Why no model can be fitted to what is there.
package enum PurchaseModelProblem: Error, Hashable, Sendable {
    case fewRepeatBuyers(Int)
    case notConverged
    case parameterAtBound(String, Double)
    /// Of Gamma-Gamma: nobody's mean exists.
    case spendWithoutMean
}

/// The most likely parameters of a model.
package struct DropoutFit: Hashable, Sendable {
    package let forecast: DropoutForecast
    package let logLikelihood: Double
    package let customers: Int
    /// Looks at all histories that it took.
    package let evaluations: Int

    package var parameters: DropoutParameters { forecast.parameters }

    /// Fewer customers who bought on two days or more than this tell nothing.
    package static let fewestRepeatBuyers = 100
    private static let bounds = (low: log(1e-4), high: log(1e4))

    /// - Throws: `PurchaseModelProblem`, and what `pieces` throws.
    package init(_ model: DropoutModel, _ histories: PurchaseHistories, in pieces: Pieces = .inTurn) throws {
        let repeatBuyers = (0..<histories.count).reduce(0) {
            $0 + (histories.repeats[$1] > 0 ? Int(histories.customers[$1]) : 0)
        }
        if repeatBuyers < Self.fewestRepeatBuyers { throw PurchaseModelProblem.fewRepeatBuyers(repeatBuyers) }
        let whole = DropoutLikelihood(model, histories)
        let few = StagedMinimum.samples(of: histories.count).map { sample in
            DropoutLikelihood(
                model,
                PurchaseHistories(
                    keys: sample.map { histories.key(at: $0) }, customers: sample.map { histories.customers[$0] }))
        }
        let stages = few.map { likelihood -> StagedMinimum.Function in
            { try Self.mean(likelihood, $0, .inTurn) }
        }
        // Starts run beside one another where there is but one stage.
        let last: StagedMinimum.Function = { try Self.mean(whole, $0, few.isEmpty ? .inTurn : pieces) }
        let outcome = try StagedMinimum.find(from: Self.starts(few.first ?? whole), stages: stages + [last], in: pieces)
        for (name, logarithm) in zip(["r", "alpha", "a", "b"], outcome.point)
        where logarithm <= Self.bounds.low || logarithm >= Self.bounds.high {
            throw PurchaseModelProblem.parameterAtBound(name, exp(logarithm))
        }
        if !outcome.hasConverged { throw PurchaseModelProblem.notConverged }
        forecast = DropoutForecast(model, DropoutParameters(logarithms: outcome.point))
        logLikelihood = -outcome.value * whole.customers
        customers = Int(whole.customers)
        evaluations = outcome.evaluations
    }

    /// Minus the mean logarithm per customer by the logarithms of the parameters. Far outside of the bounds nothing is worth a look.
    private static func mean(
        _ likelihood: DropoutLikelihood, _ point: [Double], _ pieces: Pieces
    ) throws -> (value: Double, gradient: [Double]) {
        if point.contains(where: { !$0.isFinite || $0 < bounds.low - 3 || $0 > bounds.high + 3 }) {
            return (.infinity, point.map { _ in 0 })
        }
        let parameters = DropoutParameters(logarithms: point)
        let (logarithm, gradient) = try likelihood.value(parameters, in: pieces)
        let slopes = zip(gradient, parameters.values).map { -$0 * $1.value / likelihood.customers }
        return (-logarithm / likelihood.customers, slopes)
    }

    /// Three starts around the observed mean rate: buyers much alike, unlike, and of very different kinds.
    private static func starts(_ likelihood: DropoutLikelihood) -> [[Double]] {
        let rate = max(likelihood.repeats, 1) / max(likelihood.age, 1)
        return [(1.0, 1.0, 3.0), (0.3, 0.8, 2.5), (3.0, 2.0, 10.0)].map { r, a, b in
            [r, r / rate, a, b].map { log($0) }
        }
    }
}
