import ReachColumns
import ReachDiagnostics
import ReachKernels

/// One sheet of an Excel workbook (ECMA-376): a zip archive whose sheet is compressed as rows come, on all threads. Numbers that a
/// spreadsheet would round (over 15 digits) are written as text in cells of numbers; days before March 1900, fractions of a millisecond, and times that a clock shows twice
/// as text.
struct XLSXWriter: TableWriter {
    static let name = "xlsx"
    static let suffixes = [".xlsx"]
    /// A sheet has 1,048,576 rows, the header's included.
    static let rowLimit: Int? = 1_048_575

    private let columns: [ExportColumn]
    private let zone: Zone
    private let tags: [Tags]
    /// All of the archive before the sheet's compressed bytes.
    private let archive: ZipWriter

    init(columns: [ExportColumn], zone: Zone) {
        self.columns = columns
        self.zone = zone
        let styles = SheetStyles(columns.map(\.type))
        tags = zip(columns, styles.codes).map { Tags($0.type, style: $1) }
        var archive = ZipWriter()
        for (name, text) in WorkbookParts.all + [("xl/styles.xml", styles.xml)] {
            archive.add(name, Array(text.utf8))
        }
        archive.open("xl/worksheets/sheet1.xml")
        self.archive = archive
    }

    func begin(_ first: EncodedRows?) throws -> EncodedRows {
        var sheet = Array(WorkbookParts.sheetHead.utf8)
        sheet += Array("<row>".utf8)
        for column in columns {
            try appendText(Array(column.name.utf8)[...], Tags.text(SheetStyles.header), column, to: &sheet)
        }
        sheet += Array("</row>".utf8)
        var rows = try compressed(sheet, rowCount: 0)
        rows.bytes = archive.bytes + rows.bytes
        rows.byteCount = rows.bytes.count
        return rows
    }

    func encode(_ block: CellBlock, checkpoint: () throws -> Void) throws -> EncodedRows {
        var sheet: [UInt8] = []
        var written = EncodedRows(bytes: [])
        let looks = zip(block.columns, columns).map { ColumnLook($0, $1, isMarked: true) }
        let telling = block.columns.enumerated().map { position, cells -> Int? in
            if case .floats(let floats) = cells.storage { return FloatColumn.tellingRow(floats, cells.missing) }
            let isDoubtful = columns[position].type == .text && !looks[position].isSurelyText
            return isDoubtful ? cells.firstDateLikeRow : nil
        }
        for row in 0..<block.rowCount {
            if row & 1_023 == 0 { try checkpoint() }
            if sheet.count > Self.pieceBytes {
                try written.append(compressed(sheet, rowCount: 0))
                sheet.removeAll(keepingCapacity: true)
                try checkpoint()
            }
            sheet += Self.rowStart
            for (position, column) in columns.enumerated() {
                let tells = telling[position] == row
                try append(block.columns[position], row, column, tags[position], tells: tells, to: &sheet)
            }
            sheet += Self.rowEnd
        }
        try written.append(compressed(sheet, rowCount: block.rowCount))
        if block.rowCount > 0 { written.looks = looks }
        return written
    }

    func end(_ written: EncodedRows) throws -> [UInt8] {
        let tail = try compressed(Array(WorkbookParts.sheetTail.utf8), rowCount: 0, isLast: true)
        var whole = written
        whole.add(tail)
        guard whole.plainByteCount <= Int(UInt32.max), whole.byteCount <= Int(UInt32.max) else {
            throw Diagnostic.sheetTooLarge
        }
        var archive = self.archive
        return tail.bytes
            + archive.close(
                checksum: whole.checksum, byteCount: whole.byteCount - archive.bytes.count,
                plainByteCount: whole.plainByteCount)
    }

    func untold(_ written: EncodedRows) -> [ExportColumn] {
        zip(columns, written.looks).compactMap { $0.type == .text || $1.tells($0) ? nil : $0 }
    }

    private func compressed(_ sheet: [UInt8], rowCount: Int, isLast: Bool = false) throws -> EncodedRows {
        guard sheet.count <= 1 << 30, let bytes = deflated(sheet, isLast: isLast) else {
            throw Diagnostic.sheetTooLarge
        }
        var rows = EncodedRows(rowCount: rowCount, bytes: bytes)
        rows.plainByteCount = sheet.count
        rows.checksum = crc32(sheet)
        return rows
    }

