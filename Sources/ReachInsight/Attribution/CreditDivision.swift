import Glibc

/// Divides conversions among two touches or more, by each of some models.
struct CreditDivision {
    private let models: [AttributionModel]
    private let halfLife: Double
    private let channels: Int
    private let times: [Int64]
    private let channelOf: [UInt32]
    private let clicked: [Int64]
    /// By touch, the weight of the one before it against its own; those of touches before `weighed` are known.
    private var ratios: [Double]
    private var weighed = 0
    private var weights: [Double] = []
    private var remainders: [Double] = []
    private var amounts: [Int64] = []

    typealias Credit = AttributionCredits.Credit
    private static let whole = AttributionCredits.conversion

    init(_ histories: ConversionHistories, _ rule: AttributionRule, channels: Int) {
        models = rule.models
        halfLife = rule.halfLife
        self.channels = channels
        times = histories.touchTimes
        channelOf = histories.channels
        clicked = histories.clicked
        ratios = models.contains(.decay) ? [Double](repeating: 0, count: times.count) : []
    }

    /// A conversion worth so many units, under all models.
    mutating func divide(_ units: Int64, among touches: Range<Int>, _ credits: inout MutableSpan<Credit>) {
        for model in models.indices {
            // Where the model's places begin.
            let first = model &* (channels &+ 1)
            switch models[model] {
            case .first: credits[first &+ channel(touches.lowerBound)].add(Self.whole, units)
            case .last: credits[first &+ channel(touches.upperBound &- 1)].add(Self.whole, units)
            case .lastClick:
                credits[first &+ (lastClicked(touches).map { channel($0) } ?? channels)].add(Self.whole, units)
            case .position where touches.count > 2: divideByPlace(units, touches, first, &credits)
            case .linear, .position: divideAlike(units, touches, first, &credits)
            case .decay: divideByAge(units, touches, first, &credits)
            }
        }
    }

    @inline(__always)
    private func channel(_ touch: Int) -> Int { Int(channelOf[touch]) }

    private func lastClicked(_ touches: Range<Int>) -> Int? {
        if clicked.isEmpty { return nil }
        for touch in touches.reversed() where clicked[touch] != 0 { return touch }
        return nil
    }

    /// A share of a conversion in parts of it, to the nearest.
    @inline(__always)
    private static func part(_ share: Double) -> Int64 { Int64(share * Double(whole) + 0.5) }

    private func divideAlike(
        _ units: Int64, _ touches: Range<Int>, _ first: Int, _ credits: inout MutableSpan<Credit>
    ) {
        let count = Int64(touches.count)
        let (each, rest) = units.quotientAndRemainder(dividingBy: count)
        let step: Int64 = units < 0 ? -1 : 1
        let part = Self.part(1 / Double(count))
        var (left, more) = (Self.whole, rest.magnitude)
        for touch in touches {
            let own = touch == touches.upperBound &- 1 ? left : part
            left &-= own
            credits[first &+ channel(touch)].add(own, more > 0 ? each &+ step : each)
            if more > 0 { more &-= 1 }
        }
    }

    /// 2/5 to the first and the last, 1/5 to those between.
    private func divideByPlace(
        _ units: Int64, _ touches: Range<Int>, _ first: Int, _ credits: inout MutableSpan<Credit>
    ) {
        let between = touches.count &- 2
        let split = PlaceSplit(units: units, between: between)
        let (end, middle) = (Self.part(0.4), Self.part(0.2 / Double(between)))
        let last = touches.upperBound &- 1
        credits[first &+ channel(touches.lowerBound)].add(end, split.amount(first: true))
        for place in 0..<between {
            credits[first &+ channel(touches.lowerBound &+ 1 &+ place)].add(middle, split.amount(between: place))
        }
        let left = Self.whole &- end &- middle &* Int64(between)
        credits[first &+ channel(last)].add(left, split.amount(first: false))
    }

    private mutating func divideByAge(
        _ units: Int64, _ touches: Range<Int>, _ first: Int, _ credits: inout MutableSpan<Credit>
    ) {
        let count = touches.count
        weigh(touches)
        divideByWeight(units, count)
        var left = Self.whole
        for place in 0..<count {
            let part = place == count &- 1 ? left : Self.part(weights[place])
            left &-= part
            credits[first &+ channel(touches.lowerBound &+ place)].add(part, amounts[place])
        }
    }

    /// Puts the touches' weights, which add up to 1, at the beginning of `weights`. They are taken against the newest, so that old touches
    /// alone do not vanish.
    private mutating func weigh(_ touches: Range<Int>) {
        let (from, count) = (touches.lowerBound, touches.count)
        for touch in max(weighed, from &+ 1)..<max(weighed, touches.upperBound) {
            ratios[touch] = exp2(Double(times[touch &- 1] &- times[touch]) / halfLife)
        }
        weighed = max(weighed, touches.upperBound)
        if weights.count < count {
            weights = [Double](repeating: 0, count: 2 * count)
            remainders = weights
            amounts = [Int64](repeating: 0, count: 2 * count)
        }
        var (weight, sum) = (1.0, 1.0)
        weights[count &- 1] = 1
        for place in stride(from: count &- 2, through: 0, by: -1) {
            weight *= ratios[from &+ place &+ 1]
            weights[place] = weight
            sum += weight
        }
        for place in 0..<count { weights[place] /= sum }
    }

    /// Puts the units that the weights give by largest remainder at the beginning of `amounts`.
    private mutating func divideByWeight(_ units: Int64, _ count: Int) {
        guard units.magnitude < 1 << 50, count <= 64 else { return divideManyUnits(units, count) }
        let magnitude = Double(units.magnitude)
        var rest = Int64(units.magnitude)
        for place in 0..<count {
            let exact = weights[place] * magnitude
            let whole = Int64(exact)
            amounts[place] = whole
            remainders[place] = exact - Double(whole)
            rest &-= whole
        }
        for _ in 0..<max(0, rest) {
            var best = 0
            // What differs by rounding alone is equal.
            for place in 1..<count where remainders[place] > remainders[best] + 1e-9 { best = place }
            amounts[best] &+= 1
            remainders[best] = -1
        }
        // Rounding may have given a unit too many.
        if rest < 0 { amounts[count &- 1] &+= rest }
        if units < 0 { for place in 0..<count { amounts[place] = -amounts[place] } }
    }

    private mutating func divideManyUnits(_ units: Int64, _ count: Int) {
        let parts = dividedByLargestRemainder(units, Array(weights[..<count]))
        for place in 0..<count { amounts[place] = parts[place] }
    }
}
