import Testing

@testable import ReachColumns
