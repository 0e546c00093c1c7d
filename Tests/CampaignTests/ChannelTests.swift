import ReachColumns
import ReachDiagnostics
import ReachEngine
import ReachKernels
import Testing

@testable import ReachCampaign

@Suite struct ChannelTests {
    static func code(_ body: () throws -> Void) -> String? {
        do {
            try body()
            return nil
        } catch let diagnostic as Diagnostic {
            #expect(!diagnostic.message.hasSuffix("."))
            return diagnostic.code
        } catch {
            return "not a diagnostic"
        }
    }

    @Test func defaults() {
        #expect(Channel("email").effectivePrices?.base.description == "0.05")
        #expect(Channel("PUSH").effectivePrices?.base.units == 0)
        #expect(Channel("sms").effectivePrices?.base.description == "3.25")
        #expect(Channel("sms").effectivePrices?.perPart == true)
        #expect(Channel("whatsapp").effectivePrices == nil)
        #expect(Channel("pigeon").effectivePrices == nil)
    }

    @Test func observesOrTakesTheNextStronger() {
        #expect(Channel("email").observedEvent(for: .opened) == .opened)
        #expect(Channel("sms").observedEvent(for: .opened) == .clicked)
        #expect(Channel("sms", rates: [.opened: .percent(20)]).observedEvent(for: .opened) == .opened)
    }

    @Test func printsAsTyped() {
        #expect(Channel("email").canonicalText == "channel email")
        let full = Channel(
            "sms",
            prices: PriceList(
                base: Money(units: 325, scale: 2), prefixes: [.init("+7", Money(units: 290, scale: 2))], perPart: true,
                billing: .delivered, tiers: [.init(from: 100_000, Money(units: 3, scale: 0))], freeQuota: 100,
                minimum: Money(units: 500, scale: 0)),
            address: "mobile phone", consent: .notNeeded,
            rates: [.delivered: .percent(97), .clicked: Share(units: 25, scale: 3)],
            sure: 400, cap: FrequencyCap(2, per: CampaignDuration(7, .day)),
            quiet: QuietHours(fromMinute: 1_260, untilMinute: 545), messagesPerSecond: 100)
        #expect(
            full.canonicalText
                == "channel sms price 3.25, \"+7\" 2.90 per part per delivered from 100000 3 free 100 minimum 500 "
                + "address `mobile phone` consent none delivered 97% clicked 2.5% sure 400 cap 2 per 7d "
                + "quiet 21:00-09:05 rate 100/s")
    }

    @Test func refusesWhatCannotBe() {
        func refused(_ change: (inout Channel) -> Void) -> String? {
            var channel = Channel("sms", prices: PriceList(base: Money(units: 325, scale: 2)))
            change(&channel)
            return Self.code { try channel.validate() }
        }
        #expect(refused { _ in } == nil)
        #expect(refused { $0.prices?.base = Money(units: -1, scale: 2) } == "negative-price")
        #expect(refused { $0.prices?.base = Money(units: 3_250_000, scale: 0) } == "absurd-price")
        #expect(refused { $0.prices?.base = Money(units: 1, scale: 9) } == "too-fine-price")
        #expect(refused { $0.prices?.prefixes = [.init("7", .zero)] } == "not-a-prefix")
        #expect(refused { $0.prices?.prefixes = [.init("+7", .zero), .init("+7", .zero)] } == "repeated-prefix")
        #expect(refused { $0.prices?.tiers = [.init(from: 9, .zero), .init(from: 5, .zero)] } == "tiers-out-of-order")
        #expect(
            refused { $0.prices?.tiers = [.init(from: 5, .zero), .init(from: 9, .zero, repricesAll: true)] }
                == "mixed-tiers")
        #expect(refused { $0.prices?.freeQuota = -1 } == "impossible-count")
        #expect(refused { $0.rates = [.clicked: .percent(101)] } == "impossible-rate")
        #expect(refused { $0.rates = [.clicked: .percent(-1)] } == "impossible-rate")
        #expect(refused { $0.rates = [.delivered: .percent(5), .ordered: .percent(6)] } == "rates-out-of-order")
        #expect(refused { $0.rates = [.delivered: .percent(5), .ordered: .percent(5)] } == nil)
        #expect(refused { $0.sure = 0 } == "impossible-weight")
        #expect(refused { $0.cap = FrequencyCap(-1, per: CampaignDuration(1, .day)) } == "negative-cap")
        #expect(refused { $0.cap = FrequencyCap(0, per: CampaignDuration(1, .day)) } == nil)
        #expect(refused { $0.quiet = QuietHours(fromMinute: 60, untilMinute: 60) } == "impossible-quiet-hours")
        #expect(refused { $0.messagesPerSecond = 0 } == "impossible-speed")
    }

    static let customers = TableSchema(
        name: "customers", kind: .customers,
        columns: [
            ColumnSchema(name: "id", type: .text, role: .key),
            ColumnSchema(name: "email", type: .text, role: .address(channel: "email")),
            ColumnSchema(name: "phone", type: .text, role: .address(channel: "sms")),
            ColumnSchema(name: "email_ok", type: .boolean, role: .consent(channel: "email")),
            ColumnSchema(name: "city", type: .text),
        ])

    @Test func findsItsColumns() throws {
        let email = try PlannedChannel(resolving: Channel("email"), in: Self.customers)
        #expect(email.address == "email" && email.consent == "email_ok" && email.pricesAreDefault)
        let whatsapp = try PlannedChannel(resolving: Channel("whatsapp"), in: Self.customers)
        #expect(whatsapp.address == "phone" && whatsapp.consentIsUnknown)
        #expect(
            Self.code { _ = try PlannedChannel(resolving: Channel("push"), in: Self.customers) } == "no-address-column")
        let wrong = Channel("sms", consent: .column("city"))
        #expect(Self.code { _ = try PlannedChannel(resolving: wrong, in: Self.customers) } == "consent-not-boolean")
        let unknown = Channel("sms", address: "fone")
        #expect(Self.code { _ = try PlannedChannel(resolving: unknown, in: Self.customers) } == "unknown-column")
    }
}

