import ReachColumns
import ReachDiagnostics
import ReachLanguage
import ReachPlan
import Testing

/// A small shop and helpers that bind text against it; today is 2026-11-22.
enum PlanFixture {
    static let schema = DataSchema(tables: [
        TableSchema(
            name: "customers", kind: .customers,
            columns: [
                ColumnSchema(name: "id", type: .integer, role: .key),
                ColumnSchema(name: "city", type: .text),
                ColumnSchema(name: "email", type: .text, role: .address(channel: "email")),
                ColumnSchema(name: "subscribed", type: .boolean, role: .consent(channel: "email")),
                ColumnSchema(name: "signup", type: .date),
                ColumnSchema(name: "last_login", type: .datetime),
                ColumnSchema(name: "points", type: .integer),
                ColumnSchema(name: "balance", type: .decimal(scale: 2)),
                ColumnSchema(name: "score", type: .float),
                ColumnSchema(name: "phone", type: .text, role: .address(channel: "sms")),
                ColumnSchema(name: "visits", type: .integer),
                ColumnSchema(name: "category", type: .text),
            ]),
        TableSchema(
            name: "orders", kind: .activity,
            columns: [
                ColumnSchema(name: "customer_id", type: .integer, role: .key),
                ColumnSchema(name: "ordered_at", type: .date, role: .time),
                ColumnSchema(name: "total", type: .decimal(scale: 2)),
                ColumnSchema(name: "pieces", type: .integer),
                ColumnSchema(name: "category", type: .text),
                ColumnSchema(name: "gift", type: .boolean),
            ]),
        TableSchema(
            name: "visits", kind: .activity,
            columns: [
                ColumnSchema(name: "customer_id", type: .integer, role: .key),
                ColumnSchema(name: "at", type: .datetime, role: .time),
                ColumnSchema(name: "page", type: .text),
                ColumnSchema(name: "seconds", type: .integer),
            ]),
        TableSchema(
            name: "carts", kind: .activity,
            columns: [
                ColumnSchema(name: "customer_id", type: .integer, role: .key),
                ColumnSchema(name: "at", type: .datetime, role: .time),
            ]),
    ])

    /// The last microsecond of 2026-11-22 in the zone.
    static func moment(_ zone: Zone = .utc, _ year: Int = 2026, _ month: Int = 11, _ day: Int = 22) -> Moment {
        let today = CivilDate(year: year, month: month, day: day)?.daysSinceEpoch ?? 0
        return Moment(now: zone.start(ofDay: today + 1) - 1, zone: zone)
    }

    static func context(_ zone: Zone = .utc, definitions: [(String, Definition.Kind, String)] = []) throws
        -> BindingContext
    {
        var context = BindingContext(schema: schema, moment: moment(zone))
        context.definitions = try definitions.map { name, kind, text in
            Definition(
                name: name, kind: kind, text: text, expression: kind == .frozen ? nil : try ExpressionParser.parse(text)
            )
        }
        context.distinctValues = { place in
            place == ColumnPlace(table: 0, column: 1) ? ["Paris", "Rome", "Moscow"] : nil
        }
        return context
    }

    static func binder(_ text: String, _ context: BindingContext) -> Binder {
        Binder(context, source: SourceText(text), span: SourceSpan(0, text.utf8.count))
    }

    /// The plan of a condition on one line, or `code: message` of what is wrong with it.
    static func plan(_ text: String, _ context: BindingContext, _ scope: Scope = .customers) -> String {
        do {
            let condition = try binder(text, context).bindCondition(try ExpressionParser.parse(text), scope)
            return PlanPrinter(context.schema).line(condition, table: NameTable.of(scope))
        } catch let diagnostic as Diagnostic {
            return "\(diagnostic.code): \(diagnostic.message)"
        } catch {
            return "\(error)"
        }
    }

    static func plan(_ text: String) throws -> String { plan(text, try context()) }

    /// Each text, bound, prints as the plan beside it.
    static func expectPlans(
        _ cases: [(String, String)], _ context: BindingContext? = nil, _ scope: Scope = .customers,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let context = try context ?? self.context()
        for (text, expected) in cases {
            let plan = plan(text, context, scope)
            #expect(plan == expected, "\(text) gave \(plan)", sourceLocation: sourceLocation)
        }
    }

    /// The diagnostic that parsing or binding this ends with.
    static func failure(_ text: String, _ context: BindingContext, _ scope: Scope = .customers) throws -> Diagnostic? {
        do {
            let expression = try ExpressionParser.parse(text)
            _ = try binder(text, context).bindCondition(expression, scope)
            return nil
        } catch let diagnostic as Diagnostic {
            return diagnostic
        }
    }
}

private enum NameTable {
    static func of(_ scope: Scope) -> Int {
        if case .rows(let table) = scope { return table }
        return 0
    }
}
