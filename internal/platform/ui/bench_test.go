package ui

import (
	"os"
	"testing"
)

// What a page in Welsh costs beside one in English: words of ours are looked up
// as it is made, and nothing is parsed.
func BenchmarkSayingWords(b *testing.B) {
	book := theBook()
	for b.Loop() {
		book.say("Nothing in the catalogue says this at all")
	}
}

func BenchmarkReadingTheCatalogueAndAFolderOfPages(b *testing.B) {
	for b.Loop() {
		book, err := newBook()
		if err != nil {
			b.Fatal(err)
		}
		if _, err := parse(os.DirFS("../../care/web"), Welsh, book); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkReadingAFolderOfPagesInEnglish(b *testing.B) {
	for b.Loop() {
		if _, err := parse(os.DirFS("../../care/web"), English, nil); err != nil {
			b.Fatal(err)
		}
	}
}
