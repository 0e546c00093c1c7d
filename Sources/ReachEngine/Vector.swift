import ReachColumns
import ReachKernels

/// The values of an expression for the rows of a scope.
struct Vector {
    enum Storage {
        /// Everything but floats and text.
        case lanes([Int64])
        /// Finite wherever known.
        case floats([Double])
        case text(TextColumn)
    }

    var storage: Storage
    /// 1 where the value is missing, whatever the storage holds there; nil where none is.
    var missing: [UInt8]?
    /// `Fault` bits per row; nil where no row met a fault.
    var faults: [UInt8]?

    init(_ storage: Storage, missing: [UInt8]? = nil, faults: [UInt8]? = nil) {
        self.storage = storage
        self.missing = missing
        self.faults = faults
    }

    /// Missing in every row.
    init(missing type: DataType, count: Int, faults: [UInt8]? = nil) {
        let storage: Storage =
            switch type {
            case .float: .floats([Double](repeating: 0, count: count))
            case .text: .text(TextColumn(offsets: [UInt32](repeating: 0, count: count + 1), bytes: []))
            default: .lanes([Int64](repeating: 0, count: count))
            }
        self.init(storage, missing: [UInt8](repeating: 1, count: count), faults: faults)
    }

    /// The one lane in every row.
    init(lane: Int64, count: Int) { self.init(.lanes([Int64](repeating: lane, count: count))) }

    var count: Int {
        switch storage {
        case .lanes(let lanes): lanes.count
        case .floats(let floats): floats.count
        case .text(let text): text.count
        }
    }

    /// The vector's rows at these positions.
    func taking(_ positions: [UInt32]) -> Vector {
        let taken: Storage =
            switch storage {
            case .lanes(let lanes): .lanes(take(lanes, at: positions))
            case .floats(let floats): .floats(take(floats, at: positions))
            case .text(let text): .text(text.taking(positions))
            }
        return Vector(
            taken, missing: missing.map { take($0, at: positions) }, faults: faults.map { take($0, at: positions) })
    }

    func value(at row: Int, of type: DataType) -> Value {
        if let missing, missing[row] != 0 { return .missing }
        return switch storage {
        case .lanes(let lanes): Value(lane: lanes[row], of: type)
        case .floats(let floats): .float(floats[row])
        case .text(let text): .text(text.string(at: row))
        }
    }

    /// Marks rows as missing because of a fault; rows that were missing before met none.
    mutating func mark(_ rows: [UInt8], as fault: UInt8) {
        var fresh = rows
        if let missing { subtract(missing, from: &fresh) }
        guard hasAny(fresh) else { return }
        missing = united(missing, fresh)
        faults = united(faults, fresh.map { $0 &* fault })
    }

    /// Lanes; text and floats have none.
    var lanes: [Int64] {
        guard case .lanes(let lanes) = storage else { preconditionFailure("an expression of a fixed-point type") }
        return lanes
    }

    var floats: [Double] {
        guard case .floats(let floats) = storage else { preconditionFailure("an expression of type float") }
        return floats
    }

    var text: TextColumn {
        guard case .text(let text) = storage else { preconditionFailure("an expression of type text") }
        return text
    }
}

/// Text by row: either row r stands at `offsets[r]`, or the word `codes[r]` of a dictionary does.
struct TextColumn {
    let codes: [UInt32]?
    let offsets: [UInt32]
    let bytes: [UInt8]
    /// Whose words the codes are; its offsets and bytes are the ones above.
    let dictionary: TextDictionary?

    init(offsets: [UInt32], bytes: [UInt8]) {
        codes = nil
        self.offsets = offsets
        self.bytes = bytes
        dictionary = nil
    }

    init(codes: [UInt32], _ dictionary: TextDictionary) {
        self.codes = codes
        offsets = dictionary.offsets
        bytes = dictionary.bytes
        self.dictionary = dictionary
    }

    var count: Int { codes?.count ?? offsets.count - 1 }

    /// Where the row's text stands in `bytes`. A missing row may point to no word at all and gives nothing.
    func range(at row: Int) -> (from: Int, to: Int) {
        let index = codes.map { Int($0[row]) } ?? row
        if index + 1 >= offsets.count { return (0, 0) }
        return (Int(offsets[index]), Int(offsets[index + 1]))
    }

    func string(at row: Int) -> String {
        let (from, to) = range(at: row)
        return String(decoding: bytes[from..<to], as: UTF8.self)
    }

    func compare(_ row: Int, with other: TextColumn, _ otherRow: Int) -> Int {
        let (from, to) = range(at: row)
        let (otherFrom, otherTo) = other.range(at: otherRow)
        return compareBytes(bytes, from, to, other.bytes, otherFrom, otherTo)
    }

    func taking(_ positions: [UInt32]) -> TextColumn {
        if let codes, let dictionary { return TextColumn(codes: take(codes, at: positions), dictionary) }
        var taken: [UInt32] = [0]
        taken.reserveCapacity(positions.count + 1)
        var text: [UInt8] = []
        for position in positions {
            let (from, to) = range(at: Int(position))
            text.append(contentsOf: bytes[from..<to])
            taken.append(UInt32(text.count))
        }
        return TextColumn(offsets: taken, bytes: text)
    }
}
