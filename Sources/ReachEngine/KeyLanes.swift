import ReachColumns
import ReachKernels

/// Values of one type as lanes that are equal exactly where the values are; for everything but text they order alike too.
struct KeyLanes: Sendable {
    let type: DataType
    private(set) var texts = TextInterner()

    init(_ type: DataType) { self.type = type }

    mutating func lanes(_ vector: Vector) throws -> [Int64] {
        switch vector.storage {
        case .lanes(let lanes): lanes
        case .floats(let floats): floats.map(floatKey)
        case .text(let text): try texts.numbers(text)
        }
    }

    /// Lanes that another one made of these values, in this one's terms.
    mutating func translated(_ lanes: [Int64], from other: KeyLanes) throws -> [Int64] {
        guard type == .text else { return lanes }
        let numbers = try texts.numbers(other.texts.column)
        return lanes.map { $0 < numbers.count && $0 >= 0 ? numbers[Int($0)] : $0 }
    }

    func value(_ lane: Int64) -> Value {
        switch type {
        case .text: .text(texts.string(lane))
        case .float: .float(float(ofKey: lane))
        default: Value(lane: lane, of: type)
        }
    }

    func compare(_ one: Int64, _ other: Int64) -> Int {
        type == .text ? texts.compare(one, other) : one < other ? -1 : one > other ? 1 : 0
    }
}
