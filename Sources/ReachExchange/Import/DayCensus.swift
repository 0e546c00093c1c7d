import ReachColumns
import ReachKernels

/// How many days and times of a column are before 1900 and after today. They are taken as they are: what is odd in a birthday is not in the
/// day on which a card expires.
struct DayCensus {
    private let range: ClosedRange<Int64>
    private let isTime: Bool
    private let name: String
    private var count = 0
    private var early = 0
    private var late = 0

    /// Nil where the column holds no days, or it is not known which day is today.
    init?(_ column: ColumnSchema, options: ImportOptions) {
        guard let today = options.today, column.type.isTemporal else { return nil }
        name = column.name
        isTime = column.role == .time
        let first = Int64(-25_567)
        range =
            column.type == .date
            ? first...max(first, today)
            : first * Zone.microsecondsPerDay...options.zone.instant(ofWall: (today + 1) * Zone.microsecondsPerDay) - 1
    }

    mutating func add(_ column: BatchColumn) {
        guard case .lanes(let lanes, let missing) = column else { return }
        // Missing ones are 0, which is in 1970.
        let outside = countOutside(lanes.span, range)
        count += lanes.count - (missing?.setCount ?? 0)
        early += outside.below
        late += outside.above
    }

    /// Nothing where a good part is after today, as of days that are still to come.
    var note: String? {
        var parts: [String] = []
        if early > 0 { parts.append("\(early) before 1900") }
        if late > 0, isTime || late * 10 <= count { parts.append("\(late) after today") }
        return parts.isEmpty ? nil : "`\(name)`: " + parts.joined(separator: ", ")
    }
}
