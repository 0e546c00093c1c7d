import Testing

@testable import ReachCampaign
