package bulk

// For the test of how the database finds them.
const RowByReference = rowByReference
