import ReachColumns
import ReachDiagnostics
import ReachEngine
import ReachInsight
import ReachPlan

/// Who was in which group on one day, and in which on a later one.
struct RFMMigration {
    /// By group then and group later; row 0 is those who had not bought then.
    private let counts: [[Int]]
    private let from: String
    private let to: String

    init(
        from earlier: RFMScores, to later: RFMScores, from day: Int32, to today: Int32, _ pinned: Session.Pinned
    ) throws {
        let (before, after) = (try earlier.groups(pinned), try later.groups(pinned))
        let width = RFMGroup.allCases.count + 1
        let parts = try pinned.engine.inParallel(before.count) { chunk -> [Int] in
            var cells = [Int](repeating: 0, count: width * width)
            for (one, other) in zip(before[chunk], after[chunk]) { cells[Int(one) * width + Int(other)] += 1 }
            return cells
        }
        counts = (0..<width).map { row in
            (0..<width).map { column in parts.reduce(0) { $0 + $1[row * width + column] } }
        }
        from = CivilDate(daysSinceEpoch: Int(day)).iso
        to = CivilDate(daysSinceEpoch: Int(today)).iso
    }

    private static let groups = RFMGroup.allCases

    private func name(_ number: Int) -> String { number == 0 ? "no buyer yet" : Self.groups[number - 1].rawValue }

    /// A row per pair of groups with somebody in it.
    var table: ResultTable {
        var rows: [[Value]] = []
        for (one, row) in counts.enumerated() {
            for (other, count) in row.enumerated() where count > 0 && other > 0 {
                rows.append([
                    one == 0 ? .missing : .text(name(one)), .text(name(other)), .integer(Int64(count)),
                ])
            }
        }
        return ResultTable(
            columns: [.init("from", .text), .init("to", .text), .init("customers", .integer)], rows: rows)
    }

    var blocks: [ViewBlock] {
        var grid = [[ViewCell("from \\ to")] + Self.groups.map { ViewCell($0.shortName, .right) }]
        for (number, row) in counts.enumerated() {
            let whole = row.dropFirst().reduce(0, +)
            if whole == 0 { continue }
            grid.append(
                [ViewCell(name(number))]
                    + row.enumerated().dropFirst().map { other, count in
                        ViewCell(
                            count == 0 ? "·" : Figure.count(count), .right, isFaint: count == 0,
                            heat: count == 0 ? nil : Double(count) / Double(whole))
                    })
        }
        return [.heading("groups on \(from), and where their members are on \(to)"), .grid(grid)]
    }
}
