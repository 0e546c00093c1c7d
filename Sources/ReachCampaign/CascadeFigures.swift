/// What a campaign is expected to bring, beside what it costs.
package struct CascadeFigures: Hashable, Sendable, Codable {
    /// A figure with the central 80 and 95 % of what may come of it; nil while a rate it rests on is not known.
    package struct Forecast: Hashable, Sendable, Codable {
        package let expected: Estimate
        package let interval80: Estimate?
        package let interval95: Estimate?

        package init(_ expected: Estimate, interval80: Estimate? = nil, interval95: Estimate? = nil) {
            self.expected = expected
            self.interval80 = interval80
            self.interval95 = interval95
        }
    }

    /// What one channel of the cascade alone would cost.
    package struct SingleChannel: Hashable, Sendable, Codable {
        package let channel: String
        /// Everybody to be contacted to whom it is open.
        package let customers: Int
        /// As sent, whatever is delivered; nil without a price.
        package let cost: Money?
    }

    /// By what factor all rates of orders may fall, or must rise, for the profit to be 0.
    package enum BreakEven: Hashable, Sendable, Codable {
        case factor(Double)
        /// An order brings no more than it costs.
        case never
    }

    package let messages: Forecast
    /// Customers who do what ends the cascade.
    package let responses: Forecast
    /// Gross: with those who would have ordered anyway.
    package let orders: Forecast
    /// Nil, as profit and all that follows from it, where the worth of an order or a rate of orders is not known.
    package let revenue: Forecast?
    package let profit: Forecast?
    /// Profit by what was spent on messages and offers, a fraction; nil without a baseline.
    package let returnOnSpend: Forecast?
    /// Without a baseline orders that would have come anyway are counted as brought.
    package let isGross: Bool
    package let value: OrderValue?
    package let breakEven: BreakEven?
    package let costPerOrder: Double?
    package let singles: [SingleChannel]
    package let holdoutAdvice: HoldoutAdvice?
    /// What is missing for the figures that are nil, and what to type.
    package let missing: [String]
}

/// What an order is worth to the sender.
package struct OrderValue: Hashable, Sendable, Codable {
    package enum Source: Hashable, Sendable, Codable {
        case given
        /// The audience's own average order.
        case average
    }

    package let value: Money
    package let source: Source
    /// Part of it that is left after the goods; 1 unless given.
    package let margin: Double
    package let isMarginGiven: Bool
    /// What is given away with each order.
    package let offer: Double
    /// Share of contacted customers who would order unasked; nil is not known.
    package let baseline: Double?
    /// Where the baseline is that of the campaign's last holdout.
    package let learnedBaseline: LearnedBaseline?

    /// What one more order brings.
    package var perOrder: Double { value.double * margin - offer }

    /// The worth of so many orders of so many contacted customers, less what the messages cost; gross without a baseline.
    package func profit(orders: Double, contacted: Double, cost: Double) -> Double {
        value.double * margin * (orders - (baseline ?? 0) * contacted) - offer * orders - cost
    }

    /// `value` and `average` nil: nothing is known.
    package init?(_ options: CascadeOptions, average: Money?, learnedBaseline: LearnedBaseline?) {
        guard let value = options.value ?? average else { return nil }
        self.value = value
        source = options.value != nil ? .given : .average
        margin = options.margin?.double ?? 1
        isMarginGiven = options.margin != nil
        switch options.offer {
        case .amount(let money): offer = money.double
        case .share(let share): offer = value.double * share.double
        case nil: offer = 0
        }
        self.learnedBaseline = options.baseline == nil ? learnedBaseline : nil
        baseline = options.baseline?.double ?? learnedBaseline?.share
    }
}
