import ReachColumns

/// Who a customer is, and how they take to the shop.
struct DemoPerson {
    enum Habit { case looks, buysOnce, buysAgain }

    var city: Int
    var isMan = false
    var habit: Habit
    /// Days of the shop; signing up may lie before its first, leaving after its last.
    var signedUp: Int
    var leaves: Int
    /// Orders and further visits in a usual day.
    var ordersPerDay: Double
    var visitsPerDay: Double
    /// Chance to open a newsletter; 0 without address or consent.
    var opensPerLetter: Double
    var hoursEast: Int
    var isHostile: Bool
    var hasEmail: Bool
    var hasPhone: Bool
    var hasToken: Bool
    var emailConsent: Bool?
    var smsConsent: Bool?
    var pushConsent: Bool?
    /// Position of the customer, from 0.
    var number: Int
}

/// Draws customers.
struct DemoPeople: Sendable {
    let cities: DemoWords
    let today: Int32

    init(today: Int32) {
        self.today = today
        cities = DemoWords(
            DemoVocabulary.cities.map(\.name), weights: DemoVocabulary.cities.map(\.weight))
    }

    func draw(_ number: Int, _ random: inout DemoRandom) -> DemoPerson {
        let city = cities.pick(&random)
        let habit = Self.habit(&random)
        let signedUp = Self.signUp(&random)
        let stay = Self.stay(habit, &random)
        // Whoever came before the shop's first day is met on it with the rest of their time ahead: stays have no memory.
        let leaves = max(0, signedUp) + Int(min(stay, 10_000))
        let orders = habit == .buysAgain ? random.heavyTailed(atMost: 25) * 1.8 / 365 : 0
        let visits = (habit == .buysAgain ? 4 : 3) * random.heavyTailed(atMost: 12) / 365
        let hasEmail = random.chance(0.92)
        let emailConsent = Self.consent(yes: 0.76, no: 0.18, &random)
        let opens = Self.opens(&random)
        let hasToken = random.chance(habit == .looks ? 0.18 : 0.36)
        return DemoPerson(
            city: city, isMan: random.chance(0.42), habit: habit, signedUp: signedUp, leaves: leaves,
            ordersPerDay: orders, visitsPerDay: visits, opensPerLetter: hasEmail && emailConsent == true ? opens : 0,
            hoursEast: DemoVocabulary.cities[city].hoursEast, isHostile: number % 1_009 == 17, hasEmail: hasEmail,
            hasPhone: random.chance(0.95), hasToken: hasToken, emailConsent: emailConsent,
            smsConsent: Self.consent(yes: 0.78, no: 0.14, &random),
            pushConsent: hasToken ? Self.consent(yes: 0.88, no: 0.1, &random) : nil, number: number)
    }

    private static func habit(_ random: inout DemoRandom) -> DemoPerson.Habit {
        let lot = random.unit()
        return lot < 0.15 ? .looks : lot < 0.35 ? .buysOnce : .buysAgain
    }

    /// Three in ten were there before the shop's first day; later more come each month than the month before.
    private static func signUp(_ random: inout DemoRandom) -> Int {
        if random.chance(0.3) { return -1 - random.below(700) }
        let early = random.unit()
        let late = random.unit()
        return Int((0.7 * early + 0.3 * max(early, late)) * Double(DemoCalendar.dayCount - 1))
    }

    /// Days until the customer loses interest.
    private static func stay(_ habit: DemoPerson.Habit, _ random: inout DemoRandom) -> Double {
        switch habit {
        case .looks: random.exponential(mean: 150)
        case .buysOnce: random.exponential(mean: random.chance(0.5) ? 40 : 600)
        case .buysAgain: random.exponential(mean: random.chance(0.3) ? 330 : 4_000)
        }
    }

    private static func opens(_ random: inout DemoRandom) -> Double {
        let lot = random.unit()
        return lot < 0.55 ? 0.02 : lot < 0.88 ? 0.08 : 0.32
    }

    /// Nil is a customer who was never asked.
    private static func consent(yes: Double, no: Double, _ random: inout DemoRandom) -> Bool? {
        let lot = random.unit()
        return lot < yes ? true : lot < yes + no ? false : nil
    }
}
