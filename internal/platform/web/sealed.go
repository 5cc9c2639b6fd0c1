package web

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"time"

	"waymark.example/internal/platform/secret"
)

// What the open part may look like.
var (
	itemID = regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`) // UUIDv7
	keyID  = regexp.MustCompile(`^slt_[0-9a-f]{32}$`)
	userID = regexp.MustCompile(`^([a-z]{3}_[0-9a-f]{32})?$`)
)

// ReadSealed reads what an outbox sends; false when it is no item.
func ReadSealed(form url.Values) (secret.Delivery, bool) {
	d := secret.Delivery{Item: secret.Item{ID: form.Get("item"), KeyID: form.Get("key"), User: form.Get("user")}, Sealed: form.Get("sealed")}
	made, errMade := strconv.ParseInt(form.Get("made_at"), 10, 64)
	sent, errSent := strconv.ParseInt(form.Get("sent_at"), 10, 64)
	d.MadeAt, d.SentAt = time.UnixMilli(made).UTC(), time.UnixMilli(sent).UTC()
	ok := errMade == nil && errSent == nil && itemID.MatchString(d.Item.ID) && keyID.MatchString(d.Item.KeyID) && userID.MatchString(d.Item.User) && d.Sealed != ""
	return d, ok
}

// JSON answers a script.
func JSON(w http.ResponseWriter, status int, v any) error {
	text, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("answer: %w", err)
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	_, err = w.Write(text)
	return err
}
