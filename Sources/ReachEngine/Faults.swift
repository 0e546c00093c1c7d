import ReachKernels
import Synchronization

/// Rows (customers, or rows of activity) whose answer met a division by zero or left the 64 bits; the value is missing there.
///
/// A row counts where evaluating it from left to right, stopping as `and`, `or`, `if` and `coalesce` stop, meets the fault: so the
/// numbers depend on the data and the question alone.
package struct Faults: Hashable, Sendable {
    package var divisionsByZero: Int
    package var overflows: Int

    package init(divisionsByZero: Int = 0, overflows: Int = 0) {
        self.divisionsByZero = divisionsByZero
        self.overflows = overflows
    }
}

/// The bits by which vectors and masks mark faulty rows.
enum Fault {
    static let division: UInt8 = 1
    static let overflow: UInt8 = 2
}

final class FaultCounter: Sendable {
    private let divisions = Atomic<Int>(0)
    private let overflows = Atomic<Int>(0)

    /// Counts the marked rows.
    func count(_ marks: [UInt8]?) {
        guard let marks, hasAny(marks) else { return }
        let divided = marks.reduce(0) { $0 + Int($1 & Fault.division) }
        let overflown = marks.reduce(0) { $0 + Int(($1 & Fault.overflow) >> 1) }
        divisions.wrappingAdd(divided, ordering: .relaxed)
        overflows.wrappingAdd(overflown, ordering: .relaxed)
    }

    func add(overflows count: Int) { overflows.wrappingAdd(count, ordering: .relaxed) }

    func take() -> Faults {
        Faults(
            divisionsByZero: divisions.exchange(0, ordering: .relaxed),
            overflows: overflows.exchange(0, ordering: .relaxed))
    }
}

/// The union of two markings, either of which may be absent.
func united(_ one: [UInt8]?, _ other: [UInt8]?) -> [UInt8]? {
    guard var union = one else { return other }
    if let other { unite(&union, with: other) }
    return union
}
