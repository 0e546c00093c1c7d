import ReachDiagnostics
import ReachKernels

/// Text whose columns stand at the same places in all lines: what reports and terminals show, and old systems write.
///
/// Places are asked for by `delimiter "19, 30"` (the characters at which the second and later columns begin), told by a line of dashes below the
/// names, or found where blanks stand above each other in all of the first lines, the names' included.
struct FixedFormat: ImportFormat {
    static let name = "fixed-width"

    static func recognises(_ head: FileHead, _ options: ImportOptions) -> Bool {
        (try? FixedLayout(head, options)) ?? nil != nil
    }

    static func open(_ head: FileHead, _ options: ImportOptions) throws -> any RecordReader {
        guard let layout = try FixedLayout(head, options) else { throw Diagnostic.notText(head.path, at: head.span) }
        return try FixedReader(head, layout, options)
    }
}

/// Where the columns of a file stand, in characters.
struct FixedLayout: Hashable, Sendable {
    /// Between the columns: at least one of these characters is blank in every row. Empty where columns touch.
    private(set) var gaps: [Range<Int>]
    /// The line below the names holds nothing but dashes.
    private(set) var isUnderlined = false

    /// Nil where the file is of another kind. Throws where `delimiter` names places that are none.
    init?(_ head: FileHead, _ options: ImportOptions) throws {
        if let delimiter = options.delimiter {
            guard let places = Self.places(delimiter.text) else { return nil }
            guard places.first ?? 0 > 1, zip(places, places.dropFirst()).allSatisfy(<) else {
                throw Diagnostic.badDelimiter(delimiter)
            }
            gaps = places.map { $0 - 1..<$0 - 1 }
            return
        }
        let lines = AlignedFormat.lines(head)
        guard let names = lines.first, !names.contains(where: { [0x09, 0x2C, 0x3B, 0x7C].contains($0) }) else {
            return nil
        }
        if lines.count > 1, let gaps = Self.dashes(lines[1]) {
            self.gaps = gaps
            isUnderlined = true
            return
        }
        if AlignedFormat.recognises(head, options) || !AlignedFormat.isLinedUp(lines) { return nil }
        let gaps = Self.sharedBlanks(lines)
        guard !gaps.isEmpty else { return nil }
        self.gaps = gaps
    }

    /// `19, 30` as numbers.
    private static func places(_ text: String) -> [Int]? {
        let words = text.split { $0 == "," || $0 == " " }
        let places = words.compactMap { Int($0) }
        guard !places.isEmpty, places.count == words.count, text.count > 1, places.allSatisfy({ $0 < 1 << 20 }) else {
            return nil
        }
        return places
    }

    /// Between runs of dashes, at least two of them.
    private static func dashes(_ line: [UInt8]) -> [Range<Int>]? {
        guard line.allSatisfy({ $0 == 0x20 || $0 == 0x2D || $0 == 0x3D }), line.count(where: { $0 != 0x20 }) > 3 else {
            return nil
        }
        let columns = runs(line.map { $0 != 0x20 })
        let gaps = zip(columns, columns.dropFirst()).map { $0.upperBound..<$1.lowerBound }
        return gaps.isEmpty ? nil : gaps
    }

    private static func runs(_ marks: [Bool]) -> [Range<Int>] {
        var runs: [Range<Int>] = []
        var start: Int?
        for (place, isMarked) in (marks + [false]).enumerated() {
            if isMarked, start == nil { start = place }
            if !isMarked, let from = start {
                runs.append(from..<place)
                start = nil
            }
        }
        return runs
    }

    private static func sharedBlanks(_ lines: [[UInt8]]) -> [Range<Int>] {
        let texts = lines.map(characters)
        guard texts.count >= fewestLines, let names = texts.first else { return [] }
        var marks = Array(repeating: false, count: texts.map(\.count).max() ?? 0)
        for text in texts {
            for (place, isBlank) in text.enumerated() where !isBlank { marks[place] = true }
        }
        var columns: [Range<Int>] = []
        for run in runs(marks) {
            func isKnown(_ text: [Bool]) -> Bool { run.contains { $0 < text.count && !text[$0] } }
            // Chance sets blanks of a few lines above each other, and parts a name of two words or a remark below no name.
            let isWide = columns.last.map { run.lowerBound - $0.upperBound > 1 } ?? true
            let isColumn = isKnown(names) && texts.dropFirst().contains(where: isKnown)
            if let last = columns.last, !isColumn || !isWide && texts.count < manyLines {
                columns[columns.count - 1] = last.lowerBound..<run.upperBound
            } else {
                columns.append(run)
            }
        }
        return zip(columns, columns.dropFirst()).map { $0.upperBound..<$1.lowerBound }
    }

    /// Whether each character is a blank.
    private static func characters(_ line: [UInt8]) -> [Bool] { line.filter { $0 & 0xC0 != 0x80 }.map { $0 == 0x20 } }

    private static let fewestLines = 3
    private static let manyLines = 10

    /// The cells of a line; nil where text stands across a gap.
    func cells(of line: ArraySlice<UInt8>) -> [[UInt8]]? {
        var cells: [[UInt8]] = []
        var start = line.startIndex
        var place = 0
        var at = line.startIndex
        func move(to wanted: Int) {
            while place < wanted, at < line.endIndex {
                at += 1
                while at < line.endIndex, line[at] & 0xC0 == 0x80 { at += 1 }
                place += 1
            }
        }
        for gap in gaps {
            move(to: gap.lowerBound)
            let from = at
            move(to: gap.upperBound)
            let between = line[from..<at]
            // What is short of the gap leaves the rest empty.
            var end = from
            if !between.isEmpty {
                guard let blank = between.firstIndex(of: 0x20), let next = between.lastIndex(of: 0x20),
                    between[blank...next].allSatisfy({ $0 == 0x20 })
                else { return nil }
                end = blank
            }
            cells.append(Self.trimmed(line[start..<end]))
            start = end
        }
        return cells + [Self.trimmed(line[start...])]
    }

