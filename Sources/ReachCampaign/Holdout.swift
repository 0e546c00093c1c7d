import ReachDiagnostics
import ReachEngine

/// Who is held out of a campaign: a salted hash of campaign and key under a threshold, so that a customer's lot depends on nothing
/// else – not on the batch, the order or the size of the audience. Raising the share only adds people.
package struct Holdout: Hashable, Sendable {
    package let share: Share
    let salt: UInt64
    private let lots: UInt64
    /// The same for an engine to draw; of no meaning where nobody is held out.
    let lot: Lot

    package init(campaign: String, share: Share) {
        var hash = StableHash(salt: 0x486F_6C64_6F75_7400)
        hash.combine(Name.fold(campaign))
        salt = hash.value
        self.share = share
        lots = UInt64(truncatingIfNeeded: Money.power(share.scale))
        // ⌊hash · lots / 2^64⌋ < units is hash < units · 2^64 / lots.
        let room = UInt128(clamping: share.units) << 64
        let below = (room + UInt128(lots) - 1) / UInt128(lots)
        lot = Lot(state: StableHash(salt: salt).state, last: below == 0 ? 0 : UInt64(clamping: below - 1))
    }

    package var holdsNobody: Bool { share.units <= 0 }

    /// By the key's UTF-8 bytes.
    package func contains(key: some Sequence<UInt8>) -> Bool {
        var hash = StableHash(salt: salt)
        hash.combine(bytes: key)
        return isBelowThreshold(hash.value)
    }

    /// By a whole-number key.
    package func contains(key: Int64) -> Bool {
        var hash = StableHash(salt: salt)
        hash.combine(UInt64(bitPattern: key))
        return isBelowThreshold(hash.value)
    }

    /// ⌊hash · 10^scale / 2^64⌋ < units: exact, with no division and no rounding.
    private func isBelowThreshold(_ hash: UInt64) -> Bool {
        Int64(hash.multipliedFullWidth(by: lots).high) < share.units
    }
}
