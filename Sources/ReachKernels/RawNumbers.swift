/// The little-endian number at `at`, which lies inside `bytes`.
@inline(__always)
package func loadNumber<Number: FixedWidthInteger & BitwiseCopyable>(
    _ bytes: RawSpan, at: Int, _ type: Number.Type
) -> Number {
    // SAFETY: the span checks that the number lies inside it; any bytes make an integer.
    unsafe Number(littleEndian: bytes.unsafeLoadUnaligned(fromByteOffset: at, as: Number.self))
}
