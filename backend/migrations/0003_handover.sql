-- People who act together, letters of households, pictures, money, talks and staff.
-- Columns marked PERSONAL hold data of a person, as in 0001.

ALTER TABLE session ADD COLUMN role TEXT;             -- in which the session's person was identified
ALTER TABLE verification ADD COLUMN id_no TEXT;       -- PERSONAL, emptied at the end of the session
ALTER TABLE verification ADD COLUMN name TEXT;        -- PERSONAL, emptied at the end of the session
ALTER TABLE application ADD COLUMN assisted_by TEXT;  -- number of the member of staff who helped

-- People beside the applicant, each identified apart.
CREATE TABLE application_party (
  application_id TEXT NOT NULL REFERENCES application(id), role TEXT NOT NULL,
  id_no TEXT NOT NULL,         -- PERSONAL
  name TEXT NOT NULL,          -- PERSONAL
  verification_id TEXT NOT NULL REFERENCES verification(id),
  PRIMARY KEY (application_id, role)) STRICT;
CREATE INDEX application_party_person ON application_party (id_no);

-- The letter of a household: its text is fixed when it is made, and everyone signs that text.
CREATE TABLE authorisation (
  id TEXT PRIMARY KEY, application_id TEXT NOT NULL REFERENCES application(id),
  rule TEXT NOT NULL,          -- id of the service's [[authorisation]]
  number TEXT NOT NULL UNIQUE, state TEXT NOT NULL, token TEXT NOT NULL UNIQUE,
  letter TEXT NOT NULL,        -- PERSONAL, JSON: title and paragraphs
  sha256 TEXT NOT NULL, sign_until TEXT NOT NULL, expires_on TEXT,
  created_at INTEGER NOT NULL, completed_at INTEGER,
  code TEXT UNIQUE,            -- the signed code on the paper
  document BLOB) STRICT;       -- PERSONAL, the sealed PDF
CREATE INDEX authorisation_application ON authorisation (application_id);
CREATE INDEX authorisation_open ON authorisation (sign_until) WHERE state = 'open';

CREATE TABLE signatory (
  id TEXT PRIMARY KEY, authorisation_id TEXT NOT NULL REFERENCES authorisation(id), place INTEGER NOT NULL,
  role TEXT NOT NULL,
  person_hash BLOB NOT NULL,   -- keyed hash of the card number: how a letter is found
  id_no TEXT NOT NULL,         -- PERSONAL
  name TEXT NOT NULL,          -- PERSONAL
  relation TEXT NOT NULL, by_guardian INTEGER NOT NULL,
  signed_at INTEGER, channel TEXT,
  verification_id TEXT,
  signer_id_no TEXT,           -- PERSONAL, the signatory or the guardian
  signer_name TEXT,            -- PERSONAL
  signature TEXT) STRICT;      -- PERSONAL, JSON
CREATE INDEX signatory_person ON signatory (person_hash);
CREATE INDEX signatory_letter ON signatory (authorisation_id, place);

-- A person who signs by telephone: a code by message, then the letter.
CREATE TABLE phone_signing (
  ticket TEXT PRIMARY KEY, signatory_id TEXT NOT NULL REFERENCES signatory(id),
  signer_id_no TEXT NOT NULL,  -- PERSONAL
  code TEXT NOT NULL, sent_at INTEGER NOT NULL, expires_at INTEGER NOT NULL,
  attempts INTEGER NOT NULL DEFAULT 0, confirmed INTEGER NOT NULL DEFAULT 0) STRICT;

CREATE TABLE upload (
  id TEXT PRIMARY KEY, token TEXT NOT NULL UNIQUE, session_id TEXT NOT NULL REFERENCES session(id),
  service_id TEXT NOT NULL, about TEXT NOT NULL, state TEXT NOT NULL, problem TEXT NOT NULL DEFAULT '',
  picture BLOB,                -- PERSONAL, JPEG without metadata
  application_id TEXT REFERENCES application(id),
  created_at INTEGER NOT NULL, expires_at INTEGER NOT NULL) STRICT;
CREATE INDEX upload_session ON upload (session_id);
CREATE INDEX upload_application ON upload (application_id);

-- Searches of a day are counted by the keyed hash of who asks; nothing of the picture is kept.
CREATE TABLE person_search (person_hash BLOB NOT NULL, on_date TEXT NOT NULL, outcome TEXT NOT NULL) STRICT;
CREATE INDEX person_search_day ON person_search (person_hash, on_date);

CREATE TABLE payment (
  id TEXT PRIMARY KEY, terminal TEXT NOT NULL, token TEXT NOT NULL UNIQUE, number TEXT NOT NULL UNIQUE,
  service_id TEXT NOT NULL, amount_fen INTEGER NOT NULL, state TEXT NOT NULL,
  created_at INTEGER NOT NULL, paid_at INTEGER, ended_at INTEGER) STRICT;
CREATE INDEX payment_open ON payment (state) WHERE state IN ('created', 'paid', 'reversing');

CREATE TABLE topup (
  id TEXT PRIMARY KEY, payment_id TEXT NOT NULL REFERENCES payment(id),
  card_hash BLOB NOT NULL,     -- keyed hash of the transit card's number
  old_balance_fen INTEGER NOT NULL, counter INTEGER NOT NULL, date TEXT NOT NULL, time TEXT NOT NULL,
  written INTEGER, balance_fen INTEGER, tac TEXT, at INTEGER NOT NULL) STRICT;
CREATE INDEX topup_payment ON topup (payment_id);

CREATE TABLE task (
  number TEXT PRIMARY KEY, kind TEXT NOT NULL, service_id TEXT NOT NULL, region TEXT NOT NULL,
  id_no TEXT NOT NULL,         -- PERSONAL
  name TEXT NOT NULL,          -- PERSONAL
  due_on TEXT NOT NULL, done_at INTEGER, created_at INTEGER NOT NULL) STRICT;

-- Others who took part in a proof of life.
CREATE TABLE attestation_party (
  number TEXT NOT NULL REFERENCES attestation(number), role TEXT NOT NULL,
  id_no TEXT NOT NULL,         -- PERSONAL; the number of a member of staff
  PRIMARY KEY (number, role)) STRICT;

CREATE TABLE video (
  id TEXT PRIMARY KEY, session_id TEXT NOT NULL REFERENCES session(id), service_id TEXT NOT NULL, queue TEXT NOT NULL,
  state TEXT NOT NULL, officer TEXT, messages TEXT NOT NULL, result TEXT NOT NULL DEFAULT '', number TEXT NOT NULL DEFAULT '',
  created_at INTEGER NOT NULL, wait_until INTEGER NOT NULL, ended_at INTEGER) STRICT;
CREATE INDEX video_queue ON video (queue, created_at) WHERE state = 'waiting';

-- Officers at work on the web, and what they did.
CREATE TABLE officer_session (
  token_sha256 BLOB PRIMARY KEY, staff_number TEXT NOT NULL, form_token TEXT NOT NULL,
  opened_at INTEGER NOT NULL, used_at INTEGER NOT NULL) STRICT;

CREATE TABLE officer_act (
  id TEXT PRIMARY KEY, staff_number TEXT NOT NULL, act TEXT NOT NULL, about TEXT NOT NULL, at INTEGER NOT NULL) STRICT;
