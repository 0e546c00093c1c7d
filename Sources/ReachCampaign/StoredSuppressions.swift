import ReachColumns
import ReachDiagnostics
import ReachEngine
import ReachPlan
import ReachWorkspace

/// The workspace's list of who must not be written to, sorted for plans.
package struct StoredSuppressions: SuppressionList {
    private let suppressions: [Suppression]

    package init(_ suppressions: [Suppression]) { self.suppressions = suppressions }

    package var isEmpty: Bool { suppressions.isEmpty }

    package func condition(channel: PlannedChannel, customers: TableSchema) -> Condition? {
        var keys: [Value] = []
        var addresses: [Value] = []
        let key = customers.index(of: ColumnSchema.Role.key)
        let keyType = key.map { customers.columns[$0].type }
        for suppression in suppressions where suppression.channel.map({ Name.same($0, channel.name) }) ?? true {
            switch suppression.subject {
            case .key(let text):
                switch keyType {
                case .text: keys.append(.text(text))
                case .integer: if let number = Int64(text) { keys.append(.integer(number)) }
                default: continue
                }
            case .address(let text): addresses.append(.text(text))
            }
        }
        var parts: [Condition] = []
        if let key, let keyType, !keys.isEmpty { parts.append(.isIn(.column(key, keyType), keys)) }
        if let address = Self.address(of: channel, in: customers), !addresses.isEmpty {
            parts.append(.isIn(address, addresses))
        }
        return parts.isEmpty ? nil : parts.count == 1 ? parts[0] : .any(parts)
    }

    /// The channel's address in the form in which the list keeps it.
    private static func address(of channel: PlannedChannel, in customers: TableSchema) -> Scalar? {
        guard let index = customers.index(of: channel.address), customers.columns[index].type == .text else {
            return nil
        }
        let column = Scalar.column(index, .text)
        return switch channel.definition.defaults.addressForm {
        case .email: .call(.lower, [.call(.address, [column], .text)], .text)
        case .phone: .call(.phone, [column], .text)
        case .opaque: column
        }
    }

    /// An address as typed, in the form in which the list keeps it: of e-mail and phones the normal one, of everything else itself.
    package static func normalised(_ address: String, _ engine: Engine) -> String {
        // Whoever is asked to be left alone is meant whatever the case; servers that tell cases apart are not met any more.
        if address.contains("@") { return engine.normalEmail(address).map(engine.lower) ?? address }
        return engine.normalPhone(address) ?? address
    }
}
