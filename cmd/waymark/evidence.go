package main

// evidenceCmd is what an evaluation needs from the command line.
type evidenceCmd struct {
	Import       evidenceImportCmd       `cmd:"" help:"Take in one table of pseudonymised rows from a CSV file. Rows that are there already are nothing; a row that says something else is its next version."`
	Pseudonymise evidencePseudonymiseCmd `cmd:"" help:"For the holder of the key, away from any server: turn what people are known by into pseudonyms."`
	Codebook     evidenceCodebookCmd     `cmd:"" help:"Say what each column of the five tables means, as CSV."`
}
