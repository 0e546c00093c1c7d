import Mustache
import ReachDiagnostics

/// A template's body or subject, ready to be filled in.
///
/// Two things do that: mustache itself, and, for texts of constants, variables, sections and other such texts, a program whose length can be told without
/// filling in. The program is used only where both gave the same text for every combination of sections when the text was compiled.
package struct CompiledText: Sendable {
    /// Names of columns and attributes as written, each once, in the order of the text.
    package let variables: [String]
    /// Nil where only mustache can fill it in.
    private(set) var nodes: [TemplateNode]?
    private let mustache: MustacheTemplate
    private let library: MustacheLibrary
    /// By number of tag: `v7` is the seventh.
    private let tags: [VariableTag]
    /// Whether variables are escaped as in HTML.
    private let isHTML: Bool

    struct VariableTag: Hashable, Sendable {
        let variable: Int
        let fallback: String?
        /// Sections around it, outermost first: it is looked at only where they hold.
        let path: [(variable: Int, isInverted: Bool)]

        static func == (one: VariableTag, other: VariableTag) -> Bool {
            one.variable == other.variable && one.fallback == other.fallback
        }

        func hash(into hasher: inout Hasher) { hasher.combine(variable) }
    }

    /// `partials` are the other templates of the channel by folded name.
    package init(_ text: String, isHTML: Bool, channel: String = "", partials: [String: String] = [:]) throws {
        self.isHTML = isHTML
        var rewriter = TemplateRewriter(isHTML: isHTML, channel: channel, partials: partials)
        let pieces = try TemplateScanner.pieces(of: text)
        let rewritten = try rewriter.rewritten(pieces)
        var library = MustacheLibrary()
        for (name, text) in rewriter.library { library.register(try Self.parsed(text), named: name) }
        self.library = library
        mustache = try Self.parsed(rewritten)
        variables = rewriter.variables
        tags = rewriter.tags
        if tags.count > 200 { throw Diagnostic.tooManyTags(tags.count) }
        let positions = rewriter.positions
        let nodes = TemplateCompiler.nodes(pieces, escapes: isHTML, partials: partials) {
            positions[Name.fold($0)] ?? 0
        }
        self.nodes = nil
        if let nodes, isConfirmed(nodes) { self.nodes = nodes }
    }

    private static func parsed(_ text: String) throws -> MustacheTemplate {
        do {
            return try MustacheTemplate(string: text)
        } catch let error as MustacheTemplate.ParserError {
            throw Diagnostic.templateSyntax("\(error.error) in line \(error.context.lineNumber)")
        }
    }

    /// Fills in by mustache. `values` are what variables print, nil where there is none; `truths` whether their sections hold.
    package func text(_ values: [String?], _ truths: [Bool]) -> (text: String, holes: Set<Int>) {
        let context = FillingContext(tags: tags, values: values, truths: truths)
        let text = mustache.render(context, library: library)
        return (text, context.holes)
    }

    /// The same by the program; holes print nothing.
    func bytes(_ nodes: [TemplateNode], _ values: (Int) -> [UInt8]?, _ truths: (Int) -> Bool, into out: inout [UInt8]) {
        for node in nodes {
            switch node {
            case .constant(let bytes): out += bytes
            case .variable(let variable, let transforms, let fallback):
                if let bytes = values(variable) {
                    out +=
                        transforms.isEmpty
                        ? bytes : Array(transforms.applied(to: String(decoding: bytes, as: UTF8.self)).utf8)
                } else if let fallback {
                    out += fallback
                }
            case .section(let variable, let isInverted, let inside):
                if truths(variable) != isInverted { self.bytes(inside, values, truths, into: &out) }
            }
        }
    }

    /// Variables that can leave a hole, each with the ways that lead to it: sections that must hold, or not hold, on each.
    package var holes: [(variable: Int, paths: [[(variable: Int, isInverted: Bool)]])] {
        variables.indices.compactMap { variable in
            let open = tags.filter { $0.variable == variable && $0.fallback == nil }
            return open.isEmpty ? nil : (variable, open.map(\.path))
        }
    }

    /// Whether mustache gives what the program gives: over all combinations of up to six sections, and 64 of more, with values there and
    /// missing. Both do the same to values, so what is equal for some is equal for all.
    private func isConfirmed(_ nodes: [TemplateNode]) -> Bool {
        let sections = Set(Self.sections(nodes)).sorted()
        for choice in 0..<(1 << min(6, sections.count)) {
            var truths = variables.map { _ in false }
            for (place, variable) in sections.enumerated() {
                truths[variable] = (choice * (place / 6 * 2 + 1)) >> (place % 6) & 1 == 1
            }
            let values = variables.indices.map { ($0 + choice) % 5 == 4 ? nil : "<\($0)&aЖ>" }
            var out: [UInt8] = []
            bytes(nodes, { values[$0].map { Array($0.utf8) } }, { truths[$0] }, into: &out)
            if String(decoding: out, as: UTF8.self) != text(values, truths).text { return false }
        }
        return true
    }

    /// Variables that a section is of, in every way of filling in.
    var sectionVariables: Set<Int> {
        nodes.map { Set(Self.sections($0)) } ?? Set(variables.indices)
    }

    private static func sections(_ nodes: [TemplateNode]) -> [Int] {
        nodes.flatMap { node -> [Int] in
            guard case .section(let variable, _, let inside) = node else { return [] }
            return [variable] + sections(inside)
        }
    }
}

/// What mustache asks: `v7` is the seventh variable tag, `s2` whether variable 2 holds.
private final class FillingContext: MustacheParent {
    private let tags: [CompiledText.VariableTag]
    private let values: [String?]
    private let truths: [Bool]
    private(set) var holes: Set<Int> = []

    init(tags: [CompiledText.VariableTag], values: [String?], truths: [Bool]) {
        self.tags = tags
        self.values = values
        self.truths = truths
    }

    func child(named name: String) -> Any? {
        guard let number = Int(name.dropFirst()) else { return nil }
        if name.hasPrefix("s"), truths.indices.contains(number) { return truths[number] }
        guard name.hasPrefix("v"), tags.indices.contains(number) else { return nil }
        let tag = tags[number]
        if let value = values[tag.variable] ?? tag.fallback { return value }
        holes.insert(tag.variable)
        return nil
    }
}
