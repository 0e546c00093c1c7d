import ReachDiagnostics

/// What a statement of SQL would be here, as far as it can be told from its words.
enum SQLHabits {
    /// Candidates, best first; nil where the words are not SQL's.
    static func translate(_ tokens: [Token], written: (SourceSpan) -> String) -> [String]? {
        guard let first = tokens.first?.word, tokens.count > 1 else { return nil }
        switch Words.key(first) {
        case "select":
            let query = Query(tokens, written)
            return [query.translated, query.fallback]
        case "insert", "create", "load", "copy", "update":
            guard let table = tokens.dropFirst().first(where: { !isNoise($0) })?.identifier else { return nil }
            if Words.key(first) == "create", tokens[1].isWord("view") {
                return ["segment \(NameText.audience(table.text)) where orders > 2"]
            }
            return ["import \(NameText.value(table.text)) from \"\(table.text).csv\""]
        case "delete", "truncate":
            guard let table = tokens.dropFirst().first(where: { !isNoise($0) })?.identifier else { return nil }
            return ["drop table \(NameText.value(table.text))"]
        default: return nil
        }
    }

    private static func isNoise(_ token: Token) -> Bool {
        ["into", "table", "from", "view", "if", "not", "exists", "or", "replace", "data", "temporary", "temp"]
            .contains { token.isWord($0) }
    }

    /// The parts of a `select`.
    private struct Query {
        var columns: [String] = []
        var table = "customers"
        var condition = ""
        var keys: [String] = []
        var order = ""
        var limit = ""

        init(_ tokens: [Token], _ written: (SourceSpan) -> String) {
            var clause = "select"
            var content: [Token] = []
            var clauses: [String: [[Token]]] = [:]
            var depth = 0
            func close() {
                clauses[clause, default: []].append(content)
                content = []
            }
            for token in tokens.dropFirst() {
                if token.isSymbol(.leftBracket) { depth += 1 }
                if token.isSymbol(.rightBracket) { depth -= 1 }
                if depth == 0, let word = token.word, Query.words.contains(Words.key(word)) {
                    close()
                    clause = Words.key(word)
                } else if depth == 0, token.isSymbol(.comma) {
                    close()
                } else if !(token.isWord("by") && content.isEmpty && (clause == "group" || clause == "order")) {
                    content.append(token)
                }
            }
            close()
            func texts(_ clause: String) -> [String] {
                (clauses[clause] ?? []).filter { !$0.isEmpty }.map { part in
                    written(part[0].span.union(part[part.count - 1].span))
                }
            }
            columns = texts("select")
            table = clauses["from"]?.first?.first?.identifier?.text ?? table
            condition = texts("where").joined(separator: ", ")
            keys = texts("group")
            order = texts("order").first ?? ""
            limit = texts("limit").first ?? ""
        }

        static let words: Set<String> = ["from", "where", "group", "having", "order", "limit"]

        private var isCustomers: Bool {
            ["customers", "customer", "users", "clients", "contacts", "people"].contains(Words.key(table))
        }

        private var measures: [String] {
            columns.filter { $0.contains("(") }.map { column in
                column.filter { $0 != " " }.lowercased().hasPrefix("count(*)") ? "count" : column
            }
        }

        private var filter: String { condition.isEmpty ? "" : " where \(condition)" }

        private var of: String {
            if !isCustomers { return " of \(NameText.audience(table))" + filter }
            return condition.isEmpty ? " of all" : filter
        }

        private var tail: String {
            var sort = order.isEmpty ? "" : " sort by \(order)"
            if sort.lowercased().hasSuffix(" asc") { sort = String(sort.dropLast(4)) }
            return sort + (limit.isEmpty ? "" : " top \(limit)")
        }

        var translated: String {
            let by = keys.isEmpty ? "" : " by " + keys.joined(separator: ", ")
            if !measures.isEmpty, measures.allSatisfy({ $0 == "count" }), tail.isEmpty {
                let subject =
                    isCustomers ? (condition.isEmpty ? " all" : filter) : " \(NameText.audience(table))" + filter
                return "count" + subject + by
            }
            if !measures.isEmpty { return "summarize " + measures.joined(separator: ", ") + by + of + tail }
            let listed = columns.contains("*") ? "" : columns.joined(separator: ", ")
            return "show" + (listed.isEmpty ? "" : " \(listed)") + of + tail
        }

        var fallback: String { "show" + (isCustomers ? " of all" : " of \(NameText.audience(table))") }
    }
}
