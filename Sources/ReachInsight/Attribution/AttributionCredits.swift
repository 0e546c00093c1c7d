/// The credit of each channel under each of some models. Fractions of conversions are whole numbers of 2⁻⁴⁰, so that sums do not depend on
/// their order.
package struct AttributionCredits: Hashable, Sendable {
    package let modelCount: Int
    package let channelCount: Int
    package private(set) var conversions = 0
    package private(set) var units: Int128 = 0
    /// By model and channel; the last channel of a model is what is attributed to none.
    private var credits: [Credit]

    /// Parts of conversions, and what they are worth.
    struct Credit: Hashable, Sendable {
        var parts: Int128 = 0
        var units: Int128 = 0

        @inline(__always)
        mutating func add(_ parts: Int64, _ units: Int64) {
            self.parts &+= Int128(parts)
            self.units &+= Int128(units)
        }
    }

    static let conversion = Int64(1) << 40

    package init(models: Int, channels: Int) {
        modelCount = models
        channelCount = channels
        credits = [Credit](repeating: Credit(), count: models * (channels + 1))
    }

    package func conversions(model: Int, channel: Int) -> Double {
        Double(credits[model * (channelCount + 1) + channel].parts) / Double(Self.conversion)
    }

    package func units(model: Int, channel: Int) -> Int128 { credits[model * (channelCount + 1) + channel].units }

    /// Of the same models and channels.
    package mutating func add(_ other: AttributionCredits) {
        precondition(credits.count == other.credits.count, "credits of the same channels")
        conversions += other.conversions
        units += other.units
        for place in credits.indices {
            credits[place].parts += other.credits[place].parts
            credits[place].units += other.credits[place].units
        }
    }

    /// The same with its channels where `places` says, of `channels` in all; what is at `channels` goes to none.
    package func moved(to places: [Int], of channels: Int) -> AttributionCredits {
        var moved = AttributionCredits(models: modelCount, channels: channels)
        moved.conversions = conversions
        moved.units = units
        for model in 0..<modelCount {
            for (channel, place) in (places + [channels]).enumerated() {
                let (from, to) = (model * (channelCount + 1) + channel, model * (channels + 1) + place)
                moved.credits[to].parts += credits[from].parts
                moved.credits[to].units += credits[from].units
            }
        }
        return moved
    }

    /// Divides the credit for conversions among the touches before them. Channels are below `channelCount`.
    package mutating func add(_ histories: ConversionHistories, _ rule: AttributionRule) {
        precondition(rule.models.count == modelCount, "credits of these models")
        var loop = AttributionLoop(channels: channelCount, credits: credits)
        credits = []
        loop.run(histories, rule)
        credits = loop.credits
        for (model, kind) in rule.models.enumerated() {
            let first = model * (channelCount + 1)
            let none = first + channelCount
            credits[none].add(loop.bare.count, loop.bare.units)
            for channel in 0..<channelCount {
                let (sole, clicked) = (loop.sole[channel], loop.soleClicked[channel])
                let own = kind == .lastClick ? clicked : sole
                credits[first + channel].add(own.count, own.units)
                credits[none].add(sole.count - own.count, sole.units - own.units)
            }
        }
        conversions += histories.times.count
        units += loop.units
    }
}

extension AttributionCredits.Credit {
    /// Whole conversions.
    fileprivate mutating func add(_ conversions: Int, _ units: Int128) {
        parts += Int128(conversions) * Int128(AttributionCredits.conversion)
        self.units += units
    }
}

/// Conversions that one touch, or none, has all the credit for.
struct SoleCredit {
    var count = 0
    var units: Int128 = 0

    @inline(__always)
    mutating func add(_ worth: Int64) {
        count &+= 1
        units &+= Int128(worth)
    }
}
