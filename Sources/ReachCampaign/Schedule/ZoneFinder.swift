import ReachColumns
import ReachDiagnostics
import ReachEngine
import ReachKernels
import ReachPlan
import Synchronization

/// How a customer's time zone is found: a column that names it, else the city, else the phone number's country, else the workspace's.
package struct ZoneFinder: Hashable, Sendable {
    /// In that order; nil where `customers` has no such column.
    package let zone: Scalar?
    package let city: Scalar?
    package let phone: Scalar?

    package init(zone: Scalar?, city: Scalar?, phone: Scalar?) {
        self.zone = zone
        self.city = city
        self.phone = phone
    }

    package init(_ customers: TableSchema) {
        func column(_ names: [String]) -> Scalar? {
            for name in names {
                if let index = customers.index(of: name), customers.columns[index].type == .text {
                    return .column(index, .text)
                }
            }
            return nil
        }
        let phones = customers.columns.indices.filter { index in
            guard case .address(let channel) = customers.columns[index].role else { return false }
            return customers.columns[index].type == .text && ChannelDefaults(channel: channel).addressForm == .phone
        }
        self.init(
            zone: column(["timezone", "time_zone", "time zone", "tz", "часовой_пояс", "часовой пояс"]),
            city: column(["city", "town", "город"]),
            phone: phones.first.map { .call(.phone, [.column($0, .text)], .text) } ?? column(["phone", "телефон"]))
    }

    var scalars: [Scalar] { [zone, city, phone].compactMap(\.self) }

    /// The zone that a value of a zone column names: an IANA name, or hours from UTC (`+3`, `UTC+03:00`, `GMT-5`).
    package static func zone(named text: String) -> String? {
        if text.contains("/") || text == "UTC" { return Zone(text).map(\.identifier) }
        var rest = Substring(text)
        for prefix in ["UTC", "GMT", "utc", "gmt"] where rest.hasPrefix(prefix) { rest = rest.dropFirst(prefix.count) }
        if rest.isEmpty { return "UTC" }
        if ["МСК", "MSK", "msk", "мск"].contains(String(rest)) { return "Europe/Moscow" }
        let sign = rest.first == "-" || rest.first == "−" ? "-" : rest.first == "+" ? "+" : nil
        guard let sign else { return nil }
        let parts = rest.dropFirst().split(separator: ":", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), let hours = Int(parts[0]), (0...14).contains(hours) else { return nil }
        let minutes = parts.count == 2 ? Int(parts[1]) : 0
        guard let minutes, (0..<60).contains(minutes) else { return nil }
        func two(_ number: Int) -> String { (number < 10 ? "0" : "") + String(number) }
        return Zone("GMT\(sign)\(two(hours))\(two(minutes))")?.identifier
    }

    /// The zone of one customer by the values of the three columns.
    package func zone(_ value: (Scalar) -> Value) -> String? {
        if let zone, case .text(let text) = value(zone), let known = Self.zone(named: text) { return known }
        if let city, case .text(let text) = value(city), let known = CityZones.zone(of: text) { return known }
        if let phone, case .text(let text) = value(phone) { return PhoneZones.zone(of: Array(text.utf8)) }
        return nil
    }
}

/// Zones of the customers of chunks, each distinct value looked up once.
final class ZoneTable: Sendable {
    struct RowZones {
        let ids: [UInt16]
        let names: [String]
    }

    private struct Known {
        var names: [String]
        var ids: [String: UInt16]
        /// By dictionary: the id of each word, 0 where it names no zone.
        var words: [ObjectIdentifier: (dictionary: TextDictionary, ids: [UInt16])] = [:]
    }

    private let finder: ZoneFinder
    private let columns: (zone: Int?, city: Int?, phone: Int?)
    private let known: Mutex<Known>

    /// `columns` are those of the views; `fallback` is the zone of customers whose own is not known.
    init(_ finder: ZoneFinder, columns: [Scalar], fallback: Zone) {
        self.finder = finder
        self.columns = (
            finder.zone.flatMap { columns.firstIndex(of: $0) }, finder.city.flatMap { columns.firstIndex(of: $0) },
            finder.phone.flatMap { columns.firstIndex(of: $0) }
        )
        known = Mutex(Known(names: [fallback.identifier], ids: [fallback.identifier: 0]))
    }

    func zones(of view: ChunkView) -> RowZones {
        let rows = view.members.count
        var ids = [UInt16](repeating: 0, count: rows)
        var isOpen = [Bool](repeating: true, count: rows)
        if let zone = columns.zone { fill(&ids, &isOpen, view.columns[zone], ZoneFinder.zone(named:)) }
        if let city = columns.city { fill(&ids, &isOpen, view.columns[city], CityZones.zone(of:)) }
        if let phone = columns.phone {
            fill(&ids, &isOpen, view.columns[phone], mostBytes: PhoneZones.mostBytes) {
                PhoneZones.zone(of: Array($0.utf8))
            }
        }
        return RowZones(ids: ids, names: known.withLock { $0.names })
    }

    /// Ids are one more than positions while they are looked for, so that 0 is none. No more than `mostBytes` of a text decide.
    private func fill(
        _ ids: inout [UInt16], _ isOpen: inout [Bool], _ view: ColumnView, mostBytes: Int = .max,
        _ find: (String) -> String?
    ) {
        switch view.values {
        case .words(let codes, let dictionary):
            let table = wordIDs(dictionary, find)
            for row in codes.indices where isOpen[row] && view.missing?[row] != 1 {
                let id = table[Int(codes[row])]
                if id > 0 { (ids[row], isOpen[row]) = (id - 1, false) }
            }
        case .text(let offsets, let bytes):
            // Nearly unique text: phone numbers, few of which begin in a way of their own.
            var begun: [ArraySlice<UInt8>: UInt16] = [:]
            for row in ids.indices where isOpen[row] && view.missing?[row] != 1 {
                let beginning = bytes[Int(offsets[row])..<Int(offsets[row + 1])].prefix(mostBytes)
                let id: UInt16
                if let known = begun[beginning] {
                    id = known
                } else {
                    id = find(String(decoding: beginning, as: UTF8.self)).map { self.id(of: $0) + 1 } ?? 0
                    begun[beginning] = id
                }
                if id > 0 { (ids[row], isOpen[row]) = (id - 1, false) }
            }
        case .lanes, .floats: return
        }
    }

    private func wordIDs(_ dictionary: TextDictionary, _ find: (String) -> String?) -> [UInt16] {
        let key = ObjectIdentifier(dictionary)
        if let words = known.withLock({ $0.words[key]?.ids }) { return words }
        let found = (0..<dictionary.count).map { word in find(dictionary.word(word)).map { id(of: $0) + 1 } ?? 0 }
        known.withLock { $0.words[key] = (dictionary, found) }
        return found
    }

    private func id(of name: String) -> UInt16 {
        known.withLock { known in
            if let id = known.ids[name] { return id }
            let id = UInt16(known.names.count)
            known.names.append(name)
            known.ids[name] = id
            return id
        }
    }
}
