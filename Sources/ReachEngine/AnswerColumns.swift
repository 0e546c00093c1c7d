import ReachColumns
import ReachKernels
import ReachPlan

/// Columns of a stretch's customers that are two values each, stored as bits, and by which customers are told apart. Used by one thread.
final class AnswerColumns {
    let columns: [ColumnStretch]
    /// What slots stand for in the chunk that was last asked for.
    private(set) var meaning = SlotMeaning(keys: [])
    private var meanings: [CodePlanes.Meaning] = []
    private let numbers: [Int]

    /// Nil where a key is no stored column, or there are too many.
    init?(_ keys: [Scalar], _ evaluator: ChunkEvaluator) throws {
        guard keys.count <= SlotKeys.mostBits else { return nil }
        var numbers: [Int] = []
        for key in keys {
            guard case .column(let column, _) = key else { return nil }
            numbers.append(column)
        }
        self.numbers = numbers
        columns = try numbers.map { try evaluator.customerColumn($0) }
    }

    /// Where the bits of the evaluator's chunk stand; nil where some column has another form there.
    func places(_ evaluator: ChunkEvaluator) throws -> [PlanesPlace]? {
        var places: [PlanesPlace] = []
        var found: [CodePlanes.Meaning] = []
        for column in columns {
            guard let (place, meaning) = column.planes(of: evaluator.chunk),
                place.count == evaluator.customers.rowCount, place.areBits, !place.hasMissing
            else { return nil }
            places.append(place)
            found.append(meaning)
        }
        if found != meanings {
            let keys = try found.enumerated().map { place, meaning in
                try SlotMeaning.Key(meaning, of: numbers[place], evaluator.customers, evaluator, width: 1, shift: place)
            }
            meaning = SlotMeaning(keys: keys)
            meanings = found
        }
        return places
    }
}
