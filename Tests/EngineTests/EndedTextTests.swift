import ReachColumns
import ReachKernels
import ReachPlan
import Testing

@testable import ReachEngine

private let places = [
    "@mail.test", "@MAIL.test", "@m", "@", "", "@kim.example", "@mail.test.example", "@\u{212A}im.example",
]
private let names = ["", "ann", "a@b", "Mail", "kim", "\u{212A}im", "test", "an", "ß", "x.test"]
private let needles = [
    "", "a", "@", "ann", "mail", "@mail", "@mail.test", "ann@mail.test", "b@mail", "a@b@mail", "n@m", "kim", "@kim",
    "kim.example", "m@kim", "test", "t@", "ss", ".example", "b@", "a@b", "@b",
]

@Test("cut texts answer as whole ones do", arguments: needles)
func cutTextsAnswerAsWholeOnes(needle: String) throws {
    var offsets: [UInt32] = [0]
    var bytes: [UInt8] = []
    // Sixty and four more names before each place, so that cutting pays.
    for name in names.flatMap({ name in (0..<64).map { String(repeating: "n", count: $0 % 3) + name } }) {
        for place in places {
            bytes.append(contentsOf: (name + place).utf8)
            offsets.append(UInt32(bytes.count))
        }
    }
    let rowCount = offsets.count - 1
    let payload = Chunk.Payload.plainText(
        offsets: offsets, bytes: bytes, fingerprints: textFingerprints(offsets: offsets, bytes: bytes))
    let ended = try #require(EndedTexts(payload))
    let tokens = needle.unicodeScalars.map { TextMatch.LikeToken.scalar($0) }
    let questions: [TextPredicate] = [
        .match(.contains(needle)), .match(.hasPrefix(needle)), .match(.hasSuffix(needle)), .match(.like(tokens)),
        .comparison(.equal, Array(needle.utf8)), .comparison(.less, Array(needle.utf8)),
    ]
    for question in questions {
        let expected = question.rows(offsets: offsets, bytes: bytes)
        for share in [1, 3] {
            let before = (0..<rowCount).map { $0 % share == 0 ? UInt8(1) : 0 }
            var held = Mask(bytes: before)
            let isAnswered = question.narrow(&held, ended, TextTables())
            if case .match(.like) = question { #expect(!isAnswered) }
            if case .match(.contains) = question { #expect(isAnswered) }
            if isAnswered { #expect(held.bytes == zip(before, expected).map { $0 & $1 }, "\(question)") }
        }
    }
}
