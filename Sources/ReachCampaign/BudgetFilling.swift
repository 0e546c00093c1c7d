/// Goes along all hulls by worth per unit of money.
struct BudgetFilling {
    private struct Step {
        let group: Int
        let rung: Int
        let cost: Double
        let worth: Double
    }

    let hulls: BudgetHulls
    private let steps: [Step]
    private let channelNames: [String]
    private let scale: Int

    init(_ request: CascadeRequest, _ hulls: BudgetHulls, scale: Int) {
        self.hulls = hulls
        self.scale = scale
        channelNames = request.channels.map(\.name)
        var steps: [Step] = []
        for (group, hull) in hulls.hulls.enumerated() {
            for rung in hull.indices.dropFirst() {
                steps.append(
                    Step(
                        group: group, rung: rung, cost: hull[rung].cost - hull[rung - 1].cost,
                        worth: hull[rung].worth - hull[rung - 1].worth))
            }
        }
        // Within a class the hull falls by itself; classes of one slope go by their order.
        self.steps = steps.sorted { one, other in
            let (left, right) = (one.worth * other.cost, other.worth * one.cost)
            if left != right { return left > right }
            return one.group != other.group ? one.group < other.group : one.rung < other.rung
        }
    }

    /// Everything spent that there is; `limit` in units of 10^-scale.
    func choice(limit: Double) -> BudgetChoice {
        var taken = hulls.hulls.enumerated().map { group, hull -> [Int] in
            hull.indices.map { $0 == 0 ? hulls.classes[group].contacted : 0 }
        }
        var heldOut = hulls.hulls.enumerated().map { group, hull -> [Int] in
            hull.indices.map { $0 == 0 ? hulls.classes[group].heldOut : 0 }
        }
        // The first rung may cost something already only where it is nothing: no paid channel is on it.
        var left = limit
        var relaxed: Double?
        var worth = 0.0
        var critical: Int?
        for (index, step) in steps.enumerated() {
            let available = taken[step.group][step.rung - 1]
            let affordable = step.cost > 0 ? Self.whole(left, by: step.cost) : Double(available)
            let count = min(available, Int(min(affordable, Double(available))))
            if count < hulls.classes[step.group].contacted, critical == nil {
                critical = index
                relaxed = worth + (step.cost > 0 ? min(Double(available), left / step.cost) : 0) * step.worth
            }
            taken[step.group][step.rung] = count
            // Who is held out is decided alike; parts of a class are counted by rank later.
            let isFull = count == hulls.classes[step.group].contacted && (count > 0 || critical == nil)
            heldOut[step.group][step.rung] = isFull ? heldOut[step.group][step.rung - 1] : 0
            left -= Double(count) * step.cost
            worth += Double(count) * step.worth
        }
        let ladders = hulls.hulls.enumerated().map { group, hull in
            BudgetChoice.Ladder(
                group: group, givenUp: hull.map { Self.channels($0.givenUp) }, reaching: taken[group],
                heldOutReaching: heldOut[group])
        }
        return BudgetChoice(
            objective: hulls.objective, ladders: ladders, gap: max(0, (relaxed ?? worth) - worth),
            marginal: critical.map { marginal(steps[$0]) },
            nextThousand: more(1_000 * Double(Money.power(scale)), from: critical, taken: taken, spare: left),
            unprofitable: hulls.unprofitable)
    }

    /// How many whole steps of this cost the money pays for.
    private static func whole(_ money: Double, by cost: Double) -> Double {
        var count = (money / cost).rounded(.down)
        while count > 0, count * cost > money { count -= 1 }
        return max(0, count)
    }

    private static func channels(_ mask: UInt32) -> [Int] { (0..<32).filter { mask >> UInt32($0) & 1 == 1 } }

    private func marginal(_ step: Step) -> BudgetChoice.Marginal {
        let hull = hulls.hulls[step.group]
        let gained = Self.channels(hull[step.rung - 1].givenUp & ~hull[step.rung].givenUp)
        return BudgetChoice.Marginal(
            channels: gained.map { channelNames[$0] }, cost: step.cost / Double(Money.power(scale)),
            worth: shown(step.worth))
    }

    /// What more money brings, going on where the money ended.
    private func more(_ money: Double, from critical: Int?, taken: [[Int]], spare: Double) -> Double {
        guard let critical else { return 0 }
        var taken = taken
        var left = money + spare
        var worth = 0.0
        for step in steps[critical...] {
            let available = Double(taken[step.group][step.rung - 1] - taken[step.group][step.rung])
            let count = step.cost > 0 ? min(available, Self.whole(left, by: step.cost)) : available
            taken[step.group][step.rung] += Int(count)
            left -= count * step.cost
            worth += count * shown(step.worth)
        }
        return worth
    }

    /// Without the part of the worth that only tells equals apart.
    private func shown(_ worth: Double) -> Double {
        hulls.objective == .reach ? max(0, worth.rounded(.toNearestOrEven)) : worth
    }
}
