import ReachColumns
import ReachKernels
import Testing

@Suite("XXH64")
struct ChecksumTests {
    /// The reference implementation's own sanity buffer: a generator of bytes, hashed at several lengths and with two seeds.
    private static let sanityBytes: [UInt8] = {
        var generator: UInt64 = 2_654_435_761
        return (0..<2_367).map { _ in
            defer { generator = generator &* 11_400_714_785_074_694_797 }
            return UInt8(generator >> 56)
        }
    }()

    @Test(
        "gives the reference values of the sanity buffer",
        arguments: [
            (0, UInt64(0), UInt64(0xEF46_DB37_51D8_E999)),
            (0, 2_654_435_761, 0xAC75_FDA2_929B_17EF),
            (1, 0, 0xE934_A84A_DB05_2768),
            (1, 2_654_435_761, 0x5014_6076_43A9_B4C3),
            (4, 0, 0x9136_A0DC_A574_57EE),
            (14, 0, 0x8282_DCC4_994E_35C8),
            (14, 2_654_435_761, 0xC3BD_6BF6_3DEB_6DF0),
            (222, 0, 0xB641_AE8C_B691_C174),
            (222, 2_654_435_761, 0x20CB_8AB7_AE10_C14A),
        ])
    func sanity(length: Int, seed: UInt64, expected: UInt64) {
        #expect(xxHash64(Array(Self.sanityBytes.prefix(length)), seed: seed) == expected)
    }

    @Test(
        "gives the known values of texts",
        arguments: [
            ("", UInt64(0xEF46_DB37_51D8_E999)),
            ("a", 0xD24E_C4F1_A98C_6E5B),
            ("abc", 0x44BC_2CF5_AD77_0999),
            ("Nobody inspects the spammish repetition", 0xFBCE_A83C_8A37_8BF1),
        ])
    func texts(text: String, expected: UInt64) {
        #expect(xxHash64(Array(text.utf8)) == expected)
    }

    @Test("a chunk's checksum depends on where it belongs")
    func identity() {
        let here = ChunkIdentity(table: 1, column: 2, first: 65_536, rowCount: 10)
        let elsewhere = [
            ChunkIdentity(table: 2, column: 2, first: 65_536, rowCount: 10),
            ChunkIdentity(table: 1, column: 3, first: 65_536, rowCount: 10),
            ChunkIdentity(table: 1, column: 2, first: 0, rowCount: 10),
            ChunkIdentity(table: 1, column: 2, first: 65_536, rowCount: 11),
        ]
        for other in elsewhere { #expect(here.checksumSeed(version: 1) != other.checksumSeed(version: 1)) }
        #expect(here.checksumSeed(version: 1) != here.checksumSeed(version: 2))
    }
}
