import ReachColumns
import ReachDiagnostics
import ReachLanguage

/// Everything a binder knows beside the text it binds: names, types, what "now" is, and glimpses of the data for better messages.
package struct BindingContext: Sendable {
    package var schema: DataSchema
    package var moment: Moment
    /// Segments, frozen segments and computed attributes, in any order.
    package var definitions: [Definition]
    /// What `$name` stands for, by folded name; one that is absent is not set.
    package var parameters: [String: Literal]
    package var current: CurrentSegment?
    /// The distinct texts of a column, for did-you-mean; nil where they are personal, too many or not text.
    package var distinctValues: @Sendable (ColumnPlace) -> [String]?
    /// Smallest and largest lane of a fixed-point column; nil where it has none.
    package var columnRange: @Sendable (ColumnPlace) -> ClosedRange<Int64>?
    /// Whether a value of the column is missing anywhere.
    package var mayBeMissing: @Sendable (ColumnPlace) -> Bool

    package init(
        schema: DataSchema, moment: Moment, definitions: [Definition] = [], parameters: [String: Literal] = [:],
        current: CurrentSegment? = nil,
        distinctValues: @escaping @Sendable (ColumnPlace) -> [String]? = { _ in nil },
        columnRange: @escaping @Sendable (ColumnPlace) -> ClosedRange<Int64>? = { _ in nil },
        mayBeMissing: @escaping @Sendable (ColumnPlace) -> Bool = { _ in true }
    ) {
        self.schema = schema
        self.moment = moment
        self.definitions = definitions
        self.parameters = parameters
        self.current = current
        self.distinctValues = distinctValues
        self.columnRange = columnRange
        self.mayBeMissing = mayBeMissing
    }

    /// The same without glimpses of the data, which is enough to say again what was bound: whoever keeps it keeps no version of the data.
    var withoutData: BindingContext {
        BindingContext(
            schema: schema, moment: moment, definitions: definitions, parameters: parameters, current: current)
    }

    /// The segment or attribute of this name.
    package func definition(_ name: String) -> Definition? {
        let folded = Name.fold(name)
        return definitions.first { Name.fold($0.name) == folded }
    }

    /// Position of a table in `schema.tables`.
    package func tableIndex(_ name: String) -> Int? {
        let folded = Name.fold(name)
        return schema.tables.firstIndex { Name.fold($0.name) == folded }
    }

    /// Position of an activity table in `schema.tables`.
    package func activityIndex(_ name: String) -> Int? {
        guard let index = tableIndex(name), schema.tables[index].kind == .activity else { return nil }
        return index
    }

    package var activityNames: [String] { schema.activities.map(\.name) }
}

/// A column by position: of `schema.tables[table].columns[column]`.
package struct ColumnPlace: Hashable, Sendable {
    package let table: Int
    package let column: Int

    package init(table: Int, column: Int) {
        self.table = table
        self.column = column
    }
}

/// The session's current segment, kept as it was written: dates and other segments in it are read anew by every statement.
package struct CurrentSegment: Hashable, Sendable {
    /// Nil for one made by `segment where …` or narrowed since.
    package let name: String?
    /// Never based on `current` itself, see `Binder.resolvingCurrent`.
    package let audience: AudienceSyntax

    package init(name: String?, audience: AudienceSyntax) {
        self.name = name
        self.audience = audience
    }
}
