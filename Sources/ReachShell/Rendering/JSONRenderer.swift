import ReachDiagnostics
import ReachExchange
import ReachStatements

/// One object per statement, each on a line of its own; rows are written as they come.
final class JSONRenderer: AnswerRenderer {
    func render(
        _ answer: Answer, _ circumstances: AnswerCircumstances, _ options: RenderOptions, to sink: OutputSink
    ) throws {
        let encoding = JSONEncoding(zone: options.zone)
        try sink.write("{\"statement\":" + JSONText.quoted(answer.statement) + ",\"facts\":")
        let factNames = answer.facts.map { encoding.quoted($0.name) }
        try sink.write { encoding.append(object: answer.facts.map(\.value), keys: factNames, to: &$0) }
        let names = Self.distinctNames(answer.table?.columns.map(\.name) ?? [])
        let keys = names.map(encoding.quoted)
        try sink.write(",\"columns\":[" + names.map { JSONText.quoted($0) }.joined(separator: ",") + "],\"rows\":[")
        var isFirst = true
        do {
            try answer.table?.forEachRow(checkpoint: circumstances.checkpoint) { row in
                try sink.write { output in
                    if !isFirst { output.append(UInt8(ascii: ",")) }
                    encoding.append(object: row, keys: keys, to: &output)
                }
                isFirst = false
            }
        } catch {
            // Whoever reads line by line sees one broken line, not two statements run together.
            try sink.writeLine("")
            throw error
        }
        try sink.write("]")
        try writeTables(answer, encoding, circumstances, to: sink)
        let warnings = answer.warnings.map { JSONText.quoted($0) }.joined(separator: ",")
        try sink.write(",\"warnings\":[" + warnings + "],\"as_of\":" + JSONText.quoted(circumstances.asOf))
        try sink.writeLine(",\"elapsed_ms\":" + ElapsedTime.tenths(circumstances.elapsedMilliseconds) + "}")
    }

    /// `,"tables":{"groups":[{…},…]}`; nothing where there are none.
    private func writeTables(
        _ answer: Answer, _ encoding: JSONEncoding, _ circumstances: AnswerCircumstances, to sink: OutputSink
    ) throws {
        if answer.tables.isEmpty { return }
        try sink.write(",\"tables\":{")
        for (index, (name, table)) in answer.tables.enumerated() {
            try sink.write((index == 0 ? "" : ",") + JSONText.quoted(name) + ":[")
            let keys = Self.distinctNames(table.columns.map(\.name)).map(encoding.quoted)
            var isFirst = true
            try table.forEachRow(checkpoint: circumstances.checkpoint) { row in
                try sink.write { output in
                    if !isFirst { output.append(UInt8(ascii: ",")) }
                    encoding.append(object: row, keys: keys, to: &output)
                }
                isFirst = false
            }
            try sink.write("]")
        }
        try sink.write("}")
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
