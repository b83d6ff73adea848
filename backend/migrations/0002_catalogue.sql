-- Matters of every kind in one table: applications, bookings, reports, packages and their components.

ALTER TABLE application ADD COLUMN track TEXT NOT NULL DEFAULT 'benefit';  -- which way it goes, office/track.rs
ALTER TABLE application ADD COLUMN title TEXT;       -- JSON words, where the title is not that of the service
ALTER TABLE application ADD COLUMN office TEXT;      -- JSON words, where another office than the usual decides
ALTER TABLE application ADD COLUMN parent_id TEXT REFERENCES application(id);
ALTER TABLE application ADD COLUMN component TEXT;   -- id within the package
ALTER TABLE application ADD COLUMN waits_for TEXT NOT NULL DEFAULT '[]';   -- JSON ids of components
ALTER TABLE application ADD COLUMN outcome TEXT NOT NULL DEFAULT '';
ALTER TABLE application ADD COLUMN lines TEXT NOT NULL DEFAULT '[]';       -- PERSONAL, JSON
ALTER TABLE application ADD COLUMN urgent INTEGER NOT NULL DEFAULT 0;
ALTER TABLE application ADD COLUMN labels TEXT;      -- PERSONAL, JSON: advice to the officer, never sent to a terminal
ALTER TABLE application ADD COLUMN sample INTEGER NOT NULL DEFAULT 0;
CREATE INDEX application_parent ON application (parent_id);
UPDATE application SET track = 'certificate' WHERE service_id = 'gz.community.cert.kinship';

-- A matter may come to a state more than once, and each time somebody says why.
CREATE TABLE moved (
  id INTEGER PRIMARY KEY, application_id TEXT NOT NULL REFERENCES application(id), state TEXT NOT NULL,
  at INTEGER NOT NULL,
  office TEXT NOT NULL DEFAULT '{}',     -- JSON words; empty: the office that the state has by itself
  reason TEXT NOT NULL DEFAULT '{}',     -- PERSONAL, JSON words
  objection TEXT NOT NULL DEFAULT '{}')  -- JSON words: how to object
  STRICT;
INSERT INTO moved (application_id, state, at) SELECT application_id, state, at FROM transition ORDER BY at, rowid;
DROP TABLE transition;
ALTER TABLE moved RENAME TO transition;
CREATE INDEX transition_application ON transition (application_id, at);

CREATE TABLE booking (
  application_id TEXT PRIMARY KEY REFERENCES application(id), resource TEXT NOT NULL, item TEXT NOT NULL,
  slot TEXT NOT NULL,          -- id of the time; of a course, its id
  starts_at INTEGER,           -- NULL: a seat of a course
  cancel_until INTEGER) STRICT;
CREATE INDEX booking_slot ON booking (slot);

CREATE TABLE means_check (
  application_id TEXT PRIMARY KEY REFERENCES application(id), started_at INTEGER NOT NULL,
  answer_due INTEGER NOT NULL, answered_at INTEGER,
  result TEXT) STRICT;         -- PERSONAL, JSON, for the officer only

CREATE TABLE entitlement_confirmed (
  id_no TEXT NOT NULL,         -- PERSONAL
  entitlement_id TEXT NOT NULL, application_id TEXT NOT NULL REFERENCES application(id), at INTEGER NOT NULL,
  PRIMARY KEY (id_no, entitlement_id)) STRICT;
