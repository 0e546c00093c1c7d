import ReachColumns
import ReachKernels

/// Gives values small numbers in the order in which they are met, a missing one too; or knows some from the start and takes no others.
package struct ValueCodes: Sendable {
    package private(set) var values: [Value] = []
    private let isClosed: Bool
    private var codes: [Value: UInt32] = [:]
    private var lanes: [Int64: UInt32] = [:]
    /// The code of each word of `dictionary`, `unasked` where no row had it yet.
    private var words: [UInt32] = []
    private var dictionary: TextDictionary?

    private static let unasked = UInt32.max - 1
    /// Of a value that is not among those known from the start.
    package static let unknown = UInt32.max

    package init() { isClosed = false }

    /// These values and no others.
    package init(only values: [Value]) {
        isClosed = true
        self.values = values
        for (code, value) in values.enumerated() { codes[value] = UInt32(code) }
    }

    /// The code of a value.
    package mutating func code(_ value: Value) -> UInt32 {
        if let known = codes[value] { return known }
        if isClosed { return Self.unknown }
        let code = UInt32(values.count)
        codes[value] = code
        values.append(value)
        return code
    }

    mutating func codes(_ vector: Vector, _ type: DataType) -> [UInt32] {
        var result = [UInt32](repeating: 0, count: vector.count)
        switch vector.storage {
        case .lanes(let rows): addLanes(rows, vector.missing, type, &result)
        case .floats(let rows):
            for row in rows.indices {
                let isMissing = vector.missing.map { $0[row] != 0 } ?? false
                result[row] = self.code(isMissing ? .missing : .float(rows[row]))
            }
        case .text(let text): addTexts(text, vector.missing, &result)
        }
        return result
    }

    private mutating func addLanes(_ rows: [Int64], _ missing: [UInt8]?, _ type: DataType, _ result: inout [UInt32]) {
        guard let range = laneRange(rows) else { return }
        // Where values lie close together, a table by value is faster than a dictionary.
        let span = range.upperBound.subtractingReportingOverflow(range.lowerBound)
        let isClose = !span.overflow && span.partialValue < Int64(4 * rows.count)
        var known = [UInt32](repeating: Self.unasked, count: isClose ? Int(span.partialValue) + 1 : 0)
        var (before, code) = (Int64.min, UInt32?.none)
        for row in rows.indices {
            if let missing, missing[row] != 0 {
                result[row] = self.code(.missing)
                continue
            }
            let lane = rows[row]
            if isClose {
                let place = Int(lane &- range.lowerBound)
                if known[place] == Self.unasked { known[place] = self.code(lane: lane, type) }
                result[row] = known[place]
                continue
            }
            if code == nil || lane != before {
                before = lane
                code = self.code(lane: lane, type)
            }
            result[row] = code ?? Self.unknown
        }
    }

    private mutating func code(lane: Int64, _ type: DataType) -> UInt32 {
        if let known = lanes[lane] { return known }
        let code = code(Value(lane: lane, of: type))
        lanes[lane] = code
        return code
    }

    private mutating func addTexts(_ text: TextColumn, _ missing: [UInt8]?, _ result: inout [UInt32]) {
        guard let rows = text.codes, let dictionary = text.dictionary else {
            for row in result.indices {
                let isMissing = missing.map { $0[row] != 0 } ?? false
                result[row] = code(isMissing ? .missing : .text(text.string(at: row)))
            }
            return
        }
        if self.dictionary !== dictionary {
            self.dictionary = dictionary
            words = Array(repeating: Self.unasked, count: dictionary.count)
        }
        for row in rows.indices {
            if let missing, missing[row] != 0 {
                result[row] = code(.missing)
                continue
            }
            let word = Int(rows[row])
            if words[word] == Self.unasked { words[word] = code(.text(dictionary.word(word))) }
            result[row] = words[word]
        }
    }
}
