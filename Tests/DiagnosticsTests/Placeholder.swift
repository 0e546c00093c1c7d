import Testing

@testable import ReachDiagnostics
