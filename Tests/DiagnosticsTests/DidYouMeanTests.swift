import Testing

@testable import ReachDiagnostics

struct DidYouMeanTests {
    @Test(arguments: [
        ("citty", ["city", "country", "total"], ["city"]), ("Moscow", ["moscow", "Moskow"], ["moscow"]),
        ("ciyt", ["city"], ["city"]), ("cuont", ["count", "cohorts", "quit"], ["count"]), ("x", ["y", "z"], []),
        ("ab", ["a", "b"], []), ("lapsd_buyers", ["lapsed_buyer", "lapsed_buyers"], ["lapsed_buyers"]),
        ("sumarise", ["summarize", "segment"], ["summarize"]), ("dropp", ["send"], []), ("КОРОД", ["город"], ["город"]),
    ])
    func finds(_ word: String, _ candidates: [String], _ expected: [String]) {
        #expect(DidYouMean.closest(to: word, among: candidates) == expected)
    }

    @Test func givesFew() {
        #expect(DidYouMean.closest(to: "abcd", among: ["abce", "abcf", "abcg", "abch"]).count == 3)
        #expect(DidYouMean.closest(to: "abcd", among: ["abcd"]).isEmpty)
    }

    @Test(arguments: [("", "abc", 3), ("abc", "abc", 0), ("abc", "acb", 1), ("kitten", "sitting", 3), ("ca", "abc", 3)])
    func distances(_ one: String, _ other: String, _ distance: Int) {
        #expect(DidYouMean.distance(Array(one), Array(other)) == distance)
        #expect(DidYouMean.distance(Array(other), Array(one)) == distance)
    }
}
