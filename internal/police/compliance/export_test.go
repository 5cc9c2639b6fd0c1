package compliance

// For the test of how the database finds them.
const (
	DecisionsByReference = decisionsByReference
	DecisionsNear        = decisionsNear
	LatestRun            = latestRun
	GapsOfTeam           = gapsOfTeam
)
