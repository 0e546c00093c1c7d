import ReachColumns
import Testing

@testable import ReachCampaign

@Suite struct MoneyTests {
    @Test func printsEveryDigit() {
        #expect(Money(units: 5, scale: 2).description == "0.05")
        #expect(Money(units: -123_456, scale: 3).grouped == "-123.456")
        #expect(Money(units: 1_234_567, scale: 0).grouped == "1,234,567")
        #expect(Money("1234.50") == Money(units: 12_345, scale: 1))
        for text in ["", ".5", "1.", "1.2.3", "1,5", "1.+5", "x"] { #expect(Money(text) == nil, "\(text)") }
    }

    @Test func equalAmountsAreEqualWhateverTheirScale() {
        #expect(Set([Money(units: 150, scale: 2), Money(units: 15, scale: 1)]).count == 1)
        #expect(Money(units: 149, scale: 2) < Money(units: 15, scale: 1))
    }

    @Test func roundsHalfToEven() {
        #expect(Money(rounding: 0.125, scale: 2).units == 12)
        #expect(Money(rounding: 0.375, scale: 2).units == 38)
        #expect(Money(rounding: 2.5, scale: 0).units == 2)
    }

    @Test func sumsBeyond64Bits() {
        let large = Money(units: Int128(Int64.max), scale: 2)
        #expect((large + large + large).description == "276701161105643274.21")
        #expect((large + large).lane == nil)
        #expect(Money(units: 123_450, scale: 2).value == .decimal(units: 123_450, scale: 2))
    }
}
