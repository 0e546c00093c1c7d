import ReachDiagnostics

/// How rejected rows are written: in the format of the file they come from, as they stand in it, behind three columns of the importer's.
enum RejectsStyle: Hashable, Sendable {
    /// `header` is the file's own, as written; records come with `prefixCells` cells of an earlier rejects file.
    case delimited(by: UInt8, header: [UInt8], prefixCells: Int, hasQuotes: Bool = true)
    /// As above, with runs of blanks between cells, which leave no cell empty.
    case aligned(header: [UInt8], prefixCells: Int)
    /// An object on a line; the three come first in it.
    case jsonLines(prefixCells: Int)

    var prefixCells: Int {
        switch self {
        case .delimited(_, _, let count, _), .aligned(_, let count), .jsonLines(let count): count
        }
    }

    /// What the file's name ends in, where the imported one's does in `suffix`.
    func suffix(replacing suffix: String) -> String {
        let isTable = [".csv", ".tsv", ".txt", ".tab"].contains(suffix.lowercased())
        switch self {
        case .delimited(let delimiter, _, _, _): return isTable ? suffix : delimiter == 0x09 ? ".tsv" : ".csv"
        case .aligned: return isTable ? suffix : ".txt"
        case .jsonLines: return ".jsonl"
        }
    }

    /// The line above all records; nil where there is none.
    var headerLine: [UInt8]? {
        switch self {
        case .delimited(let delimiter, let header, _, _):
            RejectsFile.prefixNames.reduce(into: []) { $0 += Array($1.utf8) + [delimiter] } + withoutPrefix(header[...])
        case .aligned(let header, _):
            Array(RejectsFile.prefixNames.joined(separator: " ").utf8) + [0x20] + withoutPrefix(header[...])
        case .jsonLines: nil
        }
    }

    /// A record with its three columns, without a line end.
    func line(_ rejection: Rejection, _ record: ArraySlice<UInt8>) -> [UInt8] {
        let cells = [String(rejection.line), rejection.column ?? "", rejection.reason]
        var line: [UInt8] = []
        switch self {
        case .delimited(let delimiter, _, _, let hasQuotes):
            let encoding = CSVEncoding(delimiter: delimiter)
            for cell in cells {
                if hasQuotes {
                    encoding.append(text: cell, to: &line)
                } else {
                    line += cell.utf8.map { $0 == delimiter || $0 == 0x0A || $0 == 0x0D ? 0x20 : $0 }
                }
                line.append(delimiter)
            }
            line += withoutPrefix(record)
        case .aligned:
            let encoding = CSVEncoding(delimiter: 0x20)
            for cell in cells {
                encoding.append(text: cell.isEmpty ? "-" : cell.replacing("\"", with: "'"), to: &line)
                line.append(0x20)
            }
            line += withoutPrefix(record)
        case .jsonLines: appendObject(cells, withoutMembers(record), to: &line)
        }
        return line
    }

    /// The record past the cells that an earlier rejects file put before it.
    private func withoutPrefix(_ record: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var delimiter: UInt8 = 0x20
        var hasQuotes = true
        if case .delimited(let byte, _, _, let marks) = self { (delimiter, hasQuotes) = (byte, marks) }
        var rest = record
        for _ in 0..<prefixCells {
            var isQuoted = false
            let end = rest.firstIndex { byte in
                if byte == 0x22, hasQuotes { isQuoted.toggle() }
                return byte == delimiter && !isQuoted
            }
            guard let end else { return record }
            rest = rest[(end + 1)...]
        }
        return rest
    }

    /// What stands in an object stays as it is; what is none becomes the text of a member.
    private func appendObject(_ cells: [String], _ record: ArraySlice<UInt8>, to line: inout [UInt8]) {
        line.append(0x7B)
        for (name, cell) in zip(RejectsFile.prefixNames, cells) {
            if name != RejectsFile.prefixNames[0] { line.append(0x2C) }
            line += Array("\"\(name)\":".utf8)
            if name == RejectsFile.prefixNames[0] {
                line += Array(cell.utf8)
            } else {
                line += Array(JSONText.quoted(cell).utf8)
            }
        }
        // A record of several lines is put on one: line ends stand only between its parts.
        let flat = record.map { $0 == 0x0A || $0 == 0x0D ? 0x20 : $0 }
        let start = flat.firstIndex { $0 != 0x20 && $0 != 0x09 } ?? flat.endIndex
        guard start < flat.endIndex, flat[start] == 0x7B else {
            line +=
                Array(",\"reject_record\":".utf8) + Array(JSONText.quoted(String(decoding: record, as: UTF8.self)).utf8)
            line.append(0x7D)
            return
        }
        let rest = flat[(start + 1)...]
        if rest.first(where: { $0 != 0x20 && $0 != 0x09 }) != 0x7D { line.append(0x2C) }
        line += rest
    }

    /// The object without the three members that an earlier rejects file put first.
    private func withoutMembers(_ record: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        guard record.starts(with: Array("{\"reject_line\":".utf8)) else { return record }
        var commas = 0
        var isQuoted = false
        var isEscaped = false
        for (position, byte) in zip(record.indices, record) {
            if isEscaped {
                isEscaped = false
            } else if isQuoted, byte == 0x5C {
                isEscaped = true
            } else if byte == 0x22 {
                isQuoted.toggle()
            } else if !isQuoted, byte == 0x2C {
                commas += 1
                if commas == 3 { return [0x7B] + record[(position + 1)...] }
            }
        }
        return record
    }
}
