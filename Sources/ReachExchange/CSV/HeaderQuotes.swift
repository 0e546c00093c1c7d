/// Quotes around names in the first line of a delimited file: where they are needed no more than around others that have none, somebody put them
/// there to say something. Exports say so that a column is text, whatever its cells look like; no reader takes the file for another.
enum HeaderQuotes {
    /// How much a name needs quotes in the eyes of programs that write such files: some put them around all but letters, digits and `_`.
    private enum Need: Int, Comparable {
        case none, some, all

        init(_ name: [UInt8], _ delimiter: UInt8) {
            let ends = name.isEmpty || name.first == 0x20 || name.last == 0x20 || name.first == 0xEF
            if ends || name.contains(where: { $0 == delimiter || $0 == 0x22 || $0 == 0x0A || $0 == 0x0D }) {
                self = .all
            } else if name.allSatisfy({ $0 == 0x5F || $0 &- 0x30 < 10 || ($0 | 0x20) &- 0x61 < 26 }) {
                self = .none
            } else {
                self = .some
            }
        }

        static func < (one: Need, other: Need) -> Bool { one.rawValue < other.rawValue }
    }

    /// Which of the names in quotes are so deliberately.
    static func deliberate(_ names: [[UInt8]], quoted: [Bool], delimiter: UInt8) -> [Bool] {
        let needs = names.map { Need($0, delimiter) }
        let neediest = zip(needs, quoted).filter { !$1 && $0 < .all }.map(\.0).max()
        guard let neediest else { return Array(repeating: false, count: names.count) }
        return zip(needs, quoted).map { need, isQuoted in isQuoted && need <= neediest }
    }
}
