import ReachColumns
import ReachPlan

/// Counts of values between round borders.
package struct Histogram: Sendable {
    package struct Bucket: Hashable, Sendable {
        /// First value in the bucket; of text and booleans the only one.
        package let lower: Value
        /// First value after it; nil where the bucket is one value.
        package let upper: Value?
        package let count: Int
    }

    /// Adjacent and ascending, empty ones in between included. Text and booleans: the most frequent values.
    package let buckets: [Bucket]
    package let missing: Int
    /// Rows whose text is not among the buckets.
    package let others: Int
}

extension Engine {
    /// At most `buckets` buckets; their width is 1, 2 or 5 of some power of ten, and of dates and datetimes a calendar step.
    package func histogram(_ population: Population, _ scalar: Scalar, buckets: Int) throws -> Histogram {
        precondition(buckets > 0, "a histogram has a bucket")
        // Datetimes are counted by their date.
        let scalar = scalar.type == .datetime ? Scalar.convert(scalar, to: .date) : scalar
        let values = try frequencies(population, scalar)
        if values.counts.isEmpty { return Histogram(buckets: [], missing: values.missing, others: 0) }
        if scalar.type == .text || scalar.type == .boolean { return frequent(values, buckets) }
        let borders = NiceBorders.between(
            values.value(0), values.value(values.counts.count - 1), type: scalar.type, atMost: buckets)
        var counts = [Int](repeating: 0, count: borders.count - 1)
        var bucket = 0
        for (index, count) in values.counts.enumerated() {
            let value = values.value(index)
            while bucket + 2 < borders.count, ValueOrder.compare(value, borders[bucket + 1]) >= 0 { bucket += 1 }
            counts[bucket] += count
        }
        let filled = counts.indices.map { index in
            Histogram.Bucket(lower: borders[index], upper: borders[index + 1], count: counts[index])
        }
        return Histogram(buckets: filled, missing: values.missing, others: 0)
    }

    private func frequent(_ values: Frequencies, _ buckets: Int) -> Histogram {
        let order = values.counts.indices.sorted { one, other in
            values.counts[one] != values.counts[other] ? values.counts[one] > values.counts[other] : one < other
        }
        return Histogram(
            buckets: order.prefix(buckets).map { index in
                Histogram.Bucket(lower: values.value(index), upper: nil, count: values.counts[index])
            },
            missing: values.missing, others: order.dropFirst(buckets).reduce(0) { $0 + values.counts[$1] })
    }
}
