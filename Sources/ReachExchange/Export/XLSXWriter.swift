import ReachColumns
import ReachDiagnostics
import ReachKernels

/// One sheet of an Excel workbook (ECMA-376): a zip archive whose sheet is compressed as rows come, on all threads. Numbers that a
/// spreadsheet would round (over 15 digits), days before March 1900, and times that a clock shows twice are written as text.
struct XLSXWriter: TableWriter {
    static let name = "xlsx"
    static let suffixes = [".xlsx"]
    /// A sheet has 1,048,576 rows, the header's included.
    static let rowLimit: Int? = 1_048_575

    private let columns: [ExportColumn]
    private let zone: Zone
    private let styles: SheetStyles
    /// All of the archive before the sheet's compressed bytes.
    private let archive: ZipArchive

    init(columns: [ExportColumn], zone: Zone) {
        self.columns = columns
        self.zone = zone
        styles = SheetStyles(columns.map(\.type))
        var archive = ZipArchive()
        for (name, text) in WorkbookParts.all + [("xl/styles.xml", styles.xml)] {
            archive.add(name, Array(text.utf8))
        }
        archive.open("xl/worksheets/sheet1.xml")
        self.archive = archive
    }

    func begin() throws -> EncodedRows {
        var sheet = Array(WorkbookParts.sheetHead.utf8)
        sheet += Array("<row>".utf8)
        for column in columns {
            try appendText(Array(column.name.utf8)[...], style: SheetStyles.header, column, to: &sheet)
        }
        sheet += Array("</row>".utf8)
        var rows = try compressed(sheet, rowCount: 0)
        rows.bytes = archive.bytes + rows.bytes
        rows.byteCount = rows.bytes.count
        return rows
    }

    func encode(_ block: CellBlock) throws -> EncodedRows {
        var sheet: [UInt8] = []
        for row in 0..<block.rowCount {
            sheet += Self.rowStart
            for (position, column) in columns.enumerated() {
                try append(block.columns[position], row, column, styles.codes[position], to: &sheet)
            }
            sheet += Self.rowEnd
        }
        return try compressed(sheet, rowCount: block.rowCount)
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
        _ cells: CellColumn, _ row: Int, _ column: ExportColumn, _ style: Int, to sheet: inout [UInt8]
    ) throws {
        if cells.isMissing(row) {
            sheet += Self.nothing
            return
        }
        if column.type == .text {
            var text = cells.text(row)
            if column.isHashed { text = sha256Texts(offsets: [0, UInt32(text.count)], bytes: Array(text)).bytes[...] }
            return try appendText(text, style: style, column, to: &sheet)
        }
        let value = cells.value(row, of: column.type)
        guard let number = number(value) else {
            var text: [UInt8] = []
            ValueText.append(value, zone: zone, to: &text)
            return try appendText(text[...], style: SheetStyles.text, column, to: &sheet)
        }
        sheet += Array("<c s=\"\(style)\"\(column.type == .boolean ? " t=\"b\"" : "")><v>\(number)</v></c>".utf8)
    }

    /// As a sheet has numbers; nil where it would change the value.
    private func number(_ value: Value) -> String? {
        switch value {
        case .integer(let number): return number.magnitude <= Self.exactly ? String(number) : nil
        case .boolean(let isTrue): return isTrue ? "1" : "0"
        case .float(let number): return number.isFinite ? ValueText.string(value, zone: .utc) : nil
        case .decimal(let units, _): return units.magnitude <= Self.exactly ? ValueText.string(value, zone: .utc) : nil
        case .date(let day):
            let serial = Int64(day) + Self.epoch
            return Self.serials.contains(serial) ? String(serial) : nil
        case .datetime(let instant):
            let wall = zone.wall(at: instant)
            let serial = floorDivide(wall, Zone.microsecondsPerDay) + Self.epoch
            guard Self.serials.contains(serial), zone.instant(ofWall: wall) == instant else { return nil }
            let micros = wall + Self.epoch * Zone.microsecondsPerDay
            return ValueText.string(.float(Double(micros) / Double(Zone.microsecondsPerDay)), zone: .utc)
        case .text, .missing: return nil
        }
    }

    private func appendText(
        _ text: ArraySlice<UInt8>, style: Int, _ column: ExportColumn, to sheet: inout [UInt8]
    ) throws {
        sheet += Array("<c s=\"\(style)\" t=\"inlineStr\"><is><t xml:space=\"preserve\">".utf8)
        let units = SheetText.append(text, to: &sheet)
        guard units <= Self.mostUnits else { throw Diagnostic.cellTooLong(column.name, units, limit: Self.mostUnits) }
        sheet += Self.textEnd
    }

    private static let rowStart = Array("<row>".utf8)
    private static let rowEnd = Array("</row>".utf8)
    private static let nothing = Array("<c/>".utf8)
    private static let textEnd = Array("</t></is></c>".utf8)
    private static let mostUnits = 32_767
    /// The largest number of 15 digits.
    private static let exactly: UInt64 = 999_999_999_999_999
    /// 1970-01-01 as a sheet counts days.
    private static let epoch: Int64 = 25_569
    /// 1900-03-01 to 9999-12-31. Before that the count holds a day that never was.
    private static let serials: ClosedRange<Int64> = 61...2_958_465
}

/// Text between tags.
enum SheetText {
    /// Appends it escaped; characters that XML cannot hold as `_x0001_` (ECMA-376, 22.9.2.19), and what looks like one of those too.
    /// Gives its length in UTF-16 units.
    static func append(_ text: ArraySlice<UInt8>, to sheet: inout [UInt8]) -> Int {
        var units = 0
        var index = text.startIndex
        while index < text.endIndex {
            let byte = text[index]
            // A byte that begins a character counts one, or two outside the basic plane.
            if byte & 0xC0 != 0x80 { units += byte >= 0xF0 ? 2 : 1 }
            switch byte {
            case UInt8(ascii: "&"): sheet += Array("&amp;".utf8)
            case UInt8(ascii: "<"): sheet += Array("&lt;".utf8)
            case UInt8(ascii: ">"): sheet += Array("&gt;".utf8)
            case 0x09, 0x0A: sheet.append(byte)
            case 0..<0x20: sheet += Array("_x00\(hex(byte))_".utf8)
            case UInt8(ascii: "_") where looksEscaped(text[index...]): sheet += Array("_x005F_".utf8)
            case 0xEF
            where text[index...].starts(with: [0xEF, 0xBF, 0xBE]) || text[index...].starts(with: [0xEF, 0xBF, 0xBF]):
                sheet += Array("_xFF\(hex(text[index + 2] | 0xC0))_".utf8)
                index += 2
            default: sheet.append(byte)
            }
            index += 1
        }
        return units
    }

    /// `_x` and four digits and `_`.
    private static func looksEscaped(_ text: ArraySlice<UInt8>) -> Bool {
        let head = Array(text.prefix(7))
        return head.count == 7 && head[1] == UInt8(ascii: "x") && head[6] == UInt8(ascii: "_")
            && head[2..<6].allSatisfy { (0x30...0x39).contains($0) || (0x41...0x46).contains($0 & 0xDF) }
    }

    private static func hex(_ byte: UInt8) -> String {
        let digits = String(byte, radix: 16, uppercase: true)
        return digits.count == 1 ? "0" + digits : digits
    }
}
