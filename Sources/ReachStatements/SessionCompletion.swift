import Foundation
import ReachColumns
import ReachDiagnostics
import ReachLanguage
import ReachPlan

/// Names, values and files that can be typed: of one state of a session.
package struct SessionCompletion: CompletionSource {
    let context: BindingContext
    let channels: [String]
    let plans: [String]
    let templates: [String]
    let parameters: [String]

    package func names(of kind: NameKind, in scope: NameScope) -> [String] {
        switch kind {
        case .table: context.schema.tables.filter { !$0.columns.isEmpty }.map(\.name)
        case .column: table(of: scope).map { context.schema.tables[$0].columns.map(\.name) } ?? []
        case .customerColumn: context.schema.customers.columns.map(\.name)
        case .segment: context.definitions.filter { $0.kind != .attribute }.map(\.name)
        case .attribute: context.definitions.filter { $0.kind == .attribute }.map(\.name)
        case .channel: channels
        case .plan: plans
        case .setting: Setting.allCases.map(\.rawValue)
        case .parameter: parameters
        case .template: templates
        }
    }

    package func values(of column: QualifiedName, in scope: NameScope) -> [String] {
        let table = column.qualifier.map { context.tableIndex($0.text) } ?? self.table(of: scope)
        guard let table, let index = context.schema.tables[table].index(of: column.name.text) else { return [] }
        return context.distinctValues(ColumnPlace(table: table, column: index)) ?? []
    }

    /// Names in the folder that `path` is in, each with the folder in front; folders end in `/`.
    package func files(beginningWith path: String) -> [String] {
        let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
        let begun = String(path.dropFirst(folder.count))
        let place = folder.isEmpty ? "." : (folder as NSString).expandingTildeInPath
        let names = (try? FileManager.default.contentsOfDirectory(atPath: place)) ?? []
        return names.filter { $0.hasPrefix(begun) && (begun.hasPrefix(".") || !$0.hasPrefix(".")) }.sorted().map {
            name in
            var isFolder = false
            let whole = (place as NSString).appendingPathComponent(name)
            if let kind = try? FileManager.default.attributesOfItem(atPath: whole)[.type] as? FileAttributeType {
                isFolder = kind == .typeDirectory
            }
            return folder + name + (isFolder ? "/" : "")
        }
    }

    package func words(of list: String) -> [String] {
        list == "topic" ? Catalogue.statements.map { $0.syntax.keyword } + HelpTopic.all.map(\.name) : []
    }

    /// Position of the table whose columns are in scope.
    private func table(of scope: NameScope) -> Int? {
        switch scope {
        case .customers: 0
        case .table(let name): context.tableIndex(name)
        case .subject(let name): context.activityIndex(name) ?? 0
        }
    }
}
