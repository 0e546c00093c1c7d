import ReachCampaign
import ReachColumns
import ReachExchange
import ReachPlan

/// Which columns hold e-mails and phones, and what of them advertising platforms take the digest of.
struct AddressDigests {
    /// Those whose ways differ, the one that is meant where none is named first.
    static let platforms = ["google", "meta", "tiktok", "yandex", "vk"]

    private let customers: TableSchema
    private let scope: Scope
    private let platform: String

    init(_ customers: TableSchema, scope: Scope, platform: String) {
        self.customers = customers
        self.scope = scope
        self.platform = platform
    }

    /// The text to be hashed: an e-mail trimmed and in small letters, a phone in E.164. Nil where the column is neither.
    func hashed(_ scalar: Scalar) -> (text: Scalar, digest: TextDigest)? {
        switch scalar {
        case .call(.phone, _, _): (scalar, digest(ofPhone: true))
        case .call(.address, _, _): (.call(.lower, [scalar], .text), digest(ofPhone: false))
        case .column(let index, .text) where scope == .customers: hashed(scalar, index)
        case .customerColumn(let index, .text): hashed(scalar, index)
        default: nil
        }
    }

    /// Columns that hold e-mails or phones, as they are written.
    var known: [String] {
        customers.columns.indices.filter {
            customers.columns[$0].type == .text && hashed(.column($0, .text), $0) != nil
        }
        .map { (scope == .customers ? "" : "customers.") + customers.columns[$0].name }
    }

    private func hashed(_ scalar: Scalar, _ index: Int) -> (text: Scalar, digest: TextDigest)? {
        guard case .address(let channel) = customers.columns[index].role else { return nil }
        let form = ChannelDefaults.AddressForm(channel, customers.columns[index])
        return form.normalised(scalar).map { text in
            form == .email
                ? (.call(.lower, [text], .text), digest(ofPhone: false)) : (text, digest(ofPhone: form == .phone))
        }
    }

    /// Google takes phones in E.164; Meta, TikTok and Yandex their digits; VK the same by MD5.
    private func digest(ofPhone isPhone: Bool) -> TextDigest {
        let skipsPlus = isPhone && platform != Self.platforms[0]
        return platform == "vk" ? .md5(skipsPlus: skipsPlus) : .sha256(skipsPlus: skipsPlus)
    }
}
