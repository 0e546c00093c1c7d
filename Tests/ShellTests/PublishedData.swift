import Foundation

/// Data sets that others have published, where they stand beside the project.
enum PublishedData {
    /// Nil, and said, where there is no such folder.
    static func folder() -> String? {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        for candidate in [
            root.deletingLastPathComponent(), root.deletingLastPathComponent().deletingLastPathComponent(),
        ] {
            let path = candidate.appendingPathComponent("shared/data").path
            if FileManager.default.fileExists(atPath: path) { return path }
        }
        print("skipped: no folder ../shared/data beside the project")
        return nil
    }
}
