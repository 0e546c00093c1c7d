import ReachColumns

extension SendSchedule {
    /// Customers alike for a schedule: the channels open to them, in order, and their time zone.
    package struct Group: Hashable, Sendable {
        package let channels: [Int]
        package let zone: String
        package let customers: Int

        package init(channels: [Int], zone: String, customers: Int) {
            self.channels = channels
            self.zone = zone
            self.customers = customers
        }
    }

    /// Follows every customer through all their channels, each `wait` after the one before; nobody reacts.
    ///
    /// `startsAt` in microseconds since 1970; hours and waits are by the clock of `zone`.
    package init(
        _ groups: [Group], channels: [PlannedChannel], wait: CampaignDuration, startsAt: Int64, zone: Zone
    ) {
        let groups = groups.filter { !$0.channels.isEmpty && $0.customers > 0 }
            .sorted { ($0.zone, $0.channels) < ($1.zone, $1.channels) }
        var known: [String: Zone] = [zone.identifier: zone]
        for group in groups where known[group.zone] == nil { known[group.zone] = Zone(group.zone) ?? zone }
        // Due messages by channel; a customer's next channel is always a later one.
        var due: [[MessageBatch]] = channels.map { _ in [] }
        for (index, group) in groups.enumerated() {
            due[group.channels[0]].append(
                MessageBatch(group: index, from: startsAt, to: startsAt, count: group.customers))
        }
        var sent: [MessageBatch] = []
        for (position, channel) in channels.enumerated() {
            let clocks = groups.map { group in
                channel.definition.quiet.map { QuietClock(quiet: $0, zone: known[group.zone] ?? zone) }
            }
            let flow = MessageFlow(messagesPerSecond: channel.definition.messagesPerSecond, clocks: clocks)
            let leaving = flow.sent(due[position])
            sent += leaving
            for batch in leaving {
                guard let next = groups[batch.group].channels.first(where: { $0 > position }) else { continue }
                due[next].append(
                    MessageBatch(
                        group: batch.group, from: wait.after(batch.from, in: zone),
                        to: wait.after(batch.to, in: zone), count: batch.count))
            }
        }
        let last = sent.map(\.to).max()
        var zones: [String: Int] = [:]
        if channels.contains(where: { $0.definition.quiet != nil }) {
            for group in groups { zones[group.zone, default: 0] += group.customers }
        }
        self.init(
            startsAt: startsAt, firstMessage: sent.map(\.from).min(), lastMessage: last,
            finishes: last.map { wait.after($0, in: zone) }, hours: Self.hours(sent, zone),
            zones: zones.map { ZoneCount(zone: $0.key, customers: $0.value) }
                .sorted { $0.customers != $1.customers ? $0.customers > $1.customers : $0.zone < $1.zone })
    }

    /// A year; what takes longer is not told hour by hour.
    private static let mostHours = 366 * 24
    private static let hour: Int64 = 3_600_000_000

    private static func hours(_ sent: [MessageBatch], _ zone: Zone) -> [Hour] {
        var counts: [Int64: Int] = [:]
        for batch in sent {
            var start = beginning(ofHour: batch.from, zone)
            var counted = 0
            while start < batch.to || (batch.from == batch.to && counted == 0) {
                let end = start + hour
                let until =
                    end >= batch.to
                    ? batch.count
                    : Int(Int128(batch.count) * Int128(end - batch.from) / Int128(batch.to - batch.from))
                if until > counted { counts[start, default: 0] += until - counted }
                counted = max(counted, until)
                if counted == batch.count { break }
                start = end
            }
        }
        if counts.count > mostHours { return [] }
        return counts.map { Hour(start: $0.key, messages: $0.value) }.sorted { $0.start < $1.start }
    }

    private static func beginning(ofHour instant: Int64, _ zone: Zone) -> Int64 {
        let offset = zone.offset(at: instant)
        return floorDivide(instant &+ offset, hour) * hour &- offset
    }
}

/// Where the customers are among whom a budget chooses.
struct BudgetPlaces {
    /// By kind, its class before the choice.
    var groupOf: [CustomerKind: Int] = [:]
    var zones: BudgetChoice.RungZones = [:]
}

extension CascadePlan {
    /// Groups of a plan without known time zones: its classes, all by the workspace's clock.
    static func groups(_ classes: [CascadeClass], zone: Zone) -> [SendSchedule.Group] {
        classes.filter { $0.contacted > 0 }.map { group in
            SendSchedule.Group(
                channels: group.closed.indices.filter { group.closed[$0] == nil }, zone: zone.identifier,
                customers: group.contacted)
        }
    }

    /// Groups by kind and time zone; whom a budget leaves out is not in them.
    static func groups(
        _ zones: [ContentFindings.ZonedKind: Int], layout: PatternLayout, classes: [CascadeClass],
        _ choice: BudgetChoice?, _ places: BudgetPlaces
    ) -> [SendSchedule.Group] {
        var counts: [SendSchedule.Group: Int] = [:]
        func add(_ closed: [ClosedReason?], without givenUp: [Int], zone: String, _ customers: Int) {
            let channels = closed.indices.filter { closed[$0] == nil && !givenUp.contains($0) }
            counts[SendSchedule.Group(channels: channels, zone: zone, customers: 0), default: 0] += customers
        }
        let ladders = Dictionary(uniqueKeysWithValues: (choice?.ladders ?? []).map { ($0.group, $0) })
        for (key, count) in zones where !layout.isReached(key.kind.pattern) {
            let closed = layout.closed(key.kind.pattern)
            guard let group = places.groupOf[key.kind], let ladder = ladders[group] else {
                add(closed, without: [], zone: key.zone, count)
                continue
            }
            if places.zones[group] != nil { continue }
            let rung = ladder.reaching.lastIndex { $0 > 0 }
            add(closed, without: rung.map { ladder.givenUp[$0] } ?? [], zone: key.zone, count)
        }
        for (group, rungs) in places.zones {
            for (rung, customers) in rungs.enumerated() {
                for (zone, count) in customers {
                    add(classes[group].closed, without: ladders[group]?.givenUp[rung] ?? [], zone: zone, count)
                }
            }
        }
        return counts.map { .init(channels: $0.key.channels, zone: $0.key.zone, customers: $0.value) }
    }
}

private func < (one: (String, [Int]), other: (String, [Int])) -> Bool {
    one.0 != other.0 ? one.0 < other.0 : one.1.lexicographicallyPrecedes(other.1)
}
