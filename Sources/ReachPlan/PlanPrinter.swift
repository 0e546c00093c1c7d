import ReachColumns
import ReachDiagnostics

/// Prints plans with the names of a schema: for `explain`, for tests, and for whoever debugs a binding. Columns of the row's customer
/// are `customers.NAME`, columns of an activity table inside its own filter stand alone.
package struct PlanPrinter {
    let schema: DataSchema

    package init(_ schema: DataSchema) { self.schema = schema }

    /// On one line: `count(orders) > 2 and max(orders.ordered_at) < 2026-09-23`.
    package func line(_ condition: Condition, table: Int = 0) -> String {
        switch condition {
        case .always(let truth): return truth ? "all" : "none"
        case .not(let inner): return "not (\(line(inner, table: table)))"
        case .all(let parts): return joined(parts, " and ", table)
        case .any(let parts): return joined(parts, " or ", table)
        case .comparison(let comparison, let one, let other):
            return "\(line(one, table: table)) \(comparison.rawValue) \(line(other, table: table))"
        case .isIn(let scalar, let values):
            return "\(line(scalar, table: table)) in (\(values.map(Self.text).joined(separator: ", ")))"
        case .match(let match, let scalar): return "\(line(scalar, table: table)) \(Self.text(match))"
        case .isMissing(let scalar): return "\(line(scalar, table: table)) is missing"
        case .isTrue(.condition(let inner)): return line(inner, table: table)
        case .isTrue(let scalar): return "\(line(scalar, table: table)) is true"
        case .isMember(let name): return "member of \(name)"
        case .sequence(let sequence): return text(sequence)
        case .resumed(let table, let gap, let filter):
            return "resumed(\(name(table)) after \(Self.text(gap))\(suffix(filter, table)))"
        }
    }

    private func joined(_ parts: [Condition], _ word: String, _ table: Int) -> String {
        parts.map { part in
            switch part {
            case .all, .any, .isTrue(.condition(.all)), .isTrue(.condition(.any)): "(\(line(part, table: table)))"
            default: line(part, table: table)
            }
        }.joined(separator: word)
    }

    package func line(_ scalar: Scalar, table: Int = 0) -> String {
        switch scalar {
        case .literal(let value, _): return Self.text(value)
        case .column(let column, _): return Canonical.name(schema.tables[table].columns[column].name)
        case .customerColumn(let column, _): return "customers.\(Canonical.name(schema.customers.columns[column].name))"
        case .arithmetic(let operation, let one, let other, _):
            return arithmetic(operation, line(one, table: table), line(other, table: table))
        case .negate(let operand): return "-\(line(operand, table: table))"
        case .convert(let operand, let type): return "\(type.name)(\(line(operand, table: table)))"
        case .call(let function, let arguments, _): return call(function.rawValue, arguments, table)
        case .conditional(let condition, let then, let otherwise):
            return "if(\(line(condition, table: table)), \(line(then, table: table)), \(line(otherwise, table: table)))"
        case .coalesce(let options): return call("coalesce", options, table)
        case .extreme(let options, let largest): return call(largest ? "greatest" : "least", options, table)
        case .condition(let condition): return "(\(line(condition, table: table)))"
        case .aggregate(let aggregate):
            let value = aggregate.value.map { value in
                if case .column = value { return ".\(line(value, table: aggregate.table))" }
                return ": \(line(value, table: aggregate.table))"
            }
            let argument = name(aggregate.table) + (value ?? "")
            return "\(aggregate.function.rawValue)(\(argument)\(suffix(aggregate.filter, aggregate.table)))"
        }
    }

    private func call(_ function: String, _ arguments: [Scalar], _ table: Int) -> String {
        "\(function)(\(arguments.map { line($0, table: table) }.joined(separator: ", ")))"
    }

    private func arithmetic(_ operation: Arithmetic, _ one: String, _ other: String) -> String {
        switch operation {
        case .add, .subtract, .multiply, .divide: "(\(one) \(operation.rawValue) \(other))"
        case .daysBetween: "days(\(one) - \(other))"
        case .addDays: "(\(one) + \(other) days)"
        case .addMonths: "(\(one) + \(other) months)"
        case .addMicroseconds: "(\(one) + \(other) µs)"
        }
    }

    private func suffix(_ filter: Condition?, _ table: Int) -> String {
        filter.map { " where \(line($0, table: table))" } ?? ""
    }

    private func name(_ table: Int) -> String { Canonical.name(schema.tables[table].name) }

    private func text(_ sequence: ActivitySequence) -> String {
        sequence.steps.map { step in
            let within = step.within.map { " within \(Self.text($0))" + (step.byDate ? " by date" : "") } ?? ""
            let filter = suffix(step.filter, step.table)
            return (step.negated ? "no " : "") + name(step.table) + filter + within
        }.joined(separator: " then ")
    }

    static func text(_ value: Value) -> String {
        switch value {
        case .missing: "missing"
        case .integer(let number): String(number)
        case .decimal(let units, let scale): Canonical.decimal(units: units, scale: scale)
        case .float(let number): "\(number)"
        case .text(let words): Canonical.quoted(words)
        case .boolean(let truth): truth ? "true" : "false"
        case .date(let day): CivilDate(daysSinceEpoch: Int(day)).iso
        case .datetime(let instant): Self.instant(instant) + "Z"
        }
    }

    /// A datetime of the given zone's wall clock, without seconds that are zero: `2026-11-22T00:00`.
    static func instant(_ instant: Int64, in zone: Zone = .utc) -> String {
        let day = zone.day(of: instant)
        let seconds = floorDivide(zone.wall(at: instant), 1_000_000) - Int64(day) * 86_400
        func two(_ number: Int64) -> String { CivilDate.padded(Int(number), to: 2) }
        let clock =
            "\(two(seconds / 3_600)):\(two(seconds / 60 % 60))" + (seconds % 60 == 0 ? "" : ":\(two(seconds % 60))")
        return "\(CivilDate(daysSinceEpoch: day).iso)T\(clock)"
    }

    private static func text(_ match: TextMatch) -> String {
        switch match {
        case .contains(let pattern): "contains \(Canonical.quoted(pattern))"
        case .hasPrefix(let pattern): "starts with \(Canonical.quoted(pattern))"
        case .hasSuffix(let pattern): "ends with \(Canonical.quoted(pattern))"
        case .like(let tokens):
            "like "
                + Canonical.quoted(
                    tokens.map { token in
                        switch token {
                        case .scalar(let scalar):
                            "%_\\".unicodeScalars.contains(scalar) ? "\\\(scalar)" : String(scalar)
                        case .anyScalar: "_"
                        case .anyRun: "%"
                        }
                    }.joined())
        }
    }

    static func text(_ duration: ResolvedDuration) -> String {
        switch duration {
        case .days(let count): "\(count) days"
        case .months(let count): "\(count) months"
        case .microseconds(let count): "\(count / 1_000_000) seconds"
        }
    }
}

