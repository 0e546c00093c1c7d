import ReachColumns
import ReachPlan

extension ReferenceEvaluator {
    /// Tries every way to walk through the steps.
    func holds(_ sequence: ActivitySequence, _ customer: Int, _ met: inout Met) -> Bool {
        // Every filter is asked about every row, as far as tables go before one turns out empty.
        for step in sequence.steps {
            let rows = rows(step.table, of: customer)
            if let filter = step.filter { for row in rows { _ = holds(filter, row, &met) } }
        }
        var ignored = Met()
        let first = sequence.steps[0]
        return candidates(first, customer, &ignored).contains { follows($0, sequence.steps.dropFirst(), customer) }
    }

    private func follows(_ place: Place, _ steps: ArraySlice<ActivitySequence.Step>, _ customer: Int) -> Bool {
        guard let step = steps.first, let within = step.within, let from = time(place, byDate: step.byDate) else {
            return true
        }
        let end = moved(from, by: within)
        var met = Met()
        let next = candidates(step, customer, &met).filter { candidate in
            guard let at = time(candidate, byDate: step.byDate) else { return false }
            let isAfter = step.byDate ? lane(at) >= lane(from) : lane(at) > lane(from)
            return isAfter && lane(at) <= lane(end)
        }
        if step.negated {
            let now: Int64 = if case .date = from { Int64(moment.today) } else { moment.now }
            return next.isEmpty && lane(end) < now
        }
        return next.contains { follows($0, steps.dropFirst(), customer) }
    }

    private func lane(_ value: Value) -> Int64 { value.lane ?? 0 }

    private func candidates(_ step: ActivitySequence.Step, _ customer: Int, _ met: inout Met) -> [Place] {
        rows(step.table, of: customer).filter { row in
            time(row, byDate: false) != nil && (step.filter.map { holds($0, row, &met) } ?? true)
        }
    }

    private func time(_ place: Place, byDate: Bool) -> Value? {
        guard let column = data.schema.tables[place.table].index(of: .time) else { return nil }
        switch data.activity[place.table][place.customer][place.row][column] {
        case .datetime(let instant):
            return byDate ? .date(Int32(moment.zone.day(of: instant))) : .datetime(instant)
        case .date(let day): return .date(day)
        default: return nil
        }
    }

    /// A time moved on by the calendar of the zone.
    func moved(_ time: Value, by duration: ResolvedDuration) -> Value {
        switch (time, duration) {
        case (.date(let day), .days(let days)): return .date(day + Int32(days))
        case (.date(let day), .months(let months)):
            return .date(Int32(CivilDate(daysSinceEpoch: Int(day)).adding(months: Int(months)).daysSinceEpoch))
        case (.datetime(let instant), .microseconds(let length)): return .datetime(instant + length)
        case (.datetime(let instant), _):
            let wall = moment.zone.wall(at: instant)
            let day = moment.zone.day(of: instant)
            guard case .date(let moved) = moved(.date(Int32(day)), by: duration) else { return time }
            let clock = wall - Int64(day) * Zone.microsecondsPerDay
            return .datetime(moment.zone.instant(ofWall: Int64(moved) * Zone.microsecondsPerDay + clock))
        default: return time
        }
    }

    func resumed(
        _ table: Int, _ gap: ResolvedDuration, _ filter: Condition?, _ customer: Int, _ met: inout Met
    ) -> Bool {
        let all = rows(table, of: customer)
        var newest: Place?
        for row in all {
            let passes = filter.map { holds($0, row, &met) } ?? true
            if passes, time(row, byDate: false) != nil { newest = row }
        }
        guard let newest, newest.row > 0, let at = time(newest, byDate: false),
            let before = time(all[newest.row - 1], byDate: false)
        else { return false }
        return lane(at) > lane(moved(before, by: gap))
    }
}
