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
    private let engine: Engine
    private let measure: TextMeasure
    /// What a view has to hold.
    let columns: [Scalar]
    let conditions: [Condition]
    private let plans: [TextPlan]
    /// Nil where nothing depends on a customer's time of day.
    private let zones: ZoneTable?

    /// Where one text's variables, sections and holes are in the view.
    private struct TextPlan: Sendable {
        let measured: MeasuredText
        let columns: [Int]
        let truths: [Int?]
        let holes: [(variable: String, condition: Int)]
    }

    package init(_ content: CampaignContent, layout: PatternLayout, engine: Engine) {
        self.content = content
        self.layout = layout
        self.engine = engine
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
        zones = content.zones.map { ZoneTable($0, columns: columns.elements, fallback: content.zone) }
    }

    /// Whether messages are told apart by their length.
    var countsParts: Bool { content.texts.contains { $0.partPrices != nil } }
    var findsZones: Bool { zones != nil }

    /// `answers` are those of the members to the questions of the layout; `heldOut` are some of them, by chunk.
    package func findings(
        _ answers: Answers, heldOut: [Bitmap]?, progress: any ProgressReporter = SilentProgress()
    ) throws -> ContentFindings {
        let done = Atomic<Int>(0)
        let members = answers.members
        let tallies = try engine.visit(members, columns: columns, conditions: conditions) { view -> ChunkTally in
            let tally = try self.tally(try messages(view, answers, heldOut: heldOut), view)
            let count = done.wrappingAdd(view.members.setCount, ordering: .relaxed).newValue
            progress.report("counting parts", done: count, total: members.count, unit: "customers")
            return tally
        }
        progress.finish()
        var total = ChunkTally(texts: plans.count)
        for tally in tallies { total.add(tally) }
        return findings(total)
    }

    /// The messages of a chunk; the view holds `columns`, others behind them, and `conditions`.
    func messages(_ view: ChunkView, _ answers: Answers, heldOut: [Bitmap]?) throws -> ChunkMessages {
        let people = ChunkKinds(answers, chunk: view.chunk, heldOut: heldOut?[view.chunk], layout: layout)
        let texts = try zip(content.texts, plans).map { text, plan -> ChunkText? in
            guard text.partPrices != nil else { return nil }
            let wanted = people.table { $0.gets(text.channel) }
            return try ChunkText(
                text.body, plan.measured, columns: plan.columns, truths: plan.truths, in: view, measure: measure,
                cancellation: engine.cancellation
            ) { wanted[Int(people.rows[$0])] }
        }
        return ChunkMessages(people, texts: texts, channels: content.texts.map(\.channel))
    }

    /// The time zone of each row of a chunk; nil where it does not matter.
    func zones(of view: ChunkView) -> ZoneTable.RowZones? { zones?.zones(of: view) }

    private func tally(_ messages: ChunkMessages, _ view: ChunkView) throws -> ChunkTally {
        var tally = ChunkTally(texts: plans.count)
        let people = messages.people
        let counts = countKinds(messages.rows, kindCount: messages.kinds.count)
        for kind in messages.kinds.indices.dropFirst() {
            let own = messages.customers(kind)
            tally.add(own.kind, isHeldOut: own.isHeldOut, customers: counts[kind])
            if own.isHeldOut { continue }
            for (index, text) in content.texts.enumerated()
            where text.partPrices != nil && people.kinds[messages.kinds[kind].people].gets(text.channel) {
                tally.texts[index].add(parts: Int(own.kind.parts[text.channel]), customers: counts[kind])
            }
        }
        for (index, text) in content.texts.enumerated() {
            try engine.cancellation.check()
            if let own = messages.texts[index] {
                tally.texts[index].add(
                    own, plans[index].measured, channel: text.channel, people, parts: messages.parts[index])
            }
            let isIncomplete = people.table {
                !$0.isHeldOut && !$0.isReached && $0.closed[text.channel] == .incomplete
            }
            guard isIncomplete.contains(true) else { continue }
            for hole in plans[index].holes {
                let counts = countKinds(
                    people.rows, kindCount: people.kinds.count, where: view.conditions[hole.condition])
                let customers = zip(counts, isIncomplete).reduce(0) { $0 + ($1.1 ? $1.0 : 0) }
                if customers > 0 { tally.texts[index].holes[hole.variable, default: 0] += customers }
            }
        }
        if let zones = zones(of: view) { addZones(zones, messages, to: &tally) }
        return tally
    }

    private func addZones(_ zones: ZoneTable.RowZones, _ messages: ChunkMessages, to tally: inout ChunkTally) {
        var rows = messages.rows
        let parted = partKinds(&rows, kindCount: messages.kinds.count, by: zones.ids)
        let counts = countKinds(rows, kindCount: parted.from.count)
        for number in counts.indices.dropFirst() {
            let own = messages.customers(Int(parted.from[number]))
            if own.isHeldOut { continue }
            let zone = zones.names[Int(parted.values[number])]
            tally.zones[.init(kind: own.kind, zone: zone), default: 0] += counts[number]
        }
    }

    private func findings(_ total: ChunkTally) -> ContentFindings {
        var findings = ContentFindings()
        if countsParts { findings.kinds = total.kinds }
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
