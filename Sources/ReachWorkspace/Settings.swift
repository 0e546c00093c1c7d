import Foundation
import GRDB
import ReachColumns
import ReachDiagnostics

/// What a workspace is set to, as `set` shows and changes it; kept as text.
package enum WorkspaceSetting: String, Hashable, Sendable, CaseIterable {
    /// IANA name; fixed when the workspace is made.
    case timezone
    /// ISO 4217, or empty: no sign is printed.
    case currency
    /// ISO 3166, for telephone numbers without a country.
    case country
    /// ISO 639.
    case language
    /// `on` or `off`: whether views mask personal data.
    case masking
    /// `3 per 7d`: messages to a customer on all channels together; empty: no such cap.
    case cap
    /// Grows with every change of the list of suppressions.
    case suppressions
}

extension Workspace {
    package func setting(_ setting: WorkspaceSetting) throws -> String {
        try read { db in
            try String.fetchOne(
                db.cachedStatement(sql: "SELECT value FROM settings WHERE name = ?"), arguments: [setting.rawValue])
        } ?? Self.defaults(setting)
    }

    package func settings() throws -> [WorkspaceSetting: String] {
        let stored = try read { db in
            try Row.fetchAll(db, sql: "SELECT name, value FROM settings").map { (row) -> (String, String) in
                (row[0], row[1])
            }
        }
        var settings: [WorkspaceSetting: String] = [:]
        for setting in WorkspaceSetting.allCases { settings[setting] = Self.defaults(setting) }
        for (name, value) in stored {
            if let setting = WorkspaceSetting(rawValue: name) { settings[setting] = value }
        }
        return settings
    }

    /// Changes a setting; whether the value makes sense is for the statement to check.
    package func set(_ setting: WorkspaceSetting, to value: String) throws {
        try write { db in
            try db.execute(
                sql: "INSERT OR REPLACE INTO settings VALUES (?, ?)", arguments: [setting.rawValue, value])
        }
    }

    /// The workspace's time zone.
    package func zone() throws -> Zone { Zone(try setting(.timezone)) ?? .utc }

    /// What a new workspace is given for good; everything else follows the defaults until it is set.
    static func initialSettings(_ options: WorkspaceOptions) -> [(String, String)] {
        let named = options.timezone ?? TimeZone.current.identifier
        // Tabulating the zone can wait; that there is such a zone cannot.
        let isKnown = named != "GMT" && TimeZone(identifier: named) != nil
        return [(WorkspaceSetting.timezone.rawValue, isKnown ? named : Zone.utc.identifier)]
    }

    private static func defaults(_ setting: WorkspaceSetting) -> String {
        switch setting {
        case .timezone: "UTC"
        case .currency, .country: ""
        case .language: "en"
        case .masking: "on"
        case .cap: ""
        case .suppressions: "0"
        }
    }
}
