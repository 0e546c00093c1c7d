import Testing

@testable import ReachShell
