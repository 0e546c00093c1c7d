/// Customers walked through a cascade one by one, as the definition has it: each gets the first channel open to them, stops with its
/// chance, else gets the next. Nothing of what it checks is used.
package struct CascadeWalk: Sendable {
    package struct Step: Sendable {
        package let price: Double
        package let stop: Double
        /// Of those who stop, the share who order.
        package let orders: Double

        package init(price: Double, stop: Double, orders: Double) {
            self.price = price
            self.stop = stop
            self.orders = orders
        }
    }

    package struct Outcome: Sendable {
        package var cost = 0.0
        package var messages = 0
        package var responses = 0
        package var orders = 0
    }

    /// Per customer the steps open to them, in order.
    package let customers: [[Step]]

    package init(_ customers: [[Step]]) { self.customers = customers }

    /// What came of each of so many runs.
    package func runs(_ count: Int, seed: UInt64) -> [Outcome] {
        var state = seed
        func uniform() -> Double {
            state &+= 0x9E37_79B9_7F4A_7C15
            var bits = state
            bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
            bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
            return Double((bits ^ (bits >> 31)) >> 11) * 0x1p-53
        }
        return (0..<count).map { _ in
            var outcome = Outcome()
            for steps in customers {
                for step in steps {
                    outcome.cost += step.price
                    outcome.messages += 1
                    if uniform() < step.stop {
                        outcome.responses += 1
                        if uniform() < step.orders { outcome.orders += 1 }
                        break
                    }
                }
            }
            return outcome
        }
    }
}
