import ReachColumns
import ReachEngine
import ReachKernels
import Synchronization

/// Lengths of a text for the customers of a chunk, from the lengths of its pieces: nothing is filled in.
struct TextMeasure: Sendable {
    /// What a constant, a fallback or a word adds.
    struct Piece: Sendable {
        let units: UInt64
        /// The same in GSM spelling.
        let spelledUnits: UInt64
        /// Characters outside the GSM alphabet, each once.
        let forcing: [UInt32]

        init(_ text: String) {
            let bytes = Array(text.utf8)
            units = messageUnits(bytes, from: 0, to: bytes.count).packed
            var seen: Set<UInt32> = []
            forcing = text.unicodeScalars.map(\.value).filter { gsmSeptets($0) == 0 && seen.insert($0).inserted }
            spelledUnits = forcing.isEmpty ? units : Self.spelled(text) ?? units
        }

        static func spelled(_ text: String) -> UInt64? {
            guard let spelled = MessageParts.respelled(text) else { return nil }
            let bytes = Array(spelled.utf8)
            return messageUnits(bytes, from: 0, to: bytes.count).packed
        }
    }

    /// Lengths of every row of a column, 0 where there is nothing to print.
    struct ColumnLengths {
        var units: [UInt64]
        /// Nil where the same as `units`.
        var spelled: [UInt64]?
    }

    private let words = WordLengths()
    let zone: Zone

    init(zone: Zone) { self.zone = zone }

    /// The lengths of a column's values; in GSM spelling too where that is wanted.
    func lengths(of view: ColumnView, rows: Int, wantsSpelling: Bool) -> ColumnLengths {
        switch view.values {
        case .words(let codes, let dictionary):
            let table = words.table(of: dictionary)
            var units = [UInt64](repeating: 0, count: rows)
            addMessageUnits(&units, codes: codes, words: table.units, missing: view.missing)
            guard wantsSpelling, table.hasForeign else { return ColumnLengths(units: units, spelled: nil) }
            var spelled = [UInt64](repeating: 0, count: rows)
            addMessageUnits(&spelled, codes: codes, words: table.spelled, missing: view.missing)
            return ColumnLengths(units: units, spelled: spelled)
        case .text(let offsets, let bytes):
            return lengths(offsets, bytes, missing: view.missing, wantsSpelling: wantsSpelling)
        case .lanes(let lanes):
            if let scale = view.type.writtenScale {
                return ColumnLengths(units: numberUnits(lanes, scale: scale, missing: view.missing), spelled: nil)
            }
            return ColumnLengths(units: written(view, rows) { MessageWords.length(ofLane: lanes[$0], view.type) })
        case .floats: return ColumnLengths(units: written(view, rows) { _ in nil })
        }
    }

    private func lengths(
        _ offsets: [UInt32], _ bytes: [UInt8], missing: [UInt8]?, wantsSpelling: Bool
    ) -> ColumnLengths {
        var units = messageUnits(offsets: offsets, bytes: bytes)
        if let missing { for row in units.indices where missing[row] != 0 { units[row] = 0 } }
        var spelled: [UInt64]?
        guard wantsSpelling else { return ColumnLengths(units: units, spelled: nil) }
        for row in units.indices where MessageUnits(packed: units[row]).isUnicode {
            let text = String(decoding: bytes[Int(offsets[row])..<Int(offsets[row + 1])], as: UTF8.self)
            guard let own = Piece.spelled(text) else { continue }
            if spelled == nil { spelled = units }
            spelled?[row] = own
        }
        return ColumnLengths(units: units, spelled: spelled)
    }

    /// Values that are written in ASCII; `length` tells how long they are without writing them, or nil.
    private func written(_ view: ColumnView, _ rows: Int, length: (Int) -> Int?) -> [UInt64] {
        (0..<rows).map { row in
            if view.missing?[row] == 1 { return 0 }
            let length = length(row) ?? MessageWords.text(view.value(at: row), zone: zone)?.utf8.count ?? 0
            return UInt64(length) | UInt64(length) << 24
        }
    }

