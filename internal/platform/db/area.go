package db

import (
	"fmt"
	"hash/fnv"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/jackc/pgx/v5"

	"waymark.example/internal/lead"
)

// areaName is what an area may be called. It becomes a folder, the name of a
// schema and a part of the names of roles, so nothing in it needs quoting.
var areaName = regexp.MustCompile(`^[a-z][a-z0-9]{0,19}$`)

// areaPrefix begins the name of a schema that is an area.
const areaPrefix = "area_"

// InArea returns the address of one area of an installation. Areas are apart by
// construction: on PostgreSQL each is a schema of its own in one database, with
// roles of its own; on SQLite each is a file of its own, in a folder of its own
// beside the address's file.
func InArea(address, name string) (string, error) {
	if !areaName.MatchString(name) {
		return "", lead.Invalid{"area": "An area's name is up to 20 small letters and digits, and begins with a letter."}
	}
	if path, ok := strings.CutPrefix(address, "sqlite:"); ok {
		return "sqlite:" + filepath.Join(filepath.Dir(path), name, filepath.Base(path)), nil
	}
	u, err := url.Parse(address)
	if err != nil || (u.Scheme != "postgres" && u.Scheme != "postgresql") {
		return "", fmt.Errorf("area %s: the address of the database must start with sqlite: or postgres://", name) // the text of err may hold a password
	}
	v := u.Query()
	v.Set("search_path", areaPrefix+name)
	u.RawQuery = v.Encode()
	return u.String(), nil
}

// home is where in a PostgreSQL database a store lives: the database's own
// schema, or the schema of one area.
type home struct{ database, area string }

// homeOf reads where an address leads. Every connection made from it is pinned
// to the area's schema alone: what has no schema before its name is looked for
// nowhere else.
func homeOf(c *pgx.ConnConfig) (home, error) {
	name, ok := strings.CutPrefix(c.RuntimeParams["search_path"], areaPrefix)
	if !ok {
		return home{database: c.Database}, nil
	}
	if !areaName.MatchString(name) {
		return home{}, fmt.Errorf("open database: %q is no area's name", name)
	}
	return home{c.Database, name}, nil
}

// role names the role of a handle. Roles belong to the whole server, so the
// database is part of the name, and the area. An area's begins in another way,
// so that no name of a database can make it the same as another's.
func (h home) role(handle string) string {
	if h.area == "" {
		return "waymark_" + h.database + "_" + handle
	}
	return "waymark." + h.area + "." + h.database + "." + handle
}

// lock is the number of an advisory lock for one purpose, of this area alone:
// areas of one database are brought up to date beside each other.
func (h home) lock(purpose int64) int64 {
	if h.area == "" {
		return purpose
	}
	sum := fnv.New64a()
	fmt.Fprintf(sum, "%d %s", purpose, h.area) //nolint:errcheck // a hash takes everything
	return int64(sum.Sum64() >> 1)             // #nosec G115 -- half of it fits
}
