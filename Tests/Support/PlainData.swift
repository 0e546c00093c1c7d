import ReachColumns

/// A small set of data as plain rows: what a `MemorySource` encodes and a `ReferenceEvaluator` reads as it stands.
package struct PlainData: Sendable {
    package var schema: DataSchema
    /// A value per column of `customers`.
    package var customers: [[Value]]
    package var deleted: Set<Int>
    /// By table, by customer: rows in order of time, ties by arrival. Entry 0 stays empty.
    package private(set) var activity: [[[[Value]]]]

    package init(schema: DataSchema, customers: [[Value]], deleted: Set<Int> = []) {
        self.schema = schema
        self.customers = customers
        self.deleted = deleted
        activity = schema.tables.map { _ in customers.map { _ in [] } }
    }

    /// Adds rows in order of arrival. A reference column (role `key`) is filled in from the customer.
    package mutating func add(_ rows: [(customer: Int, values: [Value])], to table: Int) {
        let shape = schema.tables[table]
        let time = shape.index(of: .time)
        for (customer, values) in rows {
            var values = values
            if let reference = shape.index(of: .key) {
                values[reference] =
                    schema.customers.index(of: .key).map { customers[customer][$0] }
                    ?? .integer(Int64(customer + 1))
            }
            activity[table][customer].append(values)
        }
        guard let time else { return }
        for customer in activity[table].indices {
            let arrived = activity[table][customer].enumerated()
            // Rows without a time come last; the engine lets them take part in nothing that depends on time.
            activity[table][customer] = arrived.sorted { one, other in
                let (first, second) = (one.element[time].lane ?? .max, other.element[time].lane ?? .max)
                return first != second ? first < second : one.offset < other.offset
            }.map(\.element)
        }
    }

    package var liveCustomers: [Int] { customers.indices.filter { !deleted.contains($0) } }
}
