import CPhone
import Foundation
import ReachPhones
import Testing

struct PhoneTests {
    @Test(arguments: [
        ("+7 (916) 123-45-67", "", "+79161234567"), ("0044 20 7946 0958", "", "+442079460958"),
        ("79161234567", "", "+79161234567"), ("8 916 123 45 67", "", nil), ("8 916 123 45 67", "RU", "+79161234567"),
        ("8 916 123 45 67", "US", nil), ("(202) 555-0143", "US", "+12025550143"), ("12345", "RU", nil),
        ("call me", "RU", nil), ("+1234567890123456", "RU", nil), ("1-800-FLOWERS", "US", "+18003569377"),
        ("0151/23456789", "DE", "+4915123456789"), ("+7 916 123-45-67 доб. 12", "RU", "+79161234567"), ("", "RU", nil),
        ("+", "RU", nil), ("00000000000", "RU", nil), ("+77012345678", "RU", "+77012345678"),
    ])
    func numbersAreReadFromTheirCountry(raw: String, country: String, expected: String?) throws {
        let home = try #require(PhoneCountry(country))
        #expect(home.normalise(raw) == expected)
    }

    @Test func countriesAreCodes() {
        #expect(PhoneCountry("ru")?.code == "RU")
        #expect(PhoneCountry("XX") == nil)
        #expect(PhoneCountry("Russia") == nil)
        #expect(PhoneCountry.none.code.isEmpty)
    }

    /// What tables decide is what the library says, in every country, for numbers true, damaged and made up.
    @Test(arguments: 0..<8)
    func tablesAgreeWithTheLibrary(_ part: Int) throws {
        let seed = UInt64(ProcessInfo.processInfo.environment["REACH_SEED"] ?? "") ?? 7
        var random = NumberShapes(seed: seed &+ UInt64(part))
        let rounds = ProcessInfo.processInfo.environment["REACH_LONG"] == nil ? 150 : 5_000
        var known = 0
        var valid = 0
        for country in NumberShapes.countries where random.next() % 8 == UInt64(part) || part == 0 {
            // SAFETY: codes are C strings for the call; what comes back is never freed.
            let home = unsafe try #require(reach_phone_home_for(country))
            for _ in 0..<rounds {
                let text = random.text(for: country)
                let tables = unsafe Self.answer(text) { unsafe reach_phone_by_tables(home, $0, $1, $2) }
                guard let tables else { continue }
                let library = unsafe Self.answer(text) { unsafe Int(reach_phone_by_library(home, $0, $1, $2)) }
                known += 1
                if tables.isEmpty == false { valid += 1 }
                #expect(tables == library, "seed \(seed), \(country), \(text)")
            }
        }
        #expect(known > 0 && valid > 0 && valid < known)
    }

    private static func answer(
        _ text: String, _ ask: (UnsafePointer<UInt8>, Int, UnsafeMutablePointer<UInt8>) -> Int
    ) -> String? {
        let bytes = Array(text.utf8)
        var result = [UInt8](repeating: 0, count: 32)
        // SAFETY: both arrays outlive the call; a number takes at most 24 bytes.
        let count = unsafe bytes.withUnsafeBufferPointer { input in
            unsafe result.withUnsafeMutableBufferPointer { output in
                guard let input = input.baseAddress, let output = output.baseAddress else { return 0 }
                return unsafe ask(input, bytes.count, output)
            }
        }
        return count < 0 ? nil : String(decoding: result[..<count], as: UTF8.self)
    }

    /// The library's answers in a later version. What differs are plans that changed since the version that is linked.
    @Test func publishedAnswers() throws {
        guard let data = try Vectors.load() else { return }
        var different: [String] = []
        for vector in data.vectors {
            let home = try #require(PhoneCountry(vector.region ?? ""), "\(vector.region ?? "")")
            let expected = vector.valid == true ? vector.e164 : nil
            if home.normalise(vector.raw) != expected { different.append("\(vector.region ?? "–") \(vector.raw)") }
        }
        print("phones: \(data.vectors.count - different.count) of \(data.vectors.count) as published, not \(different)")
        #expect(different.count * 100 <= data.vectors.count * 3)
    }
}

