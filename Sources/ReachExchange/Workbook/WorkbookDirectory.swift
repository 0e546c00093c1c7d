/// The sheets of a workbook and where its parts are.
final class WorkbookDirectory: XMLHandler {
    struct Sheet {
        let name: String
        let relation: String
        let isHidden: Bool
    }

    private(set) var sheets: [Sheet] = []
    /// Days are counted from 1904 on, as old Macintosh programs did.
    private(set) var countsFrom1904 = false

    func start(_ name: String, _ attributes: XMLAttributes) {
        switch name {
        case "sheet":
            sheets.append(
                Sheet(
                    name: attributes["name"] ?? "", relation: attributes["id"] ?? "",
                    isHidden: (attributes["state"] ?? "visible") != "visible"))
        case "workbookPr": countsFrom1904 = ["1", "true"].contains(attributes["date1904"] ?? "")
        default: break
        }
    }

    func end(_ name: String) {}
    func text(_ bytes: UnsafeBufferPointer<UInt8>) {}
}

/// What one part of the package says of the others.
final class WorkbookRelations: XMLHandler {
    private(set) var targets: [String: String] = [:]
    /// By the last word of the kind: `sharedStrings`, `styles`, `officeDocument`.
    private(set) var kinds: [String: String] = [:]

    func start(_ name: String, _ attributes: XMLAttributes) {
        guard name == "Relationship", let target = attributes["Target"] else { return }
        if let id = attributes["Id"] { targets[id] = target }
        if let kind = attributes["Type"]?.split(separator: "/").last { kinds[String(kind)] = target }
    }

    func end(_ name: String) {}
    func text(_ bytes: UnsafeBufferPointer<UInt8>) {}

    /// The name of an entry that a relation of an entry in `folder` names.
    static func entry(_ target: String, in folder: String) -> String {
        if target.hasPrefix("/") { return String(target.dropFirst()) }
        var parts = folder.split(separator: "/").map(String.init)
        for part in target.split(separator: "/") {
            if part == ".." { _ = parts.popLast() } else if part != "." { parts.append(String(part)) }
        }
        return parts.joined(separator: "/")
    }
}

/// The texts that cells name by number.
final class SharedTexts: XMLHandler {
    private var bytes: [UInt8] = []
    private var ends: [Int] = []
    private var isInText = false
    private var phoneticDepth = 0

    subscript(_ number: Int) -> [UInt8]? {
        guard ends.indices.contains(number) else { return nil }
        return Array(bytes[(number == 0 ? 0 : ends[number - 1])..<ends[number]])
    }

    func start(_ name: String, _ attributes: XMLAttributes) {
        // How a text is pronounced is no part of it.
        if name == "rPh" { phoneticDepth += 1 }
        isInText = name == "t" && phoneticDepth == 0
    }

    func end(_ name: String) {
        if name == "rPh" { phoneticDepth -= 1 }
        if name == "si" { ends.append(bytes.count) }
        isInText = false
    }

    func text(_ text: UnsafeBufferPointer<UInt8>) {
        if isInText { unsafe bytes.append(contentsOf: text) }
    }
}

/// Which of a workbook's styles show numbers as dates or times.
final class WorkbookStyles: XMLHandler {
    struct Kind: Hashable {
        var hasDate = false
        var hasTime = false
        /// The format is one of numbers; `General` is not.
        var isNumber = false
        /// What was typed began with `'`.
        var isTextOnly = false
    }

    /// By number of the style.
    private(set) var kinds: [Kind] = []
    private var formats: [Int: Kind] = [:]
    private var isInCells = false

    func start(_ name: String, _ attributes: XMLAttributes) {
        switch name {
        case "numFmt":
            guard let number = attributes["numFmtId"].flatMap(Int.init) else { return }
            formats[number] = Self.kind(of: attributes["formatCode"] ?? "")
        case "cellXfs": isInCells = true
        case "xf" where isInCells:
            let number = attributes["numFmtId"].flatMap(Int.init) ?? 0
            var kind = formats[number] ?? Self.standard(number)
            kind.isTextOnly = ["1", "true"].contains(attributes["quotePrefix"] ?? "")
            kinds.append(kind)
        default: break
        }
    }

    func end(_ name: String) {
        if name == "cellXfs" { isInCells = false }
    }

    func text(_ bytes: UnsafeBufferPointer<UInt8>) {}

    /// ECMA-376 part 1, 18.8.30: formats that need not be written down.
    private static func standard(_ number: Int) -> Kind {
        switch number {
        case 14...17, 27...31, 34...36, 50...54, 57, 58: Kind(hasDate: true)
        case 18...21, 32, 33, 45, 47, 55, 56: Kind(hasTime: true)
        case 22: Kind(hasDate: true, hasTime: true)
        case 1...4: Kind(isNumber: true)
        default: Kind()
        }
    }

    /// `dd.mm.yyyy hh:mm` has both. What is quoted, escaped or in brackets is no code; a duration, `[h]:mm`, is a number.
    static func kind(of code: String) -> Kind {
        var kind = Kind()
        var isQuoted = false
        var isEscaped = false
        var bracket: String?
        for character in code.split(separator: ";", maxSplits: 1).first ?? "" {
            if isEscaped {
                isEscaped = false
            } else if isQuoted {
                isQuoted = character != "\""
            } else if let inside = bracket {
                if character == "]" {
                    if ["h", "hh", "m", "mm", "s", "ss"].contains(inside.lowercased()) { return Kind() }
                    bracket = nil
                } else {
                    bracket = inside + String(character)
                }
            } else {
                switch character {
                case "\"": isQuoted = true
                case "\\", "_", "*": isEscaped = true
                case "[": bracket = ""
                case "y", "Y", "d", "D": kind.hasDate = true
                case "h", "H", "s", "S": kind.hasTime = true
                case "0", "#", "?": if !kind.hasDate, !kind.hasTime { return Kind(isNumber: true) }
                case "m", "M":
                    if !kind.hasTime {
                        kind.hasDate = kind.hasDate || !code.lowercased().contains("h") && !code.contains(":")
                    }
                default: break
                }
            }
        }
        return code.lowercased() == "general" ? Kind() : kind
    }
}
