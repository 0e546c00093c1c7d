import ReachColumns
import Testing

@Suite("Chunk encoder")
struct ChunkEncoderTests {
    @Test("takes the narrowest form that holds the values")
    func narrowest() {
        #expect(form([7, 7, 7]) == "constant")
        #expect(form([1_000_000, 1_000_510]) == "codes8 step 510")
        #expect(form([0, 1, 255]) == "codes8 step 1")
        #expect(form([0, 1, 256]) == "codes16 step 1")
        #expect(form([0, 1, 65_536]) == "codes32 step 1")
        #expect(form([0, 1, 1 << 32]) == "lanes")
        #expect(form([.min, 0, .max]) == "lanes")
        #expect(form([.min, .max]) == "lanes")
        #expect(form([0, 1_000_000, 300_000_000]) == "codes16 step 1000000")
        #expect(form([-5, -3, -1]) == "codes8 step 1")
        #expect(form([]) == "all missing")
    }

    @Test("only codes of four bytes get leading bytes, and only plain codes are made planes of")
    func forms() {
        let wide = ChunkEncoder.encode(lanes: [0, 1, 65_536], missing: nil)
        #expect(wide.withLeads.leads != nil && wide.withLeads.decodedLanes() == [0, 1, 65_536])
        #expect(wide.withLeads.withLeads.leads != nil && wide.inPlanes === wide)
        let narrow = ChunkEncoder.encode(lanes: [0, 1, 255], missing: nil)
        #expect(narrow.withLeads === narrow && narrow.inPlanes.decodedLanes() == [0, 1, 255])
        let planes = ChunkEncoder.encode(lanes: [0, 1, 256], missing: nil, policy: .planes)
        #expect(planes.withLeads === planes && planes.inPlanes === planes)
    }

    @Test("what stands in missing rows decides nothing")
    func missingRows() {
        let missing = Bitmap(count: 3, words: [0b010])
        let chunk = ChunkEncoder.encode(lanes: [3, .max, 9], missing: missing)
        #expect(chunk.range == 3...9)
        #expect(chunk.lane(at: 0) == 3)
        #expect(chunk.lane(at: 1) == nil)
        #expect(chunk.lane(at: 2) == 9)
        #expect(chunk.missingCount == 1)
        #expect(ChunkEncoder.encode(lanes: [3, 9], missing: Bitmap(count: 2)).missing == nil)
    }

    @Test("unique text stays out of the dictionary, repeated text goes in")
    func textForms() {
        var dictionary = TextDictionaryBuilder()
        let unique = text((0..<2_000).map { "user\($0)@example.com" })
        let plain = ChunkEncoder.encode(
            text: unique.offsets, bytes: unique.bytes, missing: nil, dictionary: &dictionary)
        guard case .plainText(_, _, let fingerprints) = plain.payload else {
            Issue.record("expected plain text")
            return
        }
        #expect(fingerprints.count == 2_000)
        #expect(dictionary.count == 0)
        let cities = text((0..<2_000).map { "city \($0 % 300)" })
        let words = ChunkEncoder.encode(
            text: cities.offsets, bytes: cities.bytes, missing: nil, dictionary: &dictionary)
        guard case .words16 = words.payload else {
            Issue.record("expected words of two bytes")
            return
        }
        #expect(dictionary.count == 300)
        #expect(words.value(at: 1_999, type: .text, dictionary: dictionary.dictionary()) == .text("city 199"))
    }

    @Test("a dictionary grows without changing codes")
    func growing() {
        var first = TextDictionaryBuilder()
        let codes = (0..<10_000).map { first.code(of: Array("word \($0)".utf8)) }
        #expect(codes == (0..<10_000).map { UInt32($0) })
        var second = TextDictionaryBuilder(first.dictionary())
        #expect(second.code(of: Array("word 77".utf8)) == 77)
        #expect(second.code(of: Array("new".utf8)) == 10_000)
        #expect(second.find(Array("newer".utf8)) == nil)
        let added = second.words(from: 10_000)
        #expect(added.offsets == [0, 3])
        #expect(added.bytes == Array("new".utf8))
    }

    private func form(_ lanes: [Int64]) -> String {
        switch ChunkEncoder.encode(lanes: lanes, missing: nil).payload {
        case .allMissing: "all missing"
        case .constant: "constant"
        case .codes8(_, let step, _): "codes8 step \(step)"
        case .codes16(_, let step, _): "codes16 step \(step)"
        case .codes32(_, let step, _): "codes32 step \(step)"
        case .lanes: "lanes"
        default: "other"
        }
    }
}

func text(_ texts: [String]) -> (offsets: [UInt32], bytes: [UInt8]) {
    var offsets: [UInt32] = [0]
    var bytes: [UInt8] = []
    for text in texts {
        bytes.append(contentsOf: text.utf8)
        offsets.append(UInt32(bytes.count))
    }
    return (offsets, bytes)
}
