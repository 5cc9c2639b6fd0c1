package service

// DocumentOf is the document that a form makes of nothing.
func DocumentOf(e Edit) (Document, error) { return e.document(Document{}) }

// Rewrite is the document that a form makes of one that is there.
func Rewrite(was Document, e Edit) (Document, error) { return e.document(was) }
