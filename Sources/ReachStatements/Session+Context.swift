import ReachColumns
import ReachDiagnostics
import ReachLanguage
import ReachPlan
import ReachWorkspace

/// What the session knows, put together for the binder.
extension Session {
    func bindingContext(_ snapshot: Snapshot, _ moment: Moment, _ definitions: [Definition]) -> BindingContext {
        BindingContext(
            schema: snapshot.schema, moment: moment, definitions: definitions,
            parameters: literals(), current: current,
            distinctValues: { place in
                (try? snapshot.suggestedWords(table: place.table, column: place.column)) ?? nil
            },
            columnRange: { place in snapshot.statistics(table: place.table, column: place.column)?.range },
            mayBeMissing: { place in
                (snapshot.statistics(table: place.table, column: place.column)?.missingCount ?? 0) > 0
            })
    }

    /// Saved segments and attributes, with their expressions parsed.
    func definitions() throws -> [Definition] {
        let saved = try workspace.definitions().compactMap { stored -> Definition? in
            switch stored.kind {
            case .segment:
                Definition(
                    name: stored.name, kind: .segment, text: stored.text,
                    expression: try ExpressionParser.parse(stored.text))
            case .attribute:
                Definition(
                    name: stored.name, kind: .attribute, text: stored.text,
                    expression: try ExpressionParser.parse(stored.text))
            case .channel, .template, .spend: nil
            }
        }
        let frozen = try workspace.frozenSegments().map { segment in
            Definition(
                name: segment.name, kind: .frozen, text: "\(Figure.count(segment.memberCount)) members saved",
                expression: nil)
        }
        return saved + frozen
    }

    private func literals() -> [String: Literal] {
        var literals = parameters.mapValues(\.literal)
        for (name, text) in options.parameters { literals[Name.fold(name)] = Self.literal(of: text) }
        return literals
    }

    /// A value given on the command line: a literal where it is one, else text.
    package static func literal(of text: String) -> Literal {
        guard let expression = try? ExpressionParser.parse(text) else { return .text(text) }
        switch expression.kind {
        case .literal(let literal): return literal
        case .negate(let operand):
            switch operand.kind {
            case .literal(.integer(let value)): return .integer(-value)
            case .literal(.decimal(let units, let scale)): return .decimal(units: -units, scale: scale)
            default: return .text(text)
            }
        default: return .text(text)
        }
    }
}
