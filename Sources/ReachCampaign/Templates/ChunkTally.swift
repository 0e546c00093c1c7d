import ReachKernels

/// What was counted in some chunks. Tallies add up exactly, in any order.
struct ChunkTally: Sendable {
    var kinds: [CustomerKind: OpenPatterns.Arms] = [:]
    var zones: [ContentFindings.ZonedKind: Int] = [:]
    var texts: [TextTally]

    init(texts count: Int) { texts = (0..<count).map { _ in TextTally() } }

    mutating func add(_ other: ChunkTally) {
        kinds.merge(other.kinds) { .init(contacted: $0.contacted + $1.contacted, heldOut: $0.heldOut + $1.heldOut) }
        zones.merge(other.zones, uniquingKeysWith: +)
        for index in texts.indices { texts[index].add(other.texts[index]) }
    }

    mutating func add(_ kind: CustomerKind, isHeldOut: Bool, customers: Int) {
        if isHeldOut {
            kinds[kind, default: .init()].heldOut += customers
        } else {
            kinds[kind, default: .init()].contacted += customers
        }
    }
}

/// What was counted of one text.
struct TextTally: Sendable {
    /// Customers by number of parts.
    private var parts = [Int](repeating: 0, count: 256)
    private var unicode = 0
    /// Customers by character.
    private var characters: [UInt32: Int] = [:]
    private var spelledCustomers = 0
    private var spelledParts = 0
    /// Parts saved by price position.
    private var savedAtPrice: [Int: Int] = [:]
    var holes: [String: Int] = [:]

    mutating func add(parts count: Int, customers: Int) { parts[count] += customers }

    /// Why the messages of those to be contacted are as long as they are; `parts` by row.
    mutating func add(
        _ text: ChunkText, _ measured: MeasuredText, channel: Int, _ people: ChunkKinds, parts: [UInt8]
    ) {
        let told = people.table { $0.gets(channel) && !$0.isHeldOut }
        let rows = unicodeRows(text.lengths, kinds: people.rows, counted: told)
        unicode += rows.count
        if rows.isEmpty || measured.isAlwaysUnicode { return }
        var found: [UInt32: Int] = [:]
        text.characters(rows: rows).counts(into: &found)
        for scalar in measured.always { found[scalar] = nil }
        characters.merge(found, uniquingKeysWith: +)
        guard let spelled = text.spelled else { return }
        var savings = spellingSavings(
            rows: rows, spelled: spelled, parts: parts, kinds: people.rows, kindCount: people.kinds.count)
        for row in savings.open {
            let message = String(decoding: text.message(Int(row)), as: UTF8.self)
            guard let respelled = MessageParts.respelled(message) else { continue }
            let saved = Int(parts[Int(row)]) - countParts(Array(respelled.utf8))
            guard saved > 0 else { continue }
            savings.messages += 1
            savings.parts[Int(people.rows[Int(row)])] += saved
        }
        spelledCustomers += savings.messages
        for (kind, saved) in savings.parts.enumerated() where saved > 0 {
            spelledParts += saved
            savedAtPrice[people.kinds[kind].prices[channel], default: 0] += saved
        }
    }

    mutating func add(_ other: TextTally) {
        for count in parts.indices { parts[count] += other.parts[count] }
        unicode += other.unicode
        characters.merge(other.characters, uniquingKeysWith: +)
        spelledCustomers += other.spelledCustomers
        spelledParts += other.spelledParts
        savedAtPrice.merge(other.savedAtPrice, uniquingKeysWith: +)
        holes.merge(other.holes, uniquingKeysWith: +)
    }

    func report(_ text: CampaignContent.ChannelText, _ measured: MeasuredText, holes names: [String]) -> MessageText {
        var characters = characters
        for scalar in measured.always where unicode > 0 { characters[scalar] = unicode }
        let frequent = characters.sorted { $0.value != $1.value ? $0.value > $1.value : $0.key < $1.key }
        let prices = text.partPrices?.prices ?? []
        let saved = savedAtPrice.sorted { $0.key < $1.key }.filter { $0.key < prices.count }
            .reduce(Money(units: 0, scale: text.partPrices?.scale ?? 2)) { $0 + prices[$1.key] * $1.value }
        return MessageText(
            channel: text.name, template: text.template,
            parts: parts.enumerated().filter { $0.element > 0 }.map { .init(parts: $0.offset, customers: $0.element) },
            unicodeCustomers: unicode,
            characters: frequent.prefix(MessageText.mostCharacters).compactMap { scalar, count in
                Unicode.Scalar(scalar).map {
                    .init(character: String($0), customers: count, spelling: GSMSpelling.spelling($0))
                }
            },
            saving: spelledParts == 0
                ? nil : .init(customers: spelledCustomers, parts: spelledParts, money: prices.isEmpty ? nil : saved),
            holes: names.compactMap { name in holes[name].map { .init(variable: name, customers: $0) } })
    }
}
