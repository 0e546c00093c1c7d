import ReachCampaign
import ReachColumns
import ReachDiagnostics
import ReachEngine
import ReachInsight
import ReachPlan

/// Credit by model and channel.
struct AttributedCredits {
    /// In order of the first model's credit.
    private(set) var channels: [Value] = []
    /// In the order of the request's models; the last place is `unattributed`.
    private(set) var credits: [AttributionCredit]
    private(set) var conversions = 0
    private(set) var units: Int128 = 0

    private struct Part: Sendable {
        var labels: [Value]
        var credits: [AttributionCredit]
        var conversions = 0
        var units: Int128 = 0
    }

    init(_ request: BoundAttribute, _ pinned: Session.Pinned) throws {
        let clock = TouchClock(request, pinned)
        let clicked = request.models.contains(.lastClick) ? clock.clicked : nil
        let conversions = CustomerActivityQuestion(
            table: request.conversions, filter: clock.isPast, figures: [clock.conversionTime] + clock.money)
        let touches = CustomerActivityQuestion(
            table: request.touches, filter: clock.isTouch, figures: [clock.touchTime] + (clicked.map { [$0] } ?? []),
            label: request.channel.scalar)
        let window = Int64(request.windowDays) * clock.lanesPerDay
        let parts = try pinned.engine.mapActivity(of: request.audience.condition, [conversions, touches]) { _, rows in
            let labels = rows[1].labels
            var part = Part(
                labels: labels, credits: request.models.map { _ in AttributionCredit(channels: labels.count) })
            var found: [Touch] = []
            for customer in 0..<rows[0].offsets.count - 1 {
                Self.add(customer, rows[0], rows[1], window, clock.lanesPerDay, request, &found, to: &part)
            }
            return part
        }
        var places: [Value: Int] = [:]
        for part in parts {
            for label in part.labels where places[label] == nil {
                places[label] = channels.count
                channels.append(label)
            }
        }
        let count = channels.count
        credits = request.models.map { _ in AttributionCredit(channels: count) }
        for part in parts {
            self.conversions += part.conversions
            units += part.units
            let own = part.labels.map { places[$0] ?? 0 }
            for model in credits.indices { credits[model].add(part.credits[model].moved(to: own, of: count)) }
        }
        sort()
        dropIdle()
    }

    /// Channels that touched nobody before a conversion have no place in the answer.
    private mutating func dropIdle() {
        let credits = credits
        let kept = channels.indices.filter { channel in
            credits.contains { $0.conversions(channel) != 0 || $0.units[channel] != 0 }
        }
        var places = channels.map { _ in kept.count }
        for (place, channel) in kept.enumerated() { places[channel] = place }
        self.credits = credits.map { $0.moved(to: places, of: kept.count) }
        channels = kept.map { channels[$0] }
    }

    private static func add(
        _ customer: Int, _ conversions: CustomerActivity, _ touches: CustomerActivity, _ window: Int64,
        _ lanesPerDay: Int64,
        _ request: BoundAttribute, _ found: inout [Touch], to part: inout Part
    ) {
        let range = touches.rows(of: customer)
        var (from, to) = (range.lowerBound, range.lowerBound)
        for row in conversions.rows(of: customer) {
            let time = conversions.lanes[0][row]
            while to < range.upperBound, touches.lanes[0][to] <= time { to += 1 }
            while from < to, time - touches.lanes[0][from] > window { from += 1 }
            found.removeAll(keepingCapacity: true)
            for touch in from..<to {
                found.append(
                    Touch(
                        channel: Int32(touches.labelIndexes[touch]),
                        ageDays: Double(time - touches.lanes[0][touch]) / Double(lanesPerDay),
                        isClicked: touches.lanes.count > 1 && touches.lanes[1][touch] != 0))
            }
            let units = conversions.lanes.count > 1 ? conversions.lanes[1][row] : 0
            part.conversions += 1
            part.units += Int128(units)
            for (model, kind) in request.models.enumerated() {
                part.credits[model].add(found, kind, halfLifeDays: request.halfLifeDays, units: units)
            }
        }
    }

    /// Channels by the first model's conversions, then by name.
    private mutating func sort() {
        let first = credits[0]
        let order = channels.indices.sorted { one, other in
            let (more, less) = (first.conversions(one), first.conversions(other))
            return more != less ? more > less : channels[one].plain < channels[other].plain
        }
        var places = order
        for (place, channel) in order.enumerated() { places[channel] = place }
        let count = channels.count
        credits = credits.map { $0.moved(to: places, of: count) }
        channels = order.map { channels[$0] }
    }
}

/// How times of conversions and touches are held against one another: as instants, or as days where either is a plain date.
private struct TouchClock: Sendable {
    let conversionTime: Scalar
    let touchTime: Scalar
    let lanesPerDay: Int64
    let money: [Scalar]
    let clicked: Scalar?
    /// Conversions up to today.
    let isPast: Condition
    /// Rows of the ledger that only say that somebody was held out touched nobody.
    let isTouch: Condition

    init(_ request: BoundAttribute, _ pinned: Session.Pinned) {
        let tables = pinned.context.schema.tables
        let (conversions, touches) = (tables[request.conversions], tables[request.touches])
        func time(_ table: TableSchema) -> Scalar {
            guard let column = table.index(of: .time) else { preconditionFailure("activity has a time") }
            return .column(column, table.columns[column].type)
        }
        let (conversion, touch) = (time(conversions), time(touches))
        isTouch = Name.same(touches.name, "sends") ? .not(LedgerHistory.isHeldOut(touches)) : .always(true)
        let moment = pinned.context.moment
        let end =
            conversion.type == .date ? Int64(moment.today) : moment.zone.start(ofDay: Int(moment.today) + 1) - 1
        isPast = .comparison(
            .lessOrEqual, conversion, .literal(Value(lane: end, of: conversion.type), conversion.type))
        if conversion.type == .datetime, touch.type == .datetime {
            (conversionTime, touchTime, lanesPerDay) = (conversion, touch, Zone.microsecondsPerDay)
        } else {
            func day(_ scalar: Scalar) -> Scalar { scalar.type == .date ? scalar : .convert(scalar, to: .date) }
            (conversionTime, touchTime, lanesPerDay) = (day(conversion), day(touch), 1)
        }
        money = request.money.map { [.column($0, conversions.columns[$0].type)] } ?? []
        clicked = touches.index(of: "clicked").map { .column($0, touches.columns[$0].type) }
    }
}
