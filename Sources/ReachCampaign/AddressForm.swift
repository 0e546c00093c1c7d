import ReachColumns
import ReachPlan

extension ChannelDefaults.AddressForm {
    /// What the addresses of a column are: by the channel that uses it, else by the channel it was taken for on import, so that a channel
    /// of any name that goes to the phone column goes to valid phones.
    package init(_ channel: String, _ column: ColumnSchema) {
        self = ChannelDefaults(channel: channel).addressForm
        if case .address(let owner) = column.role, self == .opaque {
            self = ChannelDefaults(channel: owner).addressForm
        }
    }

    /// The address as messages go there, missing where it cannot work: an e-mail with its domain in small letters, a phone in E.164.
    /// Nil where presence is all that can be asked, and of columns that are no text.
    package func normalised(_ address: Scalar) -> Scalar? {
        guard address.type == .text else { return nil }
        switch self {
        case .email: return .call(.address, [address], .text)
        case .phone: return .call(.phone, [address], .text)
        case .opaque: return nil
        }
    }
}
