import ReachColumns
import ReachStatements

/// How answers are written to standard output. `table` and `markdown` are views and may shorten, mask and escape; the others are data:
/// complete and exact.
package enum OutputFormat: String, Hashable, Sendable, CaseIterable {
    case table, csv, tsv, json, markdown

    package var isView: Bool { self == .table || self == .markdown }
}

/// What a view may do, and in which time zone instants are written.
package struct RenderOptions: Sendable {
    /// Columns of the terminal; nil where output is no terminal or its width is unknown, and nothing is shortened to fit.
    package var terminalWidth: Int?
    package var usesColor: Bool
    /// Whether personal columns are shortened in views.
    package var masksPersonal: Bool
    /// Rows a view prints of one table before it says how many follow.
    package var viewRowLimit: Int
    package var zone: Zone

    package init(
        terminalWidth: Int? = nil, usesColor: Bool = false, masksPersonal: Bool = true, viewRowLimit: Int = 1000,
        zone: Zone = .utc
    ) {
        self.terminalWidth = terminalWidth
        self.usesColor = usesColor
        self.masksPersonal = masksPersonal
        self.viewRowLimit = viewRowLimit
        self.zone = zone
    }
}

/// What is known of an answer beside itself.
package struct AnswerCircumstances {
    /// The day the answer speaks of: `2026-11-22`.
    package let asOf: String
    package let elapsedMilliseconds: Double
    /// Called every few rows; throws once the user asks to stop.
    package let checkpoint: () throws -> Void

    package init(asOf: String, elapsedMilliseconds: Double, checkpoint: @escaping () throws -> Void = {}) {
        self.asOf = asOf
        self.elapsedMilliseconds = elapsedMilliseconds
        self.checkpoint = checkpoint
    }
}

/// Writes answers in one format. One renderer lives as long as a run, so that it can tell a first table from a second.
package protocol AnswerRenderer: AnyObject {
    /// Throws what the answer's rows throw, what the sink throws, and a `Diagnostic` where the format cannot hold the answer.
    func render(_ answer: Answer, _ circumstances: AnswerCircumstances, _ options: RenderOptions, to sink: OutputSink)
        throws
    /// Writes what was held back; called once, where the run has come to its end.
    func finish(to sink: OutputSink) throws
}

extension AnswerRenderer {
    package func finish(to sink: OutputSink) throws {}
}

extension OutputFormat {
    /// - Parameter allowsManyTables: a session at a terminal; a run into a file holds one csv table.
    package func makeRenderer(allowsManyTables: Bool) -> any AnswerRenderer {
        switch self {
        case .table: TableRenderer()
        case .markdown: MarkdownRenderer()
        case .csv: DelimitedRenderer(.csv, allowsManyTables: allowsManyTables)
        case .tsv: DelimitedRenderer(.tsv, allowsManyTables: allowsManyTables)
        case .json: JSONRenderer()
        }
    }
}

extension ResultTable {
    /// Calls `body` per row until the rows end, `limit` is reached or `checkpoint` throws. How many rows were seen.
    @discardableResult
    func forEachRow(limit: Int = .max, checkpoint: () throws -> Void, _ body: ([Value]) throws -> Void) throws -> Int {
        var seen = 0
        if limit == 0 { return 0 }
        try forEachRow { row in
            if seen & 0xFF == 0 { try checkpoint() }
            try body(row)
            seen += 1
            return seen < limit
        }
        return seen
    }
}
