import ReachDiagnostics
import ReachKernels

/// JSON: a list of lists, each a row, of which the first names the columns: what spreadsheets and query services answer.
struct ListsFormat: ImportFormat {
    static let name = "json"

    static func recognises(_ head: FileHead, _ options: ImportOptions) -> Bool {
        let start = head.bytes.dropFirst(head.markBytes).drop { JSONFormat.isBlank($0) }
        return start.first == 0x5B && start.dropFirst().first { !JSONFormat.isBlank($0) } == 0x5B
    }

    static func open(_ head: FileHead, _ options: ImportOptions) throws -> any RecordReader {
        try ListsReader(head, options)
    }
}

/// One pass over such a file. Rows go on as lines of CSV, and so do those that are rejected.
private final class ListsReader: RecordReader {
    let shape: FileShape
    let header: [String]?
    let columnCount: Int
    let rejectsStyle: RejectsStyle

    private var file: FileReader
    private let longestRecord: Int
    private let batchRows: Int
    private var carry: [UInt8] = []
    private var line: Int
    private var isClosed = false

    init(_ head: FileHead, _ options: ImportOptions) throws {
        file = try FileReader(head.source)
        longestRecord = options.longestRecordBytes
        batchRows = min(options.batchRows, 16_384)
        var scan = ListScan(head.bytes, at: head.markBytes, isLast: head.isWhole)
        scan.open()
        let (start, startLine) = (scan.at, scan.line)
        guard case .row(let names) = scan.next(), !names.isEmpty else {
            throw Diagnostic.noObjects(head.path, at: head.span)
        }
        columnCount = names.count
        var notes = head.notes
        let cells = names.map(\.bytes)
        // Numbers name no column.
        let isData =
            options.hasHeader == nil
            && (names.contains { $0.mark == .none && !$0.bytes.isEmpty } || HeaderGuess.looksLikeData(cells))
        if isData { notes.append(HeaderGuess.note(columnCount)) }
        if isData || options.hasHeader == false {
            header = nil
            (file.skipBytes, line) = (start, startLine)
        } else {
            header = cells.map { String(decoding: $0, as: UTF8.self) }
            (file.skipBytes, line) = (scan.at, scan.line)
        }
        let shown = header.map(RowWriter.line) ?? HeaderGuess.names(columnCount, 0x2C)
        rejectsStyle = .delimited(by: 0x2C, header: shown, prefixCells: 0)
        shape = FileShape(
            format: ListsFormat.name, encoding: head.source.encoding.rawValue, delimiter: "",
            byteCount: head.byteCount, notes: notes)
    }

    var readBytes: Int { file.readBytes }

    func fingerprint() throws -> UInt64 { try file.wholeFingerprint() }

    func next() throws -> RecordBlock? {
        var writer = RowWriter(width: columnCount, capacity: batchRows, firstLine: line)
        var bytes = carry
        carry = []
        var wanted = FileReader.pieceBytes
        while true {
            while bytes.count < wanted, !file.isAtEnd { try file.readPiece(into: &bytes) }
            var scan = ListScan(bytes, at: 0, isLast: file.isAtEnd, isClosed: isClosed)
            scan.line = line
            let isDone = try add(&scan, to: &writer)
            isClosed = scan.isClosed
            line = scan.line
            carry = Array(bytes[scan.at...])
            if isDone, !isClosed { throw Diagnostic.listNotClosed(file.path, at: file.span) }
            if !writer.isEmpty || isDone { return writer.isEmpty ? nil : writer.block() }
            guard carry.count <= longestRecord + FileReader.pieceBytes else {
                throw Diagnostic.recordTooLong(file.path, line: line, at: file.span)
            }
            bytes = carry
            wanted = bytes.count + FileReader.pieceBytes
        }
    }

    /// Adds the rows that are whole; true where the file has no more.
    private func add(_ scan: inout ListScan, to writer: inout RowWriter) throws -> Bool {
        while !writer.isFull {
            switch scan.next() {
            case .row(let cells): writer.add(cells, line: scan.rowLine)
            case .fault(let text):
                // A cell more or less than a row has, so that it is none.
                writer.add(columnCount == 1 ? [(text, .text), ([], .none)] : [(text, .text)], line: scan.rowLine)
            case .incomplete: return false
            case .end: return true
            }
        }
        return false
    }
}

/// Finds the lists in a list.
private struct ListScan {
    enum Found {
        case row([RowWriter.Cell])
        /// What is no list of values, as it stands.
        case fault([UInt8])
        /// More of the file is needed.
        case incomplete
        case end
    }

    private let bytes: [UInt8]
    private let isLast: Bool
    /// Where the next row starts, and on which line.
    private(set) var at: Int
    var line = 1
    /// Of the row that was found last.
    private(set) var rowLine = 1
    /// The outer list has ended.
    private(set) var isClosed: Bool

