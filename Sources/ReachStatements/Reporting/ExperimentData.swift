import ReachColumns
import ReachInsight

/// Customers by arm, and within subgroups, with what they did.
struct ExperimentData {
    /// What an arm did within one group.
    struct Cell {
        var customers = 0
        /// By measure, the figures other than 0.
        var values: [[Double]]
    }

    private(set) var arms: [Value] = []
    /// Index of the control arm.
    private(set) var control: Int?
    /// Keys of the subgroups; the first, without keys, is everybody.
    private(set) var groups: [[Value]] = [[]]
    /// By group and arm.
    private(set) var cells: [[Cell?]] = [[]]
    private(set) var assigned = 0
    /// Customers without an arm.
    private(set) var unassigned = 0
    /// By measure, assigned customers for whom it is missing, taken as 0.
    private(set) var missing: [Int]
    /// By measure, whether every figure so far is 0 or 1.
    private(set) var isRate: [Bool]

    private var armIndexes: [Value: Int] = [:]
    private var groupIndexes: [[Value]: Int] = [:]

    /// - Parameter canBeRates: whether each measure is yes/no or a whole number.
    init(canBeRates: [Bool]) {
        isRate = canBeRates
        missing = canBeRates.map { _ in 0 }
    }

    /// - Parameter values: the arm, whether it is the control, the keys, the measures.
    mutating func add(_ values: [Value], keys: Int) {
        if values[0] == .missing {
            unassigned += 1
            return
        }
        assigned += 1
        let arm = index(ofArm: values[0])
        if values[1] == .boolean(true) { control = arm }
        add(to: 0, arm, values[(2 + keys)...])
        if keys == 0 { return }
        let key = Array(values[2..<2 + keys])
        let group: Int
        if let known = groupIndexes[key] {
            group = known
        } else {
            group = groups.count
            groupIndexes[key] = group
            groups.append(key)
            cells.append([])
        }
        add(to: group, arm, values[(2 + keys)...])
    }

    private mutating func index(ofArm value: Value) -> Int {
        if let known = armIndexes[value] { return known }
        armIndexes[value] = arms.count
        arms.append(value)
        return arms.count - 1
    }

    private mutating func add(to group: Int, _ arm: Int, _ figures: ArraySlice<Value>) {
        while cells[group].count <= arm { cells[group].append(nil) }
        if cells[group][arm] == nil { cells[group][arm] = Cell(values: isRate.map { _ in [] }) }
        cells[group][arm]?.customers += 1
        for (measure, value) in figures.enumerated() {
            guard let figure = value.figure else {
                if group == 0 { missing[measure] += 1 }
                continue
            }
            if figure == 0 { continue }
            if figure != 1 { isRate[measure] = false }
            cells[group][arm]?.values[measure].append(figure)
        }
    }

    func outcome(_ group: Int, _ arm: Int, _ measure: Int) -> ArmOutcome {
        guard arm < cells[group].count, let cell = cells[group][arm] else {
            return isRate[measure] ? .rate(events: 0, customers: 0) : .mean(values: [], customers: 0)
        }
        return isRate[measure]
            ? .rate(events: cell.values[measure].count, customers: cell.customers)
            : .mean(values: cell.values[measure], customers: cell.customers)
    }

    func customers(_ arm: Int) -> Int { arm < cells[0].count ? cells[0][arm]?.customers ?? 0 : 0 }
}

extension Value {
    /// As a number: yes is 1.
    fileprivate var figure: Double? {
        switch self {
        case .integer(let value): Double(value)
        case .decimal(let units, let scale): Double(units) / (0..<scale).reduce(1.0) { power, _ in power * 10 }
        case .float(let value): value
        case .boolean(let value): value ? 1 : 0
        default: nil
        }
    }
}

/// The comparisons of an experiment, corrected for how many there are.
struct ExperimentResult {
    struct Line {
        let group: Int
        let measure: Int
        let arm: Int
        let outcome: ArmOutcome
        /// Nil for the control.
        let comparison: ArmComparison?
        var corrected: Double?
    }

    let data: ExperimentData
    /// By group and measure, the control first, then the other arms in order.
    let lines: [Line]
    let ratio: SampleRatio?
    /// Arms in order of their values, and groups, everybody first.
    let armOrder: [Int]
    let groupOrder: [Int]

    init(_ data: ExperimentData, _ report: ExperimentReport) throws {
        self.data = data
        guard let control = data.control else { preconditionFailure("the control arm was checked") }
        let others = data.arms.indices.filter { $0 != control }
            .sorted { data.arms[$0].orders(before: data.arms[$1]) }
        armOrder = [control] + others
        groupOrder = data.groups.indices.sorted { one, other in
            for (first, second) in zip(data.groups[one], data.groups[other]) where first != second {
                return first.orders(before: second)
            }
            return data.groups[one].count < data.groups[other].count
        }
        var lines: [Line] = []
        var seed: UInt64 = 1
        for group in groupOrder {
            for measure in report.measures.indices {
                let base = data.outcome(group, control, measure)
                lines.append(Line(group: group, measure: measure, arm: control, outcome: base, comparison: nil))
                for arm in others {
                    let outcome = data.outcome(group, arm, measure)
                    let comparison = ArmComparison(outcome, against: base, seed: seed)
                    seed += 1
                    lines.append(
                        Line(group: group, measure: measure, arm: arm, outcome: outcome, comparison: comparison))
                }
            }
        }
        let tested = lines.indices.filter { lines[$0].comparison?.p != nil }
        let corrected = RateTest.holm(tested.compactMap { lines[$0].comparison?.p })
        for (index, p) in zip(tested, corrected) { lines[index].corrected = p }
        self.lines = lines
        ratio = SampleRatio(data.arms.indices.map(data.customers), weights: report.weights(data.arms))
    }

    var comparisonCount: Int { lines.reduce(0) { $0 + ($1.comparison == nil ? 0 : 1) } }
}

extension Value {
    /// Missing last.
    fileprivate func orders(before other: Value) -> Bool {
        switch (self, other) {
        case (.missing, _): false
        case (_, .missing): true
        case (.text(let one), .text(let two)): one < two
        default: (figure ?? Double(lane ?? 0)) < (other.figure ?? Double(other.lane ?? 0))
        }
    }
}
