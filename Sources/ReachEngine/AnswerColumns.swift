import ReachColumns
import ReachKernels
import ReachPlan

/// Columns of a stretch's customers that are two values each, stored as bits, and by which customers are told apart.
struct AnswerColumns {
    let columns: [ColumnStretch]
    /// What slots stand for in the chunk that was last asked for.
    private(set) var meaning = SlotMeaning(keys: [])
    private var meanings: [CodePlanes.Meaning] = []
    private let dictionaries: [TextDictionary?]

    /// Nil where a key is no stored column, or there are too many.
    init?(_ keys: [Scalar], _ evaluator: ChunkEvaluator) throws {
        guard keys.count <= SlotKeys.mostBits else { return nil }
        var columns: [ColumnStretch] = []
        var dictionaries: [TextDictionary?] = []
        for key in keys {
            guard case .column(let column, _) = key else { return nil }
            columns.append(try evaluator.customerColumn(column))
            dictionaries.append(try evaluator.engine.source.dictionary(table: 0, column: column))
        }
        self.columns = columns
        self.dictionaries = dictionaries
    }

    /// Where the bits of the chunk stand; nil where some column has another form there.
    mutating func places(in chunk: Int, rowCount: Int) -> [PlanesPlace]? {
        var places: [PlanesPlace] = []
        var found: [CodePlanes.Meaning] = []
        for column in columns {
            guard let (place, meaning) = column.planes(of: chunk), place.count == rowCount, place.areBits,
                !place.hasMissing
            else { return nil }
            places.append(place)
            found.append(meaning)
        }
        if found != meanings {
            guard let keys = slotKeys(found) else { return nil }
            meaning = SlotMeaning(keys: keys)
            meanings = found
        }
        return places
    }

    private func slotKeys(_ meanings: [CodePlanes.Meaning]) -> [SlotMeaning.Key]? {
        var keys: [SlotMeaning.Key] = []
        for (place, meaning) in meanings.enumerated() {
            let source: SlotMeaning.Source
            switch meaning {
            case .lanes(let base, let step): source = .lanes(base: base, step: step)
            case .words:
                guard let dictionary = dictionaries[place] else { return nil }
                source = .words(dictionary)
            }
            keys.append(SlotMeaning.Key(cardinality: 2, hasMissing: false, factor: 1 << place, source: source))
        }
        return keys
    }
}
