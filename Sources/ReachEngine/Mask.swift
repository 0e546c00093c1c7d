import ReachColumns
import ReachKernels

/// The rows of a scope for which a condition holds.
struct Mask {
    enum Rows {
        case none
        case every
        /// A byte per row, 0 or 1.
        case some([UInt8])

        init(_ bytes: [UInt8], setCount: Int) {
            self = setCount == 0 ? .none : setCount == bytes.count ? .every : .some(bytes)
        }
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
        let setCount = countSet(bytes)
        self.init(Rows(bytes, setCount: setCount), count: bytes.count, faults: faults)
        knownCount = setCount
    }

    var bytes: [UInt8] {
        switch rows {
        case .none: [UInt8](repeating: 0, count: count)
        case .every: [UInt8](repeating: 1, count: count)
        case .some(let bytes): bytes
        }
    }

    /// As kernels take a mask: an empty one is every row. Not for a mask of no rows, of which there is nothing to work out.
    var kernelBytes: [UInt8] { isEvery ? [] : bytes }

    var isNone: Bool { if case .none = rows { true } else { false } }
    var isEvery: Bool { if case .every = rows { true } else { false } }

    var setCount: Int {
        switch rows {
        case .none: 0
        case .every: count
        case .some(let bytes): knownCount ?? countSet(bytes)
        }
    }

    /// Positions of the rows, ascending.
    var positions: [UInt32] {
        switch rows {
        case .none: []
        case .every: (0..<UInt32(count)).map { $0 }
        case .some(let bytes): selectedRows(bytes)
        }
    }

    var bitmap: Bitmap {
        switch rows {
        case .none: Bitmap(count: count)
        case .every: Bitmap(count: count, repeating: true)
        case .some(let bytes): Bitmap(count: count, words: packBits(bytes))
        }
    }

    mutating func negate() {
        switch rows {
        case .none: rows = .every
        case .every: rows = .none
        case .some(var bytes):
            rows = .none
            invert(&bytes)
            rows = .some(bytes)
        }
    }

    /// Keeps the rows that a kernel leaves in a mask, of which it gives how many there are. An empty mask is every row to it.
    mutating func narrow(_ keep: (inout [UInt8]) -> Int) {
        var bytes: [UInt8] = []
        switch rows {
        case .none: return
        case .every: break
        case .some(let held): bytes = held
        }
        // The bytes have one owner while the kernel changes them.
        rows = .none
        let setCount = keep(&bytes)
        rows = Rows(bytes, setCount: setCount)
        knownCount = setCount
    }

    /// Keeps the rows that hold in `other` too; what `other` met counts only where this one held.
    mutating func narrow(to other: Mask) {
        faults = united(faults, other.faults(where: self))
        switch (rows, other.rows) {
        case (.none, _), (_, .every): break
        case (_, .none): rows = .none
        case (.every, .some): rows = other.rows
        case (.some, .some(let others)): narrow { intersect(&$0, with: others) }
        }
    }

    /// Keeps the rows that do not hold in `other`; what `other` met counts only where this one held.
    mutating func narrow(toRowsOutside other: Mask) {
        faults = united(faults, other.faults(where: self))
        switch (rows, other.rows) {
        case (.none, _), (_, .none): break
        case (_, .every): rows = .none
        case (.every, .some):
            rows = other.rows
            negate()
        case (.some, .some(let others)): narrow { subtract(others, from: &$0) }
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
        case (.none, .some): rows = other.rows
        case (.some(var bytes), .some(let others)):
            rows = .none
            unite(&bytes, with: others)
            rows = Mask(bytes: bytes).rows
        }
    }

    /// Takes out the rows marked in `missing`.
    mutating func remove(_ missing: [UInt8]?) {
        guard let missing, !isNone else { return }
        if case .every = rows { rows = .some([UInt8](repeating: 1, count: count)) }
        narrow { subtract(missing, from: &$0) }
    }

    /// Takes out the rows whose value is missing in the chunk.
    mutating func removeMissing(of chunk: Chunk) {
        guard let missing = chunk.missing else { return }
        narrow { clear(&$0, where: missing.words, count: missing.count) }
    }

    /// The faults of this mask in the rows that hold in `other`.
    func faults(where other: Mask) -> [UInt8]? {
        guard var marks = faults else { return nil }
        switch other.rows {
        case .none: return nil
        case .every: return marks
        case .some(let bytes):
            keep(&marks, where: bytes)
            return marks
        }
    }
}