@Suite struct HoldoutTests {
    @Test func holdsOutItsShareAndTheSamePeople() {
        let tenth = Holdout(campaign: "spring", share: .percent(10))
        let keys = (0..<20_000).map { "C\($0)" }
        let held = Set(keys.filter { tenth.contains(key: $0.utf8) })
        // 20,000 draws at 10 %: five standard deviations are 212.
        #expect(abs(held.count - 2_000) < 212)
        let twentieth = Holdout(campaign: "SPRING", share: Share(units: 5, scale: 2))
        #expect(Set(keys.filter { twentieth.contains(key: $0.utf8) }).isSubset(of: held))
        let other = Holdout(campaign: "autumn", share: .percent(10))
        let both = keys.filter { other.contains(key: $0.utf8) && held.contains($0) }
        #expect(both.count < 300)
        #expect((0..<20_000).count { tenth.contains(key: Int64($0)) } - 2_000 < 212)
    }

    /// A chunk's lots at once are those of one key after the other.
    @Test(arguments: [(1, 100), (33, 1_000), (99, 100), (100, 100)]) func drawsLotsAtOnce(units: Int64, of: Int64) {
        let share = Share(units: units, scale: of == 100 ? 2 : 3)
        let holdout = Holdout(campaign: "winter", share: share)
        var random = TestRandom(seed: UInt64(units))
        let count = 1_000
        let inside = (0..<count).map { _ in UInt8(random.below(2)) }
        let members = packBits(inside)
        let numbers = (0..<count).map { _ in Int64(random.below(1 << 40)) - (1 << 39) }
        let drawn = drawnLots(of: numbers, members: members, state: holdout.lot.state, last: holdout.lot.last)
        let texts = (0..<count).map { String("customer-0123456789".prefix($0 % 20)) + String(numbers[$0] % 97) }
        var offsets: [UInt32] = [0]
        var bytes: [UInt8] = []
        for text in texts {
            bytes += text.utf8
            offsets.append(UInt32(bytes.count))
        }
        let ofTexts = drawnLots(
            offsets: offsets, bytes: bytes, members: members, state: holdout.lot.state, last: holdout.lot.last)
        for row in 0..<count {
            let isIn = inside[row] == 1
            #expect((drawn[row >> 6] >> UInt64(row & 63) & 1 == 1) == (isIn && holdout.contains(key: numbers[row])))
            #expect(
                (ofTexts[row >> 6] >> UInt64(row & 63) & 1 == 1) == (isIn && holdout.contains(key: texts[row].utf8)))
        }
    }

    @Test func edges() {
        #expect(!Holdout(campaign: "a", share: .percent(0)).contains(key: 7))
        #expect(Holdout(campaign: "a", share: .percent(100)).contains(key: 7))
        #expect(Holdout(campaign: "a", share: Share(units: 1_000_000_000_000_000_000, scale: 18)).contains(key: 7))
    }

    /// Fixed for ever: a changed hash would move people between the arms of campaigns that are running.
    @Test func hashIsStable() {
        var hash = StableHash()
        hash.combine("reach")
        #expect(hash.value == 17_305_813_904_632_193_875)
    }
}
