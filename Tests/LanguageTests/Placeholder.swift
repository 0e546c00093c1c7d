import Testing

@testable import ReachLanguage
