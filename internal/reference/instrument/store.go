package instrument

import "waymark.example/internal/platform/db"

const (
	insertInstrument db.Query = `
		INSERT INTO reference_instrument (instrument, version, definition, recorded_by, recorded_at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING`
	insertLicence db.Query = `
		INSERT INTO reference_instrument_licence (licence_id, instrument, version, may_use, words, recorded_by, recorded_at) VALUES ($1, $2, $3, $4, $5, $6, $7)`
	definitionOf db.Query = `SELECT definition FROM reference_instrument WHERE instrument = $1 AND version = $2`
	definitions  db.Query = `
		SELECT i.definition, CASE WHEN COALESCE(l.may_use, FALSE) THEN 1 ELSE 0 END FROM reference_instrument i
		LEFT JOIN reference_instrument_licence l ON l.licence_id = (SELECT MAX(n.licence_id) FROM reference_instrument_licence n WHERE n.instrument = i.instrument AND n.version = i.version)
		ORDER BY i.instrument, i.recorded_at DESC, i.version DESC LIMIT 500`
	licencesOf db.Query = `
		SELECT l.may_use, l.words, COALESCE(a.name, ''), l.recorded_at
		FROM reference_instrument_licence l LEFT JOIN identity_account a ON a.account_id = l.recorded_by
		WHERE l.instrument = $1 AND l.version = $2 ORDER BY l.licence_id DESC LIMIT 100`
)
