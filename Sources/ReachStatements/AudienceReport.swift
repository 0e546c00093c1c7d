import ReachColumns
import ReachEngine
import ReachPlan
import ReachWorkspace

/// How answers say of whom they speak.
enum Speaking {
    /// `746 of 2,357 customers where orders > 2 (31.6 %)`
    static func customers(_ count: Int, of whole: Int, _ audience: BoundAudience) -> String {
        if audience.isEverybody { return "\(Figure.count(count, "customer"))" }
        return
            "\(Figure.count(count)) of \(Figure.count(whole, "customer")) \(who(audience)) (\(Figure.share(count, of: whole)))"
    }

    /// `1,240 buyers of 2,357 customers where orders > 2`
    static func buyers(_ count: Int, of whole: Int, _ audience: BoundAudience) -> String {
        let whose = audience.isEverybody ? "" : " \(who(audience))"
        return "\(Figure.count(count, "buyer")) of \(Figure.count(whole, "customer"))\(whose)"
    }

    /// `6,919 rows of orders`, `312 of 6,919 rows of orders within 90d, of customers in segment lapsed`
    static func rows(_ count: Int, of whole: Int, _ subject: BoundSubject) -> String {
        guard let rows = subject.rows else { return customers(count, of: whole, subject.audience) }
        let what = rows.text.isEmpty ? rows.tableName : "\(rows.tableName) \(rows.text)"
        let whose = subject.audience.isEverybody ? "" : ", of customers \(who(subject.audience))"
        if rows.text.isEmpty, whose.isEmpty { return "\(Figure.count(count, "row")) of \(what)" }
        return
            "\(Figure.count(count)) of \(Figure.count(whole, "row")) of \(what)\(whose) (\(Figure.share(count, of: whole)))"
    }

    /// `where orders > 2`, ``in segment `lapsed` ``, ``in the current segment where …``
    static func who(_ audience: BoundAudience) -> String {
        if audience.base == "customers" { return String(audience.description.dropFirst("customers ".count)) }
        let article = audience.base == "current segment" ? "the " : ""
        return "in \(article)\(audience.description)"
    }
}

/// What went wrong row by row while an answer was computed, in words.
extension Engine {
    func faultWarnings() -> [String] {
        let faults = takeFaults()
        var warnings: [String] = []
        if faults.divisionsByZero > 0 {
            warnings.append(
                "\(Figure.count(faults.divisionsByZero, "row")): division by zero; the value is missing there")
        }
        if faults.overflows > 0 {
            warnings.append("\(Figure.count(faults.overflows, "row")): more than 64 bits; the value is missing there")
        }
        return warnings
    }
}

/// Who an audience is: how each condition narrows it, and which channel reaches whom. What `segment` answers.
struct AudienceReport {
    let audience: BoundAudience
    let pinned: Session.Pinned
    let session: Session

    init(_ audience: BoundAudience, _ pinned: Session.Pinned, _ session: Session) {
        self.audience = audience
        self.pinned = pinned
        self.session = session
    }

    func answer(_ statement: String) throws -> Answer {
        let narrowing = try pinned.engine.narrow(audience.parts.map(\.condition))
        let whole = pinned.snapshot.customerCount
        let count = narrowing.members.count
        let share = Figure.share(count, of: whole)
        var answer = Answer(
            statement,
            headline: audience.isEverybody
                ? "all \(Figure.count(whole, "customer"))"
                : "\(Figure.count(count)) of \(Figure.count(whole, "customer")) (\(share))")
        answer.facts = [Fact("customers", count), Fact("of", whole)]
        answer.table = table(narrowing.steps)
        answer.isTableAside = true
        var grid: [[ViewCell]] = []
        for (index, part) in audience.parts.enumerated() {
            let left =
                index == 0
                ? "" : "\(index == 1 ? "both" : "all \(index + 1)") \(Figure.count(narrowing.steps[index].together))"
            grid.append([
                ViewCell(part.text), ViewCell(part.sentence, isFaint: true), .count(narrowing.steps[index].alone),
                ViewCell(left, .right),
            ])
        }
        if let reach = try Reach(audience.condition, pinned, session) {
            grid.append([ViewCell("reachable"), ViewCell(reach.text)])
            answer.facts += reach.facts
        }
        if !grid.isEmpty { answer.view.append(.grid(grid)) }
        answer.isHeadlineEnough = answer.view.isEmpty
        if count == 0, whole > 0 { answer.notes += emptyNotes(narrowing.steps) }
        if whole == 0 {
            answer.notes.append("the workspace has no customers yet: `import customers from \"FILE\"` or `demo`")
        }
        return answer
    }

    private func table(_ narrowing: [Narrowing.Step]) -> ResultTable {
        let rows = zip(audience.parts, narrowing).map { part, figures -> [Value] in
            [
                .text(part.text), .text(part.sentence), .integer(Int64(figures.alone)),
                .integer(Int64(figures.together)),
            ]
        }
        return ResultTable(
            columns: [
                .init("condition", .text), .init("meaning", .text), .init("customers", .integer),
                .init("remaining", .integer),
            ], rows: rows)
    }

    /// Which condition emptied the audience.
    private func emptyNotes(_ narrowing: [Narrowing.Step]) -> [String] {
        guard let index = narrowing.firstIndex(where: { $0.together == 0 }) else { return [] }
        let part = audience.parts[index]
        if narrowing[index].alone == 0 { return ["nobody meets `\(part.text)`"] }
        return [
            "nobody is left after `\(part.text)`, which holds of \(Figure.count(narrowing[index].alone, "customer"))"
        ]
    }
}
