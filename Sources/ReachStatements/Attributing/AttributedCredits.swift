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
    /// By the request's models; the channel after the last is `unattributed`.
    private(set) var credits: AttributionCredits

    private struct Part: Sendable {
        let labels: [Value]
        let credits: AttributionCredits
    }

    init(_ request: BoundAttribute, _ pinned: Session.Pinned, _ progress: any ProgressReporter) throws {
        let clock = TouchClock(request, pinned)
        let clicked = request.models.contains(.lastClick) ? clock.clicked : nil
        let conversions = CustomerActivityQuestion(
            table: request.conversions, filter: clock.isPast, figures: [clock.conversionTime] + clock.money)
        let touches = CustomerActivityQuestion(
            table: request.touches, filter: clock.isTouch, figures: [clock.touchTime] + (clicked.map { [$0] } ?? []),
            label: request.channel.scalar)
        let rule = AttributionRule(
            models: request.models, window: Int64(request.windowDays) * clock.lanesPerDay,
            halfLife: request.halfLifeDays * Double(clock.lanesPerDay))
        let engine = pinned.engine.reporting("reading touches", to: progress)
        let parts = try engine.mapActivity(of: request.audience.condition, [conversions, touches]) { _, rows in
            let (sold, touched) = (rows[0], rows[1])
            if touched.labels.count > Self.mostChannels {
                throw Diagnostic.tooManyChannels(request.channel.name, at: request.channelSpan)
            }
            var credits = AttributionCredits(models: rule.models.count, channels: touched.labels.count)
            credits.add(
                ConversionHistories(
                    offsets: sold.offsets, times: sold.lanes[0], units: sold.lanes.count > 1 ? sold.lanes[1] : [],
                    touchOffsets: touched.offsets, touchTimes: touched.lanes[0], channels: touched.labelIndexes,
                    clicked: touched.lanes.count > 1 ? touched.lanes[1] : []),
                rule)
            return Part(labels: touched.labels, credits: credits)
        }
        var places: [Value: Int] = [:]
        for part in parts {
            for label in part.labels where places[label] == nil {
                places[label] = channels.count
                channels.append(label)
            }
            if channels.count > Self.mostChannels {
                throw Diagnostic.tooManyChannels(request.channel.name, at: request.channelSpan)
            }
        }
        credits = AttributionCredits(models: rule.models.count, channels: channels.count)
        for part in parts {
            credits.add(part.credits.moved(to: part.labels.map { places[$0] ?? 0 }, of: channels.count))
        }
        sort()
        dropIdle()
    }

    /// More are no channels but single touches.
    static let mostChannels = 1_000

    /// Channels that touched nobody before a conversion have no place in the answer.
    private mutating func dropIdle() {
        let credits = credits
        let kept = channels.indices.filter { channel in
            (0..<credits.modelCount).contains { model in
                credits.conversions(model: model, channel: channel) != 0
                    || credits.units(model: model, channel: channel) != 0
            }
        }
        var places = channels.map { _ in kept.count }
        for (place, channel) in kept.enumerated() { places[channel] = place }
        self.credits = credits.moved(to: places, of: kept.count)
        channels = kept.map { channels[$0] }
    }

    /// Channels by the first model's conversions, then by name.
    private mutating func sort() {
        let order = channels.indices.sorted { one, other in
            let (more, less) = (
                credits.conversions(model: 0, channel: one), credits.conversions(model: 0, channel: other)
            )
            return more != less ? more > less : channels[one].plain < channels[other].plain
        }
        var places = order
        for (place, channel) in order.enumerated() { places[channel] = place }
        credits = credits.moved(to: places, of: channels.count)
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
        let isTimed = Condition.not(.isMissing(touch))
        isTouch =
            Name.same(touches.name, "sends") ? .all([isTimed, .not(LedgerHistory.isHeldOut(touches))]) : isTimed
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
