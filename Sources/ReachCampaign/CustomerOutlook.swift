/// What `why KEY` tells of one customer: for every channel what stands in its way.
package struct CustomerOutlook: Hashable, Sendable {
    package struct ChannelOutlook: Hashable, Sendable {
        package let channel: String
        /// Empty where the channel is open.
        package let obstacles: [ClosedReason]

        package var isOpen: Bool { obstacles.isEmpty }

        /// `open`, or every obstacle: `no consent, suppressed`.
        package var text: String {
            isOpen ? "open" : obstacles.map(\.rawValue).joined(separator: ", ")
        }
    }

    package let isHeldOut: Bool
    package let isAlreadyReached: Bool
    package let channels: [ChannelOutlook]

    /// `pattern` are the customer's answers to the questions of `layout`, asked for the same channels.
    package init(channels: [PlannedChannel], layout: PatternLayout, pattern: UInt64, isHeldOut: Bool) {
        self.isHeldOut = isHeldOut
        isAlreadyReached = layout.isReached(pattern)
        self.channels = channels.enumerated().map { index, channel in
            ChannelOutlook(channel: channel.name, obstacles: layout.obstacles(index, pattern))
        }
    }

    /// The channel that would reach the customer first; nil where none would or they are left out beforehand.
    package var firstChannel: String? {
        isHeldOut || isAlreadyReached ? nil : channels.first(where: \.isOpen)?.channel
    }
}
