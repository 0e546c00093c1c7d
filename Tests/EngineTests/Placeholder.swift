import Testing

@testable import ReachEngine
