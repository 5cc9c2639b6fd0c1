package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"waymark.example/internal/reference/service"
)

type importServicesCmd struct {
	where
	From   []string `arg:"" help:"Files of an Open Referral UK feed (a page of services, a list of them, or one), or the address of its API, such as https://example.org/o/v3."`
	Source string   `help:"What the feed is called in an entry's history (default: the file's or site's name)." placeholder:"NAME"`
	Write  bool     `help:"Take the services in."`
}

// mostPages is how many pages of one feed are fetched, and mostPage how large
// one may be: a feed that never ends is not followed for ever.
const (
	mostPages = 2000
	mostPage  = 32 << 20
)

func (c importServicesCmd) Run(ctx context.Context) error {
	a, err := c.openExisting(ctx)
	if err != nil {
		return err
	}
	defer closing(a)
	wrong := 0
	for _, from := range c.From {
		source, read := filepath.Base(from), readServices
		if u, err := url.Parse(from); err == nil && (u.Scheme == "https" || u.Scheme == "http") {
			source, read = u.Host, fetchServices
		}
		if c.Source != "" {
			source = c.Source
		}
		feed, err := read(ctx, from)
		if err != nil {
			return err
		}
		for i, p := range feed.Problems {
			if i < 20 {
				fmt.Println(p)
			}
		}
		wrong += len(feed.Problems)
		if !c.Write {
			fmt.Printf("%s: %d services would be taken, %d have mistakes. Nothing was kept. To take them in, say --write.\n", from, len(feed.Services), len(feed.Problems))
			continue
		}
		taken, err := a.Directory.Import(ctx, source, feed.Services)
		if err != nil {
			return err
		}
		fmt.Printf("%s: %d added, %d changed, %d the same as before, %d with mistakes.\n", from, taken.Added, taken.Changed, taken.Same, len(feed.Problems))
	}
	if wrong > 0 {
		return exitError{exitLeft, fmt.Sprintf("%d services were not taken", wrong)}
	}
	return nil
}

// readServices reads a feed from a file.
func readServices(_ context.Context, path string) (service.Feed, error) {
	text, err := os.ReadFile(path) // #nosec G304 -- the operator names it
	if err != nil {
		return service.Feed{}, err
	}
	feed, err := service.ReadFeed(text)
	if err != nil {
		return service.Feed{}, exitError{exitFile, fmt.Sprintf("%s: %v", path, err)}
	}
	return feed, nil
}

// fetchServices follows the pages of an API and fetches each service whole: a
// page need not say everything of each.
func fetchServices(ctx context.Context, address string) (service.Feed, error) {
	client := &http.Client{Timeout: time.Minute}
	base := strings.TrimSuffix(strings.TrimSuffix(address, "/"), "/services") + "/services"
	var out service.Feed
	for page, pages := 1, 1; page <= pages && page <= mostPages; page++ {
		text, err := fetch(ctx, client, base+"?page="+strconv.Itoa(page))
		if err != nil {
			return out, err
		}
		feed, err := service.ReadFeed(text)
		if err != nil {
			return out, exitError{exitFile, fmt.Sprintf("%s page %d: %v", base, page, err)}
		}
		pages = feed.Pages
		out.Problems = append(out.Problems, feed.Problems...)
		for _, short := range feed.Services {
			text, err := fetch(ctx, client, base+"/"+short.ID)
			if err != nil {
				out.Problems = append(out.Problems, err.Error())
				continue
			}
			whole, err := service.Parse(text)
			if err != nil || whole.ID != short.ID {
				out.Problems = append(out.Problems, fmt.Sprintf("%s: %v", short.ID, err))
				continue
			}
			out.Services = append(out.Services, whole)
		}
		fmt.Fprintf(os.Stderr, "page %d of %d\n", page, pages)
	}
	return out, nil
}

func fetch(ctx context.Context, client *http.Client, address string) ([]byte, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, err
	}
	r.Header.Set("Accept", "application/json")
	answer, err := client.Do(r)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close() //nolint:errcheck // it was only read
	text, err := io.ReadAll(io.LimitReader(answer.Body, mostPage+1))
	switch {
	case err != nil:
		return nil, err
	case answer.StatusCode != http.StatusOK:
		return nil, fmt.Errorf("%s answered %d", address, answer.StatusCode)
	case len(text) > mostPage:
		return nil, errors.New(address + " answered more than a page")
	}
	return text, nil
}
