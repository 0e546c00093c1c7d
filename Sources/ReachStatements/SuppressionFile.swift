import ReachCampaign
import ReachDiagnostics
import ReachEngine
import ReachWorkspace

/// A list of who must not be written to, out of a file: bare values one on a line, or columns with a header.
struct SuppressionFile {
    private(set) var entries: [Suppression] = []
    /// Channels named in it, with the line.
    private(set) var channels: [(line: Int, name: String)] = []

    init(_ text: String, _ engine: Engine) {
        let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        guard let first = lines.first(where: { !$0.isEmpty }) else { return }
        let delimiter: Character = first.contains(";") ? ";" : first.contains("\t") ? "\t" : ","
        var header: [String]?
        for (index, line) in lines.enumerated() where !line.allSatisfy(\.isWhitespace) {
            let cells = Self.cells(line, delimiter)
            if index == 0 || header == nil && entries.isEmpty, let names = Self.header(cells) {
                header = names
                continue
            }
            add(cells, header ?? ["value"], line: index + 1, engine)
        }
    }

    /// What the list does not say itself.
    mutating func fill(channel: String?, reason: String?) {
        entries = entries.map {
            Suppression($0.subject, channel: $0.channel ?? channel, reason: $0.reason ?? reason)
        }
    }

    private mutating func add(_ cells: [String], _ header: [String], line: Int, _ engine: Engine) {
        func cell(_ name: String) -> String? {
            guard let place = header.firstIndex(of: name), place < cells.count, !cells[place].isEmpty else {
                return nil
            }
            return cells[place]
        }
        let channel = cell("channel")
        if let channel { channels.append((line, channel)) }
        var subjects: [Suppression.Subject] = []
        if let key = cell("key") { subjects.append(.key(key)) }
        if let address = cell("address") {
            subjects.append(.address(StoredSuppressions.normalised(address, engine)))
        }
        if let value = cell("value") {
            let isAddress = value.contains("@") || value.hasPrefix("+")
            subjects.append(
                isAddress ? .address(StoredSuppressions.normalised(value, engine)) : .key(value))
        }
        entries += subjects.map { Suppression($0, channel: channel, reason: cell("reason")) }
    }

    private static let meanings: [String: String] = [
        "key": "key", "customer": "key", "customer_id": "key", "id": "key", "address": "address", "email": "address",
        "e-mail": "address", "phone": "address", "channel": "channel", "reason": "reason", "because": "reason",
    ]

    /// What columns mean; nil where the first line is a value.
    private static func header(_ cells: [String]) -> [String]? {
        let names = cells.map { meanings[Name.fold($0)] ?? "" }
        return names.contains("key") || names.contains("address") ? names : nil
    }

    private static func cells(_ line: Substring, _ delimiter: Character) -> [String] {
        var cells: [String] = []
        var cell = ""
        var isQuoted = false
        for character in line {
            if character == "\"" {
                isQuoted.toggle()
            } else if character == delimiter, !isQuoted {
                cells.append(cell)
                cell = ""
            } else {
                cell.append(character)
            }
        }
        return (cells + [cell]).map { cell in
            String(cell.drop { $0.isWhitespace }.reversed().drop { $0.isWhitespace }.reversed())
        }
    }
}
