import ReachColumns
import ReachDiagnostics
import ReachPlan
import TestSupport
import Testing

@testable import ReachEngine

@Test(arguments: 0..<6 as Range<UInt64>)
func randomPlansAgreeWithTheReference(seed: UInt64) throws {
    let shapes = Shapes(seed: seed &+ 100)
    var generator = PlanGenerator(seed: seed &* 104_729 &+ 17)
    for round in 0..<120 {
        let plan = generator.plan()
        let expected = shapes.reference.rows(of: plan)
        let engine = shapes.engines[round % shapes.engines.count]
        #expect(try engine.rows(of: plan) == expected, "seed \(seed), round \(round): \(plan)")
    }
}

@Test func everyShapeCountsTheSameFaults() throws {
    let shapes = Shapes(seed: 5)
    var generator = PlanGenerator(seed: 99)
    for round in 0..<60 {
        let plan = generator.plan()
        let faults = try shapes.engines.map { engine in
            _ = try engine.rows(of: plan)
            return engine.takeFaults()
        }
        #expect(Set(faults).count == 1, "round \(round): \(faults) \(plan)")
    }
}

@Test func narrowingCountsEachConditionAloneAndTogether() throws {
    let shapes = Shapes(seed: 11)
    var generator = PlanGenerator(seed: 12)
    for round in 0..<40 {
        let conditions = (0..<3).map { _ in generator.condition(depth: 1) }
        let within = round % 3 == 0 ? nil : generator.condition(depth: 1)
        let engine = shapes.engines[round % shapes.engines.count]
        let narrowing = try engine.narrow(conditions, within: within)
        let people = Set(shapes.reference.members(of: within ?? .always(true)))
        var together = people
        #expect(narrowing.of == people.count)
        for (condition, step) in zip(conditions, narrowing.steps) {
            let alone = people.intersection(shapes.reference.members(of: condition))
            together.formIntersection(alone)
            #expect(step.alone == alone.count)
            #expect(step.together == together.count)
        }
        #expect(narrowing.members.count == together.count)
    }
}

@Test func narrowingSaysForHowManySomethingWasMissing() throws {
    let shapes = Shapes(seed: 3)
    let city = Scalar.column(1, .text)
    let known = shapes.reference.members(of: .not(.isMissing(city))).count
    let all = shapes.data.liveCustomers.count
    let test = Condition.comparison(.equal, city, .literal(.text("Paris"), .text))
    for engine in shapes.engines {
        let steps = try engine.narrow([test, .not(test), .isMissing(city), .always(true)]).steps
        #expect(steps.map(\.missing) == [all - known, all - known, 0, 0])
    }
}

@Test(arguments: [5, 15, 16, 24, 40]) func patternsHoldTheAnswerToEachQuestion(count: Int) throws {
    let shapes = Shapes(seed: 21)
    var generator = PlanGenerator(seed: 22)
    let conditions = (0..<count).map { _ in generator.condition(depth: 1) }
    let audience = Condition.not(.isMissing(.column(1, .text)))
    var expected: [UInt64: Int] = [:]
    let answers = conditions.map { Set(shapes.reference.members(of: $0)) }
    for customer in shapes.reference.members(of: audience) {
        let pattern = answers.enumerated().reduce(UInt64(0)) {
            $0 | ($1.element.contains(customer) ? 1 << UInt64($1.offset) : 0)
        }
        expected[pattern, default: 0] += 1
    }
    for engine in shapes.engines {
        let patterns = try engine.patterns(audience: audience, conditions: conditions)
        #expect(patterns == expected)
    }
}

@Test func distributionsAreExact() throws {
    let shapes = Shapes(seed: 31)
    let population = Population.customers(.always(true))
    let shares = [0, 0.1, 0.25, 0.5, 0.9, 1]
    for column in 1..<SampleData.schema.customers.columns.count {
        let scalar = Scalar.column(column, SampleData.schema.customers.columns[column].type)
        let all = shapes.reference.rows(of: .select(population, columns: [scalar], sort: [], limit: nil)).map { $0[0] }
        let known = all.filter { $0 != .missing }.sorted { ReferenceEvaluator.order($0, $1) < 0 }
        for engine in shapes.engines {
            let found = try engine.distribution(population, scalar, quantiles: shares, top: 3)
            #expect(found.count == all.count)
            #expect(found.missing == all.count - known.count)
            #expect(found.min == known.first && found.max == known.last)
            let expected = shares.map { share in known[max(1, Int((share * Double(known.count)).rounded(.up))) - 1] }
            #expect(found.quantiles == expected)
            #expect(
                found.top.allSatisfy { top in known.count { ReferenceEvaluator.order($0, top.value) == 0 } == top.count
                })
            #expect(found.top.map(\.count) == found.top.map(\.count).sorted(by: >))
        }
    }
}

@Test func histogramsCountEveryKnownValueOnce() throws {
    let shapes = Shapes(seed: 41)
    for table in 0...1 {
        let population: Population =
            table == 0 ? .customers(.always(true)) : .rows(table: 1, filter: .always(true), audience: .always(true))
        for (column, schema) in SampleData.schema.tables[table].columns.enumerated() {
            let scalar = Scalar.column(column, schema.type)
            for wanted in [1, 2, 5, 10, 40] {
                let histograms = try shapes.engines.map { try $0.histogram(population, scalar, buckets: wanted) }
                let first = histograms[0]
                #expect(histograms.allSatisfy { $0.buckets == first.buckets })
                #expect(first.buckets.count <= max(wanted, 2), "\(schema.name) in \(wanted)")
                let all = try shapes.engines[0].count(population)
                #expect(first.buckets.reduce(0) { $0 + $1.count } + first.missing + first.others == all)
                for (bucket, next) in zip(first.buckets, first.buckets.dropFirst()) where bucket.upper != nil {
                    #expect(bucket.upper == next.lower)
                }
            }
        }
    }
}

@Test func aDemoOfRoundBorders() {
    func borders(_ low: Value, _ high: Value, _ type: DataType, _ most: Int) -> [Value] {
        NiceBorders.between(low, high, type: type, atMost: most)
    }
    #expect(
        borders(.integer(3), .integer(97), .integer, 10) == stride(from: 0, through: 100, by: 10).map { .integer($0) })
    #expect(borders(.integer(0), .integer(4), .integer, 10) == (0...5).map { .integer($0) })
    #expect(borders(.float(0.3), .float(0.7), .float, 5) == [0.3, 0.4, 0.5, 0.6, 0.7, 0.8].map { .float($0) })
    let start = CivilDate(year: 2026, month: 1, day: 15), end = CivilDate(year: 2026, month: 6, day: 2)
    let months = borders(
        .date(Int32(start?.daysSinceEpoch ?? 0)), .date(Int32(end?.daysSinceEpoch ?? 0)), .date, 6)
    let names = months.map { value in CivilDate(daysSinceEpoch: Int(value.lane ?? 0)).iso }
    #expect(
        names == ["2026-01-01", "2026-02-01", "2026-03-01", "2026-04-01", "2026-05-01", "2026-06-01", "2026-07-01"])
}