    /// A column whose values are changed before they are printed. Numbers and dates stay what they are: what is done to letters leaves
    /// their length alone.
    func changed(_ view: ColumnView, by transforms: [TextTransform]) -> ColumnView {
        if transforms.isEmpty { return view }
        switch view.values {
        case .words(let codes, let dictionary):
            return ColumnView(
                type: view.type, values: .words(codes, words.changed(dictionary, by: transforms)), missing: view.missing
            )
        case .text(let offsets, let bytes):
            let changed = transforms.applied(offsets: offsets, bytes: bytes)
            return ColumnView(
                type: view.type, values: .text(offsets: changed.offsets, bytes: changed.bytes), missing: view.missing)
        case .lanes, .floats: return view
        }
    }

    /// Adds the characters of a column's values that are outside the GSM alphabet to those of some rows, where the rows' `mask` is set;
    /// an empty mask is every row.
    func addCharacters(
        of view: ColumnView, to characters: inout MessageCharacters, rows: [UInt32], mask: [UInt8]
    ) {
        func isThere(_ row: UInt32) -> Bool {
            (mask.isEmpty || mask[Int(row)] != 0) && view.missing?[Int(row)] != 1
        }
        switch view.values {
        case .words(let codes, let dictionary):
            let table = words.table(of: dictionary)
            guard table.hasForeign else { return }
            let none = UInt32(table.starts.count - 2)
            characters.add(
                lists: rows.map { isThere($0) ? codes[Int($0)] : none }, listStarts: table.starts,
                characters: table.scalars)
        case .text(let offsets, let bytes):
            var found = foreignCharacters(offsets: offsets, bytes: bytes, rows: rows)
            if found.characters.isEmpty { return }
            found.starts.append(UInt32(found.characters.count))
            let none = UInt32(rows.count)
            characters.add(
                lists: rows.indices.map { isThere(rows[$0]) ? UInt32($0) : none }, listStarts: found.starts,
                characters: found.characters)
        case .lanes, .floats: return
        }
    }
}

extension DataType {
    /// Digits after the point of what is written as a plain number; nil for everything else.
    fileprivate var writtenScale: Int? {
        switch self {
        case .integer: 0
        case .decimal(let scale): scale
        case .boolean, .date, .datetime, .float, .text: nil
        }
    }
}

/// Lengths of the words of dictionaries, and dictionaries of changed words, worked out once for each.
private final class WordLengths: Sendable {
    struct Table: Sendable {
        let units: [UInt64]
        let spelled: [UInt64]
        /// Characters outside the GSM alphabet: of word w those from `starts[w]` to before `starts[w + 1]`, and of one word more none.
        let starts: [UInt32]
        let scalars: [UInt32]
        var hasForeign: Bool { !scalars.isEmpty }
    }

    private struct Change: Hashable {
        let dictionary: ObjectIdentifier
        let transforms: [TextTransform]
    }

    private let tables = Mutex<[ObjectIdentifier: (dictionary: TextDictionary, table: Table)]>([:])
    private let changes = Mutex<[Change: (from: TextDictionary, to: TextDictionary)]>([:])

    func table(of dictionary: TextDictionary) -> Table {
        let id = ObjectIdentifier(dictionary)
        if let known = tables.withLock({ $0[id]?.table }) { return known }
        let units = messageUnits(offsets: dictionary.offsets, bytes: dictionary.bytes)
        var spelled = units
        var starts: [UInt32] = [0]
        starts.reserveCapacity(units.count + 2)
        var scalars: [UInt32] = []
        for word in units.indices {
            if MessageUnits(packed: units[word]).isUnicode {
                let piece = TextMeasure.Piece(dictionary.word(word))
                spelled[word] = piece.spelledUnits
                scalars += piece.forcing
            }
            starts.append(UInt32(scalars.count))
        }
        starts.append(UInt32(scalars.count))
        let table = Table(units: units, spelled: spelled, starts: starts, scalars: scalars)
        tables.withLock { $0[id] = (dictionary, table) }
        return table
    }

    /// The same dictionary for all chunks, so that its lengths are known by it.
    func changed(_ dictionary: TextDictionary, by transforms: [TextTransform]) -> TextDictionary {
        let change = Change(dictionary: ObjectIdentifier(dictionary), transforms: transforms)
        if let known = changes.withLock({ $0[change]?.to }) { return known }
        let changed = transforms.applied(offsets: dictionary.offsets, bytes: dictionary.bytes)
        let made = TextDictionary(offsets: changed.offsets, bytes: changed.bytes)
        return changes.withLock { changes in
            if let known = changes[change]?.to { return known }
            changes[change] = (dictionary, made)
            return made
        }
    }
}
