import ReachCampaign
import ReachColumns
import ReachPlan

/// Which columns hold e-mails and phones, and what of them advertising platforms take the digest of.
struct AddressDigests {
    private let customers: TableSchema
    private let scope: Scope

    init(_ customers: TableSchema, scope: Scope) {
        self.customers = customers
        self.scope = scope
    }

    /// The text to be hashed: an e-mail trimmed and in small letters, a phone in E.164. Nil where the column is neither.
    func hashed(_ scalar: Scalar) -> Scalar? {
        switch scalar {
        case .call(.phone, _, _): scalar
        case .call(.address, _, _): .call(.lower, [scalar], .text)
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

    private func hashed(_ scalar: Scalar, _ index: Int) -> Scalar? {
        guard case .address(let channel) = customers.columns[index].role else { return nil }
        let form = ChannelDefaults.AddressForm(channel, customers.columns[index])
        return form.normalised(scalar).map { form == .email ? .call(.lower, [$0], .text) : $0 }
    }
}
