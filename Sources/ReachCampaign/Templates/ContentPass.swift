import ReachColumns
import ReachDiagnostics
import ReachEngine
import ReachKernels
import ReachPlan
import Synchronization

/// Looks at every member of an audience once for what their messages say and where they read them. Members are taken chunk by chunk on
/// all threads; only counts are kept.
package struct ContentPass: Sendable {
    private let content: CampaignContent
    private let layout: PatternLayout
    private let holdout: Holdout?
    private let engine: Engine
    private let progress: any ProgressReporter
    private let measure: TextMeasure
    private let columns: [Scalar]
    private let conditions: [Condition]
    private let plans: [TextPlan]

    /// Where one text's variables, sections and holes are in the view.
    private struct TextPlan: Sendable {
        let measured: MeasuredText
        let columns: [Int]
        let truths: [Int?]
        let holes: [(variable: String, condition: Int)]
    }

    package init(
        _ content: CampaignContent, layout: PatternLayout, holdout: Holdout?, engine: Engine,
        progress: any ProgressReporter = SilentProgress()
    ) {
        self.content = content
        self.layout = layout
        self.holdout = holdout
        self.engine = engine
        self.progress = progress
        measure = TextMeasure(zone: content.zone)
        var columns = IndexedList<Scalar>()
        var conditions = IndexedList<Condition>()
        plans = content.texts.map { text in
            let isMeasured = text.partPrices != nil
            let sections = text.body.text.sectionVariables
            return TextPlan(
                measured: MeasuredText(text.body.text),
                columns: isMeasured ? text.body.scalars.map { columns.index(of: $0) } : [],
                truths: text.body.scalars.enumerated().map { variable, scalar in
                    isMeasured && sections.contains(variable) ? conditions.index(of: BoundText.holds(scalar)) : nil
                },
                holes: text.holes.map { ($0.variable, conditions.index(of: $0.condition)) })
        }
        for scalar in content.zones?.scalars ?? [] { _ = columns.index(of: scalar) }
        self.columns = columns.elements
        self.conditions = conditions.elements
    }

    /// `answers` are those of the members to the questions of the layout.
    package func findings(_ members: Members, answers: Answers) throws -> ContentFindings {
        let done = Atomic<Int>(0)
        let zones = content.zones.map { ZoneTable($0, columns: columns, fallback: content.zone) }
        let tallies = try engine.visit(members, columns: columns, conditions: conditions) { view -> ChunkTally in
            let tally = try self.tally(view, answers.patterns(chunk: view.chunk), zones)
            let count = done.wrappingAdd(view.members.setCount, ordering: .relaxed).newValue
            progress.report("counting parts", done: count, total: members.count, unit: "customers")
            return tally
        }
        progress.finish()
        var total = ChunkTally(texts: plans.count)
        for tally in tallies { total.add(tally) }
        return findings(total)
    }

    private func tally(_ view: ChunkView, _ patterns: [UInt64], _ zones: ZoneTable?) throws -> ChunkTally {
        let heldOut =
            try holdout.flatMap {
                $0.holdsNobody ? nil : try $0.draw(from: view.members, chunk: view.chunk, of: engine.source)
            }
        let texts = zip(content.texts, plans).map { text, plan in
            text.partPrices == nil
                ? nil
                : ChunkText(
                    text.body, plan.measured, columns: plan.columns, truths: plan.truths, in: view, measure: measure)
        }
        let rowZones = zones?.zones(of: view)
        var tally = ChunkTally(texts: texts.count)
        var characters = texts.map { _ in CharacterCounter() }
        var kinds = RunCounter<CustomerKind>()
        var zoned = RunCounter<ZoneKey>()
        var states = PatternStates(layout)
        for (number, row) in view.members.rows.enumerated() {
            // Messages that only mustache can fill in take a while.
            if number & 1_023 == 0 { try engine.cancellation.check() }
            let state = states[patterns[row]]
            let isHeldOut = heldOut?[row] ?? false
            var parts = SIMD16<UInt8>(repeating: 1)
            for (index, text) in texts.enumerated() {
                let channel = content.texts[index].channel
                if let text, state.isOpen(channel), !state.isReached {
                    let count = text.partCount(row)
                    parts[channel] = UInt8(count)
                    if !isHeldOut {
                        tally.texts[index].count(
                            text, row, parts: count, price: state.prices[channel], characters: &characters[index])
                    }
                }
                if !isHeldOut, !state.isReached, state.closed[channel] == .incomplete {
                    for hole in plans[index].holes where view.conditions[hole.condition][row] != 0 {
                        tally.texts[index].holes[hole.variable, default: 0] += 1
                    }
                }
            }
            kinds.add(CustomerKind(pattern: patterns[row], parts: parts), heldOut: isHeldOut)
            if let rowZones, !isHeldOut {
                zoned.add(ZoneKey(pattern: patterns[row], zone: rowZones.ids[row]), heldOut: false)
            }
        }
        for index in texts.indices { tally.texts[index].add(characters[index]) }
        tally.kinds = kinds.arms
        for (key, arms) in zoned.arms {
            let zone = rowZones?.names[Int(key.zone)] ?? ""
            tally.zones[.init(pattern: key.pattern, zone: zone), default: 0] += arms.contacted
        }
        return tally
    }

    private func findings(_ total: ChunkTally) -> ContentFindings {
        var findings = ContentFindings()
        if content.texts.contains(where: { $0.partPrices != nil }) { findings.kinds = total.kinds }
        findings.zones = total.zones
        findings.texts = content.texts.indices.map { index in
            total.texts[index].report(
                content.texts[index], plans[index].measured, holes: plans[index].holes.map(\.variable))
        }
        return findings
    }
}

