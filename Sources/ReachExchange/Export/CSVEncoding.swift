import ReachColumns
import ReachKernels

/// Cells as delimited files hold them: RFC 4180 quotes, exact values.
package struct CSVEncoding: Sendable {
    package let delimiter: UInt8
    /// Puts a `'` before text that a spreadsheet would run as a formula; imports take it off again.
    package let guardsFormulas: Bool
    package let zone: Zone

    package init(delimiter: UInt8 = 0x2C, guardsFormulas: Bool = false, zone: Zone = .utc) {
        self.delimiter = delimiter
        self.guardsFormulas = guardsFormulas
        self.zone = zone
    }

    package static let tab: UInt8 = 0x09

    /// The cells of a row and a line feed. A row of one missing value is `""`, since an empty line is none.
    package func append(row: [Value], to output: inout [UInt8]) {
        for (position, value) in row.enumerated() {
            if position > 0 { output.append(delimiter) }
            append(value, to: &output)
        }
        if row.count == 1, row[0] == .missing || row[0] == .text("") { output.append(contentsOf: [0x22, 0x22]) }
        output.append(0x0A)
    }

    package func append(header names: [String], to output: inout [UInt8]) {
        for (position, name) in names.enumerated() {
            if position > 0 { output.append(delimiter) }
            append(text: name, to: &output)
        }
        output.append(0x0A)
    }

    package func append(_ value: Value, to output: inout [UInt8]) {
        guard case .text(let text) = value else {
            ValueText.append(value, zone: zone, to: &output)
            return
        }
        append(text: text, isGuarded: guardsFormulas, to: &output)
    }

    /// Quoted where it holds a delimiter, quote or line end, or a blank at either end.
    package func append(text: String, to output: inout [UInt8]) { append(text: text, isGuarded: false, to: &output) }

    private func append(text: String, isGuarded: Bool, to output: inout [UInt8]) {
        let start = output.count
        if isGuarded, Self.needsGuard(text) { output.append(0x27) }
        output.append(contentsOf: text.utf8)
        guard let first = output[start...].first, let last = output.last else { return }
        var needsQuotes = first == 0x20 || last == 0x20 || first == 0xEF
        for byte in output[start...] where byte == delimiter || byte == 0x22 || byte == 0x0A || byte == 0x0D {
            needsQuotes = true
        }
        guard needsQuotes else { return }
        let plain = Array(output[start...])
        output.removeLast(output.count - start)
        output.append(0x22)
        for byte in plain {
            if byte == 0x22 { output.append(0x22) }
            output.append(byte)
        }
        output.append(0x22)
    }

    /// Text that starts like a formula, numbers and E.164 phones apart. Text that starts with the guard itself gets another.
    package static func needsGuard(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        return needsFormulaGuard(bytes, 0, bytes.count)
    }
}
