import ReachColumns
import ReachKernels

/// What the cells of an exported column look like to an import that knows nothing else of them.
struct ColumnLook: Hashable, Sendable {
    /// Some cell has a value.
    private(set) var hasValues = false
    /// Of text: a cell can be nothing else.
    private(set) var isSurelyText = false
    /// Of integers and decimals.
    private var least = Int64.max
    private var most = Int64.min

    /// Nothing known yet.
    init() {}

    /// `isMarked`: the format itself says of texts that they are, but writes dates as such.
    init(_ cells: CellColumn, _ column: ExportColumn, isMarked: Bool) {
        switch cells.storage {
        case .lanes(let lanes):
            hasValues = cells.hasValues
            if column.type == .integer || column.type.isDecimal { addRange(lanes, cells.missing) }
        case .floats: hasValues = cells.hasValues
        case .text(let offsets, let bytes): addTexts(offsets, bytes, nil, cells.missing, column, isMarked)
        case .words(let codes, let dictionary):
            addTexts(dictionary.offsets, dictionary.bytes, codes, cells.missing, column, isMarked)
        }
    }

    private mutating func addRange(_ lanes: [Int64], _ missing: [UInt8]?) {
        guard let missing else {
            for lane in lanes {
                least = min(least, lane)
                most = max(most, lane)
            }
            return
        }
        for row in lanes.indices where missing[row] == 0 {
            least = min(least, lanes[row])
            most = max(most, lanes[row])
        }
    }

    private mutating func addTexts(
        _ offsets: [UInt32], _ bytes: [UInt8], _ codes: [UInt32]?, _ missing: [UInt8]?, _ column: ExportColumn,
        _ isMarked: Bool
    ) {
        // Digests are no numbers, and names of phones and the like keep text what it is.
        guard column.digest == nil, !NameMeaning(column.name).staysText else {
            (hasValues, isSurelyText) = (true, true)
            return
        }
        var evidence = CSVEvidence()
        if isMarked { evidence.readings = .dates }
        gatherEvidence(bytes.span, offsets: offsets, codes: codes, missing: missing, into: &evidence)
        hasValues = evidence.knownCount > 0
        if isMarked, !evidence.hasTime { evidence.readings.remove(.compactDay) }
        guard hasValues, evidence.readings.isEmpty else { return }
        isSurelyText = true
        if !isMarked {
            var shape = ShapeEvidence()
            gatherShapes(bytes.span, offsets: offsets, codes: codes, missing: missing, into: &shape)
            isSurelyText = shape.isText
        }
    }

    mutating func merge(_ next: ColumnLook) {
        hasValues = hasValues || next.hasValues
        isSurelyText = isSurelyText || next.isSurelyText
        least = min(least, next.least)
        most = max(most, next.most)
    }

    /// Whether an import takes the column for what it is. A column without values has no type to lose.
    func tells(_ column: ExportColumn) -> Bool {
        guard hasValues else { return true }
        if column.type != .text, NameMeaning(column.name).staysText { return false }
        switch column.type {
        case .text: return isSurelyText
        case .float, .boolean, .date, .datetime: return true
        case .integer:
            guard least >= -Self.longest, most <= Self.longest else { return false }
            return !NameMeaning(column.name).speaksOfTime(in: "") || !mayBeTime
        case .decimal(let scale):
            var limit: Int64 = 1
            for _ in 0..<18 { limit *= 10 }
            // A zero before the point is a digit too.
            return scale > 0 && scale < 18 && least > -limit && most < limit
        }
    }

    /// Seconds or milliseconds since 1970, or days as eight digits.
    private var mayBeTime: Bool {
        least >= 19_000_101 && most <= 21_001_231 || least >= 631_152_000
    }

    /// The largest number of 18 digits.
    private static let longest: Int64 = 999_999_999_999_999_999
}

extension DataType {
    fileprivate var isDecimal: Bool { if case .decimal = self { true } else { false } }
}

extension CellColumn {
    fileprivate var hasValues: Bool { missing.map { $0.contains(0) } ?? (rowCount > 0) }

    /// The first row whose text begins with a digit or a blank, as a date does.
    var firstDateLikeRow: Int? {
        (0..<rowCount).first { row in
            guard !isMissing(row), let byte = text(row).first else { return false }
            return byte &- 0x30 < 10 || byte == 0x20
        }
    }
}
