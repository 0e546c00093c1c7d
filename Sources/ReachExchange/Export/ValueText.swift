import ReachColumns

/// Values written exactly: all decimals of the scale, ISO dates, floats in the fewest digits that read back as the same.
package enum ValueText {
    /// Empty for a missing value. Text is appended as it is.
    package static func append(_ value: Value, zone: Zone, to output: inout [UInt8]) {
        switch value {
        case .missing: break
        case .integer, .decimal, .boolean, .date:
            if let lane = value.lane, let type = value.type { TextForm.append(lane: lane, of: type, to: &output) }
        case .float(let number): if number.isFinite { output.append(contentsOf: float(number).utf8) }
        case .text(let text): output.append(contentsOf: text.utf8)
        case .datetime(let instant): append(instant: instant, zone: zone, to: &output)
        }
    }

    package static func string(_ value: Value, zone: Zone) -> String {
        var output: [UInt8] = []
        append(value, zone: zone, to: &output)
        return String(decoding: output, as: UTF8.self)
    }

    /// `1.5`, `100`, `1e-07`: whole numbers without `.0`, since readers of any kind take them; the sign of `-0` stays.
    private static func float(_ number: Double) -> String {
        let text = number.description
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }

    /// `2026-11-22T14:30:00+03:00`, with milliseconds or microseconds where there are any, `Z` for UTC.
    private static func append(instant: Int64, zone: Zone, to output: inout [UInt8]) {
        var offset = zone.offset(at: instant)
        // Local mean times of the nineteenth century have seconds, which ISO 8601 cannot say.
        if offset % 60_000_000 != 0 { offset = 0 }
        let wall = instant &+ offset
        let day = floorDivide(wall, Zone.microsecondsPerDay)
        let time = Int(wall &- day &* Zone.microsecondsPerDay)
        let seconds = time / 1_000_000
        var text = CivilDate(daysSinceEpoch: Int(day)).iso + "T" + CivilDate.padded(seconds / 3600, to: 2) + ":"
        text += CivilDate.padded(seconds / 60 % 60, to: 2) + ":" + CivilDate.padded(seconds % 60, to: 2)
        let fraction = time % 1_000_000
        if fraction % 1000 != 0 {
            text += "." + CivilDate.padded(fraction, to: 6)
        } else if fraction != 0 {
            text += "." + CivilDate.padded(fraction / 1000, to: 3)
        }
        if offset == 0 {
            text += "Z"
        } else {
            let minutes = Int(abs(offset) / 60_000_000)
            text += (offset < 0 ? "-" : "+") + CivilDate.padded(minutes / 60, to: 2) + ":"
            text += CivilDate.padded(minutes % 60, to: 2)
        }
        output.append(contentsOf: text.utf8)
    }
}
