import ReachColumns

/// Says what missing values do in a condition: who falls out for want of a value, and who stays in because of a `not`.
///
/// The condition is evaluated for somebody who lacks one thing and of whom nothing else is known; where that decides, it is said.
struct MissingNotes {
    let context: BindingContext

    /// Something that a customer, or a row, may lack.
    private enum Lack: Hashable {
        case column(Int)
        case customerColumn(Int)
        /// No rows in an activity table.
        case rows(Int)
        case anyActivity
    }

    /// A sentence for each kind of lack that matters, in order of appearance.
    func notes(on condition: Condition, table: Int = 0) -> [String] {
        let evaluator = ConstantEvaluator(moment: context.moment)
        return lacks(in: condition, table).compactMap { lack in
            let without = condition.replacingLeaves { replacement(for: $0, lack) }
            guard let truth = evaluator.truth(of: without) else {
                let alternatives = without.conjuncts.contains { part in
                    guard case .any(let options) = part else { return false }
                    return options.contains { evaluator.truth(of: $0) == false }
                }
                return alternatives
                    ? "\(who(lack, table)) are in it only through another condition" : decided(condition, lack, table)
            }
            // That nobody without orders has more than two goes without saying.
            if !truth, case .rows = lack, !isMissingSomewhere(condition, lack) { return nil }
            return note(truth, lack, table, condition)
        }
    }

    /// Part of the condition can be decided although the whole cannot: `city != "Paris" and points > 1`.
    private func decided(_ condition: Condition, _ lack: Lack, _ table: Int) -> String? {
        let evaluator = ConstantEvaluator(moment: context.moment)
        let truths = condition.conjuncts.filter { lacks(in: $0, table).contains(lack) }.map { part in
            evaluator.truth(of: part.replacingLeaves { replacement(for: $0, lack) })
        }
        return !truths.isEmpty && truths.allSatisfy { $0 == true } ? note(true, lack, table, condition) : nil
    }

    private func note(_ truth: Bool, _ lack: Lack, _ table: Int, _ condition: Condition) -> String {
        if !truth { return "\(who(lack, table)) are not in it" }
        if case .rows = lack { return "\(who(lack, table)) are in it" }
        return "\(who(lack, table)) are in it" + (condition.isNegatedSomewhere ? ", because of `not` or `!=`" : "")
    }

    private func who(_ lack: Lack, _ table: Int) -> String {
        let who = table == 0 ? "customers" : "rows"
        switch lack {
        case .column(let column):
            let schema = context.schema.tables[table].columns[column]
            let isThing = schema.type == .text || schema.type.isTemporal
            return isThing
                ? "\(who) without \(article(schema.name))"
                : "\(who) whose \(EnglishRenderer.spoken(schema.name)) is missing"
        case .customerColumn(let column):
            return
                "\(who) whose customer has no \(EnglishRenderer.spoken(context.schema.customers.columns[column].name))"
        case .rows(let table): return "customers without \(EnglishRenderer.spoken(context.schema.tables[table].name))"
        case .anyActivity: return "customers without any activity"
        }
    }

    /// What the condition's truth may hang on.
    private func lacks(in condition: Condition, _ table: Int) -> [Lack] {
        var found: [Lack] = []
        func add(_ lack: Lack) { if !found.contains(lack) { found.append(lack) } }
        func visit(_ scalar: Scalar) {
            switch scalar {
            case .column(let column, _):
                if context.mayBeMissing(ColumnPlace(table: table, column: column)) { add(.column(column)) }
            case .customerColumn(let column, _):
                if context.mayBeMissing(ColumnPlace(table: 0, column: column)) { add(.customerColumn(column)) }
            case .aggregate(let aggregate): add(.rows(aggregate.table))
            case .extreme(let options, _) where options.count > 1: add(.anyActivity)
            case .condition(let condition): condition.scalars.forEach(visit)
            case .conditional(let condition, _, _):
                condition.scalars.forEach(visit)
                scalar.operands.forEach(visit)
            default: scalar.operands.forEach(visit)
            }
        }
        condition.scalars.forEach(visit)
        return found
    }

    /// What a column or aggregate comes to for somebody who lacks this; nil where that is not known.
    private func replacement(for leaf: Scalar, _ lack: Lack) -> Scalar? {
        switch leaf {
        case .column(let column, let type): lack == .column(column) ? .literal(.missing, type) : nil
        case .customerColumn(let column, let type): lack == .customerColumn(column) ? .literal(.missing, type) : nil
        case .aggregate(let aggregate) where lack == .rows(aggregate.table) || lack == .anyActivity:
            switch aggregate.function {
            case .count, .distinct: .integer(0)
            case .sum: .literal(aggregate.type == .float ? .float(0) : aggregate.type.value(0), aggregate.type)
            default: .literal(.missing, aggregate.type)
            }
        default: nil
        }
    }

    /// Whether the lack makes a tested value missing, rather than 0.
    private func isMissingSomewhere(_ condition: Condition, _ lack: Lack) -> Bool {
        let evaluator = ConstantEvaluator(moment: context.moment)
        return condition.scalars.contains { scalar in
            scalar.isNotLiteral
                && evaluator.value(of: scalar.replacingLeaves { replacement(for: $0, lack) }) == .missing
        }
    }

    private func article(_ name: String) -> String {
        let words = EnglishRenderer.spoken(name)
        guard let first = words.unicodeScalars.first else { return words }
        return "aeiou".unicodeScalars.contains(first) ? "an \(words)" : "a \(words)"
    }
}

extension Condition {
    /// Whether it has a `not` (or `!=`, which is one) beside `is known`.
    fileprivate var isNegatedSomewhere: Bool {
        switch self {
        case .not(.isMissing): false
        case .not: true
        case .all(let parts), .any(let parts): parts.contains(where: \.isNegatedSomewhere)
        default: false
        }
    }
}
