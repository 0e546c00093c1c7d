import ReachDiagnostics

extension CascadePlan {
    /// Builds the plan of a request whose layout's questions the audience answered with `patterns`.
    ///
    /// `membersHash` tells apart audiences that differ in who belongs or in whom a channel is open to, even where the counts agree.
    package init(
        _ request: CascadeRequest, layout: PatternLayout, patterns: OpenPatterns, membersHash: UInt64,
        findings: ContentFindings = ContentFindings()
    ) throws {
        try request.validate()
        let sorted = SortedAudience(layout: layout, patterns: patterns)
        let chances = ChannelChances(request, classes: sorted.classes)
        let tariffs = request.channels.map { $0.prices.map(Tariff.init) }
        let estimate = CascadeEstimate(classes: sorted.classes, tariffs: tariffs, chances: chances.chances)
        let scale = tariffs.reduce(2) { max($0, $1?.scale ?? 0) }
        let rows = Self.rows(request, sorted: sorted, estimate: estimate, scale: scale)
        let messages = estimate.messages()
        let isPriced = zip(rows, tariffs).allSatisfy { row, tariff in row.open == 0 || tariff != nil }
        let none = Money(units: 0, scale: scale)

        self.init(
            id: Self.id(of: request, membersHash: membersHash, sorted), campaign: request.campaign,
            audience: Audience(text: request.audienceText, size: sorted.size, membersHash: membersHash),
            today: request.today, channels: request.channels, options: request.options, classes: sorted.classes,
            waterfall: sorted.waterfall(channels: request.channels.count), rows: rows, scale: scale,
            currency: request.currency,
            messages: Estimate(
                low: messages.reduce(0) { $0 + $1.low }, high: messages.reduce(0) { $0 + $1.high }),
            floor: isPriced ? rows.compactMap(\.floor).reduce(none, +) : nil, expected: estimate.total(),
            ceiling: isPriced ? rows.compactMap(\.ceiling).reduce(none, +) : nil, interval80: nil, interval95: nil,
            missingRates: chances.missing,
            notes: CascadeNotes.notes(request, chances: chances, rows: rows),
            warnings: CascadeNotes.warnings(request, rows: rows, texts: findings.texts))
        if !findings.texts.isEmpty { texts = findings.texts }
        schedule = request.start.map { start in
            SendSchedule(
                findings.zones.isEmpty
                    ? Self.groups(sorted.classes, zone: start.zone) : Self.groups(findings.zones, layout: layout),
                channels: request.channels, wait: request.options.wait, startsAt: start.instant, zone: start.zone)
        }
        origin = request.origin
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
    private static func id(of request: CascadeRequest, membersHash: UInt64, _ sorted: SortedAudience) -> String {
        var hash = StableHash(salt: 1)
        hash.combine(Name.fold(request.campaign))
        hash.combine(membersHash)
        hash.combine(UInt64(sorted.size))
        for channel in request.channels { hash.combine(channel.canonicalText) }
        hash.combine(request.options.canonicalText)
        hash.combine(request.currency ?? "")
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
        let digits = String(hash.value >> 40, radix: 16)
        return "p" + String(repeating: "0", count: 6 - digits.count) + digits
    }
}
