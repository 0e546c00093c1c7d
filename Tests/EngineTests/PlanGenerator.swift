import ReachColumns
import ReachDiagnostics
import ReachPlan
import TestSupport

/// Random well-typed conditions and expressions over `SampleData`.
struct PlanGenerator {
    var random: SeededRandom

    init(seed: UInt64) { random = SeededRandom(seed: seed) }

    // MARK: conditions

    mutating func condition(_ table: Int = 0, depth: Int = 3) -> Condition {
        if depth > 0 {
            switch random.next() % 8 {
            case 0: return .not(condition(table, depth: depth - 1))
            case 1, 2: return .all(parts(table, depth))
            case 3, 4: return .any(parts(table, depth))
            default: break
            }
        }
        switch random.next() % (table == 0 ? 12 : 8) {
        case 0, 1, 2:
            let type = pickType()
            let left = scalar(type, table, depth: depth)
            let right = random.oneIn(3) ? scalar(type, table, depth: depth - 1) : literal(type, table)
            return random.oneIn(6) ? compared(right, left) : compared(left, right)
        case 3:
            let type = pickType()
            let values = (0...random.next() % 5).map { _ in known(type) }
            return .isIn(scalar(type, table, depth: depth - 1), values)
        case 4, 5: return .match(match(), scalar(.text, table, depth: depth - 1))
        case 6: return .isMissing(scalar(pickType(), table, depth: depth - 1))
        case 7: return random.oneIn(8) ? .always(random.oneIn(2)) : .isTrue(scalar(.boolean, table, depth: depth - 1))
        case 8: return .sequence(sequence())
        case 9:
            let activity = 1 + Int(random.next() % 2)
            return .resumed(
                table: activity, gap: calendarStep(), filter: random.oneIn(2) ? nil : condition(activity, depth: 0))
        case 10: return .isMember(frozen: "old")
        default:
            let count = Scalar.aggregate(aggregate(.integer, function: .count, depth: depth))
            return compared(count, .literal(.integer(Int64(random.next() % 5)), .integer))
        }
    }

    private mutating func parts(_ table: Int, _ depth: Int) -> [Condition] {
        (0..<2 + random.next() % 2).map { _ in condition(table, depth: depth - 1) }
    }

    private mutating func compared(_ left: Scalar, _ right: Scalar) -> Condition {
        .comparison(random.pick(Comparison.allCases), left, right)
    }

    private mutating func match() -> TextMatch {
        let piece = CaseFolding.fold(
            random.pick(["par", "o", " ", "мос", "ß", "Σ", "@", "", "new york", "C", "%", "ski"]))
        switch random.next() % 4 {
        case 0: return .contains(piece)
        case 1: return .hasPrefix(piece)
        case 2: return .hasSuffix(piece)
        default:
            let tokens: [TextMatch.LikeToken] = piece.unicodeScalars.map { .scalar($0) }
            return .like(
                random.pick([
                    [.anyRun] + tokens, tokens + [.anyRun], [.anyRun] + tokens + [.anyScalar, .anyRun],
                    [.anyScalar] + tokens + [.anyRun, .anyRun], tokens,
                    [.anyRun, .anyScalar, .anyRun] + tokens + [.anyRun],
                ]))
        }
    }

    private mutating func sequence() -> ActivitySequence {
        let tables = (0..<2 + random.next() % 2).map { _ in 1 + Int(random.next() % 2) }
        var steps: [ActivitySequence.Step] = []
        for (index, table) in tables.enumerated() {
            let isLast = index == tables.count - 1
            let byDate = index > 0 && tables[index - 1] != table
            let isPlainDate = byDate || table == 2
            steps.append(
                ActivitySequence.Step(
                    table: table, filter: random.oneIn(2) ? nil : condition(table, depth: 1),
                    within: index == 0 ? nil : isPlainDate ? calendarStep() : duration(table),
                    negated: isLast && random.oneIn(3), byDate: byDate))
        }
        return ActivitySequence(steps: steps)
    }

    private mutating func calendarStep() -> ResolvedDuration {
        random.oneIn(2) ? .days(Int64(random.pick([0, 1, 7, 30, 60]))) : .months(Int64(random.pick([1, 2, 12])))
    }

    private mutating func duration(_ table: Int = 1) -> ResolvedDuration {
        random.oneIn(3) && table == 1 ? .microseconds(Int64(random.next() % 200) * 3_600_000_000) : calendarStep()
    }

    // MARK: expressions

    mutating func pickType() -> DataType {
        random.pick([.integer, .integer, .decimal(scale: 2), .float, .text, .text, .boolean, .date, .datetime])
    }

