import ReachColumns
import ReachDiagnostics

/// What a statement found out: facts and a table that machines read, and a view for people.
package struct Answer: Sendable {
    /// Keyword of the statement.
    package let statement: String
    /// First line of the view: of whom the answer speaks. Nil prints nothing.
    package var headline: String? {
        get { heading.value }
        set { heading = Deferred { newValue } }
    }
    private var heading: Deferred<String?>
    /// Named figures, in order; names are part of the contract with scripts.
    package var facts: [Fact] = []
    /// The data; the only thing `csv` and `tsv` print.
    package var table: ResultTable?
    /// Further tables under a name each, which JSON prints beside the data; views show what they want of them.
    package var tables: [(name: String, table: ResultTable)] = []
    /// The table tells about something done (an import, a segment chosen). In `csv` and `tsv` it gives way to the table of a later
    /// statement, where any other second table is an error.
    package var isTableAside = false
    /// The statement wrote to standard output itself, where nothing else belongs then.
    package var ownsOutput = false
    /// The table says no more than the headline, which is all that views print then.
    package var isHeadlineEnough = false
    /// What `table` and `markdown` print below the headline, in order. Where empty, the table is printed.
    package var view: [ViewBlock] = []
    /// Go to stderr, and into `warnings` in JSON.
    package var warnings: [String] = []
    /// Go to stderr on a line of their own: what the program did unasked.
    package var notes: [String] = []

    package init(_ statement: String, headline: String? = nil) {
        self.init(statement) { headline }
    }

    /// - Parameter headline: made when it is printed. Answers are kept: it must hold no version of the data.
    init(_ statement: String, headline: @escaping @Sendable () -> String?) {
        self.statement = statement
        heading = Deferred(headline)
    }
}

/// A named figure of an answer.
package struct Fact: Hashable, Sendable {
    package let name: String
    /// Money and other decimals print with their full scale.
    package let value: Value

    package init(_ name: String, _ value: Value) {
        self.name = name
        self.value = value
    }

    package init(_ name: String, _ count: Int) { self.init(name, .integer(Int64(count))) }
    package init(_ name: String, _ text: String) { self.init(name, .text(text)) }
}

/// Rows under named columns. Rows are handed out one after another, so that an answer of millions needs no memory.
package struct ResultTable: Sendable {
    package struct Column: Hashable, Sendable {
        package let name: String
        package let type: DataType
        /// Personal data: shortened to its first character and domain in views, complete in data formats.
        package let isPersonal: Bool
        /// A number that names something, an order or a year: written without grouping.
        package let isIdentifier: Bool

        package init(_ name: String, _ type: DataType, isPersonal: Bool = false, isIdentifier: Bool = false) {
            self.name = name
            self.type = type
            self.isPersonal = isPersonal
            self.isIdentifier = isIdentifier
        }
    }

    package let columns: [Column]
    package let rowCount: Int
    /// Calls its argument once per row, in order, until it returns false.
    package let forEachRow: @Sendable ((_ row: [Value]) throws -> Bool) throws -> Void

    package init(
        columns: [Column], rowCount: Int,
        forEachRow: @escaping @Sendable ((_ row: [Value]) throws -> Bool) throws -> Void
    ) {
        self.columns = columns
        self.rowCount = rowCount
        self.forEachRow = forEachRow
    }

    package init(columns: [Column], rows: [[Value]]) {
        self.init(columns: columns, rowCount: rows.count) { body in
            for row in rows where try !body(row) { return }
        }
    }
}

/// A piece of what people see. Renderers align, colour, shorten and escape; text here is plain.
package enum ViewBlock: Sendable {
    /// A line of prose.
    case line(String)
    /// A heading above what follows.
    case heading(String)
    case blank
    /// Aligned cells without a header, indented: narrowing lines, waterfalls. Numbers are right-aligned.
    case grid([[ViewCell]])
    /// The answer's own table, with a header.
    case table(ResultTable)
    /// Horizontal bars: label, figure as printed, length in proportion to `weight`.
    case bars([Bar])

    package struct Bar: Hashable, Sendable {
        package let label: String
        package let figure: String
        package let weight: Double

        package init(label: String, figure: String, weight: Double) {
            self.label = label
            self.figure = figure
            self.weight = weight
        }
    }
}

package struct ViewCell: Hashable, Sendable {
    package enum Alignment: Hashable, Sendable { case left, right }

    package let text: String
    package let alignment: Alignment
    /// Printed dimmed where colour is on.
    package let isFaint: Bool
    /// Behind the text where colour is on: 0 pale to 1 strong.
    package let heat: Double?

    package init(_ text: String, _ alignment: Alignment = .left, isFaint: Bool = false, heat: Double? = nil) {
        self.text = text
        self.alignment = alignment
        self.isFaint = isFaint
        self.heat = heat
    }

    /// A right-aligned number as `Figure.count` prints it.
    package static func count(_ count: Int) -> ViewCell { ViewCell(Figure.count(count), .right) }
}
