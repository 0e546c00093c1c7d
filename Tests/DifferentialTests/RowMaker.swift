import ReachColumns
import TestSupport

/// Makes the rows of a shop.
struct RowMaker {
    var random: SeededRandom
    let calendar: PlainCalendar
    let today: Int
    let now: Int64

    mutating func customer(_ key: String) -> [Value] {
        [
            .text(key),
            orMissing(5) { .text($0.pick(Shop.cities)) },
            orMissing(5) { .text($0.pick(Shop.emails)) },
            orMissing(6) { .integer($0.pick([0, 1, 2, 17, 18, 25, 40, 41, -2, 99])) },
            orMissing(6) { .decimal(units: $0.pick([0, 1, -1, 150, 250, 9_999, -12_345, 10_000]), scale: 2) },
            orMissing(6) { .float($0.pick([0, -0.0, 0.1, 0.25, 0.3, 2.5, -1.5, 1e300, 7])) },
            orMissing(4) { .boolean($0.flag()) },
            orMissing(5) { [today] in .date(Int32(Self.birthday(today, &$0))) },
            orMissing(5) { [self] in .datetime(instant(&$0)) },
            orMissing(5) { .integer($0.pick([0, 1, 2, 5])) },
        ]
    }

    mutating func order(key: Value) -> [Value] {
        [
            key,
            .datetime(instant(&random)),
            orMissing(7) { .decimal(units: $0.pick([0, 100, 1_999, 5_000, 5_000, -700, 12_050]), scale: 2) },
            orMissing(6) { .text($0.pick(Shop.categories)) },
            orMissing(6) { .integer($0.pick([0, 1, 1, 2, 5])) },
            orMissing(4) { .boolean($0.oneIn(3)) },
        ]
    }

    mutating func visit(key: Value) -> [Value] { [key, .date(Int32(day(&random)))] }

    private mutating func orMissing(_ n: Int, _ value: (inout SeededRandom) -> Value) -> Value {
        random.oneIn(n) ? .missing : value(&random)
    }

    /// Near today, at the borders of the ages and periods that are asked for.
    private func day(_ random: inout SeededRandom) -> Int {
        let back = random.pick([
            -40, -7, -1, 0, 0, 1, 2, 3, 6, 7, 13, 14, 28, 29, 30, 31, 59, 60, 61, 89, 90, 91, 92, 180, 365, 366,
            random.below(400), random.below(800),
        ])
        return today - back
    }

    private static func birthday(_ today: Int, _ random: inout SeededRandom) -> Int {
        let leapDay = PlainCalendar.number(2000, 2, 29)
        return random.pick([
            leapDay, leapDay + 1, leapDay - 1, today, today - 365, today + 30, PlainCalendar.number(1999, 12, 31),
            PlainCalendar.number(1969, 12, 31), PlainCalendar.adding(months: -240, to: today) ?? today,
            (PlainCalendar.adding(months: -240, to: today) ?? today) + 1, today - random.below(20_000),
        ])
    }

    /// On such a day at the start, in the middle or at the last instant of it; around the changes of the clock; just now.
    private func instant(_ random: inout SeededRandom) -> Int64 {
        let hour = PlainCalendar.hour
        let changes = [(2026, 3, 29, 1), (2025, 10, 26, 1), (2026, 4, 5, 3), (2025, 9, 7, 4), (2024, 4, 7, 3)]
        let change = random.pick(changes)
        let changed =
            Int64(PlainCalendar.number(change.0, change.1, change.2)) * PlainCalendar.dayLength + Int64(change.3) * hour
        let start = calendar.instant(wall: Int64(day(&random)) * PlainCalendar.dayLength)
        return random.pick([
            start, start - 1, start + 1, start + 12 * hour, start + 9 * hour + 61_000_001, start, start + 23 * hour,
            changed, changed - 1, changed + hour / 2, changed - hour / 2, now, now - 1, now - 5 * hour, now + hour,
        ])
    }
}