    mutating func scalar(_ type: DataType, _ table: Int, depth: Int) -> Scalar {
        if depth <= 0 || random.oneIn(3) { return leaf(type, table) }
        switch random.next() % 9 {
        case 0:
            return .conditional(
                condition(table, depth: depth - 1), then: scalar(type, table, depth: depth - 1),
                otherwise: scalar(type, table, depth: depth - 1))
        case 1: return .coalesce([scalar(type, table, depth: depth - 1), scalar(type, table, depth: depth - 2)])
        case 2 where type != .boolean:
            return .extreme(
                [scalar(type, table, depth: depth - 1), scalar(type, table, depth: depth - 1)],
                largest: random.oneIn(2))
        case 3,
            4 where table == 0:
            if let function = aggregateFunctions(type).randomElement(using: &random) {
                return .aggregate(aggregate(type, function: function, depth: depth - 1))
            }
            return made(type, table, depth)
        default: return made(type, table, depth)
        }
    }

    private mutating func leaf(_ type: DataType, _ table: Int) -> Scalar {
        let shape = SampleData.schema.tables[table]
        let columns = shape.columns.indices.filter { shape.columns[$0].type == type }
        if !columns.isEmpty, !random.oneIn(6) { return .column(random.pick(Array(columns)), type) }
        if table > 0, random.oneIn(2) {
            let customers = SampleData.schema.tables[0].columns
            return .customerColumn(random.pick(customers.indices.filter { customers[$0].type == type }), type)
        }
        return literal(type, table)
    }

    mutating func literal(_ type: DataType, _ table: Int) -> Scalar {
        .literal(random.oneIn(25) ? .missing : known(type), type)
    }

    /// A value that the data may hold.
    private mutating func known(_ type: DataType) -> Value {
        let data = SampleData.make(seed: random.next() % 4, customerCount: 6)
        for _ in 0..<20 {
            let row = random.pick(data.customers)
            if let value = row.first(where: { $0.type == type }), random.oneIn(2) { return value }
            let orders = data.activity[1].joined().flatMap { $0 }.filter { $0.type == type }
            if !orders.isEmpty, random.oneIn(2) { return random.pick(orders) }
        }
        switch type {
        case .integer: return .integer(1)
        case .decimal(let scale): return .decimal(units: 100, scale: scale)
        case .float: return .float(0.5)
        case .text: return .text("Oslo")
        case .boolean: return .boolean(true)
        case .date: return .date(SampleData.today)
        case .datetime: return .datetime(SampleData.moment.now)
        }
    }

    mutating func aggregateFunctions(_ type: DataType) -> [Aggregate.Function] {
        switch type {
        case .integer: [.count, .sum, .distinct, .min, .max, .first, .last]
        case .float: [.sum, .avg, .avg, .min, .max, .last]
        case .decimal: [.sum, .min, .max, .first, .last]
        default: [.min, .max, .first, .last]
        }
    }

    mutating func aggregate(_ type: DataType, function: Aggregate.Function, depth: Int) -> Aggregate {
        let table = 1 + Int(random.next() % 2)
        let filter = random.oneIn(2) ? nil : condition(table, depth: min(1, depth))
        let value: Scalar? =
            switch function {
            case .count: random.oneIn(2) ? nil : scalar(pickType(), table, depth: 1)
            case .distinct: scalar(pickType(), table, depth: 1)
            case .avg: scalar(random.pick([.integer, .decimal(scale: 2), .float, .boolean]), table, depth: 1)
            default: scalar(type, table, depth: 1)
            }
        return Aggregate(function, table: table, value: value, filter: filter, type: type)
    }

