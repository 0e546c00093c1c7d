import ReachColumns
import ReachKernels
import Synchronization

/// Turns blocks into rows of delimited or JSON text. What `CSVEncoding` and `JSONEncoding` say of single values holds here of columns.
/// Used from many threads; what is worked out once per word or day is shared.
final class CellEncoder: Sendable {
    enum Style: Sendable {
        case delimited(UInt8)
        case json
    }

    private struct WordsKey: Hashable {
        let dictionary: ObjectIdentifier
        let digest: TextDigest?
    }

    private struct Days {
        let range: ClosedRange<Int64>
        let texts: CellTexts
    }

    private let columns: [ExportColumn]
    private let zone: Zone
    private let style: Style
    private let leads: [[UInt8]]
    private let absent: [UInt8]
    private let rowEnd: [UInt8]
    /// Around dates.
    private let quote: [UInt8]
    /// Entries hold on to their dictionary, so that its identity stays taken.
    private let words = Mutex<[WordsKey: (source: TextDictionary, texts: CellTexts)]>([:])
    private let plainDays = Mutex<Days?>(nil)
    private let quotedDays = Mutex<Days?>(nil)

    init(_ columns: [ExportColumn], _ zone: Zone, _ style: Style) {
        self.columns = columns
        self.zone = zone
        self.style = style
        switch style {
        case .delimited(let delimiter):
            leads = columns.indices.map { $0 == 0 ? [] : [delimiter] }
            // A line without anything would be no row.
            absent = columns.count == 1 ? Array("\"\"".utf8) : []
            rowEnd = [0x0A]
            quote = []
        case .json:
            let encoding = JSONEncoding(zone: zone)
            leads = columns.enumerated().map { position, column in
                [position == 0 ? UInt8(ascii: "{") : UInt8(ascii: ",")] + encoding.quoted(column.name)
                    + [UInt8(ascii: ":")]
            }
            absent = Array("null".utf8)
            rowEnd = Array("}\n".utf8)
            quote = [0x22]
        }
    }

    /// The first line of a delimited file, by what its first rows look like.
    func header(_ first: [ColumnLook]) -> [UInt8] {
        guard case .delimited(let delimiter) = style else { return [] }
        var line: [UInt8] = []
        let encoding = CSVEncoding(delimiter: delimiter)
        for (position, (column, isQuoted)) in zip(columns, namesInQuotes(first)).enumerated() {
            if position > 0 { line.append(delimiter) }
            if isQuoted { line.append(0x22) }
            encoding.append(text: column.name, to: &line)
            if isQuoted { line.append(0x22) }
        }
        line.append(0x0A)
        return line
    }

    /// Columns of text that the first rows do not show to be such say it by quotes around their names, as far as that can be told from quotes that
    /// are only usual.
    private func namesInQuotes(_ first: [ColumnLook]) -> [Bool] {
        guard case .delimited(let delimiter) = style, !first.isEmpty else {
            return Array(repeating: false, count: columns.count)
        }
        let wanted = zip(columns, first).map { $0.type == .text && !$1.isSurelyText }
        return HeaderQuotes.deliberate(columns.map { Array($0.name.utf8) }, quoted: wanted, delimiter: delimiter)
    }

    func untold(_ written: EncodedRows) -> [ExportColumn] {
        zip(zip(columns, written.looks), namesInQuotes(written.firstLooks)).compactMap { column, isNamedText in
            column.1.tells(column.0) || isNamedText || isMarked && column.0.type == .text ? nil : column.0
        }
    }

    /// The format says of texts that they are.
    private var isMarked: Bool {
        if case .json = style { true } else { false }
    }

    func encode(_ block: CellBlock) -> EncodedRows {
        let looks = zip(block.columns, columns).map { ColumnLook($0, $1, isMarked: isMarked) }
        var texts = zip(block.columns, columns).map(texts)
        if isMarked {
            for position in columns.indices
            where columns[position].type == .text && looks[position].hasValues && !looks[position].isSurelyText {
                escapeFirst(of: &texts[position], block.columns[position])
            }
        }
        var rows = EncodedRows(
            rowCount: block.rowCount,
            bytes: joinCells(texts, leads: leads, absent: absent, rowEnd: rowEnd, rowCount: block.rowCount))
        if block.rowCount > 0 { rows.looks = looks }
        return rows
    }

    /// Where all texts of a column look like dates, one says that it is none by an escape that nobody needs: `"\u0032026-01-01"`.
    private func escapeFirst(of texts: inout CellTexts, _ cells: CellColumn) {
        guard let row = cells.firstDateLikeRow, let byte = cells.text(row).first else { return }
        let word = texts.codes.map { Int($0[row]) } ?? row
        let cell = texts.bytes[Int(texts.offsets[word])..<Int(texts.offsets[word + 1])]
        var codes = texts.codes ?? (0..<UInt32(cells.rowCount)).map(\.self)
        codes[row] = UInt32(texts.offsets.count - 1)
        texts.codes = codes
        texts.bytes += [0x22] + Array("\\u00\(String(byte, radix: 16))".utf8) + cell.dropFirst(2)
        texts.offsets.append(UInt32(texts.bytes.count))
    }

    private func texts(_ cells: CellColumn, _ column: ExportColumn) -> CellTexts {
        switch cells.storage {
        case .text(let offsets, let bytes):
            return with(cells.missing, encoded(offsets: offsets, bytes: bytes, column.digest))
        case .words(let codes, let dictionary):
            var texts = encoded(dictionary, column.digest)
            texts.codes = codes
            return with(cells.missing, texts)
        case .floats(let floats): return self.floats(floats, cells.missing)
        case .lanes(let lanes): return with(cells.missing, self.lanes(lanes, cells.missing, column.type))
        }
    }

