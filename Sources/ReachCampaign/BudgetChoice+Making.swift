import ReachDiagnostics

extension BudgetChoice {
    /// What a budget comes to for classes.
    enum Verdict {
        case none
        /// Nobody need be left out.
        case enough
        case choice(BudgetChoice)
    }

    /// Throws where a price or a rate is missing that the budget rests on, and, where it is strict, if the money does not do.
    static func verdict(_ request: CascadeRequest, classes: [CascadeClass], scale: Int) throws -> Verdict {
        guard let budget = request.options.budget else { return .none }
        for (index, channel) in request.channels.enumerated() where channel.prices == nil {
            if classes.contains(where: { $0.contacted > 0 && $0.closed[index] == nil }) {
                throw Diagnostic.budgetWithoutPrice(channel.definition)
            }
        }
        let chances = ChannelChances(request, classes: classes)
        if budget.basis == .expected, let missing = chances.missing.first,
            let channel = request.channels.first(where: { $0.name == missing.channel })
        {
            throw Diagnostic.budgetWithoutRate(missing.event, channel.definition, budget)
        }
        let bill = Bill(request, chances: chances, basis: budget.basis, scale: scale)
        let limit = budget.limit.floored(to: scale)
        let needed = bill.units(classes)
        if needed <= limit { return .enough }
        if budget.isStrict { throw Diagnostic.overBudget(budget, needed: Money(units: Int128(needed), scale: scale)) }
        let filling = BudgetFilling(
            request, BudgetHulls(request, classes: classes, scale: scale, basis: budget.basis), scale: scale)
        let direct = filling.choice(limit: limit)
        if bill.isLinear, bill.units(direct.applied(to: classes)) <= limit { return .choice(direct) }
        // Tiers, quotas and minima make the bill differ from the sum of prices: the sum that the bill leaves room for is searched for.
        var (low, high) = (0.0, filling.hulls.dearest)
        for _ in 0..<60 where high - low > 0.5 {
            let middle = ((low + high) / 2).rounded()
            if bill.units(filling.choice(limit: middle).applied(to: classes)) <= limit {
                low = middle
            } else {
                high = middle - 1
            }
        }
        return .choice(filling.choice(limit: low))
    }

    /// The figure a budget limits, in units of 10^-scale.
    struct Bill {
        let request: CascadeRequest
        let chances: ChannelChances
        let basis: CascadeOptions.Budget.Basis
        let scale: Int

        init(_ request: CascadeRequest, chances: ChannelChances, basis: CascadeOptions.Budget.Basis, scale: Int) {
            self.request = request
            self.chances = chances
            self.basis = basis
            self.scale = scale
        }

        var isLinear: Bool { request.channels.allSatisfy { $0.prices?.isLinear ?? true } }

        func units(_ classes: [CascadeClass]) -> Double {
            let estimate = CascadeEstimate(
                classes: classes, tariffs: request.channels.map { $0.prices.map(Tariff.init) }, chances: chances.chances
            )
            switch basis {
            case .ceiling:
                let most = request.channels.indices.compactMap { estimate.bounds($0)?.most }
                return Double(most.reduce(Money(units: 0, scale: scale), +).units)
            case .expected: return (estimate.total()?.high ?? 0) * Double(Money.power(scale))
            }
        }
    }
}

extension BudgetHulls {
    /// What everybody's dearest choice costs.
    var dearest: Double {
        zip(classes, hulls).reduce(0) { $0 + Double($1.0.contacted) * ($1.1.last?.cost ?? 0) }
    }
}

extension Money {
    /// Whole units of 10^-scale that are in it.
    func floored(to scale: Int) -> Double {
        if scale >= self.scale { return Double(rescaled(to: scale).units) }
        return Double(units / Money.power(self.scale - scale))
    }
}
