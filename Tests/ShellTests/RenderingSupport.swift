import ReachColumns
import ReachDiagnostics
import ReachStatements

@testable import ReachShell

/// What a renderer writes for answers, as one text.
func rendered(
    _ answers: Answer..., as format: OutputFormat, _ options: RenderOptions = RenderOptions(), manyTables: Bool = false,
    elapsed: Double = 3, checkpoint: @escaping () throws -> Void = {}
) throws -> String {
    var bytes: [UInt8] = []
    let sink = OutputSink { bytes += $0 }
    let renderer = format.makeRenderer(allowsManyTables: manyTables)
    let circumstances = AnswerCircumstances(asOf: "2026-11-22", elapsedMilliseconds: elapsed, checkpoint: checkpoint)
    defer { try? sink.flush() }
    for answer in answers { try renderer.render(answer, circumstances, options, to: sink) }
    try renderer.finish(to: sink)
    try sink.flush()
    return String(decoding: bytes, as: UTF8.self)
}

/// An answer that is a table and nothing else.
func tableAnswer(_ columns: [ResultTable.Column], _ rows: [[Value]], headline: String? = nil) -> Answer {
    var answer = Answer("show", headline: headline)
    answer.table = ResultTable(columns: columns, rows: rows)
    return answer
}

/// The answer of `segment where orders>2 and last_seen>60d`.
func segmentAnswer() -> Answer {
    var answer = Answer("segment", headline: "12,438 of 100,000 customers (12.4 %)")
    answer.facts = [Fact("customers", 12_438), Fact("of", 100_000)]
    answer.table = ResultTable(
        columns: [.init("condition", .text), .init("customers", .integer)],
        rows: [[.text("orders > 2"), .integer(38_120)], [.text("last_seen > 60d"), .integer(41_007)]])
    answer.view = [
        .grid([
            [ViewCell("orders > 2"), ViewCell("more than 2 orders"), .count(38_120)],
            [ViewCell("last_seen > 60d"), ViewCell("last seen before 2026-09-23"), .count(41_007)],
        ]),
        .blank,
        .line("reachable by email 9,001"),
    ]
    return answer
}
