/// How the credit for a conversion is divided among the touches before it.
package enum AttributionModel: String, Hashable, Sendable, CaseIterable {
    case first, last
    /// The last one that was clicked; where none was, the conversion is unattributed.
    case lastClick = "last_click"
    /// All alike.
    case linear
    /// 40 % the first, 40 % the last, 20 % those between; two get half each.
    case position
    /// By half per half-life between a touch and the newest one.
    case decay
}

/// Which models divide the credit, and what they need to know. Times are in the units of the rows.
package struct AttributionRule: Hashable, Sendable {
    package let models: [AttributionModel]
    /// Touches count from so long before a conversion up to its moment.
    package let window: Int64
    package let halfLife: Double

    package init(models: [AttributionModel], window: Int64, halfLife: Double) {
        self.models = models
        self.window = window
        self.halfLife = halfLife
    }
}

/// Conversions of some customers and the touches before them. Customer c has the conversions `offsets[c]..<offsets[c + 1]` and the touches
/// `touchOffsets[c]..<touchOffsets[c + 1]`, each in order of time.
package struct ConversionHistories: Sendable {
    let offsets: [UInt32]
    let times: [Int64]
    /// What each conversion is worth; empty where they are only counted.
    let units: [Int64]
    let touchOffsets: [UInt32]
    let touchTimes: [Int64]
    /// Of each touch, as the caller numbers them.
    let channels: [UInt32]
    /// 1 where a touch was clicked; empty where nothing tells.
    let clicked: [Int64]

    package init(
        offsets: [UInt32], times: [Int64], units: [Int64], touchOffsets: [UInt32], touchTimes: [Int64],
        channels: [UInt32], clicked: [Int64]
    ) {
        precondition(offsets.count == touchOffsets.count, "both of the same customers")
        precondition(units.isEmpty || units.count == times.count, "the worth of every conversion")
        precondition(channels.count == touchTimes.count, "the channel of every touch")
        precondition(clicked.isEmpty || clicked.count == touchTimes.count, "clicks of every touch")
        self.offsets = offsets
        self.times = times
        self.units = units
        self.touchOffsets = touchOffsets
        self.touchTimes = touchTimes
        self.channels = channels
        self.clicked = clicked
    }
}
