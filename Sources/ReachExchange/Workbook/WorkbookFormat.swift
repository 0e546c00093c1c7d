import ReachDiagnostics
import ReachKernels

/// Workbooks of Excel and others that write ECMA-376: `.xlsx`. Numbers, dates and text are what the cells say they are.
struct WorkbookFormat: ImportFormat {
    static let name = "xlsx"

    static func recognises(_ head: FileHead, _ options: ImportOptions) -> Bool {
        head.bytes.starts(with: [0x50, 0x4B, 0x03, 0x04])
    }

    static func open(_ head: FileHead, _ options: ImportOptions) throws -> any RecordReader {
        try WorkbookReader(head, options)
    }
}

/// One pass over a sheet.
private final class WorkbookReader: RecordReader {
    private(set) var shape: FileShape
    let header: [String]?
    let columnCount: Int
    let rejectsStyle: RejectsStyle

    private let head: FileHead
    private let archive: ZipArchive
    private let parser: SheetParser
    private let reader: XMLReader
    private var nextRow = 0
    private var toldBytes = 0
    private var isAtEnd = false
    private let batchRows: Int
    private var line: Int

    init(_ head: FileHead, _ options: ImportOptions) throws {
        self.head = head
        let opening = try WorkbookOpening(head, options)
        archive = opening.archive
        parser = opening.parser
        reader = XMLReader(opening.parser)
        // A row of a sheet takes many times what one of a text file takes, and Ctrl-C waits for a block.
        batchRows = min(options.batchRows, 8192)
        guard archive.open(opening.entry) else { throw Diagnostic.damagedWorkbook(head.path, at: head.span) }
        var notes = opening.notes
        var first: [SheetParser.Row] = []
        while first.count < 64, try Self.tell(archive, reader, head, &toldBytes) { first = parser.rows }
        let rows = parser.rows
        let lead = Self.headerRow(rows)
        guard let lead else {
            throw Diagnostic.emptySheet(head.path, opening.sheet, others: opening.sheets, at: head.span)
        }
        if lead.skipped > 0 { notes.append("\(lead.skipped) rows above the names of the columns passed over") }
        var cells = rows[lead.position].cells.map(\.bytes)
        while cells.last?.isEmpty == true { cells.removeLast() }
        // Remarks beside the table are a column without a name, where its first rows have some.
        let widest =
            rows[lead.position...].map { row in (row.cells.lastIndex { !$0.bytes.isEmpty } ?? -1) + 1 }.max() ?? 0
        while cells.count < widest { cells.append([]) }
        columnCount = cells.count
        let isData = options.hasHeader == nil && HeaderGuess.looksLikeData(cells)
        if isData { notes.append(HeaderGuess.note(columnCount)) }
        let hasHeader = !isData && options.hasHeader != false
        let names = cells.map { String(decoding: $0, as: UTF8.self) }
        header = hasHeader ? names : nil
        let shown = hasHeader ? RowWriter.line(names) : HeaderGuess.names(columnCount, 0x2C)
        rejectsStyle = .delimited(by: 0x2C, header: shown, prefixCells: RejectsFile.prefixCells(of: header))
        nextRow = lead.position + (hasHeader ? 1 : 0)
        line = rows[lead.position].number
        shape = FileShape(
            format: WorkbookFormat.name, encoding: "UTF-8", delimiter: "", byteCount: head.byteCount,
            saysEncoding: true,
            notes: notes)
    }

    /// In bytes of the file, taking it as undone evenly.
    var readBytes: Int {
        archive.byteCount == 0 ? 0 : min(head.byteCount, toldBytes * head.byteCount / archive.byteCount)
    }

    /// The first row that is not blank, where no title stands above it.
    private static func headerRow(_ rows: [SheetParser.Row]) -> (position: Int, skipped: Int)? {
        let known = rows.indices.filter { position in rows[position].cells.contains { !$0.bytes.isEmpty } }
        var skipped = 0
        func count(_ position: Int) -> Int { rows[known[position]].cells.count { !$0.bytes.isEmpty } }
        while skipped < min(10, known.count - 1), count(skipped) == 1, count(skipped + 1) >= 3 { skipped += 1 }
        return known.isEmpty ? nil : (known[skipped], skipped)
    }

    /// Hands the next bytes of the sheet to the parser; false at its end.
    private static func tell(
        _ archive: ZipArchive, _ reader: XMLReader, _ head: FileHead, _ toldBytes: inout Int
    ) throws -> Bool {
        try head.cancellation.check()
        guard let bytes = archive.read(), reader.parse(bytes, isLast: bytes.isEmpty) else {
            throw Diagnostic.damagedWorkbook(head.path, at: head.span)
        }
        toldBytes += bytes.count
        return !bytes.isEmpty
    }

