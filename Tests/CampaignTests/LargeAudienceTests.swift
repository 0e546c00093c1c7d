import ReachColumns
import ReachDiagnostics
import ReachEngine
import ReachPlan
import Testing

@testable import ReachCampaign

/// Any number of customers who differ in their key alone, at the memory of one chunk.
final class UniformSource: ColumnSource {
    let version: Int64 = 1
    let geometry = Geometry()
    let customerRows: Int
    let schema = DataSchema(tables: [
        TableSchema(
            name: "customers", kind: .customers,
            columns: [
                ColumnSchema(name: "id", type: .integer, role: .key),
                ColumnSchema(name: "phone", type: .text, role: .address(channel: "sms")),
                ColumnSchema(name: "name", type: .text),
            ])
    ])
    private let words = TextDictionary(["+79161234567", "Ann"])

    init(customers: Int) { customerRows = customers }

    func liveCustomers(chunk: Int) throws -> Bitmap? { nil }

    func customerChunk(column: Int, chunk: Int) throws -> Chunk {
        let rows = self.rows(inChunk: chunk)
        if column == 0 {
            let first = Int64(chunk * geometry.chunkRows)
            return Chunk(
                rowCount: rows, payload: .codes16(base: first, step: 1, (0..<rows).map { UInt16($0) }), missing: nil,
                range: first...first + Int64(rows - 1))
        }
        return Chunk(
            rowCount: rows, payload: .words8([UInt8](repeating: UInt8(column - 1), count: rows)), missing: nil,
            range: nil)
    }

    func dictionary(table: Int, column: Int) throws -> TextDictionary? { column == 0 ? nil : words }
    func activityRows(table: Int) -> Int { 0 }
    func activityOffsets(table: Int, chunk: Int) throws -> [UInt32]? { nil }
    func activityChunk(table: Int, column: Int, chunk: Int) throws -> Chunk {
        Chunk(rowCount: 0, payload: .allMissing, missing: nil, range: nil)
    }
}

@Suite struct LargeAudienceTests {
    @Test func twoMillionTextMessagesOfOnePart() throws {
        let source = UniformSource(customers: 2_000_000)
        let engine = Engine(
            source: source, moment: CascadeAudienceTests.moment, threads: 2, cancellation: Cancellation())
        let sms = try PlannedChannel(
            resolving: Channel("sms", consent: .notNeeded), in: source.schema.customers)
        let text = try CompiledText("Hello {{name}}, -20 % until Sunday", isHTML: false)
        let body = BoundText(text) { _ in
            .column(2, .text)
        }
        let prices = try #require(sms.prices)
        let content = CampaignContent(
            texts: [.init(channel: 0, name: "sms", body: body, subject: nil, partPrices: prices, template: "t")],
            zones: nil, zone: .utc)
        let questions = try CascadeQuestions(
            channels: [sms], campaign: "winter", schema: source.schema, moment: CascadeAudienceTests.moment,
            complete: content.complete)
        for content in [nil, content] {
            let people = try CascadeAudience(
                .always(true), questions: questions, holdout: nil, engine: engine, content: content)
            let plan = try CascadePlan(
                CascadeRequest(campaign: "winter", audienceText: "customers", channels: [sms], today: 20_779),
                layout: questions.layout, patterns: people.patterns, membersHash: people.membersHash,
                findings: people.findings)
            #expect(plan.ceiling?.grouped == "6,500,000.00" && plan.floor?.grouped == "6,500,000.00")
            #expect(plan.expected?.exact == 6_500_000)
        }
    }
}
