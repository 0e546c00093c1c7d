import ReachColumns
import ReachDiagnostics
import ReachEngine
import ReachInsight
import ReachPlan
import Synchronization

extension CascadePlan {
    /// Asks the audience and builds the plan: one pass over the customers, and a second one over those of whom a budget pays for some.
    ///
    /// - Parameter value: what an order of a customer is worth, fixed-point; ranks customers who are alike otherwise.
    package init(
        _ request: CascadeRequest, layout: PatternLayout, people: CascadeAudience, value: Scalar?, engine: Engine,
        progress: any ProgressReporter = SilentProgress()
    ) throws {
        try request.validate()
        let sorted = SortedAudience(layout: layout, patterns: people.patterns)
        let scale = Self.scale(of: request)
        var verdict = try BudgetChoice.verdict(request, classes: sorted.classes, scale: scale)
        var places = BudgetPlaces()
        if case .choice(var choice) = verdict {
            places.groupOf = sorted.groups(layout: layout, patterns: people.patterns)
            places.zones = try choice.rank(
                people, campaign: request.campaign, groupOf: places.groupOf, value: value, engine: engine)
            verdict = .choice(choice)
        }
        let done = Atomic<Int>(0)
        let pieces = Pieces { count, body in
            try engine.inParallel(count) { piece in
                let drawn = try body(piece)
                let finished = done.wrappingAdd(1, ordering: .relaxed).newValue
                progress.report("drawing what may come of it", done: finished, total: count, unit: "blocks")
                return drawn
            }
        }
        defer { progress.finish() }
        try self.init(
            request, layout: layout, sorted: sorted, verdict: verdict, scale: scale, membersHash: people.membersHash,
            findings: people.findings, places: places, pieces: pieces)
    }

    /// Builds the plan of a request whose layout's questions the audience answered with `patterns`. Of classes that a budget pays for in
    /// part, those held out are taken as not paid for.
    ///
    /// `membersHash` tells apart audiences that differ in who belongs or in whom a channel is open to, even where the counts agree.
    package init(
        _ request: CascadeRequest, layout: PatternLayout, patterns: OpenPatterns, membersHash: UInt64,
        findings: ContentFindings = ContentFindings(), pieces: Pieces = .inTurn
    ) throws {
        try request.validate()
        let sorted = SortedAudience(layout: layout, patterns: patterns)
        let scale = Self.scale(of: request)
        try self.init(
            request, layout: layout, sorted: sorted,
            verdict: try BudgetChoice.verdict(request, classes: sorted.classes, scale: scale), scale: scale,
            membersHash: membersHash, findings: findings, places: BudgetPlaces(), pieces: pieces)
    }

    private init(
        _ request: CascadeRequest, layout: PatternLayout, sorted all: SortedAudience, verdict: BudgetChoice.Verdict,
        scale: Int, membersHash: UInt64, findings: ContentFindings, places: BudgetPlaces, pieces: Pieces
    ) throws {
        var choice: BudgetChoice?
        if case .choice(let made) = verdict { choice = made }
        let sorted = choice.map { all.with($0.applied(to: all.classes)) } ?? all
        let chances = ChannelChances(request, classes: sorted.classes)
        let tariffs = request.channels.map { $0.prices.map(Tariff.init) }
        let estimate = CascadeEstimate(classes: sorted.classes, tariffs: tariffs, chances: chances.chances)
        let rows = Self.rows(request, sorted: sorted, estimate: estimate, scale: scale)
        let messages = estimate.messages()
        let isPriced = zip(rows, tariffs).allSatisfy { row, tariff in row.open == 0 || tariff != nil }
        let none = Money(units: 0, scale: scale)
        let hash = Self.hash(of: request, membersHash: membersHash, all)
        let made = try CascadeFigures.make(
            CascadeFigures.Basis(
                request: request, classes: sorted.classes, allClasses: all.classes, chances: chances,
                estimate: estimate, scale: scale, seed: hash, pieces: pieces))

        self.init(
            id: Self.id(hash), campaign: request.campaign,
            audience: Audience(text: request.audienceText, size: sorted.size, membersHash: membersHash),
            today: request.today, channels: request.channels, options: request.options, classes: sorted.classes,
            waterfall: sorted.waterfall(channels: request.channels.count), rows: rows, scale: scale,
            currency: request.currency,
            messages: Estimate(
                low: messages.reduce(0) { $0 + $1.low }, high: messages.reduce(0) { $0 + $1.high }),
            floor: isPriced ? rows.compactMap(\.floor).reduce(none, +) : nil, expected: estimate.total(),
            ceiling: isPriced ? rows.compactMap(\.ceiling).reduce(none, +) : nil, interval80: made.cost80,
            interval95: made.cost95, missingRates: chances.missing,
            notes: CascadeNotes.notes(request, chances: chances, rows: rows),
            warnings: CascadeNotes.warnings(request, rows: rows, texts: findings.texts))
        figures = made.figures
        if let budget = request.options.budget {
            self.budget = BudgetOutcome(
                budget, request, scale: scale, all: all.classes, kept: sorted.classes, choice: choice)
        }
        if !findings.texts.isEmpty { texts = findings.texts }
        schedule = request.start.map { start in
            SendSchedule(
                findings.zones.isEmpty
                    ? Self.groups(sorted.classes, zone: start.zone)
                    : Self.groups(findings.zones, layout: layout, classes: all.classes, choice, places),
                channels: request.channels, wait: request.options.wait, startsAt: start.instant, zone: start.zone)
        }
        origin = request.origin
    }

