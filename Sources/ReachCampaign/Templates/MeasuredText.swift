import ReachColumns

/// A program whose constants are measured.
struct MeasuredText: Sendable {
    indirect enum Node: Sendable {
        case constant(TextMeasure.Piece)
        /// Position in `prints`.
        case print(Int, fallback: TextMeasure.Piece?)
        case section(Int, isInverted: Bool, [Node])
    }

    /// A variable as it is printed.
    struct Print: Hashable, Sendable {
        let variable: Int
        let transforms: [TextTransform]
    }

    /// Nil where only filling in tells.
    let nodes: [Node]?
    /// Each once.
    let prints: [Print]
    /// Characters outside the GSM alphabet that stand in every message, each once.
    let always: [UInt32]
    /// One of those has no GSM spelling, so that nothing can be saved on any message.
    let isAlwaysUnicode: Bool

    init(_ text: CompiledText) {
        var prints: [Print] = []
        nodes = text.nodes.map { $0.map { Self.node($0, &prints) } }
        self.prints = prints
        var seen: Set<UInt32> = []
        var always: [UInt32] = []
        for case .constant(let piece) in nodes ?? [] {
            always += piece.forcing.filter { seen.insert($0).inserted }
        }
        self.always = always
        isAlwaysUnicode = always.contains { scalar in
            Unicode.Scalar(scalar).map { GSMSpelling.spelling($0) == nil } ?? true
        }
    }

    private static func node(_ node: TemplateNode, _ prints: inout [Print]) -> Node {
        switch node {
        case .constant(let bytes): return .constant(.init(String(decoding: bytes, as: UTF8.self)))
        case .variable(let variable, let transforms, let fallback):
            let print = Print(variable: variable, transforms: transforms)
            if !prints.contains(print) { prints.append(print) }
            return .print(
                prints.firstIndex(of: print) ?? 0, fallback: fallback.map { .init(String(decoding: $0, as: UTF8.self)) }
            )
        case .section(let variable, let isInverted, let inside):
            return .section(variable, isInverted: isInverted, inside.map { self.node($0, &prints) })
        }
    }
}
