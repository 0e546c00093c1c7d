import ReachColumns
import ReachPlan
import Testing

@testable import ReachEngine

@Suite("Conditions that all have to hold")
struct ConjunctionTests {
    private let orders = Scalar.column(2, .integer)

    private func bound(_ comparison: Comparison, _ value: Int64, of column: Int = 2) -> Condition {
        .comparison(comparison, .column(column, .integer), .literal(.integer(value), .integer))
    }

    private func text(_ parts: [Condition]) -> [String] {
        Conjunction(parts).steps.map { step in
            switch step {
            case .range(let column, _, let range): "\(column): \(range.lowerBound)...\(range.upperBound)"
            case .nobody: "nobody"
            case .condition: "condition"
            }
        }
    }

    @Test("bounds of one column are one test, wherever they stand")
    func bounds() {
        #expect(
            text([bound(.greater, 2), bound(.less, 5, of: 3), bound(.lessOrEqual, 9)])
                == ["2: 3...9", "3: \(Int64.min)...4"])
        #expect(text([bound(.equal, 4), bound(.greater, 1)]) == ["2: 4...4"])
    }

    @Test("bounds that leave no value leave nobody, and nothing else is asked")
    func disjoint() {
        #expect(text([bound(.greater, 2, of: 1), bound(.greater, 5), bound(.less, 3), bound(.less, 9)]) == ["nobody"])
    }

    @Test("what costs less comes first; where something may go wrong, all stay as they are")
    func order() {
        let counted = Condition.not(.isMissing(.call(.length, [.column(4, .text)], .integer)))
        #expect(text([counted, bound(.greater, 2)]) == ["2: 3...\(Int64.max)", "condition"])
        let division = Scalar.arithmetic(.divide, orders, .column(3, .integer), .integer)
        let risky = Condition.comparison(.greater, division, .literal(.integer(1), .integer))
        #expect(text([risky, bound(.greater, 2), bound(.less, 1)]) == ["condition", "condition", "condition"])
    }
}
