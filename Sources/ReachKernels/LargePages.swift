import CKernels

/// Asks for large pages for what the heap has grown by; to be called now and then while much is loaded. Columns are read from end to end: on small
/// pages looking up where each of them is takes longer than reading it, on virtual machines above all. Does nothing where the system or another
/// allocator has no such heap.
package func useLargePages() { reach_use_large_pages() }
