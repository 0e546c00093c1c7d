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
            if let spelled = forcing.isEmpty ? nil : MessageParts.respelled(text) {
                let bytes = Array(spelled.utf8)
                spelledUnits = messageUnits(bytes, from: 0, to: bytes.count).packed
            } else {
                spelledUnits = units
            }
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

    /// The lengths of a column's values. `wantsSpelling` for texts only.
    func lengths(of view: ColumnView, rows: Int) -> ColumnLengths {
        var units = [UInt64](repeating: 0, count: rows)
        switch view.values {
        case .words(let codes, let dictionary):
            let table = words.table(of: dictionary)
            addMessageUnits(&units, codes: codes, words: table.units, missing: view.missing)
            guard table.hasForeign else { return ColumnLengths(units: units, spelled: nil) }
            var spelled = [UInt64](repeating: 0, count: rows)
            addMessageUnits(&spelled, codes: codes, words: table.spelled, missing: view.missing)
            return ColumnLengths(units: units, spelled: spelled)
        case .text(let offsets, let bytes):
            units = messageUnits(offsets: offsets, bytes: bytes)
            if let missing = view.missing { for row in 0..<rows where missing[row] != 0 { units[row] = 0 } }
            guard units.contains(where: { MessageUnits(packed: $0).isUnicode }) else {
                return ColumnLengths(units: units, spelled: nil)
            }
            var spelled = units
            for row in 0..<rows where MessageUnits(packed: units[row]).isUnicode {
                spelled[row] =
                    Piece(String(decoding: bytes[Int(offsets[row])..<Int(offsets[row + 1])], as: UTF8.self))
                    .spelledUnits
            }
            return ColumnLengths(units: units, spelled: spelled)
        case .lanes(let lanes):
            for row in 0..<rows where view.missing?[row] != 1 {
                let length = MessageWords.length(ofLane: lanes[row], view.type) ?? written(view, row)
                units[row] = UInt64(length) | UInt64(length) << 24
            }
        case .floats:
            for row in 0..<rows where view.missing?[row] != 1 {
                let length = written(view, row)
                units[row] = UInt64(length) | UInt64(length) << 24
            }
        }
        return ColumnLengths(units: units, spelled: nil)
    }

    private func written(_ view: ColumnView, _ row: Int) -> Int {
        MessageWords.text(view.value(at: row), zone: zone)?.utf8.count ?? 0
    }

    /// Calls `body` with the characters of a row's value that are outside the GSM alphabet, each once.
    func forEachForcing(_ column: ForcingColumn, _ row: Int, _ body: (UInt32) -> Void) {
        switch column {
        case .words(let codes, let starts, let scalars):
            let word = Int(codes[row])
            for place in Int(starts[word])..<Int(starts[word + 1]) { body(scalars[place]) }
        case .text(let offsets, let bytes):
            Piece(String(decoding: bytes[Int(offsets[row])..<Int(offsets[row + 1])], as: UTF8.self))
                .forcing.forEach(body)
        case .none: return
        }
    }

    /// A column as far as characters outside the GSM alphabet go.
    enum ForcingColumn {
        case words(codes: [UInt32], starts: [UInt32], scalars: [UInt32])
        case text(offsets: [UInt32], bytes: [UInt8])
        case none
    }

    func forcing(of view: ColumnView) -> ForcingColumn {
        switch view.values {
        case .words(let codes, let dictionary):
            let table = words.table(of: dictionary)
            return table.hasForeign ? .words(codes: codes, starts: table.starts, scalars: table.scalars) : .none
        case .text(let offsets, let bytes): return .text(offsets: offsets, bytes: bytes)
        case .lanes, .floats: return .none
        }
    }
}

/// A program whose constants are measured.
struct MeasuredText: Sendable {
    indirect enum Node: Sendable {
        case constant(TextMeasure.Piece)
        case variable(Int, fallback: TextMeasure.Piece?)
        case section(Int, isInverted: Bool, [Node])
    }

    /// Nil where only filling in tells.
    let nodes: [Node]?
    /// Characters outside the GSM alphabet that stand in every message, each once.
    let always: [UInt32]
    /// One of those has no GSM spelling, so that nothing can be saved on any message.
    let isAlwaysUnicode: Bool

    init(_ text: CompiledText) {
        nodes = text.nodes.map { $0.map(Self.node) }
        var seen: Set<UInt32> = []
        var always: [UInt32] = []
        for case .constant(let piece) in nodes ?? [] {
            always += piece.forcing.filter { seen.insert($0).inserted }
        }
        self.always = always
        isAlwaysUnicode = always.contains { scalar in
            Unicode.Scalar(scalar).map { GSMSpelling.spelling($0) == nil } ?? true
        }
    }

    private static func node(_ node: TemplateNode) -> Node {
        switch node {
        case .constant(let bytes): .constant(.init(String(decoding: bytes, as: UTF8.self)))
        case .variable(let variable, let fallback, _):
            .variable(variable, fallback: fallback.map { .init(String(decoding: $0, as: UTF8.self)) })
        case .section(let variable, let isInverted, let inside):
            .section(variable, isInverted: isInverted, inside.map(Self.node))
        }
    }
}

/// Lengths of the words of dictionaries, worked out once for each.
private final class WordLengths: Sendable {
    struct Table: Sendable {
        let units: [UInt64]
        let spelled: [UInt64]
        /// Characters outside the GSM alphabet: of word w those from `starts[w]` to before `starts[w + 1]`. Empty where no word has one.
        let starts: [UInt32]
        let scalars: [UInt32]
        var hasForeign: Bool { !scalars.isEmpty }
    }

    private let tables = Mutex<[ObjectIdentifier: (dictionary: TextDictionary, table: Table)]>([:])

    func table(of dictionary: TextDictionary) -> Table {
        let id = ObjectIdentifier(dictionary)
        if let known = tables.withLock({ $0[id]?.table }) { return known }
        let units = messageUnits(offsets: dictionary.offsets, bytes: dictionary.bytes)
        var spelled = units
        var starts: [UInt32] = [0]
        starts.reserveCapacity(units.count + 1)
        var scalars: [UInt32] = []
        for word in units.indices {
            if MessageUnits(packed: units[word]).isUnicode {
                let piece = TextMeasure.Piece(dictionary.word(word))
                spelled[word] = piece.spelledUnits
                scalars += piece.forcing
            }
            starts.append(UInt32(scalars.count))
        }
        let table = Table(units: units, spelled: spelled, starts: starts, scalars: scalars)
        tables.withLock { $0[id] = (dictionary, table) }
        return table
    }
}
