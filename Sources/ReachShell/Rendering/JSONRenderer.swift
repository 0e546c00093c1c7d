import ReachColumns
import ReachStatements

/// One object per statement, each on a line of its own; rows are written as they come.
final class JSONRenderer: AnswerRenderer {
    func render(
        _ answer: Answer, _ circumstances: AnswerCircumstances, _ options: RenderOptions, to sink: OutputSink
    ) throws {
        try sink.write("{\"statement\":" + JSONText.string(answer.statement) + ",\"facts\":{")
        for (index, fact) in answer.facts.enumerated() {
            try sink.write(
                (index > 0 ? "," : "") + JSONText.string(fact.name) + ":" + JSONText.value(fact.value, options.zone))
        }
        let names = Self.distinctNames(answer.table?.columns.map(\.name) ?? [])
        let keys = names.map(JSONText.string)
        try sink.write("},\"columns\":[" + keys.joined(separator: ",") + "],\"rows\":[")
        var isFirst = true
        do {
            try answer.table?.forEachRow(checkpoint: circumstances.checkpoint) { row in
                let cells = zip(keys, row).map { $0 + ":" + JSONText.value($1, options.zone) }
                try sink.write((isFirst ? "{" : ",{") + cells.joined(separator: ",") + "}")
                isFirst = false
            }
        } catch {
            // Whoever reads line by line sees one broken line, not two statements run together.
            try sink.writeLine("")
            throw error
        }
        let warnings = answer.warnings.map(JSONText.string).joined(separator: ",")
        try sink.write("],\"warnings\":[" + warnings + "],\"as_of\":" + JSONText.string(circumstances.asOf))
        try sink.writeLine(",\"elapsed_ms\":" + ElapsedTime.tenths(circumstances.elapsedMilliseconds) + "}")
    }

    /// Equal names get `_2`, `_3`: keys of an object differ.
    static func distinctNames(_ names: [String]) -> [String] {
        var taken = Set(names)
        var seen: Set<String> = []
        return names.map { name in
            if seen.insert(name).inserted { return name }
            var number = 2
            while !taken.insert("\(name)_\(number)").inserted { number += 1 }
            return "\(name)_\(number)"
        }
    }
}

/// Values and text as JSON.
enum JSONText {
    /// integer, float → number; decimal → text with its full scale; missing → null.
    static func value(_ value: Value, _ zone: Zone) -> String {
        switch value {
        case .integer, .float: CellText.data(value, zone) ?? "null"
        case .boolean(let truth): truth ? "true" : "false"
        case .missing: "null"
        case .decimal, .text, .date, .datetime: CellText.data(value, zone).map(string) ?? "null"
        }
    }

    static func string(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            // C1 controls are legal in JSON, but a terminal obeys them.
            case "\u{0}"..."\u{1F}", "\u{7F}"..."\u{9F}":
                let digits = String(scalar.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}