    private static func trimmed(_ cell: ArraySlice<UInt8>) -> [UInt8] {
        guard let first = cell.firstIndex(where: { $0 != 0x20 }), let last = cell.lastIndex(where: { $0 != 0x20 })
        else {
            return []
        }
        return Array(cell[first...last])
    }
}

/// One pass over such a file. Rows go on as lines of CSV, and so do those that are rejected.
private final class FixedReader: RecordReader {
    let shape: FileShape
    let header: [String]?
    let columnCount: Int
    let rejectsStyle: RejectsStyle

    private let layout: FixedLayout
    private var file: FileReader
    private let crEndsRecords: Bool
    private let longestRecord: Int
    private let batchRows: Int
    private var carry: [UInt8] = []
    private var line: Int

    init(_ head: FileHead, _ layout: FixedLayout, _ options: ImportOptions) throws {
        self.layout = layout
        file = try FileReader(head.source)
        crEndsRecords = CSVOpening.crEndsRecords(head.bytes)
        longestRecord = options.longestRecordBytes
        batchRows = min(options.batchRows, 16_384)
        columnCount = layout.gaps.count + 1
        var lines = FixedLines(head.bytes[head.markBytes...], crEndsRecords: crEndsRecords, isLast: true)
        var number = 1
        var names: [UInt8]?
        while names == nil, let text = lines.next() {
            if text.allSatisfy({ $0 == 0x20 }) { number += 1 } else { names = Array(text) }
        }
        guard let names else { throw Diagnostic.recordTooLong(head.path, line: 1, at: head.span) }
        let cells = layout.cells(of: names[...]) ?? [names]
        var notes = head.notes
        let isData = options.hasHeader == nil && !layout.isUnderlined && HeaderGuess.looksLikeData(cells)
        if isData { notes.append(HeaderGuess.note(columnCount)) }
        if isData || options.hasHeader == false {
            header = nil
            file.skipBytes = head.markBytes
            line = 1
        } else {
            header = (cells + Array(repeating: [], count: columnCount)).prefix(columnCount).map {
                String(decoding: $0, as: UTF8.self)
            }
            if layout.isUnderlined {
                _ = lines.next()
                number += 1
            }
            file.skipBytes = lines.place
            line = number + 1
        }
        let shown = header.map(RowWriter.line) ?? HeaderGuess.names(columnCount, 0x2C)
        rejectsStyle = .delimited(by: 0x2C, header: shown, prefixCells: 0)
        shape = FileShape(
            format: FixedFormat.name, encoding: head.source.encoding.rawValue, delimiter: "",
            byteCount: head.byteCount, notes: notes)
    }

    var readBytes: Int { file.readBytes }

    func fingerprint() throws -> UInt64 { try file.wholeFingerprint() }

    func next() throws -> RecordBlock? {
        var writer = RowWriter(width: columnCount, capacity: batchRows, firstLine: line)
        var bytes = carry
        carry = []
        while true {
            while bytes.count < FileReader.pieceBytes, !file.isAtEnd { try file.readPiece(into: &bytes) }
            if bytes.isEmpty { return writer.isEmpty ? nil : writer.block() }
            var lines = FixedLines(bytes[...], crEndsRecords: crEndsRecords, isLast: file.isAtEnd)
            while !writer.isFull, let text = lines.next() {
                add(text, to: &writer)
                line += 1
            }
            if lines.place == 0, bytes.count > longestRecord {
                throw Diagnostic.recordTooLong(file.path, line: line, at: file.span)
            }
            bytes.removeFirst(lines.place)
            if writer.isFull || !writer.isEmpty && !file.isAtEnd {
                carry = bytes
                return writer.block()
            }
            if lines.place == 0, !file.isAtEnd { try file.readPiece(into: &bytes) }
        }
    }

    private func add(_ text: ArraySlice<UInt8>, to writer: inout RowWriter) {
        if text.allSatisfy({ $0 == 0x20 }) { return writer.addBlankLine() }
        // What stands across a gap is written whole into the first cell, for somebody to take apart.
        let cells = layout.cells(of: text) ?? [Array(text)]
        writer.add(cells.map { ($0, .none) }, line: line)
    }
}

/// The whole lines of some bytes.
private struct FixedLines {
    private let bytes: ArraySlice<UInt8>
    private let crEndsRecords: Bool
    private let isLast: Bool
    /// Of the next line, from the start of the array that was given.
    private(set) var place: Int

    init(_ bytes: ArraySlice<UInt8>, crEndsRecords: Bool, isLast: Bool) {
        self.bytes = bytes
        self.crEndsRecords = crEndsRecords
        self.isLast = isLast
        place = bytes.startIndex
    }

    mutating func next() -> ArraySlice<UInt8>? {
        guard place < bytes.endIndex else { return nil }
        let mark: UInt8 = crEndsRecords ? 0x0D : 0x0A
        let end = bytes[place...].firstIndex(of: mark) ?? bytes.endIndex
        guard end < bytes.endIndex || isLast else { return nil }
        var line = bytes[place..<end]
        if !crEndsRecords, line.last == 0x0D { line.removeLast() }
        place = min(end + 1, bytes.endIndex)
        return line
    }
}
