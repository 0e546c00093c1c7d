import ReachColumns
import ReachDiagnostics
import ReachKernels

/// Gives texts numbers across chunks, whether they come as words of dictionaries or as plain bytes.
struct TextInterner: Sendable {
    private(set) var words = WordTable(seed: 0)
    /// By dictionary: the number of each word, where it is known already. The dictionary is kept, so that its identity stays taken.
    private var translations: [ObjectIdentifier: (dictionary: TextDictionary, numbers: [UInt32])] = [:]

    /// The number of each row's text.
    mutating func numbers(_ text: TextColumn) throws -> [Int64] {
        guard let codes = text.codes, let dictionary = text.dictionary else {
            return try (0..<text.count).map { Int64(try number(text, $0)) }
        }
        let identity = ObjectIdentifier(dictionary)
        var known =
            translations.removeValue(forKey: identity)?.numbers
            ?? [UInt32](repeating: WordTable.full, count: max(1, dictionary.count))
        var numbers = [Int64](repeating: 0, count: codes.count)
        for (row, code) in codes.enumerated() {
            if known[Int(code)] == WordTable.full { known[Int(code)] = try number(text, row) }
            numbers[row] = Int64(known[Int(code)])
        }
        translations[identity] = (dictionary, known)
        return numbers
    }

    private mutating func number(_ text: TextColumn, _ row: Int) throws -> UInt32 {
        let (from, to) = text.range(at: row)
        let number = words.intern(text.bytes, from: from, to: to)
        if number == WordTable.full { throw Diagnostic.tooManyTexts }
        return number
    }

    /// All texts seen, in the order of their numbers.
    var column: TextColumn { TextColumn(offsets: words.offsets, bytes: words.bytes) }

    func string(_ number: Int64) -> String { column.string(at: Int(number)) }

    func compare(_ one: Int64, _ other: Int64) -> Int { column.compare(Int(one), with: column, Int(other)) }
}
