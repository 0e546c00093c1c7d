import ReachDiagnostics

/// Writes a template anew with numbers for names, which may be of any script and hold blanks, and with defaults taken out.
struct TemplateRewriter {
    private let isHTML: Bool
    private let channel: String
    private let partials: [String: String]
    private(set) var variables: [String] = []
    /// By folded name.
    private(set) var positions: [String: Int] = [:]
    private(set) var tags: [CompiledText.VariableTag] = []
    /// Texts of the partials in use, rewritten, by the name they have in the rewritten text.
    private(set) var library: [String: String] = [:]
    private var partialNames: [String: String] = [:]
    /// Partials being rewritten, outermost first.
    private var including: [String] = []

    private struct Open {
        let tag: TemplateTag
        /// What the rewritten closing tag names.
        let written: String
        let path: [(variable: Int, isInverted: Bool)]
        /// Nil where the section is a block.
        let variable: Int?
    }

    init(isHTML: Bool, channel: String, partials: [String: String]) {
        self.isHTML = isHTML
        self.channel = channel
        self.partials = partials
    }

    mutating func rewritten(
        _ pieces: [TemplatePiece], path outer: [(variable: Int, isInverted: Bool)] = []
    ) throws -> String {
        var open: [Open] = []
        var text = ""
        for piece in pieces {
            guard case .tag(let tag) = piece else {
                if case .text(let plain) = piece { text += plain }
                continue
            }
            let path = open.last?.path ?? outer
            switch tag.kind {
            case .variable, .unescaped: text += try variable(tag, path, open)
            case .section, .inverted:
                let position = self.position(tag.name)
                let written = Self.applied(tag.transforms, to: "s\(position)")
                let inside = path + [(position, tag.kind == .inverted)]
                open.append(Open(tag: tag, written: written, path: inside, variable: position))
                text += (tag.kind == .section ? "{{#" : "{{^") + written + "}}"
            case .parent, .block:
                let written = tag.kind == .parent ? try partial(tag.name, path) : tag.name
                open.append(Open(tag: tag, written: written, path: path, variable: nil))
                text += (tag.kind == .parent ? "{{<" : "{{$") + written + "}}"
            case .close:
                guard let last = open.popLast() else {
                    throw Diagnostic.templateSyntax("`\(tag.source)` closes nothing")
                }
                guard Name.same(last.tag.name, tag.name), last.tag.transforms == tag.transforms else {
                    throw Diagnostic.templateSyntax("`\(tag.source)` closes `\(last.tag.source)`")
                }
                text += "{{/" + last.written + "}}"
            case .partial: text += "{{> " + (try partial(tag.name, path)) + "}}"
            case .comment: text += "{{! }}"
            // Delimiters are the usual ones from here on; the line they stand on is treated alike.
            case .pragma: text += tag.name.isEmpty ? "{{! }}" : "{{%" + tag.name + "}}"
            }
        }
        if let last = open.last { throw Diagnostic.templateSyntax("`\(last.tag.source)` is not closed") }
        return text
    }

    private mutating func variable(
        _ tag: TemplateTag, _ path: [(variable: Int, isInverted: Bool)], _ open: [Open]
    ) throws -> String {
        var name = tag.name
        if name == "." {
            guard let section = open.last(where: { $0.tag.kind == .section }) else {
                throw Diagnostic.templateSyntax("`\(tag.source)` stands in no section")
            }
            name = section.tag.name
        }
        tags.append(.init(variable: position(name), fallback: tag.fallback, path: path))
        let written = Self.applied(tag.transforms, to: "v\(tags.count - 1)")
        return isHTML && tag.kind == .variable ? "{{" + written + "}}" : "{{{" + written + "}}}"
    }

    private mutating func position(_ name: String) -> Int {
        let folded = Name.fold(name)
        if let known = positions[folded] { return known }
        positions[folded] = variables.count
        variables.append(name)
        return variables.count - 1
    }

    /// The name under which the partial's text is in the library.
    private mutating func partial(_ name: String, _ path: [(variable: Int, isInverted: Bool)]) throws -> String {
        let folded = Name.fold(name)
        if including.contains(folded) { throw Diagnostic.templateCycle(name) }
        guard let text = partials[folded] else {
            throw Diagnostic.unknownPartial(name, channel: channel, known: partials.keys.sorted())
        }
        // Where it stands decides which of its variables are looked at, so every place has a copy of its own.
        let written = "p\(library.count)"
        library[written] = ""
        including.append(folded)
        library[written] = try rewritten(try TemplateScanner.pieces(of: text), path: path)
        including.removeLast()
        return written
    }

    private static func applied(_ transforms: [String], to name: String) -> String {
        transforms.reversed().reduce(name) { "\($1)(\($0))" }
    }
}
