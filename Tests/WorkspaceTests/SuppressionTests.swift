import ReachColumns
import Testing

@testable import ReachWorkspace

@Suite struct SuppressionTests {
    static func workspace() throws -> Workspace {
        var options = WorkspaceOptions()
        options.timezone = "UTC"
        return try Workspace.open(":memory:", options: options)
    }

    @Test func everyEntryIsKeptOnce() throws {
        let workspace = try Self.workspace()
        #expect(try workspace.suppressions().isEmpty)
        let version = try workspace.suppressionsVersion()
        let list = [
            Suppression(.key("7"), channel: nil, reason: nil), Suppression(.key("7"), channel: "SMS", reason: "asked"),
            Suppression(.address("a@b.example"), channel: nil, reason: nil),
        ]
        #expect(try workspace.suppress(list) == 3)
        #expect(try workspace.suppress(list) == 0)
        #expect(try workspace.suppressionsVersion() != version)
        let kept = try workspace.suppressions()
        #expect(kept.map(\.subject) == [.address("a@b.example"), .key("7"), .key("7")])
        #expect(kept.map(\.channel) == [nil, nil, "sms"] && kept[2].reason == "asked")
        #expect(try workspace.unsuppress(.key("7"), channel: "sms") == 1)
        #expect(try workspace.unsuppress(.key("7"), channel: nil) == 1)
        #expect(try workspace.unsuppress(.key("7"), channel: nil) == 0)
        #expect(try workspace.suppressions().count == 1)
    }

    @Test func aKeyIsNoAddress() throws {
        let workspace = try Self.workspace()
        _ = try workspace.suppress([Suppression(.key("+7916"), channel: nil, reason: nil)])
        #expect(try workspace.unsuppress(.address("+7916"), channel: nil) == 0)
    }
}
