import ReachColumns

/// Values as JSON holds them: integers and floats as numbers, decimals as strings with their full scale, dates ISO 8601,
/// missing as null.
package struct JSONEncoding: Sendable {
    package let zone: Zone
    /// In files decimals are numbers, so that they come back as such; in answers strings, which no reader rounds.
    private let quotesDecimals: Bool

    package init(zone: Zone = .utc, quotesDecimals: Bool = true) {
        self.zone = zone
        self.quotesDecimals = quotesDecimals
    }

    package func append(_ value: Value, to output: inout [UInt8]) {
        switch value {
        case .missing: output.append(contentsOf: "null".utf8)
        case .integer, .boolean: ValueText.append(value, zone: zone, to: &output)
        case .float(let number):
            // JSON has no word for what is not finite.
            if number.isFinite {
                ValueText.append(value, zone: zone, to: &output)
            } else {
                output.append(contentsOf: "null".utf8)
            }
        case .text(let text): append(text: text, to: &output)
        case .decimal where !quotesDecimals: ValueText.append(value, zone: zone, to: &output)
        case .decimal, .date, .datetime:
            output.append(0x22)
            ValueText.append(value, zone: zone, to: &output)
            output.append(0x22)
        }
    }

    /// `{"name":value,…}` with names from `keys`, which are quoted already.
    package func append(object row: [Value], keys: [[UInt8]], to output: inout [UInt8]) {
        output.append(0x7B)
        for (position, value) in row.enumerated() {
            if position > 0 { output.append(0x2C) }
            output.append(contentsOf: keys[position])
            output.append(0x3A)
            append(value, to: &output)
        }
        output.append(0x7D)
    }

    /// A name or text in quotes.
    package func quoted(_ text: String) -> [UInt8] {
        var output: [UInt8] = []
        append(text: text, to: &output)
        return output
    }

    package func append(text: String, to output: inout [UInt8]) {
        output.append(0x22)
        for byte in text.utf8 {
            switch byte {
            case 0x22: output.append(contentsOf: [0x5C, 0x22])
            case 0x5C: output.append(contentsOf: [0x5C, 0x5C])
            case 0x0A: output.append(contentsOf: [0x5C, 0x6E])
            case 0x0D: output.append(contentsOf: [0x5C, 0x72])
            case 0x09: output.append(contentsOf: [0x5C, 0x74])
            case 0..<0x20, 0x7F:
                output.append(contentsOf: [0x5C, 0x75, 0x30, 0x30])
                output.append(Self.digits[Int(byte >> 4)])
                output.append(Self.digits[Int(byte & 15)])
            default: output.append(byte)
            }
        }
        output.append(0x22)
    }

    private static let digits = Array("0123456789abcdef".utf8)
}
