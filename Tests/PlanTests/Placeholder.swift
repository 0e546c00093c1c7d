import Testing

@testable import ReachPlan