    /// Digits after the point of every amount of the plan.
    private static func scale(of request: CascadeRequest) -> Int {
        request.channels.reduce(2) { max($0, $1.prices?.scale ?? 0) }
    }

    private static func rows(
        _ request: CascadeRequest, sorted: SortedAudience, estimate: CascadeEstimate, scale: Int
    ) -> [ChannelRow] {
        let messages = estimate.messages()
        let costs = estimate.costs()
        return request.channels.enumerated().map { index, channel in
            let bounds = estimate.bounds(index)
            return ChannelRow(
                channel: channel.name, open: estimate.openCounts(index).reduce(0, +),
                first: estimate.firstCounts(index).reduce(0, +), messages: messages[index],
                price: channel.prices?.base.rescaled(to: scale), floor: bounds?.least.rescaled(to: scale),
                expected: costs[index], ceiling: bounds?.most.rescaled(to: scale),
                closed: sorted.closedCounts(channel: index))
        }
    }

    /// The same dry run is the same plan: nothing here depends on the process, the clock or the machine.
    private static func hash(of request: CascadeRequest, membersHash: UInt64, _ sorted: SortedAudience) -> UInt64 {
        var hash = StableHash(salt: 1)
        hash.combine(Name.fold(request.campaign))
        hash.combine(membersHash)
        hash.combine(UInt64(sorted.size))
        for channel in request.channels { hash.combine(channel.canonicalText) }
        hash.combine(request.options.canonicalText)
        hash.combine(request.currency ?? "")
        if let average = request.averageOrder { hash.combine(average.description) }
        if let baseline = request.learnedBaseline { hash.combine(baseline.share.bitPattern) }
        for (channel, template) in (request.origin?.templates ?? [:]).sorted(by: { $0.key < $1.key }) {
            hash.combine(channel)
            hash.combine(template)
        }
        if let cap = request.cap { hash.combine("cap \(cap.text)") }
        // Texts may change with the data alone: then the same people get longer messages.
        for group in sorted.classes where group.parts.contains(where: { $0 != 1 }) {
            for count in group.parts { hash.combine(UInt64(count)) }
            hash.combine(UInt64(group.contacted))
        }
        hash.combine(UInt64(bitPattern: Int64(request.today)))
        return hash.value
    }

    private static func id(_ hash: UInt64) -> String {
        let digits = String(hash >> 40, radix: 16)
        return "p" + String(repeating: "0", count: 6 - digits.count) + digits
    }
}

extension BudgetOutcome {
    init(
        _ budget: CascadeOptions.Budget, _ request: CascadeRequest, scale: Int, all: [CascadeClass],
        kept: [CascadeClass], choice: BudgetChoice?
    ) {
        let bill = BudgetChoice.Bill(
            request, chances: ChannelChances(request, classes: all), basis: budget.basis, scale: scale)
        func amount(_ classes: [CascadeClass]) -> Money {
            Money(rounding: bill.units(classes) / Double(Money.power(scale)), scale: scale)
        }
        func customers(_ belongs: (CascadeClass) -> Bool) -> Int {
            kept.reduce(0) { $0 + ($1.closed.contains(.overBudget) && belongs($1) ? $1.contacted : 0) }
        }
        self.init(
            budget: budget, needed: amount(all), used: amount(kept), shortened: customers { _ in true },
            dropped: customers { !$0.hasOpenChannel }, choice: choice)
    }
}
