import ReachColumns

/// The columns of `customers`, filled person by person.
struct DemoCustomerColumns {
    private var key = DemoTextColumn()
    private var name = DemoTextColumn()
    private var gender = DemoTextColumn()
    private var birthday = DemoLaneColumn()
    private var email = DemoTextColumn()
    private var phone = DemoTextColumn()
    private var token = DemoTextColumn()
    private var emailConsent = DemoLaneColumn()
    private var smsConsent = DemoLaneColumn()
    private var pushConsent = DemoLaneColumn()
    private var city = DemoTextColumn()
    private var zone = DemoTextColumn()
    private var signedUp = DemoLaneColumn()
    private var tier = DemoTextColumn()
    private var source = DemoTextColumn()

    mutating func append(
        _ person: DemoPerson, key: [UInt8], orders: Int, firstDay: Int, _ random: inout DemoRandom
    ) {
        self.key.append(key)
        self.key.endRow()
        let latin = appendName(person, &random)
        if random.chance(0.1) { gender.endMissing() } else { gender.endRow(Words.genders[person.isMan ? 1 : 0]) }
        appendBirthday(firstDay: firstDay, &random)
        appendEmail(person, given: latin.given, surname: latin.surname, &random)
        appendPhone(person, &random)
        appendToken(person, &random)
        Self.append(person.emailConsent, to: &emailConsent)
        Self.append(person.smsConsent, to: &smsConsent)
        Self.append(person.pushConsent, to: &pushConsent)
        if random.chance(0.03) { city.endMissing() } else { city.endRow(Words.cities[person.city]) }
        if random.chance(0.02) { zone.endMissing() } else { zone.endRow(Words.zones[person.city]) }
        if random.chance(0.006) { signedUp.appendMissing() } else { signedUp.append(Int64(firstDay + person.signedUp)) }
        switch orders {
        case 0...1: tier.endMissing()
        case 2...4: tier.endRow(Words.tiers[0])
        case 5...11: tier.endRow(Words.tiers[1])
        default: tier.endRow(Words.tiers[2])
        }
        if random.chance(0.04) {
            source.endMissing()
        } else {
            source.endRow(Words.sources[Words.sources.pick(&random)])
        }
    }

    var batch: ColumnBatch {
        ColumnBatch(
            rowCount: birthday.count,
            columns: [
                key.column, name.column, gender.column, birthday.column, email.column, phone.column, token.column,
                emailConsent.column, smsConsent.column, pushConsent.column, city.column, zone.column, signedUp.column,
                tier.column, source.column,
            ])
    }

    /// Writes the name and gives the positions of its parts among the spellings for addresses.
    private mutating func appendName(
        _ person: DemoPerson, _ random: inout DemoRandom
    ) -> (given: ArraySlice<UInt8>, surname: ArraySlice<UInt8>) {
        let isLocal = DemoVocabulary.cities[person.city].isRussian || random.chance(0.35)
        let givenNames = isLocal ? (person.isMan ? Words.men : Words.women) : Words.abroad
        let surnames = isLocal ? Words.surnames : Words.surnamesAbroad
        let half = Words.abroad.names.count / 2
        // Common names are listed first: the smaller of two draws favours them.
        let given =
            isLocal
            ? min(random.below(givenNames.names.count), random.below(givenNames.names.count))
            : random.below(half) + (person.isMan ? 0 : half)
        let surname = min(random.below(surnames.names.count), random.below(surnames.names.count))
        if person.isHostile {
            name.endRow(Words.hostile[person.number / 1_009 % Words.hostile.count])
        } else if random.chance(0.02) {
            name.endMissing()
        } else {
            name.append(givenNames.names[given])
            name.append(0x20)
            name.append(surnames.names[surname])
            if isLocal && !person.isMan { name.append(Words.feminineEnding) }
            name.endRow()
        }
        return (givenNames.latin[given], surnames.latin[surname])
    }

    private mutating func appendBirthday(firstDay: Int, _ random: inout DemoRandom) {
        if random.chance(0.22) {
            birthday.appendMissing()
            return
        }
        let ageDays = 18 * 365 + random.below(24 * 365) + random.below(24 * 365) + random.below(9 * 365)
        birthday.append(Int64(firstDay + DemoCalendar.dayCount - ageDays))
    }

