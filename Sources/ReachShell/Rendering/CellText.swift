import ReachColumns
import ReachExchange
import ReachStatements

/// How one value is written for people: grouped digits, escaped text, a dash for what is missing.
enum CellText {
    static let missing = "–"

    static func view(_ value: Value, of column: ResultTable.Column, _ options: RenderOptions) -> String {
        let isMasked = column.isPersonal && options.masksPersonal
        switch value {
        case .missing: return missing
        case .integer(let number):
            if isMasked { return SafeText.masked(String(number)) }
            return column.isIdentifier ? String(number) : Figure.count(Int(number))
        case .decimal(let units, let scale): return Figure.decimal(units: units, scale: scale)
        case .float(let number): return float(number)
        case .text(let text): return SafeText.escaped(isMasked ? SafeText.masked(text) : text)
        case .boolean(let truth): return truth ? "true" : "false"
        case .date(let day): return CivilDate(daysSinceEpoch: Int(day)).iso
        case .datetime(let instant): return wallClock(instant, options.zone)
        }
    }

    /// Two decimals, more where the number is small: `35.17`, `0.0012`, `2.5e-07`.
    private static func float(_ number: Double) -> String {
        guard number.isFinite else { return missing }
        let size = number.magnitude
        if size >= 1e15 || (size > 0 && size < 1e-4) { return ValueText.string(.float(number), zone: .utc) }
        let scale = size >= 1 || size == 0 ? 2 : 4
        let factor = scale == 2 ? 100.0 : 10_000.0
        if size * factor >= 9e18 { return ValueText.string(.float(number), zone: .utc) }
        return Figure.decimal(units: Int64((number * factor).rounded(.toNearestOrEven)), scale: scale)
    }

    /// `2026-11-22 14:30:05`, with a fraction only where there is one.
    private static func wallClock(_ instant: Int64, _ zone: Zone) -> String {
        let wall = zone.wall(at: instant)
        let day = floorDivide(wall, Zone.microsecondsPerDay)
        let ofDay = Int(wall - day * Zone.microsecondsPerDay)
        let seconds = ofDay / 1_000_000
        let time = [seconds / 3600, seconds / 60 % 60, seconds % 60].map { CivilDate.padded($0, to: 2) }
        var text = CivilDate(daysSinceEpoch: Int(day)).iso + " " + time.joined(separator: ":")
        var fraction = CivilDate.padded(ofDay % 1_000_000, to: 6)
        while fraction.hasSuffix("0") { fraction.removeLast() }
        if !fraction.isEmpty { text += "." + fraction }
        return text
    }
}
