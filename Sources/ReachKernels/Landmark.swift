import CKernels

/// Where something stands in memory that will be read soon. Fetched ahead it is there when it is needed, while whoever goes to read it waits as
/// long as for a thousand rows. Nothing is read through it, so that it may outlive what stood there.
package struct Landmark: Sendable {
    private let address: UInt

    /// The first of an array's elements, as long as nobody changes it.
    package init<Element: BitwiseCopyable>(_ elements: [Element]) {
        // SAFETY: only the address is taken.
        address = unsafe elements.withUnsafeBytes { UInt(bitPattern: $0.baseAddress) }
    }

    package init(_ object: AnyObject) { address = UInt(bitPattern: ObjectIdentifier(object)) }

    /// What follows behind, the processor fetches of its own accord.
    package func fetch() { reach_prefetch(address, 256) }
}
