import ReachColumns

/// How values are written into messages: as exports write them, datetimes by the workspace's clock to the minute.
package enum MessageWords {
    /// Nil where there is nothing to write: missing, or empty text.
    package static func text(_ value: Value, zone: Zone) -> String? {
        switch value {
        case .missing: return nil
        case .text(let text): return text.isEmpty ? nil : text
        case .integer(let number): return String(number)
        case .decimal(let units, let scale): return Money(units: Int128(units), scale: scale).description
        case .float(let number):
            return number == number.rounded() && abs(number) < 1e15 ? String(Int64(number)) : "\(number)"
        case .boolean(let truth): return truth ? "true" : "false"
        case .date(let day): return CivilDate(daysSinceEpoch: Int(day)).iso
        case .datetime(let instant):
            let minutes = floorDivide(zone.wall(at: instant), 60_000_000)
            let day = floorDivide(minutes, 1_440)
            let minute = Int(minutes - day * 1_440)
            func two(_ number: Int) -> String { (number < 10 ? "0" : "") + String(number) }
            return CivilDate(daysSinceEpoch: Int(day)).iso + " " + two(minute / 60) + ":" + two(minute % 60)
        }
    }

    /// How many characters, all ASCII, a known lane takes; nil where it has to be written to know.
    static func length(ofLane lane: Int64, _ type: DataType) -> Int? {
        switch type {
        case .integer: return digits(lane) + (lane < 0 ? 1 : 0)
        case .decimal(let scale):
            return scale == 0
                ? digits(lane) + (lane < 0 ? 1 : 0) : max(digits(lane), scale + 1) + 1 + (lane < 0 ? 1 : 0)
        case .boolean: return lane != 0 ? 4 : 5
        // Days of the years 1000 to 9999.
        case .date: return (-354_285...2_932_896).contains(lane) ? 10 : nil
        case .datetime, .float, .text: return nil
        }
    }

    private static func digits(_ lane: Int64) -> Int {
        var (rest, count) = (lane.magnitude, 1)
        while rest >= 10 {
            rest /= 10
            count += 1
        }
        return count
    }
}