/// Numbers of all shapes, from a seed.
struct NumberShapes: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// Every country with an example, and none.
    static let countries =
        [""] + Locale.Region.isoRegions.map(\.identifier).filter { !example($0, isNational: false).isEmpty }

    private static func example(_ country: String, isNational: Bool) -> String {
        var result = [UInt8](repeating: 0, count: 64)
        // SAFETY: the library writes at most `capacity` bytes and says how many.
        let count = unsafe result.withUnsafeMutableBufferPointer { output in
            guard let start = output.baseAddress else { return 0 }
            return unsafe Int(reach_phone_example(country, isNational ? 1 : 0, start, output.count))
        }
        return String(decoding: result[..<count], as: UTF8.self)
    }

    mutating func text(for country: String) -> String {
        let kind = Int.random(in: 0..<6, using: &self)
        if kind > 3 { return words() }
        if kind > 1 { return digits() }
        let whose = kind == 0 ? Self.countries.randomElement(using: &self) ?? "" : country
        var text = Array(Self.example(whose, isNational: Bool.random(using: &self)))
        for _ in 0..<Int.random(in: 0...3, using: &self) where !text.isEmpty {
            let place = Int.random(in: 0..<text.count, using: &self)
            if text[place].isNumber { text[place] = digit() }
        }
        if Int.random(in: 0..<10, using: &self) == 0 {
            text.insert("0123456789 -+().8".randomElement(using: &self) ?? "0", at: text.count / 2)
        }
        return String(text)
    }

    /// What else stands in columns, much of which the library tells to be a number after all.
    private mutating func words() -> String {
        var text = ""
        for _ in 0..<Int.random(in: 1...7, using: &self) {
            switch Int.random(in: 0..<5, using: &self) {
            case 0: for _ in 0..<Int.random(in: 1...9, using: &self) { text.append(digit()) }
            case 1: text += Self.pieces.randomElement(using: &self) ?? ""
            case 2: text.append(Self.signs.randomElement(using: &self) ?? " ")
            case 3:
                text += Self.example(
                    Self.countries.randomElement(using: &self) ?? "", isNational: Bool.random(using: &self))
            default:
                text +=
                    ["Anna", "x", "ул. Ленина ", "@example.com", "user_", "доб. ", "é", " "].randomElement(using: &self)
                    ?? ""
            }
        }
        return text
    }

    private static let signs: [Character] = Array(
        " -().,;:/\\~*#+=@!\"$%&'<>?^_`{|}[]xX\t\n\u{A0}\u{AD}\u{2013}\u{FF0B}")
    private static let pieces = [
        "ext", "ext. ", "extension ", ";ext=", "x", " x ", "/ x", "\\x", "#", "int ", "anexo", "доб", "Доб.", "ДОБ ",
        "д", "о", "б", "ё", "Ж",
        "FLOWERS", "abc", "e", ";isub=1", ";phone-context=+7", "tel:", "٣", "３", "²", "½", "ⅷ", "ó", "o\u{301}", "日",
        "😀", ",,", "00", "+",
    ]

    private mutating func digits() -> String {
        var text = Int.random(in: 0..<3, using: &self) == 0 ? "+" : ""
        for _ in 0..<Int.random(in: 3...16, using: &self) {
            text.append(digit())
            if Int.random(in: 0..<8, using: &self) == 0 { text.append(" -().".randomElement(using: &self) ?? " ") }
        }
        return text
    }

    private mutating func digit() -> Character { "0123456789".randomElement(using: &self) ?? "0" }
}

/// A file beside the project on some machines.
private struct Vectors: Decodable {
    struct Vector: Decodable {
        let raw: String
        let region: String?
        let e164: String?
        let valid: Bool?
    }

    let vectors: [Vector]

    static func load() throws -> Vectors? {
        var root = URL(fileURLWithPath: #filePath)
        for _ in 0..<4 { root.deleteLastPathComponent() }
        let file = root.appendingPathComponent("shared/data/phone/phone_vectors.json")
        guard FileManager.default.fileExists(atPath: file.path) else {
            print("skipped: no ../shared/data/phone beside the project")
            return nil
        }
        return try JSONDecoder().decode(Vectors.self, from: Data(contentsOf: file))
    }
}
