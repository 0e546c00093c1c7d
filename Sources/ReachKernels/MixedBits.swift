/// The finaliser of SplitMix64 (Steele, Lea, Flood 2014): every bit of the word reaches every bit of the result, and no two words give the
/// same.
@inlinable
package func mixedBits(_ word: UInt64) -> UInt64 {
    var bits = word
    bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
    bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
    return bits ^ (bits >> 31)
}
