import ReachDiagnostics

/// Where Up, Down and Ctrl-R stand in the history while one line is edited.
struct HistoryCursor {
    private let entries: [String]
    /// 0 is the line being typed, 1 the newest entry.
    private var age = 0
    private var draft = ""

    init(entries: [String]) {
        self.entries = entries
    }

    /// The entry before; nil at the oldest.
    mutating func previous(from line: String) -> String? {
        guard age < entries.count else { return nil }
        if age == 0 { draft = line }
        age += 1
        return entries[entries.count - age]
    }

    /// The entry after, and after the newest the line as it was typed; nil there.
    mutating func next() -> String? {
        guard age > 0 else { return nil }
        age -= 1
        return age == 0 ? draft : entries[entries.count - age]
    }

    /// The newest entry at least `age` old that holds `pattern`, whatever the case; with its age and where the pattern stands, in scalars.
    func search(_ pattern: String, from age: Int) -> (entry: String, age: Int, offset: Int)? {
        let sought = Array(CaseFolding.fold(pattern).unicodeScalars)
        var candidate = max(1, age)
        while candidate <= entries.count {
            let entry = entries[entries.count - candidate]
            if let offset = Self.lastOffset(of: sought, in: Array(CaseFolding.fold(entry).unicodeScalars)) {
                return (entry, candidate, offset)
            }
            candidate += 1
        }
        return nil
    }

    /// Goes on from an entry that a search found.
    mutating func move(to age: Int, draft: String) {
        if self.age == 0 { self.draft = draft }
        self.age = age
    }

    private static func lastOffset(of sought: [Unicode.Scalar], in scalars: [Unicode.Scalar]) -> Int? {
        guard sought.count <= scalars.count else { return nil }
        return (0...scalars.count - sought.count).last { scalars[$0..<$0 + sought.count].elementsEqual(sought) }
    }
}

/// What Ctrl-R looks for and has found.
struct HistorySearch {
    var pattern = ""
    var age = 1
    var hasFailed = false
    /// The line before the search.
    let draft: String
}