    func next() throws -> RecordBlock? {
        if !archive.isOpen { isAtEnd = true }
        var writer = RowWriter(width: columnCount, capacity: batchRows, firstLine: line)
        while !writer.isFull {
            if nextRow < parser.rows.count {
                let row = parser.rows[nextRow]
                nextRow += 1
                line = row.number
                add(row, to: &writer)
                continue
            }
            parser.rows.removeAll(keepingCapacity: true)
            nextRow = 0
            if isAtEnd { break }
            if try !Self.tell(archive, reader, head, &toldBytes) { isAtEnd = true }
        }
        if !writer.isEmpty { return writer.block() }
        addNotes()
        return nil
    }

    private func addNotes() {
        let counts = [(parser.errorCells, "an error"), (parser.formulaCells, "a formula that was not worked out")]
        for (count, what) in counts where count > 0 {
            let note =
                "\(count) \(count == 1 ? "cell holds" : "cells hold") \(what) and \(count == 1 ? "is" : "are") missing"
            if !shape.notes.contains(note) { shape.notes.append(note) }
        }
    }

    private func add(_ row: SheetParser.Row, to writer: inout RowWriter) {
        if row.isBlank {
            writer.addBlankLine()
            return
        }
        var cells = row.cells
        while cells.count > columnCount, cells.last?.bytes.isEmpty == true { cells.removeLast() }
        while cells.count < columnCount { cells.append(([], .none)) }
        writer.add(cells, line: row.number)
    }

    func fingerprint() throws -> UInt64 {
        var file = try FileReader(head.source)
        return try file.wholeFingerprint()
    }
}

/// The sheet that is asked for, and what its cells refer to.
private struct WorkbookOpening {
    let archive: ZipArchive
    let parser: SheetParser
    let sheet: String
    /// All of them.
    let sheets: [String]
    let entry: String
    private(set) var notes: [String] = []

    init(_ head: FileHead, _ options: ImportOptions) throws {
        let zip = Diagnostic.foreignFile(
            head.path, is: "a zip archive and no workbook", help: "unzip FILE", at: head.span)
        guard let archive = ZipArchive(path: head.source.openablePath) else {
            throw Diagnostic.damagedWorkbook(head.path, at: head.span)
        }
        self.archive = archive
        let root = WorkbookRelations()
        _ = try archive.tell("_rels/.rels", to: root, head.cancellation)
        let book = WorkbookRelations.entry(root.kinds["officeDocument"] ?? "xl/workbook.xml", in: "")
        let directory = WorkbookDirectory()
        guard try archive.tell(book, to: directory, head.cancellation), let first = directory.sheets.first else {
            throw zip
        }
        let slash = book.lastIndex(of: "/").map { book.index(after: $0) } ?? book.startIndex
        let folder = String(book[..<slash])
        let relations = WorkbookRelations()
        guard try archive.tell("\(folder)_rels/\(book[slash...]).rels", to: relations, head.cancellation) else {
            throw zip
        }
        var chosen = directory.sheets.first { !$0.isHidden } ?? first
        let names = directory.sheets.map(\.name)
        if let part = options.part {
            guard let named = directory.sheets.first(where: { Name.same($0.name, part.text) }) else {
                throw Diagnostic.unknownPart(part, kind: "sheet", names)
            }
            chosen = named
        } else if names.count > 1 {
            let others = names.filter { $0 != chosen.name }.prefix(5).map { "`sheet \"\($0)\"`" }
            notes.append("read from sheet `\(chosen.name)`; others: \(others.joined(separator: ", "))")
        }
        sheet = chosen.name
        sheets = names
        guard let target = relations.targets[chosen.relation] else {
            throw Diagnostic.damagedWorkbook(head.path, at: head.span)
        }
        entry = WorkbookRelations.entry(target, in: folder)
        let texts = SharedTexts()
        if let target = relations.kinds["sharedStrings"] {
            guard try archive.tell(WorkbookRelations.entry(target, in: folder), to: texts, head.cancellation) else {
                throw Diagnostic.damagedWorkbook(head.path, at: head.span)
            }
        }
        let styles = WorkbookStyles()
        if let target = relations.kinds["styles"] {
            _ = try archive.tell(WorkbookRelations.entry(target, in: folder), to: styles, head.cancellation)
        }
        parser = SheetParser(texts, styles, countsFrom1904: directory.countsFrom1904)
    }
}