    private mutating func appendEmail(
        _ person: DemoPerson, given: ArraySlice<UInt8>, surname: ArraySlice<UInt8>, _ random: inout DemoRandom
    ) {
        guard person.hasEmail else {
            email.endMissing()
            return
        }
        let form = random.below(1_000)
        email.append(given)
        email.append(form < 600 ? 0x2E : 0x5F)
        email.append(surname)
        if !person.isMan, DemoVocabulary.cities[person.city].isRussian { email.append(0x61) }
        email.append(number: person.number % 7_919, digits: 1)
        // A few were typed in wrong.
        if form % 100 == 7 {
            email.endRow()
            return
        }
        email.append(0x40)
        if form % 250 == 11 { email.append(0x40) }
        email.append(Words.domains[Words.domains.pick(&random)])
        if form % 500 == 13 { email.append(0x2E) }
        email.endRow()
    }

    private mutating func appendPhone(_ person: DemoPerson, _ random: inout DemoRandom) {
        guard person.hasPhone else {
            phone.endMissing()
            return
        }
        let city = DemoVocabulary.cities[person.city]
        let form = random.below(1_000)
        if form < 6 {
            phone.append(number: random.below(100_000), digits: 5)
        } else if form < 9 {
            phone.append(Words.noPhone)
        } else if form < 60, city.isRussian {
            appendSpacedPhone(&random)
        } else {
            phone.append(Words.dialling[person.city])
            phone.append(number: random.between(2, 9), digits: 1)
            phone.append(number: random.below(Self.powers[city.digits - 1]), digits: city.digits - 1)
        }
        phone.endRow()
    }

    /// `8 (916) 123-45-67`, as people write it.
    private mutating func appendSpacedPhone(_ random: inout DemoRandom) {
        phone.append(Words.trunk)
        phone.append(number: random.between(900, 999), digits: 3)
        phone.append(Words.afterCode)
        phone.append(number: random.between(100, 999), digits: 3)
        for _ in 0..<2 {
            phone.append(0x2D)
            phone.append(number: random.below(100), digits: 2)
        }
    }

    private static let powers = [1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000]

    private mutating func appendToken(_ person: DemoPerson, _ random: inout DemoRandom) {
        guard person.hasToken else {
            token.endMissing()
            return
        }
        for _ in 0..<2 {
            var bits = random.next()
            for _ in 0..<11 {
                token.append(Words.tokenAlphabet[Int(bits & 31)])
                bits >>= 5
            }
        }
        token.endRow()
    }

    private static func append(_ consent: Bool?, to column: inout DemoLaneColumn) {
        if let consent { column.append(consent) } else { column.appendMissing() }
    }

    /// The vocabulary in bytes.
    private enum Words {
        struct Names: Sendable {
            let names: DemoWords
            let latin: DemoWords

            init(_ pairs: [(String, String)]) {
                names = DemoWords(pairs.map(\.0))
                latin = DemoWords(pairs.map(\.1))
            }
        }

        static let men = Names(DemoVocabulary.men)
        static let women = Names(DemoVocabulary.women)
        static let surnames = Names(DemoVocabulary.surnames)
        static let abroad = Names(DemoVocabulary.givenNamesAbroad)
        static let surnamesAbroad = Names(DemoVocabulary.surnamesAbroad)
        static let hostile = DemoWords(DemoVocabulary.hostileNames)
        static let genders = DemoVocabulary.genders
        static let domains = DemoVocabulary.domains
        static let sources = DemoVocabulary.sources
        static let tiers = DemoVocabulary.tiers
        static let cities = DemoWords(DemoVocabulary.cities.map(\.name))
        static let zones = DemoWords(DemoVocabulary.cities.map(\.zone))
        static let dialling = DemoWords(DemoVocabulary.cities.map(\.dialling))
        static let feminineEnding = Array("а".utf8)
        static let noPhone = Array("нет".utf8)
        static let trunk = Array("8 (".utf8)
        static let afterCode = Array(") ".utf8)
        static let tokenAlphabet = Array("abcdefghijkmnpqrstuvwxyz23456789".utf8)
    }
}
