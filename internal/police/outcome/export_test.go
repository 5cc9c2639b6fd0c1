package outcome

import "waymark.example/internal/platform/db"

// Lists are the queries of the list, for the test of how the database finds them.
func Lists() []db.Query { return []db.Query{readyOf, waitingOf, endedOf, finalisedOf} }
