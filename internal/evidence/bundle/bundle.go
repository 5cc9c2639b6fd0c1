// Package bundle is what an accredited evaluator takes away to check an evaluation by other means: the pseudonymised rows, what each column means,
// the plan, the results, a script in R that computes the main tables again, and the sums of all files. It imports plan, cohort, analysis, study and
// stats.
package bundle