    private func with(_ missing: [UInt8]?, _ texts: CellTexts) -> CellTexts {
        var texts = texts
        texts.missing = missing
        return texts
    }

    private func encoded(_ dictionary: TextDictionary, _ digest: TextDigest?) -> CellTexts {
        let key = WordsKey(dictionary: ObjectIdentifier(dictionary), digest: digest)
        return words.withLock { words in
            if let known = words[key] { return known.texts }
            let texts = encoded(offsets: dictionary.offsets, bytes: dictionary.bytes, digest)
            words[key] = (dictionary, texts)
            return texts
        }
    }

    private func encoded(offsets: [UInt32], bytes: [UInt8], _ digest: TextDigest?) -> CellTexts {
        var (offsets, bytes) = (offsets, bytes)
        if let digest { (offsets, bytes) = digest(offsets: offsets, bytes: bytes) }
        switch style {
        case .json: (offsets, bytes) = jsonCells(offsets: offsets, bytes: bytes)
        case .delimited(let delimiter):
            if let cells = delimitedCells(offsets: offsets, bytes: bytes, delimiter: delimiter, guardsFormulas: true) {
                (offsets, bytes) = cells
            }
        }
        return CellTexts(offsets: offsets, bytes: bytes)
    }

    private func lanes(_ lanes: [Int64], _ missing: [UInt8]?, _ type: DataType) -> CellTexts {
        switch type {
        case .integer: return integerCells(lanes)
        case .decimal(let scale): return decimalCells(lanes, scale: scale, before: [], after: [])
        case .boolean:
            return CellTexts(codes: lanes.map { $0 == 0 ? 0 : 1 }, offsets: [0, 5, 9], bytes: Array("falsetrue".utf8))
        case .date:
            guard let range = knownRange(lanes, missing), let days = days(range, isQuoted: true) else { break }
            return CellTexts(
                codes: lanes.map {
                    UInt32(truncatingIfNeeded: min(max($0, range.lowerBound), range.upperBound) - days.range.lowerBound)
                },
                offsets: days.texts.offsets, bytes: days.texts.bytes)
        case .datetime:
            guard let instants = knownRange(lanes, missing) else { break }
            let day = Zone.microsecondsPerDay
            let range = floorDivide(instants.lowerBound, day) - 1...floorDivide(instants.upperBound, day) + 1
            guard let days = days(range, isQuoted: false) else { break }
            return instantCells(
                lanes, missing: missing, transitions: zone.transitions, offsets: zone.offsets, days: days.texts,
                firstDay: Int(days.range.lowerBound), before: quote, after: quote)
        case .float, .text: preconditionFailure("float and text have no lanes")
        }
        return oneByOne(lanes.count, missing) { [zone, quote] row, bytes in
            bytes += quote
            ValueText.append(Value(lane: lanes[row], of: type), zone: zone, to: &bytes)
            bytes += quote
        }
    }

    private func floats(_ floats: [Double], _ missing: [UInt8]?) -> CellTexts {
        // No format has a word for what is not finite.
        var absent = missing ?? [UInt8](repeating: 0, count: floats.count)
        for row in floats.indices where !floats[row].isFinite { absent[row] = 1 }
        let telling = FloatColumn.tellingRow(floats, absent)
        return with(
            absent,
            oneByOne(floats.count, absent) { row, bytes in
                let start = bytes.count
                ValueText.append(.float(floats[row]), zone: .utc, to: &bytes)
                if row == telling { FloatColumn.lengthen(start..<bytes.count, of: &bytes) }
            })
    }

    private func oneByOne(_ count: Int, _ missing: [UInt8]?, _ append: (Int, inout [UInt8]) -> Void) -> CellTexts {
        var offsets: [UInt32] = [0]
        offsets.reserveCapacity(count + 1)
        var bytes: [UInt8] = []
        for row in 0..<count {
            if missing.map({ $0[row] == 0 }) ?? true { append(row, &bytes) }
            offsets.append(UInt32(bytes.count))
        }
        return CellTexts(offsets: offsets, bytes: bytes)
    }

    private func knownRange(_ lanes: [Int64], _ missing: [UInt8]?) -> ClosedRange<Int64>? {
        var (least, most) = (Int64.max, Int64.min)
        for row in lanes.indices where missing.map({ $0[row] == 0 }) ?? true {
            least = min(least, lanes[row])
            most = max(most, lanes[row])
        }
        return least <= most ? least...most : nil
    }

    /// The texts of all days of a range, and of more where that is at hand; nil where they are too many to be worth it.
    private func days(_ wanted: ClosedRange<Int64>, isQuoted: Bool) -> Days? {
        let quote = isQuoted ? self.quote : []
        func make(_ known: inout Days?) -> Days? {
            var range = wanted
            if let known {
                if known.range.contains(wanted.lowerBound), known.range.contains(wanted.upperBound) { return known }
                range = min(wanted.lowerBound, known.range.lowerBound)...max(wanted.upperBound, known.range.upperBound)
            }
            guard range.upperBound - range.lowerBound < Self.mostDays else { return nil }
            var offsets: [UInt32] = [0]
            var bytes: [UInt8] = []
            for day in range {
                bytes += quote
                bytes += Array(CivilDate(daysSinceEpoch: Int(day)).iso.utf8)
                bytes += quote
                offsets.append(UInt32(bytes.count))
            }
            let made = Days(range: range, texts: CellTexts(offsets: offsets, bytes: bytes))
            known = made
            return made
        }
        return isQuoted ? quotedDays.withLock { make(&$0) } : plainDays.withLock { make(&$0) }
    }

    /// A thousand years.
    private static let mostDays: Int64 = 365_250
}
