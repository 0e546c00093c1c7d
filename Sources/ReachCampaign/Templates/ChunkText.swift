import ReachColumns
import ReachEngine
import ReachKernels

/// One text over one chunk of customers: how many parts each message has, and why.
struct ChunkText {
    private let text: BoundText
    let measured: MeasuredText
    private let view: ChunkView
    /// Position in the view's columns, and in its conditions, by variable.
    private let columns: [Int]
    private let truths: [Int?]
    private let measure: TextMeasure
    private let lengths: [TextMeasure.ColumnLengths]
    private let forcing: [TextMeasure.ForcingColumn]
    /// Lengths of whole messages; empty where only filling in tells.
    private let totals: [UInt64]
    private let spelledTotals: [UInt64]?
    private let parts: [UInt8]

    init(
        _ text: BoundText, _ measured: MeasuredText, columns: [Int], truths: [Int?], in view: ChunkView,
        measure: TextMeasure
    ) {
        self.text = text
        self.measured = measured
        self.view = view
        self.columns = columns
        self.truths = truths
        self.measure = measure
        guard let nodes = measured.nodes else {
            (lengths, forcing, totals, spelledTotals, parts) = ([], [], [], nil, [])
            return
        }
        let rows = view.members.count
        let lengths = columns.map { measure.lengths(of: view.columns[$0], rows: rows) }
        self.lengths = lengths
        forcing = columns.map { measure.forcing(of: view.columns[$0]) }
        var adder = LengthAdder(rows: rows, truths: truths.map { $0.map { view.conditions[$0] } ?? [] })
        adder.add(nodes, where: []) {
            lengths[$0].units
        } piece: {
            $0.units
        }
        totals = adder.totals
        parts = messageParts(totals)
        guard totals.contains(where: { MessageUnits(packed: $0).isUnicode }) else {
            spelledTotals = nil
            return
        }
        adder.reset()
        adder.add(nodes, where: []) {
            lengths[$0].spelled ?? lengths[$0].units
        } piece: {
            $0.spelledUnits
        }
        spelledTotals = adder.totals
    }

    func partCount(_ row: Int) -> Int {
        if parts.isEmpty { return countParts(Array(filled(row).utf8)) }
        if parts[row] != 0 { return Int(parts[row]) }
        return countParts(Array(filled(row).utf8))
    }

    func isUnicode(_ row: Int) -> Bool {
        totals.isEmpty ? MessageParts(filled(row)).isUnicode : MessageUnits(packed: totals[row]).isUnicode
    }

    /// Parts in GSM spelling; nil where the message has no such spelling.
    func spelledPartCount(_ row: Int) -> Int? {
        guard let spelledTotals else {
            return totals.isEmpty ? MessageParts.respelled(filled(row)).map { countParts(Array($0.utf8)) } : nil
        }
        let length = MessageUnits(packed: spelledTotals[row])
        if length.isUnicode { return nil }
        if length.parts != 0 { return length.parts }
        return MessageParts.respelled(filled(row)).map { countParts(Array($0.utf8)) }
    }

    /// Calls `body` with every character outside the GSM alphabet that not every message has, some more than once.
    func forEachForcing(_ row: Int, _ body: (UInt32) -> Void) {
        guard let nodes = measured.nodes else {
            for scalar in MessageParts(filled(row)).forcing { body(scalar.value) }
            return
        }
        for node in nodes {
            if case .constant = node { continue }
            forEachForcing(node, row, body)
        }
    }

    private func forEachForcing(_ node: MeasuredText.Node, _ row: Int, _ body: (UInt32) -> Void) {
        switch node {
        case .constant(let piece): piece.forcing.forEach(body)
        case .variable(let variable, let fallback):
            let units = lengths[variable].units[row]
            if units == 0 {
                fallback?.forcing.forEach(body)
            } else if MessageUnits(packed: units).isUnicode {
                measure.forEachForcing(forcing[variable], row, body)
            }
        case .section(let variable, let isInverted, let inside):
            if holds(variable, row) != isInverted { for node in inside { forEachForcing(node, row, body) } }
        }
    }

    private func holds(_ variable: Int, _ row: Int) -> Bool {
        truths[variable].map { view.conditions[$0][row] != 0 } ?? false
    }

    /// The message as it is sent.
    func filled(_ row: Int) -> String {
        let values = columns.map { MessageWords.text(view.columns[$0].value(at: row), zone: measure.zone) }
        guard let nodes = text.text.nodes else {
            return text.text.text(values, columns.indices.map { holds($0, row) }).text
        }
        var bytes: [UInt8] = []
        text.text.bytes(nodes, { values[$0].map { Array($0.utf8) } }, { holds($0, row) }, into: &bytes)
        return String(decoding: bytes, as: UTF8.self)
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
            case .constant(let constant): add(constant: piece(constant), where: mask)
            case .variable(let variable, let fallback):
                var units = lengths(variable)
                if let fallback {
                    let length = piece(fallback)
                    for row in 0..<rows where units[row] == 0 { units[row] = length }
                }
                addMessageUnits(&totals, units, where: mask)
            case .section(let variable, let isInverted, let inside):
                var own = truths[variable]
                if isInverted { own = own.map { $0 ^ 1 } }
                if !mask.isEmpty { for row in 0..<rows { own[row] &= mask[row] } }
                add(inside, where: own, lengths: lengths, piece: piece)
            }
        }
    }

    private mutating func add(constant length: UInt64, where mask: [UInt8]) {
        addMessageUnits(&totals, [UInt64](repeating: length, count: rows), where: mask)
    }
}