extension PlanPrinter {
    /// A line per condition, indented under what joins them.
    package func tree(_ condition: Condition, table: Int = 0) -> [String] {
        switch condition {
        case .all(let parts): ["all of"] + parts.flatMap { indented(tree($0, table: table)) }
        case .any(let parts): ["any of"] + parts.flatMap { indented(tree($0, table: table)) }
        case .not(let inner):
            switch inner {
            case .all, .any: ["not"] + indented(tree(inner, table: table))
            case .isTrue(.condition(let named)): tree(.not(named), table: table)
            default: [line(condition, table: table)]
            }
        case .isTrue(.condition(let inner)): tree(inner, table: table)
        default: [line(condition, table: table)]
        }
    }

    /// What is asked of whom, a line each.
    package func tree(_ plan: LogicalPlan) -> [String] {
        switch plan {
        case .count(let population): return ["count"] + indented(tree(population))
        case .group(let population, let keys, let measures):
            let by =
                keys.isEmpty ? [] : ["by " + keys.map { line($0, table: population.table) }.joined(separator: ", ")]
            let figures = measures.map { line($0, table: population.table) }.joined(separator: ", ")
            return ["group: \(figures)"] + indented(by) + indented(tree(population))
        case .select(let population, let columns, let sort, let limit):
            let table = population.table
            let order = sort.map { line($0.value, table: table) + ($0.descending ? " desc" : "") }.joined(
                separator: ", ")
            return ["select: " + columns.map { line($0, table: table) }.joined(separator: ", ")]
                + indented(order.isEmpty ? [] : ["sort by \(order)"]) + indented(limit.map { ["top \($0)"] } ?? [])
                + indented(tree(population))
        }
    }

    package func tree(_ population: Population) -> [String] {
        switch population {
        case .customers(let condition): return ["customers"] + indented(tree(condition))
        case .rows(let table, let filter, let audience):
            return ["rows of \(name(table))"] + indented(tree(filter, table: table)) + indented(["of customers"])
                + indented(indented(tree(audience)))
        }
    }

    package func line(_ measure: Measure, table: Int = 0) -> String {
        let inner = measure.pooled?.table ?? table
        let value = measure.value.map { line($0, table: inner) } ?? ""
        let pool = measure.pooled.map { "\(value.isEmpty ? "" : " over ")\(name($0.table))" } ?? ""
        let filter = measure.pooled.flatMap { $0.filter == .always(true) ? nil : $0.filter }
        switch measure.function {
        case .quantile(let share): return "quantile(\(value)\(pool), \(share)\(suffix(filter, inner)))"
        case .count: return "count(\(value)\(pool)\(suffix(filter, inner)))"
        case .sum: return "sum(\(value)\(pool)\(suffix(filter, inner)))"
        case .avg: return "avg(\(value)\(pool)\(suffix(filter, inner)))"
        case .min: return "min(\(value)\(pool)\(suffix(filter, inner)))"
        case .max: return "max(\(value)\(pool)\(suffix(filter, inner)))"
        case .distinct: return "distinct(\(value)\(pool)\(suffix(filter, inner)))"
        }
    }

    private func indented(_ lines: [String]) -> [String] { lines.map { "  " + $0 } }
}
