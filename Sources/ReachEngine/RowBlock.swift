import ReachColumns

/// Some rows of an answer, column by column; values are made only when asked for.
package struct RowBlock: Sendable {
    /// Columns of some rows of one chunk.
    struct Part: Sendable {
        let columns: [Vector]
        /// Row of `customers` that each row is, or belongs to.
        let customers: [Int]
    }

    struct Place: Hashable, Sendable {
        let part: Int
        let row: Int
    }

    private let types: [DataType]
    private let parts: [Part]
    /// Nil where the rows are those of the only part, in its order.
    private let places: ArraySlice<Place>?
    package let rowCount: Int

    init(types: [DataType], part: Part) {
        self.types = types
        parts = [part]
        places = nil
        rowCount = part.customers.count
    }

    init(types: [DataType], parts: [Part], places: ArraySlice<Place>) {
        self.types = types
        self.parts = parts
        self.places = places
        rowCount = places.count
    }

    package func value(row: Int, column: Int) -> Value {
        let place = place(row)
        return parts[place.part].columns[column].value(at: place.row, of: types[column])
    }

    /// All cells of a row.
    package func values(row: Int) -> [Value] { types.indices.map { value(row: row, column: $0) } }

    /// The row of `customers` that this row is, or whose activity it is.
    package func customer(row: Int) -> Int {
        let place = place(row)
        return parts[place.part].customers[place.row]
    }

    private func place(_ row: Int) -> Place {
        guard let places else { return Place(part: 0, row: row) }
        return places[places.startIndex + row]
    }
}
