use std::path::Path;

use rusqlite::Connection;
use serde_json::json;
use uuid::Uuid;

use super::*;
use crate::protocol::body::CatalogueBundle;
use crate::protocol::call::Method;

const AT: &str = "2026-11-23T09:00:00+08:00";

fn call(key: IdempotencyKey) -> Call {
    Call {
        method: Method::Post,
        path: "/v1/applications/A2026112300017/submission".to_owned(),
        body: json!({ "name": "赵春梅", "id_no": "440106199001011234" }),
        key: Some(key),
        if_match: None,
        timeout_s: 15,
        retries: 2,
    }
}

fn key() -> IdempotencyKey {
    IdempotencyKey(Uuid::now_v7())
}

fn record(id: &'static str, members: &[(&'static str, &str)]) -> AuditRecord {
    AuditRecord {
        id,
        members: members
            .iter()
            .map(|(name, value)| (*name, (*value).to_owned()))
            .collect(),
    }
}

fn three_entries(dir: &Path) -> Store {
    let store = Store::open(dir).unwrap();
    for reason in ["left", "idle", "finished"] {
        store
            .write(|writer| writer.audit(&record("visit.ended", &[("outcome", reason)]), AT))
            .unwrap();
    }
    store
}

fn tamper(dir: &Path, sql: &str) {
    Connection::open(dir.join(FILE))
        .unwrap()
        .execute_batch(sql)
        .unwrap();
}

fn all_bytes(dir: &Path) -> Vec<u8> {
    std::fs::read_dir(dir)
        .unwrap()
        .flat_map(|entry| std::fs::read(entry.unwrap().path()).unwrap())
        .collect()
}

#[test]
fn a_call_survives_a_crash_between_prepare_and_answer() {
    let dir = tempfile::tempdir().unwrap();
    let key = key();
    let store = Store::open(dir.path()).unwrap();
    store
        .write(|writer| writer.call_prepared(&call(key), key, AT))
        .unwrap();
    drop(store);
    let pending = Store::open(dir.path()).unwrap().pending_calls().unwrap();
    assert_eq!(
        pending,
        [PendingCall {
            key,
            template: "/v1/applications/{id}/submission".to_owned(),
            state: CallState::Prepared,
            at: AT.to_owned()
        }]
    );
}

#[test]
fn a_transaction_that_is_dropped_leaves_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path()).unwrap();
    let key = key();
    let failed: Result<(), StoreError> = store.write(|writer| {
        writer.call_prepared(&call(key), key, AT)?;
        writer.audit(&record("visit.started", &[]), AT)?;
        Err(StoreError::Full)
    });
    assert!(failed.is_err());
    assert!(store.pending_calls().unwrap().is_empty());
    assert!(matches!(
        store.verify_audit().unwrap(),
        AuditVerdict::Whole { entries: 0, .. }
    ));
}

#[test]
fn a_settled_call_leaves_no_row_and_an_unconfirmed_one_stays() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path()).unwrap();
    let (settled, open) = (key(), key());
    for key in [settled, open] {
        store
            .write(|writer| writer.call_prepared(&call(key), key, AT))
            .unwrap();
    }
    store.write(|writer| writer.call_settled(settled)).unwrap();
    store.write(|writer| writer.call_unconfirmed(open)).unwrap();
    let pending = store.pending_calls().unwrap();
    assert_eq!(pending.len(), 1);
    assert_eq!((pending[0].key, pending[0].state), (open, CallState::Unconfirmed));
}

#[test]
fn the_same_key_with_another_body_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path()).unwrap();
    let key = key();
    store
        .write(|writer| writer.call_prepared(&call(key), key, AT))
        .unwrap();
    store
        .write(|writer| writer.call_prepared(&call(key), key, AT))
        .unwrap();
    let mut other = call(key);
    other.body = json!({ "name": "another" });
    assert!(matches!(
        store.write(|writer| writer.call_prepared(&other, key, AT)),
        Err(StoreError::Row(_))
    ));
}

#[test]
fn no_body_reaches_the_disk() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path()).unwrap();
    let key = key();
    store
        .write(|writer| writer.call_prepared(&call(key), key, AT))
        .unwrap();
    let bytes = all_bytes(dir.path());
    for canary in ["赵春梅", "440106199001011234"] {
        assert!(
            !bytes
                .windows(canary.len())
                .any(|window| window == canary.as_bytes()),
            "{canary}"
        );
    }
}

#[test]
fn an_untouched_chain_is_whole() {
    let dir = tempfile::tempdir().unwrap();
    let store = three_entries(dir.path());
    assert!(matches!(
        store.verify_audit().unwrap(),
        AuditVerdict::Whole { entries: 3, .. }
    ));
}

#[test]
fn a_changed_entry_is_found() {
    let dir = tempfile::tempdir().unwrap();
    let store = three_entries(dir.path());
    tamper(
        dir.path(),
        "UPDATE audit SET at = '2026-11-23T08:00:00+08:00' WHERE number = 2",
    );
    assert_eq!(
        store.verify_audit().unwrap(),
        AuditVerdict::Broken {
            entry: 2,
            how: Break::Changed
        }
    );
}

