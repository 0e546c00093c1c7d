import ReachColumns
import ReachPlan
import TestSupport
import Testing

@testable import ReachCampaign

@Suite struct ScheduleTests {
    static let hour: Int64 = 3_600_000_000
    static let minute: Int64 = 60_000_000

    /// An instant by the wall clock of a zone.
    static func at(_ year: Int, _ month: Int, _ day: Int, _ hour: Int, _ minute: Int = 0, _ zone: Zone = .utc) -> Int64
    {
        let days = CivilDate(year: year, month: month, day: day)?.daysSinceEpoch ?? 0
        return zone.instant(ofWall: Int64(days) * 86_400_000_000 + Int64(hour * 60 + minute) * Self.minute)
    }

    static func channel(_ name: String, quiet: QuietHours? = nil, perSecond: Int? = nil) -> PlannedChannel {
        PlannedChannel(
            definition: Channel(name, quiet: quiet, messagesPerSecond: perSecond), prices: nil, address: name,
            consent: nil, rates: [:])
    }

    @Test func withoutQuietAndRateEveryoneIsWrittenToAtOnce() {
        let start = Self.at(2026, 11, 23, 10)
        let schedule = SendSchedule(
            [
                .init(channels: [0, 1], zone: "UTC", customers: 100), .init(channels: [1], zone: "UTC", customers: 7),
                .init(channels: [], zone: "UTC", customers: 5),
            ],
            channels: [Self.channel("push"), Self.channel("sms")], wait: CampaignDuration(1, .day), startsAt: start,
            zone: .utc)
        #expect(schedule.firstMessage == start && schedule.lastMessage == start + 24 * Self.hour)
        #expect(schedule.finishes == start + 48 * Self.hour)
        #expect(
            schedule.hours == [
                .init(start: start, messages: 107), .init(start: start + 24 * Self.hour, messages: 100),
            ])
        #expect(schedule.zones.isEmpty)
    }

    @Test func aRateSpreadsMessages() {
        let start = Self.at(2026, 11, 23, 10)
        let schedule = SendSchedule(
            [.init(channels: [0], zone: "UTC", customers: 9_000)], channels: [Self.channel("sms", perSecond: 1)],
            wait: CampaignDuration(1, .hour), startsAt: start, zone: .utc)
        #expect(schedule.hours.map(\.messages) == [3_600, 3_600, 1_800])
        #expect(schedule.lastMessage == start + 150 * Self.minute)
        #expect(schedule.finishes == start + 210 * Self.minute)
    }

    @Test func quietHoursAreTheCustomersOwn() throws {
        let quiet = QuietHours(fromMinute: 21 * 60, untilMinute: 9 * 60)
        let start = Self.at(2026, 11, 23, 3)
        let schedule = SendSchedule(
            [
                .init(channels: [0], zone: "Europe/Moscow", customers: 10),
                .init(channels: [0], zone: "Asia/Vladivostok", customers: 20),
                .init(channels: [0], zone: "Europe/Paris", customers: 30),
            ],
            channels: [Self.channel("sms", quiet: quiet)], wait: CampaignDuration(1, .day), startsAt: start, zone: .utc)
        // 3:00 UTC is 13:00 in Vladivostok; Moscow opens at 6:00 UTC, Paris at 8:00 UTC.
        #expect(
            schedule.hours == [
                .init(start: start, messages: 20), .init(start: start + 3 * Self.hour, messages: 10),
                .init(start: start + 5 * Self.hour, messages: 30),
            ])
        #expect(schedule.zones.map(\.zone) == ["Europe/Paris", "Asia/Vladivostok", "Europe/Moscow"])
    }

    @Test func clocksAreChangedInQuietHours() throws {
        let paris = try #require(Zone("Europe/Paris"))
        let night = QuietClock(quiet: QuietHours(fromMinute: 22 * 60, untilMinute: 8 * 60), zone: paris)
        // 2026-03-29 has 23 hours, 2026-10-25 has 25.
        let spring = Self.at(2026, 3, 28, 22, 0, paris)
        #expect(night.isQuiet(spring) && !night.isQuiet(spring - 1))
        #expect(night.opening(from: spring) == spring + 9 * Self.hour)
        let autumn = Self.at(2026, 10, 24, 22, 0, paris)
        #expect(night.opening(from: autumn) == autumn + 11 * Self.hour)
        #expect(night.closing(after: autumn + 12 * Self.hour) == Self.at(2026, 10, 25, 22, 0, paris))
        // The quiet ends at an hour that does not exist: when the clock jumps over it.
        let gap = QuietClock(quiet: QuietHours(fromMinute: 60, untilMinute: 150), zone: paris)
        #expect(gap.opening(from: Self.at(2026, 3, 29, 1, 30, paris)) == Self.at(2026, 3, 29, 3, 0, paris))
        // It ends at an hour that comes twice: quiet comes back with it.
        let twice = Self.at(2026, 10, 25, 2, 30, paris)
        #expect(gap.opening(from: Self.at(2026, 10, 25, 1, 0, paris)) == twice)
        #expect(gap.closing(after: twice) == twice + 30 * Self.minute)
        #expect(gap.opening(from: twice + 30 * Self.minute) == twice + 60 * Self.minute)
    }

    @Test func quietHoursBreakARate() {
        let quiet = QuietHours(fromMinute: 20 * 60, untilMinute: 8 * 60)
        let start = Self.at(2026, 11, 23, 19)
        let schedule = SendSchedule(
            [.init(channels: [0], zone: "UTC", customers: 7_200)],
            channels: [Self.channel("sms", quiet: quiet, perSecond: 1)], wait: CampaignDuration(1, .day),
            startsAt: start, zone: .utc)
        #expect(
            schedule.hours == [
                .init(start: start, messages: 3_600), .init(start: Self.at(2026, 11, 24, 8), messages: 3_600),
            ])
        #expect(schedule.lastMessage == Self.at(2026, 11, 24, 9))
    }

    @Test func waitsAreByTheCalendar() throws {
        let paris = try #require(Zone("Europe/Paris"))
        let day = CampaignDuration(1, .day)
        #expect(day.after(Self.at(2026, 3, 28, 12, 0, paris), in: paris) == Self.at(2026, 3, 29, 12, 0, paris))
        #expect(
            CampaignDuration(1, .month).after(Self.at(2026, 1, 31, 12), in: .utc) == Self.at(2026, 2, 28, 12))
        #expect(
            CampaignDuration(45, .minute).before(Self.at(2026, 1, 31, 12), in: .utc) == Self.at(2026, 1, 31, 11, 15))
    }

    /// Whatever the groups, quiet hours and rates: nobody is lost, nobody is written to in quiet hours, no rate is exceeded.
    @Test(arguments: 1...60 as ClosedRange<UInt64>) func nothingIsLostOrTooEarly(seed: UInt64) throws {
        var random = TestRandom(seed: seed)
        let zones = ["UTC", "Europe/Moscow", "Asia/Vladivostok", "America/New_York"]
        let perSecond = random.chance(0.5) ? 1 + random.below(5) : nil
        let from = random.below(1_440)
        let until = (from + 1 + random.below(1_400)) % 1_440
        let quiet = random.chance(0.7) ? QuietHours(fromMinute: from, untilMinute: until) : nil
        let clocks = try (0..<6).map { _ in
            try quiet.map { QuietClock(quiet: $0, zone: try #require(Zone(zones[random.below(4)]))) }
        }
        let start = Self.at(2026, 10, 24, random.below(24), random.below(60))
        let due = (0..<6).map { group in
            let from = start + Int64(random.below(600)) * Self.minute
            return MessageBatch(
                group: group, from: from, to: from + (random.chance(0.5) ? 0 : Int64(random.below(900)) * Self.minute),
                count: random.below(4_000))
        }
        let sent = MessageFlow(messagesPerSecond: perSecond, clocks: clocks).sent(due)
        for group in 0..<6 {
            let own = sent.filter { $0.group == group }
            #expect(own.reduce(0) { $0 + $1.count } == due[group].count, "seed \(seed)")
            for batch in own {
                #expect(batch.from >= due[group].from && batch.to >= batch.from, "seed \(seed)")
                #expect(clocks[group]?.isQuiet(batch.from) != true, "seed \(seed)")
                #expect(batch.to <= clocks[group]?.closing(after: batch.from) ?? .max, "seed \(seed)")
                if let perSecond {
                    let most = (batch.to - batch.from) * Int64(perSecond) / 1_000_000 + 1
                    #expect(Int64(batch.count) <= most, "seed \(seed)")
                }
            }
        }
        let schedule = SendSchedule(
            due.map { .init(channels: [0, 1], zone: zones[$0.group % 4], customers: $0.count) },
            channels: [Self.channel("a", quiet: quiet, perSecond: perSecond), Self.channel("b")],
            wait: CampaignDuration(2, .hour), startsAt: start, zone: .utc)
        #expect(
            schedule.hours.reduce(0) { $0 + $1.messages } == 2 * due.reduce(0) { $0 + $1.count }, "seed \(seed)")
    }

    @Test func zonesAreFound() {
        #expect(ZoneFinder.zone(named: "Europe/Paris") == "Europe/Paris")
        #expect(ZoneFinder.zone(named: "UTC+3") == "GMT+0300" && ZoneFinder.zone(named: "+05:30") == "GMT+0530")
        #expect(ZoneFinder.zone(named: "МСК") == "Europe/Moscow" && ZoneFinder.zone(named: "Mars/Base") == nil)
        #expect(ZoneFinder.zone(named: "+99") == nil && ZoneFinder.zone(named: "soon") == nil)
        #expect(CityZones.zone(of: "Paris") == "Europe/Paris" && CityZones.zone(of: " new york ") == "America/New_York")
        #expect(CityZones.zone(of: "Екатеринбург") == "Asia/Yekaterinburg" && CityZones.zone(of: "Atlantis") == nil)
        func phone(_ number: String) -> String? { PhoneZones.zone(of: Array(number.utf8)) }
        #expect(phone("+33600000001") == "Europe/Paris" && phone("+375291234567") == "Europe/Minsk")
        #expect(phone("+79161234567") == nil && phone("+74951234567") == "Europe/Moscow")
        #expect(phone("+77011234567") == "Asia/Almaty" && phone("+12025550100") == nil && phone("0033") == nil)
    }

    @Test func everyZoneNamedExists() {
        for city in [
            "Калининград", "Самара", "Саратов", "Ульяновск", "Астрахань", "Барнаул", "Новокузнецк", "Чита", "Киев",
        ] {
            let name = CityZones.zone(of: city)
            #expect(name.flatMap { Zone($0) } != nil, "\(city)")
        }
    }
}
