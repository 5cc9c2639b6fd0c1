-- +goose Up
-- The log is never edited. Whom an entry was about may be removed, but only
-- after the removal is declared.
CREATE TRIGGER ledger_entry_keep BEFORE UPDATE OR DELETE ON ledger_entry FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER ledger_opening_keep BEFORE UPDATE ON ledger_subject FOR EACH ROW EXECUTE FUNCTION append_only();
-- +goose StatementBegin
CREATE FUNCTION ledger_declared() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
	IF NOT EXISTS (SELECT 1 FROM ledger_erased x WHERE x.seq = OLD.seq AND x.place = OLD.place) THEN
		RAISE EXCEPTION 'declare the removal first';
	END IF;
	RETURN OLD;
END $$;
-- +goose StatementEnd
CREATE TRIGGER ledger_opening_declared BEFORE DELETE ON ledger_subject FOR EACH ROW EXECUTE FUNCTION ledger_declared();
CREATE TRIGGER ledger_erased_keep BEFORE UPDATE OR DELETE ON ledger_erased FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER ledger_checkpoint_keep BEFORE UPDATE OR DELETE ON ledger_checkpoint FOR EACH ROW EXECUTE FUNCTION append_only();
