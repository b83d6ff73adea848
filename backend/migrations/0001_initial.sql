-- Reference server, first layout. Columns marked PERSONAL hold data of a person; nothing else may.
-- Times are UNIX milliseconds. Ids are UUIDs unless said otherwise.

CREATE TABLE secret (name TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT;

CREATE TABLE enrolment_code (code_sha256 BLOB PRIMARY KEY, used_by TEXT) STRICT;

CREATE TABLE terminal (
  id TEXT PRIMARY KEY, certificate_sha256 BLOB NOT NULL, hardware TEXT NOT NULL,
  enrolled_at INTEGER NOT NULL, blocked INTEGER NOT NULL DEFAULT 0) STRICT;

-- Answers kept for a repeated key. `answer` may be PERSONAL; it goes after seven days.
CREATE TABLE idempotency (
  terminal TEXT NOT NULL, key TEXT NOT NULL, request_sha256 BLOB NOT NULL, session_id TEXT,
  status INTEGER NOT NULL, answer TEXT NOT NULL, at INTEGER NOT NULL,
  PRIMARY KEY (terminal, key)) STRICT;
CREATE INDEX idempotency_at ON idempotency (at);

CREATE TABLE session (
  id TEXT PRIMARY KEY, terminal TEXT NOT NULL, token_sha256 BLOB NOT NULL UNIQUE, language TEXT NOT NULL,
  opened_at INTEGER NOT NULL, used_at INTEGER NOT NULL, ended_at INTEGER,
  level INTEGER NOT NULL DEFAULT 0,
  result TEXT,                 -- last identity verification: verified, rejected, inconclusive
  subject_id_no TEXT,          -- PERSONAL, emptied at the end of the session
  subject_name TEXT) STRICT;   -- PERSONAL, emptied at the end of the session

CREATE TABLE consent (
  id TEXT PRIMARY KEY, session_id TEXT NOT NULL REFERENCES session(id), receipt_number TEXT NOT NULL UNIQUE,
  template TEXT NOT NULL, version INTEGER NOT NULL, text_sha256 TEXT NOT NULL, language TEXT NOT NULL,
  data TEXT NOT NULL, service_id TEXT NOT NULL, given_at TEXT NOT NULL, recorded_at INTEGER NOT NULL,
  withdrawn_at INTEGER) STRICT;

CREATE TABLE verification (
  id TEXT PRIMARY KEY, session_id TEXT NOT NULL REFERENCES session(id), method TEXT NOT NULL, role TEXT NOT NULL,
  result TEXT NOT NULL, level INTEGER NOT NULL, score_band TEXT, liveness TEXT NOT NULL,
  consent_id TEXT, staff_number TEXT, witness_reason TEXT, at INTEGER NOT NULL) STRICT;

CREATE TABLE otp (
  id TEXT PRIMARY KEY, session_id TEXT NOT NULL REFERENCES session(id),
  id_no TEXT NOT NULL,         -- PERSONAL
  code TEXT NOT NULL, expires_at INTEGER NOT NULL, sent_at INTEGER NOT NULL,
  attempts INTEGER NOT NULL DEFAULT 0, used INTEGER NOT NULL DEFAULT 0) STRICT;

CREATE TABLE staff_attempt (staff_number TEXT PRIMARY KEY, failures INTEGER NOT NULL, locked_until INTEGER NOT NULL) STRICT;

CREATE TABLE staff_session (
  id TEXT PRIMARY KEY, session_id TEXT NOT NULL REFERENCES session(id), staff_number TEXT NOT NULL,
  expires_at INTEGER NOT NULL) STRICT;

CREATE TABLE application (
  id TEXT PRIMARY KEY, number TEXT UNIQUE, service_id TEXT NOT NULL, service_rev INTEGER NOT NULL,
  region TEXT NOT NULL, state TEXT NOT NULL, etag INTEGER NOT NULL DEFAULT 1, terminal TEXT NOT NULL,
  applicant_id_no TEXT NOT NULL,  -- PERSONAL
  applicant_name TEXT NOT NULL,   -- PERSONAL
  answers TEXT NOT NULL,          -- PERSONAL, JSON
  signature TEXT,                 -- PERSONAL, JSON
  created_at INTEGER NOT NULL, submitted_at INTEGER) STRICT;
CREATE INDEX application_applicant ON application (applicant_id_no, created_at);

CREATE TABLE transition (
  application_id TEXT NOT NULL REFERENCES application(id), state TEXT NOT NULL, at INTEGER NOT NULL,
  PRIMARY KEY (application_id, state)) STRICT;

CREATE TABLE certificate (
  id TEXT PRIMARY KEY, application_id TEXT NOT NULL UNIQUE REFERENCES application(id), number TEXT NOT NULL UNIQUE,
  fields TEXT NOT NULL,        -- PERSONAL, canonical JSON
  issued_on TEXT NOT NULL, valid_until TEXT NOT NULL, code TEXT NOT NULL, pages INTEGER NOT NULL,
  printed INTEGER NOT NULL DEFAULT 0, max_prints INTEGER NOT NULL, revoked_at INTEGER) STRICT;

CREATE TABLE print_job (
  id TEXT PRIMARY KEY, certificate_id TEXT NOT NULL REFERENCES certificate(id), terminal TEXT NOT NULL,
  session_id TEXT NOT NULL, copy_serial TEXT NOT NULL UNIQUE, sha256 TEXT NOT NULL, pages INTEGER NOT NULL,
  document BLOB,               -- PERSONAL, emptied when fetched and at the end of the session
  state TEXT NOT NULL DEFAULT 'created', pages_out INTEGER NOT NULL DEFAULT 0,
  created_at INTEGER NOT NULL, ended_at INTEGER) STRICT;

CREATE TABLE attestation (
  number TEXT PRIMARY KEY,
  id_no TEXT NOT NULL,         -- PERSONAL
  service_id TEXT NOT NULL, mode TEXT NOT NULL, on_date TEXT NOT NULL, valid_until TEXT NOT NULL) STRICT;

CREATE TABLE evaluation (id TEXT PRIMARY KEY, terminal TEXT NOT NULL, service_id TEXT NOT NULL,
  level INTEGER NOT NULL, tags TEXT NOT NULL, at INTEGER NOT NULL) STRICT;

CREATE TABLE ticket (number TEXT PRIMARY KEY, terminal TEXT NOT NULL, kind TEXT NOT NULL, about TEXT NOT NULL,
  at INTEGER NOT NULL) STRICT;

-- Numbers that people read: one row a kind and day.
CREATE TABLE counter (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT;

-- Demonstration only: the short messages that a real server would hand to the telephone network.
CREATE TABLE sample_sms (
  id INTEGER PRIMARY KEY,
  phone TEXT NOT NULL,         -- PERSONAL (fictitious)
  text TEXT NOT NULL, at INTEGER NOT NULL) STRICT;
