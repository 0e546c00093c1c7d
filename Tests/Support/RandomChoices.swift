extension SeededRandom {
    package mutating func below(_ limit: Int) -> Int { Int(next() % UInt64(limit)) }

    package mutating func integer(_ range: ClosedRange<Int>) -> Int { range.lowerBound + below(range.count) }

    package mutating func flag() -> Bool { below(2) == 0 }

    /// `choices` is not empty.
    package mutating func pick<Element>(_ choices: [Element]) -> Element { choices[below(choices.count)] }
}
