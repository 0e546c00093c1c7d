import ReachCampaign
import ReachColumns
import ReachEngine
import ReachPlan
import ReachWorkspace

/// Whether some customers' phones cannot be read because nobody said where they are from.
struct PhoneCountryNote {
    /// Nil where a country is set, and where every phone has its country code.
    let note: String?

    init(_ session: Session) throws {
        guard try session.workspace.setting(.country).isEmpty else {
            note = nil
            return
        }
        let pinned = try session.pin()
        let columns = pinned.context.schema.customers.columns
        let unread = try columns.indices.filter { index in
            guard columns[index].type == .text, case .address(let channel) = columns[index].role,
                ChannelDefaults(channel: channel).addressForm == .phone
            else { return false }
            return try Self.hasUnread(.column(index, .text), pinned.engine)
        }
        note = unread.first.map {
            "some numbers of `\(columns[$0].name)` have no country code: they are no phones until `set country = RU`, "
                + "or another, says where they are from"
        }
    }

    private static func hasUnread(_ column: Scalar, _ engine: Engine) throws -> Bool {
        let isDialled = Condition.any((["("] + (0...9).map(String.init)).map { .match(.hasPrefix($0), column) })
        let isLong = Condition.comparison(
            .greaterOrEqual, .call(.length, [column], .integer), .literal(.integer(9), .integer))
        let isUnread = Condition.all([isDialled, isLong, .isMissing(.call(.phone, [column], .text))])
        var found = false
        try engine.select(.customers(isUnread), columns: [column], limit: 1) { found = found || $0.rowCount > 0 }
        return found
    }
}
