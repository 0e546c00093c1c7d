import ReachColumns
import ReachPlan

/// A text whose variables are known as expressions over customers.
package struct BoundText: Sendable {
    package let text: CompiledText
    /// By variable.
    package let scalars: [Scalar]

    /// `bind` finds a name among columns and computed attributes, or throws.
    package init(_ text: CompiledText, bind: (String) throws -> Scalar) rethrows {
        self.text = text
        scalars = try text.variables.map(bind)
    }

    /// Whether there is something to print: a value, and not an empty text.
    static func isPresent(_ scalar: Scalar) -> Condition {
        let isKnown = Condition.not(.isMissing(scalar))
        guard scalar.type == .text else { return isKnown }
        return .all([isKnown, .not(.comparison(.equal, scalar, .literal(.text(""), .text)))])
    }

    /// Whether a section of the variable stands: yes of a yes/no, a number above 0, anything else that is present.
    static func holds(_ scalar: Scalar) -> Condition {
        switch scalar.type {
        case .boolean: .isTrue(scalar)
        case .integer: .comparison(.greater, scalar, .literal(.integer(0), .integer))
        case .decimal(let scale):
            .comparison(.greater, scalar, .literal(.decimal(units: 0, scale: scale), .decimal(scale: scale)))
        case .float: .comparison(.greater, scalar, .literal(.float(0), .float))
        case .text, .date, .datetime: isPresent(scalar)
        }
    }

    /// By variable without which a message has a hole: whether it has. Empty where none can have one.
    package var holes: [(variable: String, condition: Condition)] {
        text.holes.map { hole in
            let missing = Condition.not(Self.isPresent(scalars[hole.variable]))
            // A path without sections is always taken.
            let paths = hole.paths.map { path in
                path.map { step in
                    let holds = Self.holds(scalars[step.variable])
                    return step.isInverted ? Condition.not(holds) : holds
                }
            }
            let name = text.variables[hole.variable]
            if paths.contains(where: \.isEmpty) { return (name, missing) }
            let ways = paths.map { $0.count == 1 ? $0[0] : .all($0) }
            return (name, .all([missing, ways.count == 1 ? ways[0] : .any(ways)]))
        }
    }

    /// True where the message has no hole; nil where it never has one.
    package var isComplete: Condition? {
        let holes = holes.map(\.condition)
        if holes.isEmpty { return nil }
        return .not(holes.count == 1 ? holes[0] : .any(holes))
    }

    /// The text for one customer, and the variables that are missing in it, which stand in it as tags.
    package func filled(_ values: [Value], truths: [Bool], zone: Zone) -> (text: String, holes: [String]) {
        var words = values.map { MessageWords.text($0, zone: zone) }
        var (filled, holes) = text.text(words, truths)
        if !holes.isEmpty {
            for hole in holes { words[hole] = "{{" + text.variables[hole] + "}}" }
            filled = text.text(words, truths).text
        }
        return (filled, holes.sorted().map { text.variables[$0] })
    }

    /// By variable whether its section stands.
    package var truthConditions: [Condition] { scalars.map(Self.holds) }
}
