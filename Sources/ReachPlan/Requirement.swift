import ReachColumns
import ReachDiagnostics
import ReachLanguage

/// What `require` found.
package struct RequirementOutcome: Hashable, Sendable {
    package let holds: Bool
    /// Canonical text of the condition.
    package let text: String
    /// The facts and counts it looked at, in order, by the name or text they were asked for.
    package let used: [RequiredFact]
}

package struct RequiredFact: Hashable, Sendable {
    package let name: String
    package let value: Value

    package init(name: String, value: Value) {
        self.name = name
        self.value = value
    }
}

extension Binder {
    /// Evaluates a condition whose names are facts of the last answer; `count(lapsed)`, `count(all where …)` and `count(orders …)`
    /// are counted through `count`.
    ///
    /// - Throws: `unknown-fact`, and everything an expression can be wrong in.
    package func evaluateRequirement(
        _ expression: Expression, facts: [RequiredFact], count: @escaping (BoundSubject) throws -> Int
    ) throws -> RequirementOutcome {
        self.facts = facts
        counting = count
        usedFacts = []
        defer {
            self.facts = []
            counting = nil
        }
        let bound = try condition(expression, NameScope(.facts))
        guard let holds = ConstantEvaluator(moment: moment).truth(of: bound) else {
            throw Diagnostic.notConstant(text(expression), at: expression.span)
        }
        return RequirementOutcome(holds: holds, text: text(expression), used: usedFacts)
    }

    func factName(_ name: QualifiedName, at span: SourceSpan) throws -> Scalar {
        guard name.qualifier == nil, let fact = facts.first(where: { Name.same($0.name, name.name.text) }) else {
            throw Diagnostic.unknownFact(name.name, known: facts.map(\.name))
        }
        note(fact)
        return .literal(fact.value, fact.value.type ?? .integer)
    }

    /// `count(AUDIENCE)`, and of a table its rows.
    func factCount(_ audience: AudienceSyntax, at span: SourceSpan) throws -> Scalar {
        guard let counting else {
            throw Diagnostic.aggregateArgument("count", at: span, help: context.activityNames.map { "count(\($0))" })
        }
        let subject = try bindSubject(
            SubjectSyntax(
                base: audience.base, audience: nil, window: nil, condition: audience.condition, span: audience.span))
        let value = Value.integer(Int64(try counting(subject)))
        note(RequiredFact(name: text(Expression(.audienceCount(audience), at: span)), value: value))
        return .literal(value, .integer)
    }

    private func note(_ fact: RequiredFact) {
        if !usedFacts.contains(fact) { usedFacts.append(fact) }
    }
}
