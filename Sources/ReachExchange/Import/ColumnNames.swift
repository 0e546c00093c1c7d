import ReachDiagnostics

/// The names of a file's columns: as the file has them, and as the table will.
struct ColumnNames: Sendable {
    /// Exactly as written.
    let source: [String]
    /// Trimmed, made unique, renamed as the statement says.
    private(set) var final: [String]
    /// Positions whose header is empty.
    let unnamed: Set<Int>
    private(set) var notes: [String] = []

    init(header: [String]?, count: Int, prefixCells: Int, renames: [ImportOptions.Rename]) throws {
        source = header ?? Array(repeating: "", count: count)
        var final: [String] = []
        var unnamed: Set<Int> = []
        var taken: Set<String> = []
        var notes: [String] = []
        for (position, name) in source.enumerated() {
            var clean = Self.cleaned(name)
            if clean.isEmpty {
                unnamed.insert(position)
                clean = "column_\(position + 1 - prefixCells)"
            }
            var unique = clean
            var number = 2
            while !taken.insert(Name.fold(unique)).inserted {
                unique = "\(clean)_\(number)"
                number += 1
            }
            if unique != clean { notes.append("a second column `\(clean)` is called `\(unique)`") }
            final.append(unique)
        }
        self.unnamed = unnamed
        self.notes = notes
        self.final = final
        try apply(renames)
    }

    /// Without blanks at the ends; line ends and other control characters, which no name can hold, become blanks.
    private static func cleaned(_ name: String) -> String {
        var scalars = String.UnicodeScalarView()
        for scalar in normalFormC(name).unicodeScalars {
            let isControl = scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value) || scalar.value == 0xFEFF
            let isBlank = isControl || scalar.properties.isWhitespace
            if isBlank, scalars.last?.value == 0x20 || scalars.isEmpty { continue }
            scalars.append(isBlank ? " " : scalar)
        }
        if scalars.last?.value == 0x20 { scalars.removeLast() }
        return String(scalars)
    }

    private mutating func apply(_ renames: [ImportOptions.Rename]) throws {
        for rename in renames {
            let position = try self.position(of: rename.old)
            final[position] = rename.new.text
        }
        for rename in renames where final.count(where: { Name.same($0, rename.new.text) }) > 1 {
            throw Diagnostic.renameCollides(rename.new)
        }
    }

    /// Renames a column by position; false where the name is taken.
    mutating func rename(_ position: Int, to name: String) -> Bool {
        if final.contains(where: { Name.same($0, name) }) { return false }
        notes.append("`\(final[position])` is the table's `\(name)`")
        final[position] = name
        return true
    }

    /// By the final name, else by the one in the file.
    func position(of name: OptionText) throws -> Int {
        let folded = Name.fold(name.text)
        if let position = final.firstIndex(where: { Name.fold($0) == folded }) { return position }
        if let position = source.firstIndex(where: { Name.fold(Self.cleaned($0)) == folded }) { return position }
        throw Diagnostic.unknownFileColumn(name, columns: final)
    }
}
