import ReachColumns
import ReachDiagnostics
import ReachLanguage
import ReachPlan
import TestSupport
import Testing

/// A shop and everyone who answers questions about it.
struct DifferentialRound {
    let shop: Shop
    let stores: ShopStores
    let reference: ReferenceEvaluator
    let database: SQLShop
    let everybody: Set<String>

    init(seed: UInt64) throws {
        shop = try Shop(seed: seed)
        stores = try ShopStores(shop)
        var reference = ReferenceEvaluator(shop.data, moment: shop.moment)
        reference.frozen = ["keepers": shop.frozen]
        self.reference = reference
        database = try SQLShop(shop)
        everybody = Set(shop.data.customers.indices.map(shop.key))
        for store in stores.stores { #expect(try store.members(of: .always(true)) == everybody) }
    }

    /// Compares all answers; the first store answers every question and the others in turn. Gives the members.
    func check(_ text: String, _ number: Int) throws -> Set<String> {
        let expression = try ExpressionParser.parse(text)
        var translator = SQLTranslator(shop)
        let sql = try translator.condition(expression)
        let expected = try database.members(of: sql)
        let first = stores.stores[0]
        let condition = try bind(text, first)
        func compare(_ members: Set<String>, _ whose: String) {
            guard members != expected else { return }
            let lost = expected.subtracting(members).sorted(), found = members.subtracting(expected).sorted()
            Issue.record(
                """
                seed \(shop.seed): \(text)
                \(whose) lacks \(lost) and has \(found) beyond SQLite's \(expected.count)
                bound: \(PlanPrinter(shop.data.schema).line(condition, table: 0))
                \(sql)
                """)
        }
        compare(Set(reference.members(of: condition).map(shop.key)), "the reference")
        compare(try first.members(of: condition), "the engine")
        let other = stores.stores[1 + number % (stores.stores.count - 1)]
        compare(try other.members(of: try bind(text, other)), "the engine over \(other.name)")
        compare(everybody.subtracting(try other.members(of: try bind("not (\(text))", other))), "not its opposite")
        let again = try bind(expression.canonicalText, first)
        if again != condition { compare(try first.members(of: again), "\(expression.canonicalText)") }
        return expected
    }

    private func bind(_ text: String, _ store: ShopStores.Store) throws -> Condition {
        let binder = Binder(store.context, source: SourceText(text), span: SourceSpan(0, text.utf8.count))
        return try binder.bindCondition(try ExpressionParser.parse(text))
    }
}
