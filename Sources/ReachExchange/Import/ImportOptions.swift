import ReachColumns
import ReachDiagnostics

/// A word of the statement, with its place where it has one, so that errors can point at it.
package struct OptionText: Hashable, Sendable, ExpressibleByStringLiteral {
    package let text: String
    package let span: SourceSpan?

    package init(_ text: String, at span: SourceSpan? = nil) {
        self.text = text
        self.span = span
    }

    package init(stringLiteral text: String) { self.init(text) }
}

/// A type as the statement names it. `decimal` alone takes the largest scale of the file.
package enum DeclaredType: Hashable, Sendable {
    case exactly(DataType)
    case decimal

    /// Nil where no type has that name. `decimal(2)` is a decimal of two places.
    package init?(_ name: String) {
        let folded = Name.fold(name)
        switch folded {
        case "integer", "int": self = .exactly(.integer)
        case "decimal", "money": self = .decimal
        case "float": self = .exactly(.float)
        case "text": self = .exactly(.text)
        case "boolean": self = .exactly(.boolean)
        case "date": self = .exactly(.date)
        case "datetime": self = .exactly(.datetime)
        default:
            guard folded.hasPrefix("decimal("), folded.hasSuffix(")"),
                let scale = Int(folded.dropFirst(8).dropLast()), (0...18).contains(scale)
            else { return nil }
            self = .exactly(.decimal(scale: scale))
        }
    }

    /// What `DeclaredType.init` understands, for did-you-mean and help.
    package static let names = ["integer", "decimal", "float", "text", "boolean", "date", "datetime"]
}

/// What an import was asked for beside the file's name, and what it meets in the workspace.
package struct ImportOptions: Sendable {
    /// `types (zip text, …)`
    package struct TypeChoice: Hashable, Sendable {
        package let column: OptionText
        package let type: DeclaredType

        package init(_ column: OptionText, _ type: DeclaredType) {
            self.column = column
            self.type = type
        }
    }

    /// `rename (old new, …)`
    package struct Rename: Hashable, Sendable {
        package let old: OptionText
        package let new: OptionText

        package init(_ old: OptionText, _ new: OptionText) {
            self.old = old
            self.new = new
        }
    }

    /// The table's name; its singular tells row keys and times: `orders` has `order_id` and `ordered_at`.
    package var table: String
    package var kind: TableSchema.Kind
    package var key: OptionText?
    package var customer: OptionText?
    package var time: OptionText?
    package var types: [TypeChoice] = []
    package var renames: [Rename] = []
    /// A character, or `tab`.
    package var delimiter: OptionText?
    package var encoding: OptionText?
    /// `dd.mm.yyyy` and the like.
    package var dates: OptionText?
    /// `,` or `.`
    package var decimal: OptionText?
    /// Of a workbook's sheets or a database's tables, the one to read; nil takes the first, or the only one.
    package var part: OptionText?
    package var missing: [String] = []
    package var isStrict = false
    /// Nil where the first row is looked at; false gives columns `column_1`, `column_2`, ….
    package var hasHeader: Bool?
    /// Nil where the first rows are looked at; false takes quotes in delimited text for text.
    package var hasQuotes: Bool?
    /// Rows with fewer cells than the header are taken, with nothing in the last columns.
    package var fillsShortRows = false
    /// The table as it is, where rows are to be added to one.
    package var existing: TableSchema?
    /// The key column of `customers`, where there are any: the reference of an activity table takes its type.
    package var customerKey: ColumnSchema?
    /// Datetimes without an offset are in it.
    package var zone: Zone
    /// Days since 1970-01-01; nil where nothing is said of days past it.
    package var today: Int64?
    /// Where the file's name stands in the statement.
    package var fileSpan: SourceSpan?
    /// Where rejected rows go; nil takes a name beside the file.
    package var rejectsPath: String?
    /// A record longer than this is taken for a quote that nothing closes.
    package var longestRecordBytes = 16 << 20
    /// Rows of a batch at most.
    package var batchRows = 65_536
    /// How much of a delimited file one thread takes at a time, about.
    package var splitBytes = 1 << 20

    package init(table: String, kind: TableSchema.Kind, zone: Zone = .utc) {
        self.table = table
        self.kind = kind
        self.zone = zone
    }
}