    private func append(
        _ cells: CellColumn, _ row: Int, _ column: ExportColumn, _ tags: Tags, tells: Bool, to sheet: inout [UInt8]
    ) throws {
        if cells.isMissing(row) {
            sheet += Self.nothing
            return
        }
        if column.type == .text {
            var text = cells.text(row)
            if let digest = column.digest {
                text = digest(offsets: [0, UInt32(text.count)], bytes: Array(text)).bytes[...]
            }
            return try appendText(text, tells ? Self.textOnly : tags.text, column, to: &sheet)
        }
        let value = cells.value(row, of: column.type)
        let start = sheet.count
        sheet += tags.number
        let digits = sheet.count
        if appendNumber(value, to: &sheet) {
            if tells { FloatColumn.lengthen(digits..<sheet.count, of: &sheet) }
            sheet += Self.numberEnd
            return
        }
        sheet.removeLast(sheet.count - start)
        var text: [UInt8] = []
        ValueText.append(value, zone: zone, to: &text)
        try appendText(text[...], tags.long, column, to: &sheet)
    }

    /// As a sheet has numbers; false where it would change the value.
    private func appendNumber(_ value: Value, to sheet: inout [UInt8]) -> Bool {
        switch value {
        case .integer(let number) where number.magnitude <= Self.exactly: break
        case .decimal(let units, let scale) where units.magnitude <= Self.exactly && scale < 15: break
        case .float(let number) where number.isFinite: break
        case .boolean(let isTrue):
            sheet.append(isTrue ? UInt8(ascii: "1") : UInt8(ascii: "0"))
            return true
        case .date(let day):
            let serial = Int64(day) + Self.epoch
            guard Self.serials.contains(serial) else { return false }
            ValueText.append(.integer(serial), zone: .utc, to: &sheet)
            return true
        case .datetime(let instant):
            let wall = zone.wall(at: instant)
            let serial = floorDivide(wall, Zone.microsecondsPerDay) + Self.epoch
            guard Self.serials.contains(serial), wall % 1_000 == 0, zone.instant(ofWall: wall) == instant else {
                return false
            }
            let micros = wall + Self.epoch * Zone.microsecondsPerDay
            ValueText.append(.float(Double(micros) / Double(Zone.microsecondsPerDay)), zone: .utc, to: &sheet)
            return true
        case .integer, .decimal, .float, .text, .missing: return false
        }
        ValueText.append(value, zone: .utc, to: &sheet)
        return true
    }

    private func appendText(
        _ text: ArraySlice<UInt8>, _ tag: [UInt8], _ column: ExportColumn, to sheet: inout [UInt8]
    ) throws {
        sheet += tag
        let units = SheetText.append(text, to: &sheet)
        guard units <= Self.mostUnits else { throw Diagnostic.cellTooLong(column.name, units, limit: Self.mostUnits) }
        sheet += Self.textEnd
    }

    /// What a cell of a column begins with.
    private struct Tags: Sendable {
        let number: [UInt8]
        let text: [UInt8]
        /// Before what no number of a sheet can hold.
        let long: [UInt8]

        init(_ type: DataType, style: Int) {
            number = Array("<c s=\"\(style)\"\(type == .boolean ? " t=\"b\"" : "")><v>".utf8)
            text = Self.text(style)
            long = Self.text(type == .integer ? SheetStyles.integer : type.isNumeric ? style : SheetStyles.text)
        }

        static func text(_ style: Int) -> [UInt8] {
            Array("<c s=\"\(style)\" t=\"inlineStr\"><is><t xml:space=\"preserve\">".utf8)
        }
    }

    private static let textOnly = Tags.text(SheetStyles.textOnly)
    private static let numberEnd = Array("</v></c>".utf8)
    private static let rowStart = Array("<row>".utf8)
    private static let rowEnd = Array("</row>".utf8)
    private static let nothing = Array("<c/>".utf8)
    private static let textEnd = Array("</t></is></c>".utf8)
    /// What is compressed at a time: some 20 ms.
    private static let pieceBytes = 1 << 20
    private static let mostUnits = 32_767
    /// The largest number of 15 digits.
    private static let exactly: UInt64 = 999_999_999_999_999
    /// 1970-01-01 as a sheet counts days.
    private static let epoch: Int64 = 25_569
    /// 1900-03-01 to 9999-12-31. Before that the count holds a day that never was.
    private static let serials: ClosedRange<Int64> = 61...2_958_465
}
