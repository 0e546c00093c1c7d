import ReachColumns

/// The columns of the activity tables of one block.
struct DemoActivity {
    /// Whose and when: the first two columns of every activity table.
    struct Base {
        var key = DemoTextColumn()
        var time = DemoLaneColumn()

        mutating func append(_ key: [UInt8], _ instant: Int64) {
            self.key.append(key)
            self.key.endRow()
            time.append(instant)
        }

        func batch(_ columns: [BatchColumn]) -> ColumnBatch {
            ColumnBatch(rowCount: time.count, columns: [key.column, time.column] + columns)
        }
    }

    var orders = Base()
    var orderID = DemoLaneColumn()
    var orderTotal = DemoLaneColumn()
    var orderCategory = DemoTextColumn()
    var orderItems = DemoLaneColumn()
    var orderReturned = DemoLaneColumn()
    var visits = Base()
    var visitSource = DemoTextColumn()
    var visitPages = DemoLaneColumn()
    var carts = Base()
    var cartTotal = DemoLaneColumn()
    var cartItems = DemoLaneColumn()
    var cartBought = DemoLaneColumn()
    var opens = Base()
    var openCampaign = DemoTextColumn()
    var clicks = Base()
    var clickCampaign = DemoTextColumn()

    var batches: [ColumnBatch] {
        [
            orders.batch([
                orderID.column, orderTotal.column, orderCategory.column, orderItems.column, orderReturned.column,
            ]),
            visits.batch([visitSource.column, visitPages.column]),
            carts.batch([cartTotal.column, cartItems.column, cartBought.column]),
            opens.batch([openCampaign.column]),
            clicks.batch([clickCampaign.column]),
        ]
    }
}

/// The weekly newsletter: on which days it goes out, and what it is called.
struct DemoNewsletters: Sendable {
    let days: [Int]
    let names: DemoWords

    /// Tuesdays.
    init(calendar: DemoCalendar) {
        let first = CivilDate(daysSinceEpoch: calendar.firstDay).weekday
        let days = Array(stride(from: (9 - first) % 7, to: DemoCalendar.dayCount, by: 7))
        self.days = days
        names = DemoWords(days.map { "newsletter " + CivilDate(daysSinceEpoch: calendar.firstDay + $0).iso })
    }
}

extension DemoShop {
    /// Lets a customer live through the shop's days; gives the number of their orders.
    func live(
        _ person: DemoPerson, key: [UInt8], activity: inout DemoActivity, _ random: inout DemoRandom
    ) -> Int {
        let from = max(0, person.signedUp)
        let until = min(DemoCalendar.dayCount, person.leaves + 1)
        var count = 0
        if person.signedUp >= 0 { visit(on: from, person, key, &activity, &random) }
        if person.habit == .buysOnce, person.signedUp >= 0 || random.chance(0.4) {
            let day = from + Int(min(random.exponential(mean: 6), 200))
            if day < DemoCalendar.dayCount { order(on: day, &count, person, key, &activity, &random) }
        }
        if person.habit == .buysAgain {
            if person.signedUp >= 0 {
                let day = from + Int(min(random.exponential(mean: 4), 200))
                if day < DemoCalendar.dayCount { order(on: day, &count, person, key, &activity, &random) }
            }
            // A tenth of these never felt like it again.
            if !random.chance(0.1) {
                calendar.forEachDay(from: from, until: until, perDay: person.ordersPerDay, &random) { day, random in
                    order(on: day, &count, person, key, &activity, &random)
                }
            }
        }
        calendar.forEachDay(from: from, until: until, perDay: person.visitsPerDay, &random) { day, random in
            visit(on: day, person, key, &activity, &random)
        }
        readNewsletters(from: from, until: until, person, key, &activity, &random)
        return count
    }

    /// An order with the visit it was made in, and mostly a cart.
    private func order(
        on day: Int, _ count: inout Int, _ person: DemoPerson, _ key: [UInt8], _ activity: inout DemoActivity,
        _ random: inout DemoRandom
    ) {
        // An order's number tells its customer apart from all others up to this many orders.
        guard count < Self.largestOrderCount - 1 else { return }
        count += 1
        let instant = calendar.instant(day: day, second: calendar.second(&random), hoursEast: person.hoursEast)
        let category = Self.categoryWords.pick(&random)
        let kind = DemoVocabulary.categories[category]
        let items = 1 + Int(min(random.exponential(mean: 0.55), 11))
        let total = Self.total(price: kind.price, items: items, &random)

        activity.orders.append(key, instant)
        activity.orderID.append(Int64(person.number + 1) * Int64(Self.largestOrderCount) + Int64(count))
        activity.orderTotal.append(total)
        if random.chance(0.005) {
            activity.orderCategory.endMissing()
        } else {
            activity.orderCategory.endRow(Self.categoryWords[category])
        }
        if random.chance(0.01) { activity.orderItems.appendMissing() } else { activity.orderItems.append(Int64(items)) }
        activity.orderReturned.append(random.below(100) < kind.returned)

        let beforeSeconds = Int64(random.between(240, 2_400))
        appendVisit(key, instant - beforeSeconds * 1_000_000, pages: random.between(4, 30), &activity, &random)
        if random.chance(0.7) {
            let cartSeconds = Int64(random.between(60, Int(beforeSeconds) - 60))
            appendCart(key, instant - cartSeconds * 1_000_000, total, items, bought: true, &activity)
        }
    }

