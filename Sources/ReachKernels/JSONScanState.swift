/// How the objects of a JSON file follow one another.
package enum JSONLayout: Hashable, Sendable {
    /// One on a line.
    case lines
    /// One after another, each on any number of lines.
    case loose
    /// In a list, between commas; scanning starts behind its bracket.
    case list
}

/// What is wrong with a record of a JSON file.
package enum JSONFault: Hashable, Sendable {
    /// Something else than an object.
    case notAnObject
    /// Something else than JSON.
    case notJSON
    case cutOff
    case repeatedKey
    case badEscape
    case nestedTooDeep
    case textBehind
}

/// What scanning of one file remembers between blocks.
package struct JSONScanState: Sendable {
    package let layout: JSONLayout
    /// What stands behind the list's bracket belongs to an object around it.
    package let ignoresRest: Bool
    package var names: JSONNames
    /// The list's closing bracket was met.
    package internal(set) var hasEnded = false
    /// Per column: the last record that had it. Records are numbered from 1.
    var seen: [UInt64] = []
    var serial: UInt64 = 0

    package init(layout: JSONLayout, ignoresRest: Bool = false, names: JSONNames) {
        self.layout = layout
        self.ignoresRest = ignoresRest
        self.names = names
    }
}

/// Finds the values of the objects in `bytes`, until the index is full or no whole object is left; an object is a row, and the values in
/// objects inside it have columns of their own.
///