    init(_ bytes: [UInt8], at: Int, isLast: Bool, isClosed: Bool = false) {
        self.bytes = bytes
        self.at = at
        self.isLast = isLast
        self.isClosed = isClosed
    }

    /// Past the bracket that opens the outer list.
    mutating func open() {
        skip { JSONFormat.isBlank($0) }
        at += 1
    }

    private mutating func skip(_ isSkipped: (UInt8) -> Bool) {
        while at < bytes.count, isSkipped(bytes[at]) {
            if bytes[at] == 0x0A { line += 1 }
            at += 1
        }
    }

    mutating func next() -> Found {
        skip { [isClosed] in JSONFormat.isBlank($0) || !isClosed && $0 == 0x2C }
        rowLine = line
        guard at < bytes.count else { return isLast ? .end : .incomplete }
        if !isClosed, bytes[at] == 0x5D {
            isClosed = true
            at += 1
            return next()
        }
        let start = at
        if !isClosed, bytes[at] == 0x5B {
            switch row() {
            case .incomplete where !isLast: return .incomplete
            case .row(let cells, let end):
                move(to: end)
                return .row(cells)
            case .fault, .incomplete: break
            }
        }
        guard let end = faultEnd(start) else { return .incomplete }
        let text = Array(bytes[start..<end])
        move(to: end)
        return .fault(text)
    }

    private mutating func move(to end: Int) {
        line += bytes[at..<end].count { $0 == 0x0A }
        at = end
    }

    private enum Row {
        case row([RowWriter.Cell], Int)
        case fault
        case incomplete
    }

    /// The list that begins here.
    private func row() -> Row {
        var cells: [RowWriter.Cell] = []
        var place = at + 1
        var needsValue = false
        while true {
            while place < bytes.count, JSONFormat.isBlank(bytes[place]) { place += 1 }
            guard place < bytes.count else { return .incomplete }
            if bytes[place] == 0x5D, !needsValue { return .row(cells, place + 1) }
            switch value(place) {
            case .row(let cell, let end):
                cells += cell
                place = end
            case .fault: return .fault
            case .incomplete: return .incomplete
            }
            while place < bytes.count, JSONFormat.isBlank(bytes[place]) { place += 1 }
            guard place < bytes.count else { return .incomplete }
            needsValue = bytes[place] == 0x2C
            if needsValue { place += 1 } else if bytes[place] != 0x5D { return .fault }
        }
    }

    private func value(_ start: Int) -> Row {
        switch bytes[start] {
        case 0x22:
            guard let end = textEnd(start) else { return .incomplete }
            var text: [UInt8] = []
            guard !bytes[start..<end].contains(where: { $0 < 0x20 && $0 != 0x09 }),
                appendUnescapedJSON(bytes.span, start + 1, end, to: &text)
            else { return .fault }
            return .row([(text, .text)], end + 1)
        case 0x5B, 0x7B:
            guard let end = nestedEnd(start) else { return .incomplete }
            return .row([(Array(bytes[start..<end]), .text)], end)
        default:
            let end = bytes[start...].firstIndex { $0 == 0x2C || $0 == 0x5D || $0 <= 0x20 }
            guard let end else { return .incomplete }
            let word = Array(bytes[start..<end])
            let isNumber = word.first.map { $0 == 0x2D || $0 &- 0x30 < 10 } ?? false
            if isNumber || word == Array("true".utf8) || word == Array("false".utf8) {
                return .row([(word, .none)], end)
            }
            return word == Array("null".utf8) ? .row([([], .none)], end) : .fault
        }
    }

    /// Of the quote that closes a text.
    private func textEnd(_ start: Int) -> Int? {
        var place = start + 1
        while place < bytes.count, bytes[place] != 0x22 { place += bytes[place] == 0x5C ? 2 : 1 }
        return place < bytes.count ? place : nil
    }

    /// Past a list or object.
    private func nestedEnd(_ start: Int) -> Int? {
        var depth = 0
        var place = start
        while place < bytes.count {
            switch bytes[place] {
            case 0x22:
                guard let end = textEnd(place) else { return nil }
                place = end
            case 0x5B, 0x7B: depth += 1
            case 0x5D, 0x7D:
                depth -= 1
                if depth <= 0 { return place + 1 }
            default: break
            }
            place += 1
        }
        return nil
    }

    /// Where what is no row ends: with its bracket, before the next comma or the end of the line. Nil where that is not seen yet.
    private func faultEnd(_ start: Int) -> Int? {
        if bytes[start] == 0x5B || bytes[start] == 0x7B {
            if let end = nestedEnd(start) { return end }
        } else if let end = bytes[(start + 1)...].firstIndex(where: {
            $0 == 0x0A || !isClosed && ($0 == 0x2C || $0 == 0x5D)
        }) {
            return end
        }
        return isLast ? bytes.count : nil
    }
}