    private mutating func made(_ type: DataType, _ table: Int, _ depth: Int) -> Scalar {
        func inner(_ type: DataType) -> Scalar { scalar(type, table, depth: depth - 1) }
        switch type {
        case .integer:
            switch random.next() % 8 {
            case 0, 1:
                return .arithmetic(random.pick([.add, .subtract, .multiply]), inner(.integer), inner(.integer), type)
            case 2: return .negate(inner(.integer))
            case 3: return .call(.length, [inner(.text)], type)
            case 4: return .arithmetic(.daysBetween, inner(.date), inner(.date), type)
            case 5: return .call(.abs, [inner(.integer)], type)
            case 6:
                return .call(
                    .round, [inner(.integer), .literal(.integer(random.pick([0, -1, -2, 3])), .integer)], type)
            default:
                let parts: [Function] = [.daysSince, .yearsSince, .year, .quarter, .month, .day, .weekday, .hour]
                return .call(random.pick(parts), [inner(random.pick([.date, .datetime]))], type)
            }
        case .decimal:
            switch random.next() % 5 {
            case 0: return .arithmetic(random.pick([.add, .subtract]), inner(type), inner(type), type)
            case 1: return .convert(inner(.integer), to: type)
            case 2:
                let tenths = DataType.decimal(scale: 1)
                return .arithmetic(
                    .multiply, .convert(inner(.integer), to: tenths), .convert(inner(.integer), to: tenths), type)
            case 3: return .negate(inner(type))
            default:
                return .call(.round, [inner(type), .literal(.integer(random.pick([0, 1, 2, -1, 4])), .integer)], type)
            }
        case .float:
            switch random.next() % 6 {
            case 0, 1: return .arithmetic(random.pick([.add, .subtract, .multiply]), inner(type), inner(type), type)
            case 2: return .arithmetic(.divide, inner(type), inner(type), type)
            case 3: return .convert(inner(random.pick([.integer, .decimal(scale: 2)])), to: type)
            case 4: return .arithmetic(.daysBetween, inner(.datetime), inner(.datetime), type)
            default: return .call(random.pick([.abs, .round]), [inner(type)], type)
            }
        case .text:
            if random.oneIn(4) {
                let borders = [
                    Scalar.literal(.integer(0), .integer), .literal(.integer(1), .integer),
                    .literal(.integer(100), .integer),
                ]
                return .call(.bucket, [inner(.integer)] + borders, type)
            }
            return .call(random.pick([.lower, .upper, .trim, .domain]), [inner(type)], type)
        case .boolean: return .condition(condition(table, depth: depth - 1))
        case .date:
            switch random.next() % 4 {
            case 0: return .convert(inner(.datetime), to: .date)
            case 1:
                return .arithmetic(
                    random.pick([.addDays, .addMonths]), inner(.date),
                    .call(.abs, [.column(small(table), .integer)], .integer), type)
            default:
                return .call(
                    random.pick([.yearly, .quarterly, .monthly, .weekly, .daily, .anniversary]), [inner(.date)], type)
            }
        case .datetime:
            return .arithmetic(
                random.pick([.addMicroseconds, .addDays, .addMonths]), inner(type),
                .literal(.integer(random.pick([-1, 1, 30, 1_000, 5_000_000, 1_000_000_000_000])), .integer), type)
        }
    }

    /// A column of small whole numbers.
    private func small(_ table: Int) -> Int { table == 2 ? 2 : 3 }
}

// MARK: plans

extension PlanGenerator {
    mutating func population() -> Population {
        if random.oneIn(2) { return .customers(condition(depth: 1)) }
        let table = 1 + Int(random.next() % 2)
        return .rows(table: table, filter: condition(table, depth: 1), audience: condition(depth: 1))
    }

    mutating func plan() -> LogicalPlan {
        let population = population()
        switch random.next() % 5 {
        case 0: return .count(population)
        case 1, 2:
            let keys = (0..<random.next() % 3).map { _ in scalar(pickType(), population.table, depth: 1) }
            return .group(population, keys: keys, measures: (0..<random.next() % 4).map { _ in measure(population) })
        default:
            let columns = (0..<1 + random.next() % 3).map { _ in scalar(pickType(), population.table, depth: 2) }
            let sort = (0..<random.next() % 3).map { _ in
                SortKey(scalar(pickType(), population.table, depth: 1), descending: random.oneIn(2))
            }
            return .select(
                population, columns: columns, sort: sort, limit: random.oneIn(2) ? nil : Int(random.next() % 20))
        }
    }

    private mutating func measure(_ population: Population) -> Measure {
        var pool: Measure.Pool?
        if population.table == 0, random.oneIn(3) {
            let table = 1 + Int(random.next() % 2)
            pool = Measure.Pool(table: table, filter: condition(table, depth: 1))
        }
        let table = pool?.table ?? population.table
        let function = random.pick([
            Measure.Function.count, .sum, .avg, .min, .max, .distinct, .quantile(random.pick([0, 0.07, 0.5, 0.9, 1])),
        ])
        switch function {
        case .count:
            let value = random.oneIn(2) ? nil : scalar(pickType(), table, depth: 1)
            return Measure(.count, value: value, pooled: pool, type: .integer)
        case .distinct:
            return Measure(.distinct, value: scalar(pickType(), table, depth: 1), pooled: pool, type: .integer)
        case .sum, .avg:
            let type = random.pick([DataType.integer, .decimal(scale: 2), .float, .boolean])
            let result: DataType = function == .avg ? .float : type == .boolean ? .integer : type
            return Measure(function, value: scalar(type, table, depth: 1), pooled: pool, type: result)
        case .min, .max, .quantile:
            let type = pickType()
            return Measure(function, value: scalar(type, table, depth: 1), pooled: pool, type: type)
        }
    }
}
