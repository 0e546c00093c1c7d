import ReachKernels
import Testing

private func column(_ texts: [String]) -> (offsets: [UInt32], bytes: [UInt8]) {
    var offsets: [UInt32] = [0]
    var bytes: [UInt8] = []
    for text in texts {
        bytes.append(contentsOf: text.utf8)
        offsets.append(UInt32(bytes.count))
    }
    return (offsets, bytes)
}

@Test func textsAreCutAtTheirLastMark() throws {
    let (offsets, bytes) = column(["ann@mail.test", "", "bob", "a@b@mail.test", "@", "eve@Mail.test", "x@a"])
    let split = try #require(splitEndings(offsets: offsets, bytes: bytes))
    #expect(String(decoding: split.stems, as: UTF8.self) == "annboba@bevex")
    #expect(split.offsets == [0, 3, 3, 6, 9, 9, 12, 13])
    let endings = (0..<split.endingCount).map { String(decoding: split.ending($0), as: UTF8.self) }
    #expect(endings == ["", "@", "@Mail.test", "@a", "@mail.test"])
    #expect(split.codes == [4, 0, 0, 4, 1, 2, 3])
    let joined = joinEndings(split)
    #expect(joined.offsets == offsets)
    #expect(joined.bytes == bytes)
}

@Test(arguments: [1, 2, 255, 256, 257])
func endingsAreAsManyAsAByteTells(count: Int) {
    let (offsets, bytes) = column((0..<3 * count).map { "person\($0)@place-\($0 % count).test" })
    let split = splitEndings(offsets: offsets, bytes: bytes)
    #expect(split?.endingCount == (count <= 256 ? count : nil))
    guard let split else { return }
    let joined = joinEndings(split)
    #expect(joined.offsets == offsets)
    #expect(joined.bytes == bytes)
}

@Test func partsThatDoNotFitAreNoTexts() {
    #expect(SplitTexts(offsets: [0, 1], stems: [65], codes: [1], endingOffsets: [0, 0], endings: []) == nil)
    #expect(SplitTexts(offsets: [0, 2], stems: [65], codes: [0], endingOffsets: [0, 0], endings: []) == nil)
    #expect(SplitTexts(offsets: [0, 1], stems: [65], codes: [0], endingOffsets: [0, 1], endings: []) == nil)
    #expect(SplitTexts(offsets: [0, 1], stems: [65], codes: [0], endingOffsets: [0, 0], endings: []) != nil)
}
