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
    /// Histories beyond which the first approach is made on some of them.
    private static let sampleCount = 20_000
    private static let bounds = (low: log(1e-4), high: log(1e4))

    /// - Throws: `PurchaseModelProblem`, and what `pieces` throws.
    package init(_ model: DropoutModel, _ histories: PurchaseHistories, in pieces: Pieces = .inTurn) throws {
        let repeatBuyers = (0..<histories.count).reduce(0) {
            $0 + (histories.repeats[$1] > 0 ? Int(histories.customers[$1]) : 0)
        }
        if repeatBuyers < Self.fewestRepeatBuyers { throw PurchaseModelProblem.fewRepeatBuyers(repeatBuyers) }
        let whole = DropoutLikelihood(model, histories)
        let isSampled = histories.count > 2 * Self.sampleCount
        let first = isSampled ? DropoutLikelihood(model, Self.sample(histories)) : whole
        var outcome = try Self.best(of: Self.starts(first), first, isSampled ? .inTurn : pieces)
        if isSampled {
            let hessian = try SymmetricMatrix.hessian(at: outcome.point) { try Self.mean(first, $0, .inTurn).gradient }
            outcome = try LBFGS.minimise(from: outcome.point, curvature: hessian.inverse) {
                try Self.mean(whole, $0, pieces)
            }
        }
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

    private static func best(
        of starts: [[Double]], _ likelihood: DropoutLikelihood, _ pieces: Pieces
    ) throws -> LBFGS.Outcome {
        let outcomes = try starts.map { start in
            try LBFGS.minimise(from: start) { try mean(likelihood, $0, pieces) }
        }
        let converged = outcomes.filter(\.hasConverged)
        guard let best = (converged.isEmpty ? outcomes : converged).min(by: { $0.value < $1.value }) else {
            preconditionFailure("there are starts")
        }
        return best
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

    /// Every so-maniest history, with its customers: histories stand in order, so that all kinds are among them.
    private static func sample(_ histories: PurchaseHistories) -> PurchaseHistories {
        let step = histories.count / sampleCount
        let chosen = Array(stride(from: step / 2, to: histories.count, by: step))
        return PurchaseHistories(
            keys: chosen.map { histories.key(at: $0) }, customers: chosen.map { histories.customers[$0] })
    }
}
