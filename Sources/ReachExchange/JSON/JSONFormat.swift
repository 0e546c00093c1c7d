import ReachDiagnostics
import ReachKernels

/// JSON: an object on a line, objects one after another, a list of objects, or an object that holds one list of objects.
struct JSONFormat: ImportFormat {
    static let name = "json"

    static func recognises(_ head: FileHead, _ options: ImportOptions) -> Bool {
        let start = head.bytes.dropFirst(head.markBytes).drop { isBlank($0) }.prefix(64)
        guard let first = start.first, first == 0x7B || first == 0x5B else { return false }
        let next = start.dropFirst().first { !isBlank($0) }
        return first == 0x7B ? next == 0x22 || next == 0x7D : next == 0x7B || next == 0x5D
    }

    static func open(_ head: FileHead, _ options: ImportOptions) throws -> any RecordReader {
        try TextRecordReader(head, JSONScanner(head), options)
    }

    static func isBlank(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D
    }
}

private final class JSONScanner: TextScanner {
    let shape: FileShape
    let columnCount: Int
    let dataOffset: Int
    let dataLine: Int
    private let path: String
    private let span: SourceSpan?
    private var state: JSONScanState
    /// As it was before the first record.
    private let opened: JSONScanState

    init(_ head: FileHead) throws {
        path = head.path
        span = head.span
        let opening = try JSONOpening(head)
        dataOffset = opening.dataOffset
        dataLine = 1 + head.bytes[..<opening.dataOffset].count { $0 == 0x0A }
        var names = JSONNames(head.knownColumns)
        if head.knownColumns.isEmpty { names = opening.names }
        guard !names.names.isEmpty else { throw Diagnostic.noObjects(head.path, at: head.span) }
        columnCount = names.names.count
        state = JSONScanState(layout: opening.layout, ignoresRest: opening.isWrapped, names: names)
        opened = state
        shape = FileShape(
            format: opening.layout == .lines ? "jsonl" : JSONFormat.name, encoding: head.source.encoding.rawValue,
            delimiter: "", byteCount: head.byteCount, notes: head.notes + opening.notes)
    }

    var header: [String]? { Array(state.names.names.prefix(columnCount)) }
    var lateColumns: [String] {
        let own = Array(state.names.names.dropFirst(columnCount))
        return own + learned.filter { !own.contains($0) }
    }

    /// Columns that finders came upon.
    private var learned: [String] = []

    func learn(_ lateColumns: [String]) { learned += lateColumns.filter { !learned.contains($0) } }

    func finder(longestRecord: Int) -> (any RecordFinder)? {
        state.layout == .lines ? JSONLinesFinder(state: opened, width: columnCount, longestRecord: longestRecord) : nil
    }

    var rejectsStyle: RejectsStyle {
        .jsonLines(prefixCells: RejectsFile.prefixCells(of: header))
    }

    func scan(_ bytes: [UInt8], isLast: Bool, longestRecord: Int, into index: inout CellIndex) -> TextScan {
        var marks: [TextMark] = []
        let result = scanJSON(
            bytes.span, isLast: isLast, longestRecord: longestRecord, state: &state, into: &index, marks: &marks)
        return TextScan(result, textMarks: marks)
    }

    func finish() throws {
        if state.layout == .list, !state.hasEnded { throw Diagnostic.listNotClosed(path, at: span) }
    }
}

/// Finds the values of objects that each stand on a line.
private struct JSONLinesFinder: RecordFinder {
    let state: JSONScanState
    let width: Int
    let longestRecord: Int

    func lastEnd(_ bytes: Span<UInt8>) -> Int? {
        var at = bytes.count
        while at > 0, bytes[at - 1] != 0x0A { at -= 1 }
        return at > 0 ? at : nil
    }

    func records(_ raw: RawRecords) -> FoundRecords {
        var state = state
        var index = CellIndex(width: width, capacity: raw.lineCount + 1)
        var marks: [TextMark] = []
        let result = scanJSON(
            raw.bytes.span, isLast: raw.isLast, longestRecord: longestRecord, state: &state, into: &index,
            marks: &marks)
        var block = RecordBlock(
            bytes: raw.bytes, index: index, malformed: result.malformed, firstLine: raw.firstLine)
        // The bytes are not ours alone: to add nothing would copy them.
        if !result.unescaped.isEmpty { block.bytes.append(contentsOf: result.unescaped) }
        block.textMarks = marks
        return FoundRecords(
            block: block, byteCount: result.consumed, lineCount: result.lineCount,
            lateColumns: Array(state.names.names.dropFirst(width)))
    }
}

