package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"

	"waymark.example/internal/national"
	nationalview "waymark.example/internal/national/web"
	"waymark.example/internal/schema"
)

// Area says which of several areas an App is; the zero Area is the only one.
type Area struct {
	Name  string // as db.InArea takes it
	Title string // as people read it
}

// Installation is several areas in one process. Each is a whole App with a
// database, keys, accounts, policy and log of its own; all they share is the
// program, and the address that they listen on.
type Installation struct {
	areas  []*App
	byHost map[string]http.Handler
	secure bool
}

// OpenInstallation opens every area, or none. nationally is the origin of the page
// that shows the figures of those areas that want it; "" for none.
func OpenInstallation(ctx context.Context, areas []Config, nationally string) (*Installation, error) {
	if err := apart(areas, nationally); err != nil {
		return nil, err
	}
	in := &Installation{byHost: map[string]http.Handler{}}
	for _, c := range areas {
		c.National = nationally
		a, err := Open(inArea(ctx, c.Area), c)
		if err != nil {
			return nil, errors.Join(fmt.Errorf("area %s: %w", c.Area.Name, err), in.Close())
		}
		in.areas = append(in.areas, a)
		in.byHost[hostOf(c.Origin)] = within(c.Area, a.Handler())
		in.secure = in.secure || c.Secure
	}
	if nationally != "" {
		var sources []national.Source
		for _, a := range in.areas {
			sources = append(sources, national.Source{Name: a.Area.Name, Title: a.Area.Title, Handle: a.Store.Handle(schema.National)})
		}
		view := nationalview.New(sources, in.secure)
		in.byHost[hostOf(nationally)] = headers(in.secure, recovered(bounded(view.Handler(http.HandlerFunc(in.nowhere)))))
	}
	return in, nil
}

// apart refuses areas that share what must not be shared.
func apart(areas []Config, nationally string) error {
	if len(areas) == 0 {
		return errors.New("areas: there is none yet: add one with waymark area add")
	}
	seen := map[string]string{}
	if nationally != "" {
		if hostOf(nationally) == "" {
			return fmt.Errorf("national view: %q is not how browsers reach a site, such as https://lead.example.org", nationally)
		}
		seen["host\x00"+hostOf(nationally)] = "the national view"
	}
	for _, c := range areas {
		if c.Area.Name == "" || hostOf(c.Origin) == "" {
			return fmt.Errorf("area %q: it needs a name and an origin, such as https://north.example.org", c.Area.Name)
		}
		for _, own := range []struct{ what, is string }{
			{"name", c.Area.Name}, {"host", hostOf(c.Origin)}, {"database", c.Database}, {"key store", c.Keys}, {"keeper", c.Keeper}, {"ledger key", c.LedgerKey + c.LedgerKeyFile},
		} {
			if own.is == "" { // beside a database that is its own
				continue
			}
			key := own.what + "\x00" + own.is
			if other, ok := seen[key]; ok {
				return fmt.Errorf("%s and %s have the same %s: each needs its own", other, c.Area.Name, own.what)
			}
			seen[key] = c.Area.Name
		}
	}
	return nil
}

// hostOf is the name that an origin is reached by. Cookies know no port, so
// neither does the difference between areas.
func hostOf(origin string) string {
	u, err := url.Parse(origin)
	if err != nil {
		return ""
	}
	return plainHost(u.Host)
}

// plainHost is a host in the one way it is compared: small, without a port and
// without the dot that ends a full name.
func plainHost(host string) string {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	return strings.TrimSuffix(strings.ToLower(host), ".")
}

// Areas lists the areas in the order they were given.
func (in *Installation) Areas() []*App { return in.areas }

// Handler answers each host with its own area. What asks for no area's host
// learns that there is nothing, and of no area that it is there.
func (in *Installation) Handler() http.Handler {
	nowhere := headers(in.secure, recovered(bounded(http.HandlerFunc(in.nowhere))))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if area, ok := in.byHost[plainHost(r.Host)]; ok {
			area.ServeHTTP(w, r)
			return
		}
		nowhere.ServeHTTP(w, r)
	})
}

// nowhere answers an unknown host. Whoever watches over the machine asks it by
// its number, and hears whether every area is well.
func (in *Installation) nowhere(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	status, says := http.StatusNotFound, "There is no site at this address. Look at the address that you were given.\n"
	if r.URL.Path == "/healthz" && r.Method == http.MethodGet {
		status, says = http.StatusOK, "ok\n"
		for _, a := range in.areas {
			if !a.well(r.Context()) {
				status, says = http.StatusServiceUnavailable, "a database does not answer\n"
			}
		}
	}
	w.WriteHeader(status)
	if _, err := w.Write([]byte(says)); err != nil {
		slog.WarnContext(r.Context(), "answer an unknown host", "err", err)
	}
}

// Tend does for every area what waits for its time, until ctx ends. What keeps
// one area waiting keeps no other.
func (in *Installation) Tend(ctx context.Context) {
	var all sync.WaitGroup
	for _, a := range in.areas {
		of := inArea(ctx, a.Area)
		all.Go(func() { a.Tend(of) })
		all.Go(func() { a.CallOut(of) })
	}
	all.Wait()
}

// Close closes every area.
func (in *Installation) Close() error {
	var errs []error
	for _, a := range in.areas {
		if err := a.Close(); err != nil {
			errs = append(errs, fmt.Errorf("area %s: %w", a.Area.Name, err))
		}
	}
	return errors.Join(errs...)
}

type areaKey struct{}

func inArea(ctx context.Context, area Area) context.Context {
	return context.WithValue(ctx, areaKey{}, area.Name)
}

func within(area Area, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		next.ServeHTTP(w, r.WithContext(inArea(r.Context(), area)))
	})
}

// AreaIn returns the name of the area that ctx is about, "" where there is but one.
func AreaIn(ctx context.Context) string {
	name, _ := ctx.Value(areaKey{}).(string)
	return name
}

// LogOfAreas is a log whose lines say which area they are about.
type LogOfAreas struct{ slog.Handler }

// Handle adds the area to a line.
func (l LogOfAreas) Handle(ctx context.Context, line slog.Record) error {
	if name := AreaIn(ctx); name != "" {
		line.AddAttrs(slog.String("area", name))
	}
	return l.Handler.Handle(ctx, line)
}

// WithAttrs keeps the area in what is made of this log.
func (l LogOfAreas) WithAttrs(attrs []slog.Attr) slog.Handler {
	return LogOfAreas{l.Handler.WithAttrs(attrs)}
}

// WithGroup keeps the area in what is made of this log.
func (l LogOfAreas) WithGroup(name string) slog.Handler { return LogOfAreas{l.Handler.WithGroup(name)} }