/// Distinct values in the order of arrival.
private struct IndexedList<Element: Hashable> {
    private(set) var elements: [Element] = []
    private var positions: [Element: Int] = [:]

    mutating func index(of element: Element) -> Int {
        if let known = positions[element] { return known }
        positions[element] = elements.count
        elements.append(element)
        return elements.count - 1
    }
}

private struct ZoneKey: Hashable {
    let pattern: UInt64
    let zone: UInt16
}

/// Counts keys of which many in a row are the same.
private struct RunCounter<Key: Hashable> {
    private var counts: [Key: OpenPatterns.Arms] = [:]
    private var last: Key?
    private var run = OpenPatterns.Arms()

    mutating func add(_ key: Key, heldOut: Bool) {
        if key != last {
            flush()
            last = key
        }
        if heldOut { run.heldOut += 1 } else { run.contacted += 1 }
    }

    private mutating func flush() {
        guard let last else { return }
        counts[last, default: .init()].contacted += run.contacted
        counts[last, default: .init()].heldOut += run.heldOut
        run = .init()
    }

    var arms: [Key: OpenPatterns.Arms] {
        mutating get {
            flush()
            last = nil
            return counts
        }
    }
}

/// What patterns mean, each worked out once.
private struct PatternStates {
    struct State {
        let closed: [ClosedReason?]
        let prices: [Int]
        let isReached: Bool

        func isOpen(_ channel: Int) -> Bool { closed[channel] == nil }
    }

    private let layout: PatternLayout
    private var known: [UInt64: State] = [:]
    private var last: (pattern: UInt64, state: State)?

    init(_ layout: PatternLayout) { self.layout = layout }

    subscript(pattern: UInt64) -> State {
        mutating get {
            if let last, last.pattern == pattern { return last.state }
            let state =
                known[pattern]
                ?? State(
                    closed: layout.closed(pattern),
                    prices: layout.channels.indices.map { layout.price($0, pattern) },
                    isReached: layout.isReached(pattern))
            known[pattern] = state
            last = (pattern, state)
            return state
        }
    }
}
