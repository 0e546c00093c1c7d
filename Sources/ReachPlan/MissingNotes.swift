import ReachColumns

/// Says what missing values do in a condition: who falls out for want of a value, and who stays in because of a `not`.
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

    /// A sentence per kind of lack that decides one of the conjuncts by itself.
    func notes(on condition: Condition, table: Int = 0) -> [String] {
        var notes: [String] = []
        var seen: Set<Lack> = []
        for part in condition.conjuncts {
            for lack in lacks(in: part, table) where seen.insert(lack).inserted {
                // A lack that shuts someone out by one condition shuts them out by all.
                let parts = condition.conjuncts.filter { lacks(in: $0, table).contains(lack) }
                let truths = parts.map { truth(of: $0, lack) }
                // That nobody without orders has more than two goes without saying.
                let isPlain = !parts.contains { $0.scalars.contains { isMissing($0, lack) } }
                if case .rows = lack, truths.contains(false), isPlain { continue }
                if let note = note(lack, truths, table) { notes.append(note) }
            }
        }
        return notes
    }

    private func note(_ lack: Lack, _ truths: [Bool?], _ table: Int) -> String? {
        let who = table == 0 ? "customers" : "rows"
        let whom: String
        switch lack {
        case .column(let column): whom = "\(who) without \(article(context.schema.tables[table].columns[column].name))"
        case .customerColumn(let column):
            whom = "\(who) whose customer has no \(spoken(context.schema.customers.columns[column].name))"
        case .rows(let table): whom = "customers without \(spoken(context.schema.tables[table].name))"
        case .anyActivity: whom = "customers without any activity"
        }
        if truths.contains(false) { return "\(whom) are not in it" }
        if truths.allSatisfy({ $0 == true }) {
            if case .rows = lack { return "\(whom) are in it" }
            return "\(whom) are in it, because of `not`, `!=` or `is missing`"
        }
        return truths.contains(nil) ? "\(whom) are in it only through another condition" : nil
    }

    /// What the condition's truth may hang on, in order of appearance.
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

    /// What the condition comes to for somebody who lacks this and of whom nothing else is known; nil where that depends.
    private func truth(of condition: Condition, _ lack: Lack) -> Bool? {
        switch condition {
        case .always(let truth): return truth
        case .not(let inner): return truth(of: inner, lack).map { !$0 }
        case .all(let parts):
            let truths = parts.map { truth(of: $0, lack) }
            return truths.contains(false) ? false : truths.contains(nil) ? nil : true
        case .any(let parts):
            let truths = parts.map { truth(of: $0, lack) }
            return truths.contains(true) ? true : truths.contains(nil) ? nil : false
        case .comparison(let comparison, let one, let other):
            if isMissing(one, lack) || isMissing(other, lack) { return false }
            guard let first = count(one, lack), let second = count(other, lack),
                let order = ConstantEvaluator.order(first, second)
            else { return nil }
            return comparison.holds(order)
        case .isIn(let scalar, _), .match(_, let scalar), .isTrue(let scalar):
            if case .condition(let inner) = scalar { return truth(of: inner, lack) }
            return isMissing(scalar, lack) ? false : nil
        case .isMissing(let scalar): return isMissing(scalar, lack) ? true : nil
        case .isMember, .sequence, .resumed: return nil
        }
    }

    /// Certainly missing for somebody who lacks this.
    private func isMissing(_ scalar: Scalar, _ lack: Lack) -> Bool {
        switch scalar {
        case .column(let column, _): return lack == .column(column)
        case .customerColumn(let column, _): return lack == .customerColumn(column)
        case .literal(let value, _): return value == .missing
        case .aggregate(let aggregate):
            let isZero = aggregate.function == .count || aggregate.function == .distinct || aggregate.function == .sum
            return !isZero && (lack == .rows(aggregate.table) || lack == .anyActivity)
        case .coalesce(let options), .extreme(let options, _): return options.allSatisfy { isMissing($0, lack) }
        case .conditional(_, let then, let otherwise): return isMissing(then, lack) && isMissing(otherwise, lack)
        case .condition: return false
        case .arithmetic, .negate, .convert, .call: return scalar.operands.contains { isMissing($0, lack) }
        }
    }

    /// A number that is certain: a literal, or the 0 of a count over no rows.
    private func count(_ scalar: Scalar, _ lack: Lack) -> Value? {
        switch scalar {
        case .literal(let value, _): value
        case .aggregate(let aggregate) where lack == .rows(aggregate.table) || lack == .anyActivity: .integer(0)
        default: nil
        }
    }

    private func article(_ name: String) -> String {
        let words = spoken(name)
        guard let first = words.unicodeScalars.first else { return words }
        return "aeiou".unicodeScalars.contains(first) ? "an \(words)" : "a \(words)"
    }

    private func spoken(_ name: String) -> String { EnglishRenderer.spoken(name) }
}
