import ReachColumns
import ReachPlan

/// Conditions that all have to hold, in the order in which they are asked: what costs least first, and bounds of one column as one test. Where one of
/// them may meet a fault they stay as they are, since what is met depends on the order.
struct Conjunction {
    enum Step {
        case range(column: Int, DataType, ClosedRange<Int64>)
        /// Bounds that leave no value.
        case nobody
        case condition(Condition)
    }

    let parts: [Condition]
    /// Whether what is met depends on the order.
    let canFault: Bool
    private(set) var steps: [Step] = []

    init(_ parts: [Condition]) {
        self.parts = parts
        canFault = parts.contains(where: \.canFault)
        if canFault {
            steps = parts.map { .condition($0) }
            return
        }
        for part in parts.sorted(by: { $0.effort < $1.effort }) {
            add(part)
            if case .nobody? = steps.first { return }
        }
    }

    private mutating func add(_ part: Condition) {
        guard let (scalar, test) = part.valueTest, case .column(let column, let type) = scalar,
            case .lanes(let range) = test
        else { return steps.append(.condition(part)) }
        for (place, step) in steps.enumerated() {
            guard case .range(column, _, let known) = step else { continue }
            if known.overlaps(range) {
                steps[place] = .range(column: column, type, known.clamped(to: range))
            } else {
                steps = [.nobody]
            }
            return
        }
        steps.append(.range(column: column, type, range))
    }
}
