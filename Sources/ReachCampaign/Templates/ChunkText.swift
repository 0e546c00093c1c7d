import ReachColumns
import ReachDiagnostics
import ReachEngine
import ReachKernels

/// One text over one chunk of customers: how long each message is, and why.
struct ChunkText {
    private let text: BoundText
    private let measured: MeasuredText
    private let view: ChunkView
    /// Position in the view's columns, and in its conditions, by variable.
    private let columns: [Int]
    private let truths: [Int?]
    private let measure: TextMeasure
    /// By print of the measured text; where only filling in tells, the one column of filled-in messages.
    private let prints: [ColumnView]
    private let nodes: [MeasuredText.Node]
    /// Lengths of whole messages.
    let lengths: [UInt64]
    /// The same in GSM spelling; nil where no message has another.
    let spelled: [UInt64]?

    /// Where only filling in tells, the messages of rows for which `isWanted` holds are filled in.
    init(
        _ text: BoundText, _ measured: MeasuredText, columns: [Int], truths: [Int?], in view: ChunkView,
        measure: TextMeasure, cancellation: Cancellation, isWanted: (Int) -> Bool
    ) throws {
        self.text = text
        self.measured = measured
        self.view = view
        self.columns = columns
        self.truths = truths
        self.measure = measure
        if let nodes = measured.nodes {
            self.nodes = nodes
            prints = measured.prints.map { measure.changed(view.columns[columns[$0.variable]], by: $0.transforms) }
        } else {
            nodes = [.print(0, fallback: nil)]
            prints = [
                try Self.filled(
                    text, columns: columns, truths: truths, in: view, zone: measure.zone, cancellation, isWanted)
            ]
        }
        let rows = view.members.count
        let columns = prints.map {
            measure.lengths(of: $0, rows: rows, wantsSpelling: !measured.isAlwaysUnicode)
        }
        var adder = LengthAdder(rows: rows, truths: truths.map { $0.map { view.conditions[$0] } ?? [] })
        adder.add(nodes, where: []) {
            columns[$0].units
        } piece: {
            $0.units
        }
        lengths = adder.totals
        // Constants may have another spelling even where no column has.
        let hasSpelling = !measured.isAlwaysUnicode && Self.hasForeign(nodes)
        guard hasSpelling || columns.contains(where: { $0.spelled != nil }) else {
            spelled = nil
            return
        }
        adder.reset()
        adder.add(nodes, where: []) {
            columns[$0].spelled ?? columns[$0].units
        } piece: {
            $0.spelledUnits
        }
        spelled = adder.totals
    }

    private static func hasForeign(_ nodes: [MeasuredText.Node]) -> Bool {
        nodes.contains { node in
            switch node {
            case .constant(let piece): !piece.forcing.isEmpty
            case .print(_, let fallback): fallback?.forcing.isEmpty == false
            case .section(_, _, let inside): hasForeign(inside)
            }
        }
    }

    /// The characters outside the GSM alphabet in the messages of some rows, those apart that every message has.
    func characters(rows: [UInt32]) -> MessageCharacters {
        var characters = MessageCharacters(rowCount: rows.count)
        for node in nodes {
            if case .constant = node { continue }
            addCharacters(node, to: &characters, rows: rows, mask: [])
        }
        return characters
    }

    private func addCharacters(
        _ node: MeasuredText.Node, to characters: inout MessageCharacters, rows: [UInt32], mask: [UInt8]
    ) {
        func add(_ piece: TextMeasure.Piece, where holds: (Int) -> Bool) {
            if piece.forcing.isEmpty { return }
            characters.add(
                lists: rows.map { (mask.isEmpty || mask[Int($0)] != 0) && holds(Int($0)) ? 1 : 0 },
                listStarts: [0, 0, UInt32(piece.forcing.count)], characters: piece.forcing)
        }
        switch node {
        case .constant(let piece): add(piece) { _ in true }
        case .print(let print, let fallback):
            let view = prints[print]
            measure.addCharacters(of: view, to: &characters, rows: rows, mask: mask)
            if let fallback, !fallback.forcing.isEmpty {
                let units = measure.lengths(of: view, rows: self.view.members.count, wantsSpelling: false).units
                add(fallback) { units[$0] == 0 }
            }
        case .section(let variable, let isInverted, let inside):
            var own = truths[variable].map { view.conditions[$0] } ?? [UInt8](repeating: 0, count: lengths.count)
            if isInverted { own = own.map { $0 ^ 1 } }
            if !mask.isEmpty { for row in own.indices { own[row] &= mask[row] } }
            for node in inside { addCharacters(node, to: &characters, rows: rows, mask: own) }
        }
    }

    /// The message as it is sent.
    func message(_ row: Int) -> [UInt8] {
        if let nodes = text.text.nodes {
            let values = columns.map { MessageWords.text(view.columns[$0].value(at: row), zone: measure.zone) }
            var bytes: [UInt8] = []
            text.text.bytes(
                nodes, { values[$0].map { Array($0.utf8) } },
                { variable in truths[variable].map { view.conditions[$0][row] != 0 } ?? false }, into: &bytes)
            return bytes
        }
        guard case .text(let offsets, let bytes) = prints[0].values else { return [] }
        return Array(bytes[Int(offsets[row])..<Int(offsets[row + 1])])
    }

    /// All messages as mustache fills them in.
    private static func filled(
        _ text: BoundText, columns: [Int], truths: [Int?], in view: ChunkView, zone: Zone,
        _ cancellation: Cancellation, _ isWanted: (Int) -> Bool
    ) throws -> ColumnView {
        var offsets: [UInt32] = [0]
        var bytes: [UInt8] = []
        var filled = 0
        for row in 0..<view.members.count {
            if isWanted(row) {
                // A message takes some microseconds.
                if filled & 1_023 == 0 { try cancellation.check() }
                filled += 1
                let values = columns.map { MessageWords.text(view.columns[$0].value(at: row), zone: zone) }
                let holds = truths.map { $0.map { view.conditions[$0][row] != 0 } ?? false }
                bytes += text.text.text(values, holds).text.utf8
            }
            offsets.append(UInt32(bytes.count))
        }
        return ColumnView(type: .text, values: .text(offsets: offsets, bytes: bytes), missing: nil)
    }
}

/// Adds up the lengths of a program's pieces, all rows of a chunk at once.
private struct LengthAdder {
    private let rows: Int
    /// By variable; empty where no section is of it.
    private let truths: [[UInt8]]
    private(set) var totals: [UInt64]

    init(rows: Int, truths: [[UInt8]]) {
        self.rows = rows
        self.truths = truths
        totals = [UInt64](repeating: 0, count: rows)
    }

    mutating func reset() { totals = [UInt64](repeating: 0, count: rows) }

    /// An empty mask is every row.
    mutating func add(
        _ nodes: [MeasuredText.Node], where mask: [UInt8], lengths: (Int) -> [UInt64],
        piece: (TextMeasure.Piece) -> UInt64
    ) {
        for node in nodes {
            switch node {
            case .constant(let constant): addMessageUnits(&totals, constant: piece(constant), where: mask)
            case .print(let print, let fallback):
                var units = lengths(print)
                if let fallback { fillMessageUnits(&units, with: piece(fallback)) }
                addMessageUnits(&totals, units, where: mask)
            case .section(let variable, let isInverted, let inside):
                var own = truths[variable]
                if isInverted { own = own.map { $0 ^ 1 } }
                if !mask.isEmpty { for row in 0..<rows { own[row] &= mask[row] } }
                add(inside, where: own, lengths: lengths, piece: piece)
            }
        }
    }
}
