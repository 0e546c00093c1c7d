import Foundation
import ReachColumns

/// What a template does to a value before it is printed: `{{uppercased(name)}}`, and the escaping of HTML.
enum TextTransform: String, Hashable, Sendable {
    case lowercased, uppercased, capitalized, reversed
    /// Not to be typed: what an HTML message does to its variables.
    case escaped

    /// Those that a tag names, the innermost first; nil where one of them is not of texts.
    static func chain(_ names: [String]) -> [TextTransform]? {
        let known = names.reversed().map(TextTransform.init)
        return known.contains { $0 == nil || $0 == .escaped } ? nil : known.compactMap(\.self)
    }

    func applied(to text: String) -> String {
        switch self {
        case .lowercased: text.lowercased()
        case .uppercased: text.uppercased()
        case .capitalized: text.capitalized
        case .reversed: String(text.reversed())
        case .escaped: Self.escaped(text)
        }
    }

    private static func escaped(_ text: String) -> String {
        guard text.utf8.contains(where: { "&<>\"'".utf8.contains($0) }) else { return text }
        var escaped = ""
        for character in text {
            switch character {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            case "'": escaped += "&#39;"
            default: escaped.append(character)
            }
        }
        return escaped
    }
}

extension [TextTransform] {
    func applied(to text: String) -> String { reduce(text) { $1.applied(to: $0) } }

    /// Of ASCII bytes, in place and one by one; nil where that is not how it is done.
    private var ofASCII: ((UInt8) -> UInt8)? {
        if isEmpty { return { $0 } }
        guard count == 1 else { return nil }
        switch self[0] {
        case .lowercased: return { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }
        case .uppercased: return { (0x61...0x7A).contains($0) ? $0 & ~0x20 : $0 }
        case .capitalized, .reversed, .escaped: return nil
        }
    }

    /// All texts of a run of bytes.
    func applied(offsets: [UInt32], bytes: [UInt8]) -> (offsets: [UInt32], bytes: [UInt8]) {
        if let change = ofASCII, bytes.allSatisfy({ $0 < 0x80 }) { return (offsets, bytes.map(change)) }
        var changed: (offsets: [UInt32], bytes: [UInt8]) = ([0], [])
        changed.offsets.reserveCapacity(offsets.count)
        changed.bytes.reserveCapacity(bytes.count)
        for text in 0..<Swift.max(0, offsets.count - 1) {
            let own = bytes[Int(offsets[text])..<Int(offsets[text + 1])]
            if let change = ofASCII, own.allSatisfy({ $0 < 0x80 }) {
                for byte in own { changed.bytes.append(change(byte)) }
            } else {
                changed.bytes += applied(to: String(decoding: own, as: UTF8.self)).utf8
            }
            changed.offsets.append(UInt32(changed.bytes.count))
        }
        return changed
    }
}
