import ReachDiagnostics

/// What a template comes to where it is made of constants, variables and sections alone.
indirect enum TemplateNode: Hashable, Sendable {
    /// UTF-8.
    case constant([UInt8])
    /// Position in `CompiledText.variables`, and what is done to its value before it is printed; the fallback, ready to be printed, takes
    /// the place of a missing value.
    case variable(Int, [TextTransform], fallback: [UInt8]?)
    /// Stands where the variable holds (`isInverted`: where it does not).
    case section(Int, isInverted: Bool, [TemplateNode])
}

/// Builds nodes out of pieces, with lines that hold a lone section tag or comment taken away, as mustache does.
struct TemplateCompiler {
    private let pieces: [TemplatePiece]
    private let variable: (String) -> Int
    private let escapes: Bool
    private let partials: [String: String]
    private var index = 0

    /// Nil where the template uses more of mustache than constants, variables, sections and other templates. `variable` gives each name
    /// its position; `partials` are the other templates by folded name, none of which includes itself.
    static func nodes(
        _ pieces: [TemplatePiece], escapes: Bool, partials: [String: String], variable: @escaping (String) -> Int
    ) -> [TemplateNode]? {
        for case .tag(let tag) in pieces {
            switch tag.kind {
            case .variable, .unescaped: if tag.name == "." || TextTransform.chain(tag.transforms) == nil { return nil }
            case .section, .inverted, .close: if !tag.transforms.isEmpty { return nil }
            case .comment, .partial: continue
            case .parent, .block, .pragma: return nil
            }
        }
        var compiler = TemplateCompiler(
            pieces: withoutLoneTags(pieces), variable: variable, escapes: escapes, partials: partials)
        return compiler.nodes()
    }

    private mutating func nodes() -> [TemplateNode]? {
        var nodes: [TemplateNode] = []
        while index < pieces.count {
            defer { index += 1 }
            switch pieces[index] {
            case .text(let text):
                if text.isEmpty { continue }
                if case .constant(let before)? = nodes.last {
                    nodes[nodes.count - 1] = .constant(before + Array(text.utf8))
                } else {
                    nodes.append(.constant(Array(text.utf8)))
                }
            case .tag(let tag):
                switch tag.kind {
                case .close: return nodes
                case .section, .inverted:
                    let position = variable(tag.name)
                    index += 1
                    guard let inside = self.nodes() else { return nil }
                    index -= 1
                    nodes.append(.section(position, isInverted: tag.kind == .inverted, inside))
                case .variable, .unescaped:
                    nodes.append(printed(tag))
                case .partial:
                    guard let text = partials[Name.fold(tag.name)],
                        let pieces = try? TemplateScanner.pieces(of: text),
                        let inside = Self.nodes(pieces, escapes: escapes, partials: partials, variable: variable)
                    else { return nil }
                    nodes += inside
                default: continue
                }
            }
        }
        return nodes
    }

    private func printed(_ tag: TemplateTag) -> TemplateNode {
        var transforms = TextTransform.chain(tag.transforms) ?? []
        if escapes, tag.kind == .variable { transforms.append(.escaped) }
        let fallback = tag.fallback.map { Array(transforms.applied(to: $0).utf8) }
        return .variable(variable(tag.name), transforms, fallback: fallback)
    }

    /// The pieces without the blanks and the line break around a tag that stands alone on its line.
    private static func withoutLoneTags(_ pieces: [TemplatePiece]) -> [TemplatePiece] {
        var kept = pieces
        for (index, piece) in pieces.enumerated() {
            guard case .tag(let tag) = piece, tag.kind != .variable, tag.kind != .unescaped else { continue }
            let before = index == 0 ? nil : pieces[index - 1]
            let after = index + 1 < pieces.count ? pieces[index + 1] : nil
            guard beginsLine(before, isFirst: index <= 1), endsLine(after) else { continue }
            if case .text(let text)? = before, case .text(let now) = kept[index - 1] {
                kept[index - 1] = .text(String(now.dropLast(text.count - lineStart(text))))
            }
            if case .text? = after, case .text(let now) = kept[index + 1] {
                let line = now.prefix { !$0.isNewline }
                kept[index + 1] = .text(String(now.dropFirst(line.count + 1)))
            }
        }
        return kept
    }

    /// How many characters stand up to and with the last line break.
    private static func lineStart(_ text: String) -> Int {
        text.lastIndex { $0.isNewline }.map { text.distance(from: text.startIndex, to: $0) + 1 } ?? 0
    }

    private static func beginsLine(_ before: TemplatePiece?, isFirst: Bool) -> Bool {
        guard let before else { return true }
        guard case .text(let text) = before else { return false }
        let start = lineStart(text)
        return (start > 0 || isFirst) && text.dropFirst(start).allSatisfy { $0 == " " || $0 == "\t" }
    }

    private static func endsLine(_ after: TemplatePiece?) -> Bool {
        guard let after else { return true }
        guard case .text(let text) = after, let end = text.firstIndex(where: \.isNewline) else { return false }
        return text[..<end].allSatisfy { $0 == " " || $0 == "\t" }
    }
}
