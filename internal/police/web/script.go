package web

import (
	"net/http"

	"waymark.example/internal/platform/ui"
	"waymark.example/internal/platform/web"
)

// card is what an officer reads to a person, or shows them, in their language:
// an offer of somebody to talk with, which names no service (R4), and what
// happens next. Translations are ours until a translator has looked at them.
type card struct {
	Lang, Name  string // such as "pl", "Polski"
	RightToLeft bool
	Offer, Next string
	Checked     bool // by a translator
}

func cards() []card {
	return []card{
		{"en", "English", false,
			"Would you like to talk to somebody who is not police? They can come to you, listen, and see with you what would help. It is your choice. You can say no, now or later, and nothing happens to you for saying no.",
			"Somebody who is not police will talk with you and see what would help. It is your choice, now and later; you can stop any time and nothing happens to you for it. I will not be told what you talk about.", true},
		{"cy", "Cymraeg", false,
			"Hoffech chi siarad â rhywun nad yw'n heddlu? Gallan nhw ddod atoch chi, gwrando, a gweld gyda chi beth fyddai'n helpu. Eich dewis chi yw e. Cewch chi ddweud na, nawr neu wedyn, a fydd dim yn digwydd i chi am ddweud na.",
			"Bydd rhywun nad yw'n heddlu yn siarad â chi ac yn gweld beth fyddai'n helpu. Eich dewis chi yw e, nawr ac wedyn; cewch chi stopio unrhyw bryd a fydd dim yn digwydd i chi am hynny. Fydda i ddim yn cael clywed beth rydych chi'n siarad amdano.", false},
		{"pl", "Polski", false,
			"Czy chciałby Pan lub chciałaby Pani porozmawiać z kimś, kto nie jest z policji? Ta osoba może przyjść, wysłuchać i razem z Panem lub Panią zobaczyć, co by pomogło. To Pana lub Pani wybór. Można powiedzieć „nie”, teraz albo później, i nic złego się za to nie stanie.",
			"Ktoś, kto nie jest z policji, porozmawia z Panem lub Panią i zobaczy, co by pomogło. To Pana lub Pani wybór, teraz i później; można przestać w każdej chwili i nic złego się za to nie stanie. Nie dowiem się, o czym rozmawiacie.", false},
		{"ro", "Română", false,
			"Ați vrea să vorbiți cu cineva care nu este de la poliție? Poate veni la dumneavoastră, vă ascultă și vede împreună cu dumneavoastră ce v-ar ajuta. Este alegerea dumneavoastră. Puteți spune nu, acum sau mai târziu, și nu vi se întâmplă nimic pentru asta.",
			"Cineva care nu este de la poliție va vorbi cu dumneavoastră și va vedea ce v-ar ajuta. Este alegerea dumneavoastră, acum și mai târziu; vă puteți opri oricând și nu vi se întâmplă nimic pentru asta. Nu mi se va spune despre ce vorbiți.", false},
		{"ar", "العربية", true,
			"هل تود أن تتحدث مع شخص ليس من الشرطة؟ يمكنه أن يأتي إليك، ويستمع إليك، ويرى معك ما الذي قد يساعدك. القرار لك. يمكنك أن تقول لا، الآن أو لاحقاً، ولن يحدث لك شيء بسبب ذلك.",
			"سيتحدث معك شخص ليس من الشرطة ويرى ما الذي قد يساعدك. القرار لك، الآن ولاحقاً؛ يمكنك التوقف في أي وقت ولن يحدث لك شيء بسبب ذلك. لن يخبرني أحد بما تتحدثان عنه.", false},
	}
}

type sayPage struct {
	ui.Page
	Cards []card
}

func sayView(r *http.Request) sayPage {
	v := sayPage{Page: web.Page(r, "Say or show this"), Cards: cards()}
	v.Phone, v.App = true, true
	return v
}

// say shows the words in large type and nothing else, so that the phone can be
// turned around.
func (s *Site) say(w http.ResponseWriter, r *http.Request) error {
	return s.pages.Render(w, http.StatusOK, "say.html", sayView(r))
}
