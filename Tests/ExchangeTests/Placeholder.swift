import Testing

@testable import ReachExchange
