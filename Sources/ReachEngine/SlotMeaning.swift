import ReachColumns
import ReachKernels
import ReachPlan

/// What the numbers of slots stand for: the values of each key. Chunks that agree on it may be added up by slot.
struct SlotMeaning: Equatable, Sendable {
    /// How one key's codes make part of a slot's number; a missing value has the code after the last.
    struct Key: Equatable, Sendable {
        let cardinality: Int
        let hasMissing: Bool
        let factor: Int
        let source: Source
    }

    enum Source: Equatable, Sendable {
        case words(TextDictionary)
        case lanes(base: Int64, step: Int64)
        case nothing(DataType)

        static func == (one: Source, other: Source) -> Bool {
            switch (one, other) {
            case (.words(let one), .words(let other)): one === other
            case (.lanes(let base, let step), .lanes(let otherBase, let otherStep)):
                base == otherBase && step == otherStep
            case (.nothing(let one), .nothing(let other)): one == other
            default: false
            }
        }
    }

    let keys: [Key]

    /// The key values of some slots, a vector per key.
    func values(of slots: [Int]) -> [Vector] {
        keys.map { key in
            let codes = slots.map { $0 / key.factor % key.cardinality }
            var missing: [UInt8]?
            if key.hasMissing {
                missing = codes.map { $0 == key.cardinality - 1 ? 1 : 0 }
                if let marks = missing, !hasAny(marks) { missing = nil }
            }
            switch key.source {
            case .words(let dictionary):
                let known = zip(codes, missing ?? [UInt8](repeating: 0, count: codes.count)).map {
                    $1 == 0 ? UInt32($0) : 0
                }
                return Vector(.text(TextColumn(codes: known, dictionary)), missing: missing)
            case .lanes(let base, let step):
                return Vector(.lanes(codes.map { base &+ step &* Int64($0) }), missing: missing)
            case .nothing(let type): return Vector(missing: type, count: codes.count)
            }
        }
    }
}
