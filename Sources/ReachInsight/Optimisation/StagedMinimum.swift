/// The minimum of a sum over very many observations: looked for among a few of them first, then among more, then among all.
enum StagedMinimum {
    typealias Function = @Sendable ([Double]) throws -> (value: Double, gradient: [Double])

    /// - Parameters:
    ///   - starts: points to begin at, all tried on the first stage.
    ///   - stages: the function on ever more of the observations, the last on all.
    static func find(from starts: [[Double]], stages: [Function], in pieces: Pieces) throws -> LBFGS.Outcome {
        let isOnly = stages.count == 1
        let outcomes = try pieces.map(starts.count) { start in
            // Of a first approach it is enough to know where it leads.
            try LBFGS.minimise(from: starts[start], tolerance: isOnly ? 1e-9 : 1e-5, stages[0])
        }
        let converged = outcomes.filter(\.hasConverged)
        guard var best = (converged.isEmpty ? outcomes : converged).min(by: { $0.value < $1.value }) else {
            preconditionFailure("there are starts")
        }
        for (previous, stage) in zip(stages, stages.dropFirst()) {
            let curvature = try SymmetricMatrix.hessian(at: best.point) { try previous($0).gradient }.inverse
            best = try LBFGS.minimise(from: best.point, curvature: curvature, stage)
        }
        return best
    }

    /// Observations of the stages before the last.
    private static let sampleCounts = [4_000, 40_000]

    /// Which of `count` observations each stage before the last looks at: every so-maniest, so that what stands in order is all there.
    static func samples(of count: Int) -> [[Int]] {
        sampleCounts.filter { 2 * $0 <= count }.map { size in
            let step = count / size
            return Array(stride(from: step / 2, to: count, by: step))
        }
    }
}
