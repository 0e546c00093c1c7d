/// Limited-memory BFGS (Liu and Nocedal 1989) for a handful of parameters, with a line search that satisfies the strong Wolfe conditions.
package enum LBFGS {
    package struct Outcome: Hashable, Sendable {
        package let point: [Double]
        package let value: Double
        /// The largest component of the gradient, in magnitude.
        package let slope: Double
        package let evaluations: Int
        package let hasConverged: Bool
    }

    private static let memory = 8

    /// The minimum of `function`, which gives value and gradient, near `start`. It has converged where no component of the gradient is over
    /// `tolerance`, or where a step no longer changes the value. `curvature`, an inverse of the matrix of second derivatives near there,
    /// saves steps.
    package static func minimise(
        from start: [Double], curvature: SymmetricMatrix? = nil, tolerance: Double = 1e-9, maxIterations: Int = 200,
        _ function: ([Double]) throws -> (value: Double, gradient: [Double])
    ) rethrows -> Outcome {
        var point = start
        var (value, gradient) = try function(point)
        var evaluations = 1
        var steps: [(step: [Double], change: [Double], scale: Double)] = []
        for _ in 0..<maxIterations {
            if !value.isFinite || gradient.contains(where: { !$0.isFinite }) { break }
            if slope(gradient) <= tolerance {
                return Outcome(
                    point: point, value: value, slope: slope(gradient), evaluations: evaluations, hasConverged: true)
            }
            var direction = direction(gradient, steps, curvature)
            if dot(direction, gradient) >= 0 {
                direction = gradient.map { -$0 }
                steps = []
            }
            let first = steps.isEmpty && curvature == nil ? min(1, 1 / norm(gradient)) : 1
            guard
                let found = try search(
                    point, value, gradient, direction, first: first, evaluations: &evaluations, function)
            else {
                let flat = slope(gradient) <= 1e-5
                return Outcome(
                    point: point, value: value, slope: slope(gradient), evaluations: evaluations, hasConverged: flat)
            }
            let step = zip(found.point, point).map { $0 - $1 }
            let change = zip(found.gradient, gradient).map { $0 - $1 }
            let bend = dot(step, change)
            if bend > 1e-14 * norm(step) * norm(change) {
                steps.append((step, change, 1 / bend))
                if steps.count > memory { steps.removeFirst() }
            }
            (point, value, gradient) = (found.point, found.value, found.gradient)
        }
        return Outcome(
            point: point, value: value, slope: slope(gradient), evaluations: evaluations,
            hasConverged: slope(gradient) <= 1e-6)
    }

    private static func direction(
        _ gradient: [Double], _ steps: [(step: [Double], change: [Double], scale: Double)],
        _ curvature: SymmetricMatrix?
    ) -> [Double] {
        var q = gradient
        var weights = [Double](repeating: 0, count: steps.count)
        for index in steps.indices.reversed() {
            weights[index] = steps[index].scale * dot(steps[index].step, q)
            for component in q.indices { q[component] -= weights[index] * steps[index].change[component] }
        }
        if let curvature {
            q = curvature.times(q)
        } else if let last = steps.last {
            let factor = dot(last.step, last.change) / dot(last.change, last.change)
            for component in q.indices { q[component] *= factor }
        }
        for index in steps.indices {
            let weight = weights[index] - steps[index].scale * dot(steps[index].change, q)
            for component in q.indices { q[component] += weight * steps[index].step[component] }
        }
        return q.map { -$0 }
    }

    /// Values that differ by less than this part of them may differ by rounding alone.
    private static let noise = 1e-13

    /// A step length by bracketing and bisection (Nocedal and Wright 2006, section 3.5). Near the minimum, where rounding hides what a step
    /// gains, its slope decides (the approximate conditions of Hager and Zhang 2005).
    private static func search(
        _ point: [Double], _ value: Double, _ gradient: [Double], _ direction: [Double], first: Double,
        evaluations: inout Int, _ function: ([Double]) throws -> (value: Double, gradient: [Double])
    ) rethrows -> (point: [Double], value: Double, gradient: [Double])? {
        let descent = dot(gradient, direction)
        var (low, high) = (0.0, Double.infinity)
        var length = first
        var best: (point: [Double], value: Double, gradient: [Double])?
        for _ in 0..<40 {
            let next = zip(point, direction).map { $0 + length * $1 }
            let (nextValue, nextGradient) = try function(next)
            evaluations += 1
            let isUsable = nextValue.isFinite && nextGradient.allSatisfy(\.isFinite)
            let slope = isUsable ? dot(nextGradient, direction) : 0
            let isLevel = nextValue <= value + noise * value.magnitude && slope <= -0.9998 * descent
            if !isUsable || (nextValue > value + 1e-4 * length * descent && !isLevel) {
                high = length
            } else {
                if best.map({ nextValue < $0.value }) ?? (nextValue < value) { best = (next, nextValue, nextGradient) }
                if slope.magnitude <= -0.9 * descent { return (next, nextValue, nextGradient) }
                if slope < 0 { low = length } else { high = length }
            }
            let following = high.isInfinite ? 2 * length : (low + high) / 2
            if following == length || high - low < 1e-14 * max(1, low) { break }
            length = following
        }
        return best
    }

    private static func dot(_ one: [Double], _ other: [Double]) -> Double {
        var sum = 0.0
        for index in one.indices { sum += one[index] * other[index] }
        return sum
    }

    private static func norm(_ vector: [Double]) -> Double { dot(vector, vector).squareRoot() }

    private static func slope(_ gradient: [Double]) -> Double { gradient.reduce(0) { max($0, $1.magnitude) } }
}
