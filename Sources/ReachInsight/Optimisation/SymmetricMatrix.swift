/// A small symmetric matrix, by rows.
package struct SymmetricMatrix: Hashable, Sendable {
    package let rows: [[Double]]

    package init(rows: [[Double]]) { self.rows = rows }

    package func times(_ vector: [Double]) -> [Double] {
        rows.map { row in zip(row, vector).reduce(0) { $0 + $1.0 * $1.1 } }
    }

    /// The second derivatives of a function at a point by central differences of its gradient.
    package static func hessian(
        at point: [Double], step: Double = 1e-4, gradient: ([Double]) throws -> [Double]
    ) rethrows -> SymmetricMatrix {
        var columns: [[Double]] = []
        for index in point.indices {
            var (above, below) = (point, point)
            above[index] += step
            below[index] -= step
            columns.append(zip(try gradient(above), try gradient(below)).map { ($0 - $1) / (2 * step) })
        }
        return SymmetricMatrix(
            rows: point.indices.map { row in point.indices.map { (columns[row][$0] + columns[$0][row]) / 2 } })
    }

    /// The inverse by Cholesky's decomposition; nil where the matrix is not positive definite.
    package var inverse: SymmetricMatrix? {
        let count = rows.count
        var lower = [[Double]](repeating: [Double](repeating: 0, count: count), count: count)
        for row in 0..<count {
            for column in 0...row {
                let rest = (0..<column).reduce(rows[row][column]) { $0 - lower[row][$1] * lower[column][$1] }
                if row == column {
                    guard rest > 0, rest.isFinite else { return nil }
                    lower[row][row] = rest.squareRoot()
                } else {
                    lower[row][column] = rest / lower[column][column]
                }
            }
        }
        let columns = (0..<count).map { unit -> [Double] in
            var x = [Double](repeating: 0, count: count)
            for row in 0..<count {
                let rest = (0..<row).reduce(row == unit ? 1.0 : 0.0) { $0 - lower[row][$1] * x[$1] }
                x[row] = rest / lower[row][row]
            }
            for row in (0..<count).reversed() {
                let rest = (row + 1..<count).reduce(x[row]) { $0 - lower[$1][row] * x[$1] }
                x[row] = rest / lower[row][row]
            }
            return x
        }
        return SymmetricMatrix(rows: columns)
    }
}
