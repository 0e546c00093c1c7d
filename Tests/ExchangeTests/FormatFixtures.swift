import CBzip2
import CZlib
import CZstd
import GRDBSQLite

/// Files of other formats, made here.
enum Fixture {
    static func gzip(_ bytes: [UInt8], at path: String) {
        // SAFETY: zlib reads the bytes during the call and no longer.
        guard let file = unsafe gzopen(path, "wb") else { return }
        unsafe bytes.withUnsafeBytes { _ = unsafe gzwrite(file, $0.baseAddress, UInt32($0.count)) }
        unsafe gzclose(file)
    }

    static func zstd(_ bytes: [UInt8]) -> [UInt8] {
        let bound = ZSTD_compressBound(bytes.count)
        // SAFETY: zstd writes no more than the bound and says how many.
        return unsafe [UInt8](unsafeUninitializedCapacity: bound) { buffer, count in
            unsafe bytes.withUnsafeBytes { source in
                unsafe count = ZSTD_compress(buffer.baseAddress, bound, source.baseAddress, source.count, 3)
            }
        }
    }

    static func bzip2(_ bytes: [UInt8]) -> [UInt8] {
        var source = bytes.map { CChar(bitPattern: $0) }
        var output = Array(repeating: CChar(0), count: bytes.count * 2 + 1024)
        var count = UInt32(output.count)
        // SAFETY: the library reads the source and writes at most `count` bytes of the output.
        unsafe _ = BZ2_bzBuffToBuffCompress(&output, &count, &source, UInt32(source.count), 1, 0, 0)
        return output.prefix(Int(count)).map { UInt8(bitPattern: $0) }
    }

    /// A zip archive of stored entries.
    static func zip(_ entries: [(name: String, text: String)]) -> [UInt8] {
        func words(_ values: [(UInt32, Int)]) -> [UInt8] {
            values.flatMap { value, size in (0..<size).map { UInt8(truncatingIfNeeded: value >> UInt32(8 * $0)) } }
        }
        var archive: [UInt8] = []
        var directory: [UInt8] = []
        for entry in entries {
            let bytes = Array(entry.text.utf8)
            let name = Array(entry.name.utf8)
            // SAFETY: the bytes outlive the call.
            let sum = unsafe bytes.withUnsafeBufferPointer { buffer in
                unsafe UInt32(truncatingIfNeeded: crc32(0, buffer.baseAddress, UInt32(buffer.count)))
            }
            let size = UInt32(bytes.count)
            let shared: [(UInt32, Int)] = [
                (20, 2), (0, 2), (0, 2), (0, 4), (sum, 4), (size, 4), (size, 4), (UInt32(name.count), 2), (0, 2),
            ]
            directory += words([(0x0201_4B50, 4), (20, 2)] + shared + [(0, 2), (0, 2), (0, 2), (0, 4)])
            directory += words([(UInt32(archive.count), 4)]) + name
            archive += words([(0x0403_4B50, 4)] + shared) + name + bytes
        }
        let start = UInt32(archive.count)
        let count = UInt32(entries.count)
        return archive + directory
            + words([
                (0x0605_4B50, 4), (0, 2), (0, 2), (count, 2), (count, 2), (UInt32(directory.count), 4), (start, 4),
                (0, 2),
            ])
    }

    /// A workbook of sheets given as the XML of their rows. Style 1 shows dates, 2 dates with times, 3 times of day.
    static func workbook(
        _ sheets: [(name: String, rows: String)], texts: [String] = [], from1904: Bool = false
    ) -> [UInt8] {
        let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
        let kinds = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
        func relation(_ id: String, _ kind: String, _ target: String) -> String {
            "<Relationship Id=\"\(id)\" Type=\"\(kinds)/\(kind)\" Target=\"\(target)\"/>"
        }
        func relations(_ list: String) -> String {
            "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">\(list)</Relationships>"
        }
        let list = sheets.enumerated().map { number, sheet in
            "<sheet name=\"\(sheet.name)\" sheetId=\"\(number + 1)\" r:id=\"s\(number)\"/>"
        }
        var entries = [
            ("_rels/.rels", relations(relation("r", "officeDocument", "xl/workbook.xml"))),
            (
                "xl/workbook.xml",
                "<workbook xmlns=\"\(main)\" xmlns:r=\"\(kinds)\"><workbookPr date1904=\"\(from1904 ? 1 : 0)\"/>"
                    + "<sheets>\(list.joined())</sheets></workbook>"
            ),
            (
                "xl/_rels/workbook.xml.rels",
                relations(
                    sheets.indices.map { relation("s\($0)", "worksheet", "worksheets/sheet\($0 + 1).xml") }.joined()
                        + relation("t", "sharedStrings", "sharedStrings.xml")
                        + relation("f", "styles", "/xl/styles.xml"))
            ),
            (
                "xl/sharedStrings.xml",
                "<sst xmlns=\"\(main)\">" + texts.map { "<si><t xml:space=\"preserve\">\($0)</t></si>" }.joined()
                    + "</sst>"
            ),
            (
                "xl/styles.xml",
                "<styleSheet xmlns=\"\(main)\"><numFmts><numFmt numFmtId=\"164\" formatCode=\"dd\\.mm\\.yyyy\"/></numFmts>"
                    + "<cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"164\"/><xf numFmtId=\"22\"/><xf numFmtId=\"20\"/></cellXfs>"
                    + "</styleSheet>"
            ),
        ]
        for (number, sheet) in sheets.enumerated() {
            entries.append(
                (
                    "xl/worksheets/sheet\(number + 1).xml",
                    "<worksheet xmlns=\"\(main)\"><sheetData>\(sheet.rows)</sheetData></worksheet>"
                ))
        }
        return zip(entries.map { (name: $0.0, text: $0.1) })
    }

    static func database(_ sql: String, at path: String) {
        var connection: OpaquePointer?
        // SAFETY: the connection is opened and closed here; texts live for the calls.
        unsafe sqlite3_open(path, &connection)
        unsafe sqlite3_exec(connection, sql, nil, nil, nil)
        unsafe sqlite3_close(connection)
    }
}
