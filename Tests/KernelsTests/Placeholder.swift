import Testing

@testable import ReachKernels
