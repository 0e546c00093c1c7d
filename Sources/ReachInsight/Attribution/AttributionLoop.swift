/// Walks conversions and touches side by side. Most conversions have no touch or one, which every model sees alike; the others are looked at
/// model by model.
struct AttributionLoop {
    /// By model and channel, and none behind the last; without the conversions counted below.
    private(set) var credits: [AttributionCredits.Credit]
    /// Conversions without a touch.
    private(set) var bare = SoleCredit()
    /// By channel, those with one touch.
    private(set) var sole: [SoleCredit]
    /// Those of them whose touch was clicked.
    private(set) var soleClicked: [SoleCredit]
    /// Of all conversions.
    private(set) var units: Int128 = 0

    init(channels: Int, credits: [AttributionCredits.Credit]) {
        self.credits = credits
        sole = [SoleCredit](repeating: SoleCredit(), count: channels)
        soleClicked = sole
    }

    mutating func run(_ histories: ConversionHistories, _ rule: AttributionRule) {
        let window = rule.window
        let (starts, times, worth) = (histories.offsets.span, histories.times.span, histories.units.span)
        let (touchStarts, touchTimes) = (histories.touchOffsets.span, histories.touchTimes.span)
        let (channelOf, clicked) = (histories.channels.span, histories.clicked.span)
        var division = CreditDivision(histories, rule, channels: sole.count)
        var (none, total) = (bare, units)
        var (all, ones, clickedOnes) = (credits, sole, soleClicked)
        (credits, sole, soleClicked) = ([], [], [])
        do {
            var credit = all.mutableSpan
            var single = ones.mutableSpan
            var singleClicked = clickedOnes.mutableSpan
            for customer in 0..<starts.count - 1 {
                let end = Int(touchStarts[customer + 1])
                var (from, to) = (Int(touchStarts[customer]), Int(touchStarts[customer]))
                for row in Int(starts[customer])..<Int(starts[customer + 1]) {
                    let time = times[row]
                    let units = worth.isEmpty ? 0 : worth[row]
                    total &+= Int128(units)
                    while to < end, touchTimes[to] <= time { to &+= 1 }
                    while from < to, time &- touchTimes[from] > window { from &+= 1 }
                    if from == to {
                        none.add(units)
                    } else if to &- from == 1 {
                        let channel = Int(channelOf[from])
                        single[channel].add(units)
                        if !clicked.isEmpty, clicked[from] != 0 { singleClicked[channel].add(units) }
                    } else {
                        division.divide(units, among: from..<to, &credit)
                    }
                }
            }
        }
        (credits, sole, soleClicked) = (all, ones, clickedOnes)
        (bare, units) = (none, total)
    }
}
