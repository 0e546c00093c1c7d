import ReachColumns
import ReachKernels

/// The rows of a scope for which a condition holds.
struct Mask {
    enum Rows {
        case none
        case every
        /// A byte per row, 0 or 1.
        case bytes([UInt8])
        /// A bit per row, those past the last row being 0.
        case bits([UInt64])
    }

    var rows: Rows {
        didSet { knownCount = nil }
    }
    let count: Int
    /// How many rows hold, where the last kernel counted them.
    private var knownCount: Int?
    /// `Fault` bits per row; nil where no row met a fault.
    var faults: [UInt8]?

    init(_ rows: Rows, count: Int, faults: [UInt8]? = nil) {
        self.rows = rows
        self.count = count
        self.faults = faults
    }

    /// All or nothing where that is what the bytes say, so that later work can stop.
    init(bytes: [UInt8], faults: [UInt8]? = nil) {
        self.init(.none, count: bytes.count, faults: faults)
        set(.bytes(bytes), setCount: countSet(bytes))
    }

    /// - Parameter found: the rows' bits, and how many are set.
    init(_ found: (bits: [UInt64], count: Int), count: Int) {
        self.init(.none, count: count)
        set(.bits(found.bits), setCount: found.count)
    }

    init(_ bitmap: Bitmap) {
        self.init(.none, count: bitmap.count)
        set(.bits(bitmap.words), setCount: bitmap.setCount)
    }

    var bytes: [UInt8] {
        switch rows {
        case .none: [UInt8](repeating: 0, count: count)
        case .every: [UInt8](repeating: 1, count: count)
        case .bytes(let bytes): bytes
        case .bits(let words): unpackBits(words, count: count)
        }
    }

    /// As kernels take a mask: an empty one is every row. Not for a mask of no rows, of which there is nothing to work out.
    var kernelBytes: [UInt8] { isEvery ? [] : bytes }

    /// The same as bits.
    var kernelWords: [UInt64] { isEvery ? [] : bitmap.words }

    var isNone: Bool { if case .none = rows { true } else { false } }
    var isEvery: Bool { if case .every = rows { true } else { false } }

    var setCount: Int {
        switch rows {
        case .none: 0
        case .every: count
        case .bytes(let bytes): knownCount ?? countSet(bytes)
        case .bits(let words): knownCount ?? countBits(words)
        }
    }

    /// Positions of the rows, ascending.
    var positions: [UInt32] {
        switch rows {
        case .none: []
        case .every: (0..<UInt32(count)).map { $0 }
        case .bytes(let bytes): selectedRows(bytes)
        case .bits(let words): selectedRows(bits: words)
        }
    }

    var bitmap: Bitmap {
        switch rows {
        case .none: Bitmap(count: count)
        case .every: Bitmap(count: count, repeating: true)
        case .bytes(let bytes): Bitmap(count: count, words: packBits(bytes))
        case .bits(let words): Bitmap(count: count, words: words)
        }
    }

    mutating func negate() {
        switch rows {
        case .none: rows = .every
        case .every: rows = .none
        case .bytes(var bytes):
            rows = .none
            invert(&bytes)
            rows = .bytes(bytes)
        case .bits(var words):
            rows = .none
            invertRows(&words, count: count)
            rows = .bits(words)
        }
    }

    /// Keeps the rows that a kernel leaves in a mask, of which it gives how many there are. An empty mask is every row to it.
    mutating func narrow(_ keep: (inout [UInt8]) -> Int) {
        if isNone { return }
        var bytes = kernelBytes
        // The bytes have one owner while the kernel changes them.
        rows = .none
        let setCount = keep(&bytes)
        set(.bytes(bytes), setCount: setCount)
    }

    /// The same of a kernel that takes a mask as bits.
    mutating func narrowBits(_ keep: (inout [UInt64]) -> Int) {
        if isNone { return }
        var words = kernelWords
        rows = .none
        let setCount = keep(&words)
        set(.bits(words), setCount: setCount)
    }

    private mutating func set(_ found: Rows, setCount: Int) {
        rows = setCount == 0 ? .none : setCount == count ? .every : found
        knownCount = setCount
    }

    /// Keeps the rows that hold in `other` too; what `other` met counts only where this one held.
    mutating func narrow(to other: Mask) {
        faults = united(faults, other.faults(where: self))
        switch (rows, other.rows) {
        case (.none, _), (_, .every): break
        case (_, .none): rows = .none
        case (.every, _): rows = other.rows
        case (.bytes, .bytes(let others)): narrow { intersect(&$0, with: others) }
        default:
            narrowBits {
                intersectWords(&$0, with: other.bitmap.words)
                return countBits($0)
            }
        }
    }

    /// Keeps the rows that do not hold in `other`; what `other` met counts only where this one held.
    mutating func narrow(toRowsOutside other: Mask) {
        faults = united(faults, other.faults(where: self))
        switch (rows, other.rows) {
        case (.none, _), (_, .none): break
        case (_, .every): rows = .none
        case (.every, _):
            rows = other.rows
            negate()
        case (.bytes, .bytes(let others)): narrow { subtract(others, from: &$0) }
        default:
            narrowBits {
                intersectWords(&$0, with: other.bitmap.words, isInverted: true)
                return countBits($0)
            }
        }
    }

    /// Adds the rows of `other`; what `other` met counts only where this one did not hold.
    mutating func widen(by other: Mask) {
        if other.faults != nil {
            var rest = self
            rest.negate()
            faults = united(faults, other.faults(where: rest))
        }
        switch (rows, other.rows) {
        case (.every, _), (_, .none): break
        case (_, .every): rows = .every
        case (.none, _): rows = other.rows
        case (.bytes(var bytes), .bytes(let others)):
            rows = .none
            unite(&bytes, with: others)
            set(.bytes(bytes), setCount: countSet(bytes))
        default:
            narrowBits {
                uniteWords(&$0, with: other.bitmap.words)
                return countBits($0)
            }
        }
    }

    /// Takes out the rows marked in `missing`.
    mutating func remove(_ missing: [UInt8]?) {
        guard let missing, !isNone else { return }
        let count = count
        narrow { mask in
            if mask.isEmpty { mask = [UInt8](repeating: 1, count: count) }
            return subtract(missing, from: &mask)
        }
    }

    /// Takes out the rows whose value is missing in the chunk.
    mutating func removeMissing(of chunk: Chunk) {
        guard let missing = chunk.missing else { return }
        narrow(toRowsOutside: Mask(missing))
    }

    /// The faults of this mask in the rows that hold in `other`.
    func faults(where other: Mask) -> [UInt8]? {
        guard var marks = faults else { return nil }
        switch other.rows {
        case .none: return nil
        case .every: return marks
        case .bytes, .bits:
            keep(&marks, where: other.bytes)
            return marks
        }
    }
}