    private static let largestOrderCount = 10_000
    private static let categoryWords = DemoWords(
        DemoVocabulary.categories.map(\.name), weights: DemoVocabulary.categories.map(\.weight))

    /// Kopecks; most end in a whole rouble, some baskets are many times the usual.
    private static func total(price: Int, items: Int, _ random: inout DemoRandom) -> Int64 {
        let factor = 0.45 + 0.4 * random.unit() + random.exponential(mean: 0.35)
        let rare = random.chance(0.01) ? random.heavyTailed(atMost: 15) : 1
        let roubles = Int(Double(price * items) * factor * rare) + 30
        return Int64(roubles * 100 - (random.chance(0.3) ? random.below(100) : 0))
    }

    /// A visit in which nothing was bought, though sometimes a cart was filled.
    private func visit(
        on day: Int, _ person: DemoPerson, _ key: [UInt8], _ activity: inout DemoActivity,
        _ random: inout DemoRandom
    ) {
        let instant = calendar.instant(day: day, second: calendar.second(&random), hoursEast: person.hoursEast)
        appendVisit(key, instant, pages: 1 + Int(random.exponential(mean: 4)), &activity, &random)
        guard random.chance(0.14) else { return }
        let items = 1 + random.below(4)
        let price = DemoVocabulary.categories[Self.categoryWords.pick(&random)].price
        let total = Self.total(price: price, items: items, &random)
        appendCart(key, instant + 300_000_000, total, items, bought: false, &activity)
    }

    private func appendVisit(
        _ key: [UInt8], _ instant: Int64, pages: Int, _ activity: inout DemoActivity, _ random: inout DemoRandom
    ) {
        activity.visits.append(key, instant)
        activity.visitPages.append(Int64(pages))
        if random.chance(0.03) {
            activity.visitSource.endMissing()
        } else {
            let sources = DemoVocabulary.visitSources
            activity.visitSource.endRow(sources[sources.pick(&random)])
        }
    }

    private func appendCart(
        _ key: [UInt8], _ instant: Int64, _ total: Int64, _ items: Int, bought: Bool, _ activity: inout DemoActivity
    ) {
        activity.carts.append(key, instant)
        activity.cartTotal.append(total)
        activity.cartItems.append(Int64(items))
        activity.cartBought.append(bought)
    }

    /// Newsletters opened, some of them clicked, each click a visit.
    private func readNewsletters(
        from: Int, until: Int, _ person: DemoPerson, _ key: [UInt8], _ activity: inout DemoActivity,
        _ random: inout DemoRandom
    ) {
        guard person.opensPerLetter > 0, let first = newsletters.days.firstIndex(where: { $0 >= from }) else { return }
        var letter = first + Int(min(random.exponential(mean: 1 / person.opensPerLetter), 10_000))
        while letter < newsletters.days.count, newsletters.days[letter] < until {
            let day = newsletters.days[letter]
            let minutes = Int(min(random.exponential(mean: 300), 830))
            let opened = calendar.instant(day: day, second: 36_000 + minutes * 60 + random.below(60), hoursEast: 3)
            activity.opens.append(key, opened)
            activity.openCampaign.endRow(newsletters.names[letter])
            if random.chance(0.17) {
                let clicked = opened + Int64(random.between(5, 400)) * 1_000_000
                activity.clicks.append(key, clicked)
                activity.clickCampaign.endRow(newsletters.names[letter])
                appendVisit(key, clicked + 2_000_000, pages: random.between(1, 12), &activity, &random)
            }
            letter += 1 + Int(min(random.exponential(mean: 1 / person.opensPerLetter - 1), 10_000))
        }
    }
}

extension DemoCalendar {
    /// Calls `body` with random days of a stretch, in order, so many per day of usual busyness.
    func forEachDay(
        from: Int, until: Int, perDay: Double, _ random: inout DemoRandom,
        _ body: (_ day: Int, _ random: inout DemoRandom) -> Void
    ) {
        guard perDay > 0 else { return }
        let end = busyness(before: until)
        var position = busyness(before: from) + random.exponential(mean: 1 / perDay)
        while position < end {
            body(day(at: position), &random)
            position += random.exponential(mean: 1 / perDay)
        }
    }
}
