import ReachColumns

/// The parts of a workbook that are the same for every table.
enum WorkbookParts {
    private static let head = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n"
    private static let packages = "http://schemas.openxmlformats.org/package/2006"
    private static let documents = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    private static let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    private static let types = "application/vnd.openxmlformats-officedocument.spreadsheetml"

    static let all: [(name: String, text: String)] = [
        (
            "[Content_Types].xml",
            head + "<Types xmlns=\"\(packages)/content-types\">"
                + "<Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>"
                + "<Default Extension=\"xml\" ContentType=\"application/xml\"/>"
                + "<Override PartName=\"/xl/workbook.xml\" ContentType=\"\(types).sheet.main+xml\"/>"
                + "<Override PartName=\"/xl/worksheets/sheet1.xml\" ContentType=\"\(types).worksheet+xml\"/>"
                + "<Override PartName=\"/xl/styles.xml\" ContentType=\"\(types).styles+xml\"/></Types>"
        ),
        (
            "_rels/.rels",
            head + "<Relationships xmlns=\"\(packages)/relationships\">"
                + "<Relationship Id=\"rId1\" Type=\"\(documents)/officeDocument\" Target=\"xl/workbook.xml\"/>"
                + "</Relationships>"
        ),
        (
            "xl/workbook.xml",
            head + "<workbook xmlns=\"\(main)\" xmlns:r=\"\(documents)\"><sheets>"
                + "<sheet name=\"Export\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>"
        ),
        (
            "xl/_rels/workbook.xml.rels",
            head + "<Relationships xmlns=\"\(packages)/relationships\">"
                + "<Relationship Id=\"rId1\" Type=\"\(documents)/worksheet\" Target=\"worksheets/sheet1.xml\"/>"
                + "<Relationship Id=\"rId2\" Type=\"\(documents)/styles\" Target=\"styles.xml\"/></Relationships>"
        ),
    ]

    /// The header stays in sight.
    static let sheetHead =
        head + "<worksheet xmlns=\"\(main)\"><sheetViews><sheetView workbookViewId=\"0\">"
        + "<pane ySplit=\"1\" topLeftCell=\"A2\" activePane=\"bottomLeft\" state=\"frozen\"/></sheetView></sheetViews>"
        + "<sheetData>"
    static let sheetTail = "</sheetData></worksheet>"

    static func styles(numberFormats: [String]) -> String {
        let formats = numberFormats.enumerated().map { index, code in
            "<numFmt numFmtId=\"\(164 + index)\" formatCode=\"\(code)\"/>"
        }
        let cells = numberFormats.indices.map { index in
            "<xf numFmtId=\"\(164 + index)\" fontId=\"0\" fillId=\"0\" borderId=\"0\" xfId=\"0\" applyNumberFormat=\"1\"/>"
        }
        return head + "<styleSheet xmlns=\"\(main)\"><numFmts count=\"\(formats.count)\">\(formats.joined())</numFmts>"
            + "<fonts count=\"2\"><font><sz val=\"11\"/><name val=\"Calibri\"/></font>"
            + "<font><b/><sz val=\"11\"/><name val=\"Calibri\"/></font></fonts>"
            + "<fills count=\"2\"><fill><patternFill patternType=\"none\"/></fill>"
            + "<fill><patternFill patternType=\"gray125\"/></fill></fills>"
            + "<borders count=\"1\"><border><left/><right/><top/><bottom/><diagonal/></border></borders>"
            + "<cellStyleXfs count=\"1\"><xf numFmtId=\"0\" fontId=\"0\" fillId=\"0\" borderId=\"0\"/></cellStyleXfs>"
            + "<cellXfs count=\"\(cells.count + SheetStyles.firstFormat)\">"
            + "<xf numFmtId=\"0\" fontId=\"0\" fillId=\"0\" borderId=\"0\" xfId=\"0\"/>"
            + "<xf numFmtId=\"49\" fontId=\"1\" fillId=\"0\" borderId=\"0\" xfId=\"0\" applyFont=\"1\"/>"
            + "<xf numFmtId=\"49\" fontId=\"0\" fillId=\"0\" borderId=\"0\" xfId=\"0\" applyNumberFormat=\"1\"/>"
            + "<xf numFmtId=\"49\" fontId=\"0\" fillId=\"0\" borderId=\"0\" xfId=\"0\" quotePrefix=\"1\" applyNumberFormat=\"1\"/>"
            + "<xf numFmtId=\"1\" fontId=\"0\" fillId=\"0\" borderId=\"0\" xfId=\"0\" applyNumberFormat=\"1\"/>"
            + cells.joined() + "</cellXfs><cellStyles count=\"1\">"
            + "<cellStyle name=\"Normal\" xfId=\"0\" builtinId=\"0\"/></cellStyles></styleSheet>"
    }
}

/// How the cells of each column look.
struct SheetStyles: Sendable {
    static let general = 0
    static let header = 1
    static let text = 2
    /// Text as if a `'` had been typed before it: nothing but text, whatever it looks like.
    static let textOnly = 3
    static let integer = 4
    static let firstFormat = 5
    /// By column.
    let codes: [Int]
    let xml: String

    init(_ types: [DataType]) {
        var formats = ["yyyy-mm-dd", "yyyy-mm-dd hh:mm:ss"]
        var codes: [Int] = []
        for type in types {
            switch type {
            case .text: codes.append(Self.text)
            case .integer, .float, .boolean: codes.append(Self.general)
            case .date: codes.append(Self.firstFormat)
            case .datetime: codes.append(Self.firstFormat + 1)
            case .decimal(let scale):
                let format = scale == 0 ? "0" : "0." + String(repeating: "0", count: scale)
                let place = formats.firstIndex(of: format) ?? formats.count
                if place == formats.count { formats.append(format) }
                codes.append(Self.firstFormat + place)
            }
        }
        self.codes = codes
        xml = WorkbookParts.styles(numberFormats: formats)
    }
}