/// How a JSON file is laid out, told by its first bytes.
struct JSONOpening {
    private(set) var layout = JSONLayout.lines
    /// The list is part of an object.
    private(set) var isWrapped = false
    private(set) var dataOffset: Int
    private(set) var names = JSONNames()
    private(set) var notes: [String] = []

    init(_ head: FileHead) throws {
        let text = head.bytes
        dataOffset = text.indices.dropFirst(head.markBytes).first { !JSONFormat.isBlank(text[$0]) } ?? 0
        if text[dataOffset] == 0x5B {
            layout = .list
            dataOffset += 1
        } else if let list = Self.onlyList(head, from: dataOffset) {
            layout = .list
            isWrapped = true
            dataOffset = list.offset
            notes.append("rows are the objects in `\(list.name)`")
        } else if Self.spansLines(text, from: dataOffset) {
            layout = .loose
        }
        var state = JSONScanState(layout: layout, ignoresRest: isWrapped, names: names)
        var index = CellIndex(width: 1, capacity: 4096)
        var marks: [TextMark] = []
        var at = dataOffset
        while at < text.count {
            index = CellIndex(width: 1, capacity: 4096)
            let rest = text.span.extracting(at..<text.count)
            let result = scanJSON(
                rest, isLast: head.isWhole, longestRecord: .max, state: &state, into: &index, marks: &marks)
            if result.consumed == 0 { break }
            at += result.consumed
        }
        names = state.names
    }

    /// Whether the first object goes on after its first line.
    private static func spansLines(_ text: [UInt8], from start: Int) -> Bool {
        var depth = 0
        var isQuoted = false
        var at = start
        while at < text.count, text[at] != 0x0A {
            let byte = text[at]
            if isQuoted {
                if byte == 0x5C { at += 1 } else if byte == 0x22 { isQuoted = false }
            } else if byte == 0x22 {
                isQuoted = true
            } else if byte == 0x7B {
                depth += 1
            } else if byte == 0x7D {
                depth -= 1
                if depth == 0 { return false }
            }
            at += 1
        }
        return at < text.count && !isQuoted
    }

    /// Where one object is the whole file, as services answer, the list of objects in it.
    private static func onlyList(_ head: FileHead, from start: Int) -> (name: String, offset: Int)? {
        let text = head.bytes
        var depth = 0
        var stringStart: Int?
        var lastKey: Range<Int>?
        var found: [(name: String, offset: Int)] = []
        var at = start
        while at < text.count {
            let byte = text[at]
            if let from = stringStart {
                if byte == 0x5C {
                    at += 1
                } else if byte == 0x22 {
                    if depth == 1 { lastKey = from..<at }
                    stringStart = nil
                }
            } else if byte == 0x22 {
                stringStart = at + 1
            } else if byte == 0x7B || byte == 0x5B {
                if byte == 0x5B, depth == 1, let key = lastKey,
                    text[(at + 1)...].first(where: { !JSONFormat.isBlank($0) }) == 0x7B
                {
                    found.append((String(decoding: text[key], as: UTF8.self), at + 1))
                }
                depth += 1
            } else if byte == 0x7D || byte == 0x5D {
                depth -= 1
                if depth == 0 {
                    // Another object behind it: the file is one of rows.
                    let isAlone = text[(at + 1)...].allSatisfy { JSONFormat.isBlank($0) }
                    return isAlone && head.isWhole && found.count == 1 ? found.first : nil
                }
            }
            at += 1
        }
        // An object longer than any row has its rows inside.
        return head.isWhole ? nil : found.first
    }
}

extension JSONFault {
    var text: String {
        switch self {
        case .notAnObject: "not an object"
        case .notJSON: "not JSON"
        case .cutOff: "an object that is not closed"
        case .repeatedKey: "a key that stands twice in the object"
        case .badEscape: "an escape that stands for no character"
        case .nestedTooDeep: "objects nested more than 64 deep"
        case .textBehind: "text behind the end of the object or list"
        }
    }
}
