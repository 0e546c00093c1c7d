import Testing

@testable import ReachStatements
