import Testing

@testable import ReachWorkspace
