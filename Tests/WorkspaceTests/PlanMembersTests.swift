import ReachColumns
import Testing

@testable import ReachWorkspace

@Suite struct PlanMembersTests {
    @Test(arguments: [1, 3, 64, 65_536]) func membersAreWhoTheyWere(chunkRows: Int) throws {
        var options = WorkspaceOptions()
        options.timezone = "UTC"
        options.geometry = Geometry(chunkRows: chunkRows)
        let workspace = try Workspace.open(":memory:", options: options)
        func add(_ keys: Range<Int>) throws {
            let column = ColumnSchema(name: "id", type: .integer, role: .key)
            try workspace.load("customers", [column], keys.map { [.integer(Int64($0))] })
        }
        try add(0..<70)
        #expect(try workspace.planMembers("p1", in: workspace.snapshot()) == nil)
        let snapshot = try workspace.snapshot()
        let chunks = (0..<snapshot.customerChunkCount).map { chunk -> Bitmap in
            var rows = Bitmap(count: snapshot.rows(inChunk: chunk))
            for row in 0..<rows.count where (chunk * chunkRows + row) % 3 == 0 { rows[row] = true }
            return rows
        }
        try workspace.savePlanMembers(id: "p1", chunks)
        #expect(try workspace.planMembers("p1", in: snapshot) == chunks)
        try add(70..<150)
        let later = try workspace.snapshot()
        let known = try #require(try workspace.planMembers("p1", in: later))
        #expect(known.map(\.count).reduce(0, +) == 150)
        let rows = known.enumerated().flatMap { chunk, bits in
            (0..<bits.count).filter { bits[$0] }.map { chunk * chunkRows + $0 }
        }
        #expect(rows == (0..<70).filter { $0 % 3 == 0 })
        _ = try workspace.dropTable("customers")
        #expect(try workspace.planMembers("p1", in: workspace.snapshot()) == nil)
    }
}
