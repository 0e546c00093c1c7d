import ReachColumns
import ReachDiagnostics

/// How the columns of a file meet those of a table.
struct ImportShape {
    /// One column of the table to be.
    struct Target {
        var schema: ColumnSchema
        /// Position in the table as it is; nil for a new column.
        var old: Int?
        /// Position in the file; nil where the file has no such column.
        var file: Int?
        /// Whether the old rows' values are dropped.
        var forgetsOld = false
    }

    var targets: [Target] = []
    var notes: [String] = []

    /// Columns meet by name; the key, the time and the row key also meet by role, whatever they are called.
    /// With `replace` the table gets the file's columns and no others.
    init(file: [ColumnSchema], table: TableEntry, isReplaced: Bool) {
        var taken: Set<Int> = []
        var fileTargets: [Int: Int] = [:]
        for (position, column) in file.enumerated() {
            if let old = Self.match(column, in: table), taken.insert(old).inserted { fileTargets[old] = position }
        }
        for (position, column) in table.columns.enumerated() {
            guard let filePosition = fileTargets[position] else {
                if !isReplaced { targets.append(Target(schema: column.schema, old: position, file: nil)) }
                continue
            }
            var schema = column.schema
            let fileColumn = file[filePosition]
            if schema.role == .attribute { schema.role = fileColumn.role }
            if isReplaced {
                schema = fileColumn
            } else if !Name.same(schema.name, fileColumn.name) {
                notes.append("`\(fileColumn.name)` taken as `\(schema.name)`")
            }
            targets.append(
                Target(schema: schema, old: position, file: filePosition, forgetsOld: isReplaced && schema.role != .key)
            )
        }
        let matched = Set(fileTargets.values)
        for (position, column) in file.enumerated() where !matched.contains(position) {
            targets.append(Target(schema: column, old: nil, file: position))
        }
        if isReplaced { targets.sort { ($0.file ?? .max) < ($1.file ?? .max) } }
    }

    private static func match(_ column: ColumnSchema, in table: TableEntry) -> Int? {
        switch column.role {
        case .key, .time, .rowKey:
            if let byRole = table.columns.firstIndex(where: { $0.schema.role == column.role }) { return byRole }
        default: break
        }
        return table.columns.firstIndex { Name.same($0.schema.name, column.name) }
    }

    /// The type that a target's old and new values both become, and a note where it is another than before. `blocks` are the
    /// file's; their ranges and those of the stored chunks decide whether 64 bits suffice.
    static func finalType(
        of target: Target, old: ColumnEntry?, fileType: DataType?, fileRanges: [ClosedRange<Int64>], mustBeText: Bool
    ) -> (type: DataType, note: String?) {
        guard let old, !target.forgetsOld else { return (fileType ?? target.schema.type, nil) }
        guard let fileType, fileType != old.schema.type else { return (old.schema.type, nil) }
        var type = mustBeText ? .text : old.schema.type.widened(with: fileType)
        let fits =
            old.chunks.allSatisfy { chunk in chunk.range.map { old.schema.type.fits($0, whenConvertedTo: type) } ?? true
            }
            && fileRanges.allSatisfy { fileType.fits($0, whenConvertedTo: type) }
        if !fits { type = .text }
        if type == old.schema.type { return (type, nil) }
        return (type, "`\(target.schema.name)` was \(old.schema.type.name) and is now \(type.name)")
    }
}