#[test]
fn a_removed_entry_is_found() {
    let dir = tempfile::tempdir().unwrap();
    let store = three_entries(dir.path());
    tamper(dir.path(), "DELETE FROM audit WHERE number = 2");
    assert_eq!(
        store.verify_audit().unwrap(),
        AuditVerdict::Broken {
            entry: 2,
            how: Break::Missing
        }
    );
}

#[test]
fn a_cut_tail_is_found() {
    let dir = tempfile::tempdir().unwrap();
    let store = three_entries(dir.path());
    tamper(dir.path(), "DELETE FROM audit WHERE number = 3");
    assert_eq!(
        store.verify_audit().unwrap(),
        AuditVerdict::Broken {
            entry: 3,
            how: Break::CutOff
        }
    );
}

#[test]
fn an_undeclared_event_or_member_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path()).unwrap();
    let refused = |record: AuditRecord| match store.write(|writer| writer.audit(&record, AT)) {
        Err(StoreError::Undeclared(name)) => name,
        other => panic!("{other:?}"),
    };
    assert_eq!(refused(record("visit.name", &[])), "visit.name");
    assert_eq!(
        refused(record("visit.started", &[("name", "赵春梅")])),
        "visit.started.name"
    );
}

#[test]
fn the_last_good_catalogue_is_kept_and_replaced() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path()).unwrap();
    assert_eq!(store.good_catalogue().unwrap(), None);
    for version in ["1", "2"] {
        let bundle = CatalogueBundle {
            version: version.to_owned(),
            region: "440106".to_owned(),
            files: [("services/h01.toml".to_owned(), "x".to_owned())].into(),
            signature: String::new(),
        };
        let catalogue = GoodCatalogue {
            bundle,
            at: AT.to_owned(),
        };
        store.write(|writer| writer.keep_catalogue(&catalogue)).unwrap();
    }
    assert_eq!(store.good_catalogue().unwrap().unwrap().bundle.version, "2");
}

#[test]
fn a_newer_file_is_refused_and_left_alone() {
    let dir = tempfile::tempdir().unwrap();
    drop(Store::open(dir.path()).unwrap());
    tamper(dir.path(), "PRAGMA user_version = 99");
    assert!(matches!(
        Store::open(dir.path()),
        Err(StoreError::Newer { found: 99, .. })
    ));
    tamper(dir.path(), "SELECT number FROM audit LIMIT 0");
}

#[test]
fn a_file_that_is_no_database_is_damaged() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join(FILE), "x".repeat(4096)).unwrap();
    let error = Store::open(dir.path()).err().unwrap();
    assert_eq!(error.text_id(), "store.damaged");
}

#[test]
fn a_full_disk_is_told_apart() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path()).unwrap();
    // SQLite answers SQLITE_FULL for its own page limit and for the disk's alike.
    let pages: i64 = store
        .lock()
        .query_row("PRAGMA page_count", [], |row| row.get(0))
        .unwrap();
    store.lock().pragma_update(None, "max_page_count", pages).unwrap();
    let bundle = CatalogueBundle {
        version: "x".repeat(100_000),
        region: String::new(),
        files: std::collections::BTreeMap::new(),
        signature: String::new(),
    };
    let catalogue = GoodCatalogue {
        bundle,
        at: AT.to_owned(),
    };
    let failed = store.write(|writer| writer.keep_catalogue(&catalogue));
    assert!(matches!(failed, Err(StoreError::Full)), "{failed:?}");
    assert_eq!(store.good_catalogue().unwrap(), None);
}

#[test]
fn a_read_only_store_is_told_apart() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path()).unwrap();
    store.probe().unwrap();
    store.lock().pragma_update(None, "query_only", true).unwrap();
    assert!(matches!(store.probe(), Err(StoreError::ReadOnly)));
}

/// What a visit writes: the calls of `audit` in the session's sources.
#[test]
fn every_event_that_a_visit_writes_is_declared() {
    let mut files = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src/session")];
    let mut found = 0;
    while let Some(path) = files.pop() {
        if path.is_dir() {
            files.extend(
                std::fs::read_dir(path)
                    .unwrap()
                    .map(|entry| entry.unwrap().path()),
            );
            continue;
        }
        let text = std::fs::read_to_string(&path).unwrap();
        for call in text.split(".audit(").skip(1) {
            let Some(call) = call
                .split(");")
                .next()
                .filter(|call| call.trim_start().starts_with('"'))
            else {
                continue;
            };
            let words: Vec<&str> = call.split('"').skip(1).step_by(2).collect();
            let (_, members) = DECLARED
                .iter()
                .find(|(id, _)| *id == words[0])
                .unwrap_or_else(|| panic!("{} of {} is not declared", words[0], path.display()));
            for member in call
                .split("(\"")
                .skip(1)
                .map(|rest| rest.split('"').next().unwrap())
            {
                assert!(members.contains(&member), "{}.{member} is not declared", words[0]);
            }
            found += 1;
        }
    }
    assert!(found > 10, "only {found} calls found");
}
