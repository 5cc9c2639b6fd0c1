package main

// evidenceCmd is what an evaluation needs from the command line.
type evidenceCmd struct {
	Plan         evidencePlanCmd         `cmd:"" help:"Write, freeze and check the plan of an evaluation, before its outcomes are read."`
	Cohort       evidenceCohortCmd       `cmd:"" help:"Say who would be compared with whom, and how many were left out at each step. Of outcomes it shows only who died or moved away, and of how many records could be looked for; no arrest, charge or custody."`
	Report       evidenceReportCmd       `cmd:"" help:"Make the report of an evaluation: one page that needs nothing besides itself."`
	Costs        evidenceCostsCmd        `cmd:"" help:"Print a file of costs to begin from, for evidence report --costs: what events are said to cost stands in it with its source, what the programme cost is yours to fill in."`
	Export       evidenceExportCmd       `cmd:"" help:"For an accredited evaluator: the pseudonymised rows, what they mean, the results, and a script in R that works the main tables out again."`
	Import       evidenceImportCmd       `cmd:"" help:"Take in one table of pseudonymised rows from a CSV file. Rows that are there already are nothing; a row that says something else is its next version."`
	Pseudonymise evidencePseudonymiseCmd `cmd:"" help:"For the holder of the key, away from any server: turn what people are known by into pseudonyms."`
	Codebook     evidenceCodebookCmd     `cmd:"" help:"Say what each column of the five tables means, as CSV."`
}
