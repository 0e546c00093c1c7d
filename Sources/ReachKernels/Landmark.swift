import CKernels

/// Where something stands in memory that will be read soon. Fetched ahead it is there when it is needed, while whoever goes to read it waits as
/// long as for a thousand rows. Nothing is read through it, so that it may outlive what stood there.
package struct Landmark: Sendable {
    private let address: UInt
    private let byteCount: Int

    /// An array's header and its first elements, a kilobyte in all, as long as nobody changes it. What follows behind, the processor fetches of its own
    /// accord, or a kernel does that knows how it reads.
    package init<Element: BitwiseCopyable>(_ elements: [Element]) {
        address = firstAddress(of: elements) &- Self.headerBytes
        byteCount = Self.arrayBytes
    }

    package init(_ object: AnyObject) {
        address = UInt(bitPattern: ObjectIdentifier(object))
        byteCount = Self.objectBytes
    }

    package func fetch() { reach_prefetch(address, byteCount) }

    /// No more than what counts its owners, which whoever takes hold of it writes to.
    package func fetchHeader() { reach_prefetch(address, 1) }

    private static let headerBytes: UInt = 32
    private static let arrayBytes = 1024
    private static let objectBytes = 192
}

/// Where the first of an array's elements stands: they stay there as long as the array is kept and nobody changes it.
func firstAddress<Element: BitwiseCopyable>(of elements: [Element]) -> UInt {
    // SAFETY: only the address is taken.
    unsafe elements.withUnsafeBytes { UInt(bitPattern: $0.baseAddress) }
}
