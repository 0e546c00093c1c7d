import ReachColumns

/// A believable shop made from a seed: customers with addresses and consent, and three years of what they did up to yesterday.
///
/// Customer i of a seed and a today is the same whatever the number of customers. Rows come in blocks of customers with all their
/// activity; blocks depend on nothing but their position, so they may be made on any thread.
package struct DemoShop: Sendable {
    package let customers: Int
    package let seed: UInt64
    /// Days since 1970-01-01.
    package let today: Int32
    /// Customers in a block; the last one has fewer.
    package let blockCustomers: Int

    let calendar: DemoCalendar
    let newsletters: DemoNewsletters
    let people: DemoPeople

    package init(customers: Int = 100_000, seed: UInt64 = 1, today: Int32, blockCustomers: Int = 65_536) {
        precondition(customers >= 0 && blockCustomers > 0, "a shop has no negative number of customers")
        self.customers = customers
        self.seed = seed
        self.today = today
        self.blockCustomers = blockCustomers
        calendar = DemoCalendar(today: today)
        newsletters = DemoNewsletters(calendar: calendar)
        people = DemoPeople(today: today)
    }

    package var blockCount: Int { (customers + blockCustomers - 1) / blockCustomers }

    /// One batch per table, in the order of `tables`, of a block's customers. Activity is by customer, orders and visits in time's order.
    package func block(_ index: Int) -> [ColumnBatch] { block(index, checkpoint: {}) }

    /// The same; `checkpoint` is called every few hundred customers, and what it throws ends the work.
    func block(_ index: Int, checkpoint: () throws -> Void) rethrows -> [ColumnBatch] {
        let range = index * blockCustomers..<min(customers, (index + 1) * blockCustomers)
        var columns = DemoCustomerColumns()
        var activity = DemoActivity()
        for customer in range {
            if customer & 0xFF == 0 { try checkpoint() }
            var random = DemoRandom(seed: seed, stream: customer)
            let person = people.draw(customer, &random)
            let key = Self.key(of: customer)
            let orders = live(person, key: key, activity: &activity, &random)
            columns.append(person, key: key, orders: orders, firstDay: calendar.firstDay, &random)
        }
        return [columns.batch] + activity.batches
    }

    /// `C000123`; longer where six digits do not do.
    private static func key(of customer: Int) -> [UInt8] {
        var number = customer + 1
        var digits: [UInt8] = []
        while number > 0 || digits.count < 6 {
            digits.append(0x30 + UInt8(number % 10))
            number /= 10
        }
        return [0x43] + digits.reversed()
    }
}
