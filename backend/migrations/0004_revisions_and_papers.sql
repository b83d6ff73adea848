-- Every revision of a service that was ever published here: a draft ends under the rules it began with.
CREATE TABLE service_revision (
  service_id TEXT NOT NULL, rev INTEGER NOT NULL, path TEXT NOT NULL, file TEXT NOT NULL,
  PRIMARY KEY (service_id, rev)) STRICT;

-- Certificates of the register of electronic certificates are printed too; they have no application here.
CREATE TABLE certificate_anew (
  id TEXT PRIMARY KEY, application_id TEXT UNIQUE REFERENCES application(id),
  holder_id_no TEXT NOT NULL,  -- PERSONAL
  number TEXT NOT NULL UNIQUE,
  fields TEXT NOT NULL,        -- PERSONAL, canonical JSON
  issued_on TEXT NOT NULL, valid_until TEXT NOT NULL, code TEXT NOT NULL, pages INTEGER NOT NULL,
  printed INTEGER NOT NULL DEFAULT 0, max_prints INTEGER NOT NULL, revoked_at INTEGER) STRICT;
INSERT INTO certificate_anew
  SELECT c.id, c.application_id, a.applicant_id_no, c.number, c.fields, c.issued_on, c.valid_until, c.code, c.pages,
         c.printed, c.max_prints, c.revoked_at
  FROM certificate c JOIN application a ON a.id = c.application_id;
DROP TABLE certificate;
ALTER TABLE certificate_anew RENAME TO certificate;

-- What was agreed to with a draft.
CREATE TABLE application_consent (
  application_id TEXT NOT NULL REFERENCES application(id), consent_id TEXT NOT NULL REFERENCES consent(id),
  PRIMARY KEY (application_id, consent_id)) STRICT;
