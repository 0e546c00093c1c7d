import ReachKernels

/// What was counted in some chunks. Tallies add up exactly, in any order.
struct ChunkTally: Sendable {
    var kinds: [CustomerKind: OpenPatterns.Arms] = [:]
    var zones: [ContentFindings.ZonedPattern: Int] = [:]
    var texts: [TextTally]

    init(texts count: Int) { texts = (0..<count).map { _ in TextTally() } }

    mutating func add(_ other: ChunkTally) {
        kinds.merge(other.kinds) { .init(contacted: $0.contacted + $1.contacted, heldOut: $0.heldOut + $1.heldOut) }
        zones.merge(other.zones, uniquingKeysWith: +)
        for index in texts.indices { texts[index].add(other.texts[index]) }
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

    mutating func count(
        _ text: ChunkText, _ row: Int, parts count: Int, price: Int, characters counter: inout CharacterCounter
    ) {
        parts[count] += 1
        guard text.isUnicode(row) else { return }
        unicode += 1
        if text.measured.isAlwaysUnicode { return }
        counter.begin(without: text.measured.always)
        text.forEachForcing(row) { counter.add($0) }
        if let spelled = text.spelledPartCount(row), spelled < count {
            spelledCustomers += 1
            spelledParts += count - spelled
            savedAtPrice[price, default: 0] += count - spelled
        }
    }

    mutating func add(_ counter: CharacterCounter) { characters.merge(counter.customers, uniquingKeysWith: +) }

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

/// Counts in how many messages a character occurs, however often it does in each.
struct CharacterCounter {
    /// By character of the basic plane: the last message it was met in, and in how many it was.
    private var messages: [UInt32] = []
    private var counts: [UInt32] = []
    private var message: UInt32 = 0
    private var others: [UInt32: (message: UInt32, count: Int)] = [:]

    /// A new message; these characters are not counted in it.
    mutating func begin(without characters: [UInt32]) {
        if messages.isEmpty {
            messages = [UInt32](repeating: 0, count: 0x1_0000)
            counts = messages
        }
        message += 1
        for character in characters {
            if character < 0x1_0000 {
                messages[Int(character)] = message
            } else {
                others[character, default: (0, 0)].message = message
            }
        }
    }

    mutating func add(_ character: UInt32) {
        if character < 0x1_0000 {
            let place = Int(character)
            if messages[place] != message {
                messages[place] = message
                counts[place] += 1
            }
        } else if others[character]?.message != message {
            others[character] = (message, (others[character]?.count ?? 0) + 1)
        }
    }

    var customers: [UInt32: Int] {
        var customers = others.compactMapValues { $0.count == 0 ? nil : $0.count }
        for (character, count) in counts.enumerated() where count > 0 { customers[UInt32(character)] = Int(count) }
        return customers
    }
}
