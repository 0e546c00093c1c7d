import ReachDiagnostics

/// What is taken of a channel until something else is typed; follows from its name alone.
package struct ChannelDefaults: Hashable, Sendable {
    /// How an address is recognised as one that can work.
    package enum AddressForm: Hashable, Sendable {
        case email
        case phone
        /// Tokens and accounts: present is valid.
        case opaque
    }

    /// Nil for messengers and channels of other names: their prices differ too much for a guess.
    package let prices: PriceList?
    package let addressForm: AddressForm
    package let observes: Set<CampaignEvent>
    /// Channels whose guessed address column serves this one too.
    package let addressLike: [String]

    /// The channels every workspace has, in the order they are listed.
    package static let builtIn = ["email", "push", "webpush", "sms", "whatsapp", "telegram", "viber", "vk"]

    package init(channel name: String) {
        // An opened text message or notification is not reported by anybody; its link is.
        let withoutOpens: Set<CampaignEvent> = [.delivered, .clicked, .ordered]
        let everything = Set(CampaignEvent.allCases)
        switch Name.fold(name) {
        case "email":
            self.init(PriceList(base: Money(units: 5, scale: 2)), .email, everything)
        case "push", "webpush":
            self.init(PriceList(base: Money(units: 0, scale: 2)), .opaque, withoutOpens)
        case "sms":
            self.init(PriceList(base: Money(units: 325, scale: 2), perPart: true), .phone, withoutOpens)
        case "whatsapp", "viber":
            self.init(nil, .phone, everything, addressLike: ["sms", "phone"])
        case "telegram", "vk":
            self.init(nil, .opaque, withoutOpens)
        default:
            self.init(nil, .opaque, everything)
        }
    }

    private init(
        _ prices: PriceList?, _ addressForm: AddressForm, _ observes: Set<CampaignEvent>, addressLike: [String] = []
    ) {
        self.prices = prices
        self.addressForm = addressForm
        self.observes = observes
        self.addressLike = addressLike
    }
}
