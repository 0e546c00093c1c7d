import ReachColumns
import ReachKernels
import ReachPlan

/// The values of an expression for all customers of a chunk, for those who look at texts themselves.
package struct ColumnView: Sendable {
    package enum Values: Sendable {
        case lanes([Int64])
        case floats([Double])
        /// Row r is the word `codes[r]` of the dictionary.
        case words([UInt32], TextDictionary)
        /// Row r is `bytes[offsets[r]..<offsets[r + 1]]`.
        case text(offsets: [UInt32], bytes: [UInt8])
    }

    package let type: DataType
    package let values: Values
    /// 1 where the value is missing, whatever `values` holds there; nil where none is.
    package let missing: [UInt8]?

    package func value(at row: Int) -> Value {
        if let missing, missing[row] != 0 { return .missing }
        switch values {
        case .lanes(let lanes): return Value(lane: lanes[row], of: type)
        case .floats(let floats): return .float(floats[row])
        case .words(let codes, let words): return .text(words.word(Int(codes[row])))
        case .text(let offsets, let bytes):
            return .text(String(decoding: bytes[Int(offsets[row])..<Int(offsets[row + 1])], as: UTF8.self))
        }
    }

    package init(type: DataType, values: Values, missing: [UInt8]?) {
        self.type = type
        self.values = values
        self.missing = missing
    }

    init(_ vector: Vector, _ type: DataType) {
        self.type = type
        missing = vector.missing
        switch vector.storage {
        case .lanes(let lanes): values = .lanes(lanes)
        case .floats(let floats): values = .floats(floats)
        case .text(let column):
            if let codes = column.codes, let dictionary = column.dictionary {
                values = .words(codes, dictionary)
            } else {
                values = .text(offsets: column.offsets, bytes: column.bytes)
            }
        }
    }
}

/// One chunk of customers as `Engine.visit` shows it.
package struct ChunkView: Sendable {
    package let chunk: Int
    /// Row of `customers` that the chunk's first row is.
    package let firstRow: Int
    package let members: Bitmap
    /// In the order asked for.
    package let columns: [ColumnView]
    /// Per condition 1 where it holds.
    package let conditions: [[UInt8]]
}

extension Engine {
    /// What `body` makes of each chunk that has members, in chunk order, on all threads. `body` runs once per chunk, on any thread.
    package func visit<Result: Sendable>(
        _ members: Members, columns: [Scalar], conditions: [Condition] = [],
        _ body: @Sendable (ChunkView) throws -> Result
    ) throws -> [Result] {
        let found = try mapChunks { evaluator -> Result? in
            let own = members.chunks[evaluator.chunk]
            guard own.setCount > 0 else { return nil }
            let views = try columns.map { scalar in
                ColumnView(try evaluator.vector(scalar, evaluator.customers), scalar.type)
            }
            let truths = try conditions.map { condition -> [UInt8] in
                try evaluator.mask(condition, evaluator.customers).bytes
            }
            return try body(
                ChunkView(
                    chunk: evaluator.chunk, firstRow: evaluator.chunk * source.geometry.chunkRows, members: own,
                    columns: views, conditions: truths))
        }
        return found.compactMap(\.self)
    }
}
