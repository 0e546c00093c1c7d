import ReachColumns
import ReachStatements

/// How one value is written: for people, and for programs.
enum CellText {
    static let missing = "–"

    /// For people: grouped digits, escaped text, a dash for what is missing.
    static func view(_ value: Value, isPersonal: Bool, _ options: RenderOptions) -> String {
        switch value {
        case .missing: missing
        case .integer(let number):
            isPersonal && options.masksPersonal ? SafeText.masked(String(number)) : Figure.count(Int(number))
        case .decimal(let units, let scale): Figure.decimal(units: units, scale: scale)
        case .float(let number): float(number)
        case .text(let text): SafeText.escaped(isPersonal && options.masksPersonal ? SafeText.masked(text) : text)
        case .boolean(let truth): truth ? "true" : "false"
        case .date(let day): CivilDate(daysSinceEpoch: Int(day)).iso
        case .datetime(let instant): wallClock(instant, options.zone, separator: " ")
        }
    }

    /// For programs: exact, without grouping; nil where the value is missing.
    static func data(_ value: Value, _ zone: Zone) -> String? {
        switch value {
        case .missing: nil
        case .integer(let number): String(number)
        case .decimal(let units, let scale): decimal(units: units, scale: scale)
        case .float(let number): number.isFinite ? shortest(number) : nil
        case .text(let text): text
        case .boolean(let truth): truth ? "true" : "false"
        case .date(let day): CivilDate(daysSinceEpoch: Int(day)).iso
        case .datetime(let instant): wallClock(instant, zone, separator: "T") + offset(instant, zone)
        }
    }

    /// `1234.50`: all digits of the scale, no grouping.
    static func decimal(units: Int64, scale: Int) -> String {
        var digits = String(units.magnitude)
        if digits.count <= scale { digits = String(repeating: "0", count: scale + 1 - digits.count) + digits }
        let sign = units < 0 ? "-" : ""
        return scale == 0 ? sign + digits : sign + digits.dropLast(scale) + "." + digits.suffix(scale)
    }

    /// The shortest text that reads back as the same number; whole numbers without `.0`.
    static func shortest(_ number: Double) -> String {
        let text = number.description
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }

    /// Two decimals, more where the number is small: `35.17`, `0.0012`, `2.5e-07`.
    private static func float(_ number: Double) -> String {
        guard number.isFinite else { return missing }
        let size = number.magnitude
        if size >= 1e15 || (size > 0 && size < 1e-4) { return shortest(number) }
        let scale = size >= 1 || size == 0 ? 2 : 4
        let factor = scale == 2 ? 100.0 : 10_000.0
        if size * factor >= 9e18 { return shortest(number) }
        return Figure.decimal(units: Int64((number * factor).rounded(.toNearestOrEven)), scale: scale)
    }

    /// `2026-11-22 14:30:05`, with a fraction only where there is one.
    private static func wallClock(_ instant: Int64, _ zone: Zone, separator: String) -> String {
        let wall = zone.wall(at: instant)
        let day = floorDivide(wall, Zone.microsecondsPerDay)
        let ofDay = Int(wall - day * Zone.microsecondsPerDay)
        let seconds = ofDay / 1_000_000
        let time = [seconds / 3600, seconds / 60 % 60, seconds % 60].map { CivilDate.padded($0, to: 2) }
        var text = CivilDate(daysSinceEpoch: Int(day)).iso + separator + time.joined(separator: ":")
        var fraction = CivilDate.padded(ofDay % 1_000_000, to: 6)
        while fraction.hasSuffix("0") { fraction.removeLast() }
        if !fraction.isEmpty { text += "." + fraction }
        return text
    }

    /// `Z`, or `+03:00`.
    private static func offset(_ instant: Int64, _ zone: Zone) -> String {
        let minutes = Int(zone.offset(at: instant) / 60_000_000)
        if minutes == 0 { return "Z" }
        let clock = CivilDate.padded(abs(minutes) / 60, to: 2) + ":" + CivilDate.padded(abs(minutes) % 60, to: 2)
        return (minutes < 0 ? "-" : "+") + clock
    }
}
