import ReachColumns
import ReachDiagnostics
import ReachPlan

extension ReferenceEvaluator {
    func call(_ function: Function, _ arguments: [Value], _ type: DataType, _ met: inout Met) -> Value {
        if arguments.contains(.missing) { return .missing }
        switch arguments[0] {
        case .text(let text): return textual(function, text)
        case .date(let day) where function != .bucket: return ofDay(function, CivilDate(daysSinceEpoch: Int(day)))
        case .datetime(let instant) where function == .hour:
            let wall = moment.zone.wall(at: instant)
            let day = Int64(moment.zone.day(of: instant)) * Zone.microsecondsPerDay
            return .integer((wall - day) / 3_600_000_000)
        case .datetime(let instant) where function != .bucket:
            return ofDay(function, CivilDate(daysSinceEpoch: moment.zone.day(of: instant)))
        default: break
        }
        switch function {
        case .abs:
            if case .float(let number) = arguments[0] { return .float(abs(number)) }
            return fitted(Int128((arguments[0].lane ?? 0).magnitude), type, &met)
        case .round: return rounded(arguments, type, &met)
        case .bucket: return .text(bucket(arguments[0], Array(arguments.dropFirst())))
        default: return .missing
        }
    }

    private func textual(_ function: Function, _ text: String) -> Value {
        func known(_ text: String) -> Value { text.utf8.isEmpty ? .missing : .text(text) }
        let scalars = Array(text.unicodeScalars)
        func string(_ scalars: some Sequence<Unicode.Scalar>) -> String {
            var view = String.UnicodeScalarView()
            view.append(contentsOf: scalars)
            return String(view)
        }
        func trimmed(_ scalars: some BidirectionalCollection<Unicode.Scalar>) -> [Unicode.Scalar] {
            Array(scalars.drop { $0.properties.isWhitespace }.reversed().drop { $0.properties.isWhitespace }.reversed())
        }
        switch function {
        case .lower: return known(CaseFolding.fold(text))
        case .upper:
            return known(
                string(
                    scalars.map { scalar in
                        let mapped = Array(scalar.properties.uppercaseMapping.unicodeScalars)
                        return mapped.count == 1 ? mapped[0] : scalar
                    }))
        case .trim: return known(string(trimmed(scalars)))
        case .length: return .integer(Int64(scalars.count))
        case .domain:
            guard let at = scalars.lastIndex(of: "@") else { return .missing }
            return known(CaseFolding.fold(string(trimmed(scalars[(at + 1)...]))))
        default: return .missing
        }
    }

    private func ofDay(_ function: Function, _ date: CivilDate) -> Value {
        let today = CivilDate(daysSinceEpoch: Int(moment.today))
        func back(_ date: CivilDate, until holds: (CivilDate) -> Bool) -> Value {
            var date = date
            while !holds(date) { date = date.adding(days: -1) }
            return .date(Int32(date.daysSinceEpoch))
        }
        /// 29 February comes round on the 28th of a common year.
        func comesRound(on other: CivilDate) -> Bool {
            if date.month == 2, date.day == 29, CivilDate.daysInMonth(year: other.year, month: 2) == 28 {
                return other.month == 2 && other.day == 28
            }
            return other.month == date.month && other.day == date.day
        }
        switch function {
        case .daysSince: return .integer(Int64(today.daysSinceEpoch - date.daysSinceEpoch))
        case .yearsSince:
            let beforeBirthday = (1...366).contains { later in
                let day = today.adding(days: later)
                return day.year == today.year && comesRound(on: day)
            }
            return .integer(Int64(today.year - date.year - (beforeBirthday ? 1 : 0)))
        case .year: return .integer(Int64(date.year))
        case .quarter: return .integer(Int64([0, 1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4][date.month]))
        case .month: return .integer(Int64(date.month))
        case .day: return .integer(Int64(date.day))
        case .weekday: return .integer(Int64(date.weekday))
        case .hour: return .integer(0)
        case .yearly: return back(date) { $0.month == 1 && $0.day == 1 }
        case .quarterly: return back(date) { [1, 4, 7, 10].contains($0.month) && $0.day == 1 }
        case .monthly: return back(date) { $0.day == 1 }
        case .weekly: return back(date) { $0.weekday == 1 }
        case .daily: return .date(Int32(date.daysSinceEpoch))
        case .anniversary:
            var next = today
            while !comesRound(on: next) { next = next.adding(days: 1) }
            return .date(Int32(next.daysSinceEpoch))
        default: return .missing
        }
    }

    private func rounded(_ arguments: [Value], _ type: DataType, _ met: inout Met) -> Value {
        let places = arguments.count > 1 ? Int(arguments[1].lane ?? 0) : 0
        if case .float(let number) = arguments[0] {
            // Only whole places are tried on floats, where halves are exact.
            return .float(places == 0 ? number.rounded(.toNearestOrAwayFromZero) : number)
        }
        let scale = Self.scale(arguments[0])
        var units = Int128(arguments[0].lane ?? 0)
        if places < scale {
            let unit = Self.power(scale - places)
            units = Self.rounded(units, by: unit) * unit
        }
        let target = if case .decimal(let wanted) = type { wanted } else { 0 }
        units =
            target >= scale ? units * Self.power(target - scale) : Self.rounded(units, by: Self.power(scale - target))
        return fitted(units, type, &met)
    }

    private func bucket(_ value: Value, _ borders: [Value]) -> String {
        guard let index = borders.lastIndex(where: { Self.order(value, $0) >= 0 }) else {
            return "<" + spell(borders[0])
        }
        if index == borders.count - 1 { return spell(borders[index]) + "+" }
        switch (borders[index], borders[index + 1]) {
        case (.integer(let from), .integer(let to)): return from == to - 1 ? "\(from)" : "\(from)–\(to - 1)"
        case (.date(let from), .date(let to)):
            return from == to - 1 ? spell(.date(from)) : spell(.date(from)) + "–" + spell(.date(to - 1))
        default: return spell(borders[index]) + "–<" + spell(borders[index + 1])
        }
    }

    private func spell(_ value: Value) -> String {
        switch value {
        case .integer(let number): return "\(number)"
        case .date(let day): return CivilDate(daysSinceEpoch: Int(day)).iso
        case .decimal(let units, let scale):
            var text = "\(Double(units) / Double(Self.power(scale)))"
            if text.hasSuffix(".0") { text.removeLast(2) }
            return text
        case .float(let number):
            var text = "\(number)"
            if text.hasSuffix(".0") { text.removeLast(2) }
            return text
        default: return ""
        }
    }
}
