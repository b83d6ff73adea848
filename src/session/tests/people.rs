//! Services with several people, and the people in them.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Value, json};

use crate::catalogue::Catalogue;
use crate::catalogue::load::check;
use crate::catalogue::tests::plain_files;
use crate::protocol::body::Subject;
use crate::session::Settings;
use crate::session::event::CardData;

use super::world::World;

pub(super) const DIBAO: &str = "test.dibao";
pub(super) const SIGNING: &str = "test.sign";
pub(super) const PROXY: &str = "test.proxy";
pub(super) const HELPER: &str = "test.attest";
pub(super) const WIFE: &str = "440104198001010024";
pub(super) const CHILD: &str = "440104201501010017";
pub(super) const OTHER: &str = "440104199001010010";
pub(super) const SHA: &str = "abcdef0123456789";

/// A terminal with these services.
pub(super) fn world(catalogue: Arc<Catalogue>) -> World {
    World::of(catalogue, Settings::default())
}

/// The plain catalogue with this service beside the others.
fn with(service: &str) -> Arc<Catalogue> {
    let mut files = plain_files();
    files.insert("codes/capacity.toml".to_owned(), CODES.to_owned());
    files.insert("services/test.toml".to_owned(), format!("{HEAD}{service}{TAIL}"));
    let checked = check(&files);
    Arc::new(
        checked
            .catalogue
            .unwrap_or_else(|| panic!("{:#?}", checked.findings)),
    )
}

const CODES: &str = r#"
id = "capacity"
source = "test"
valid_from = "2021-01-01"
entry = [
    { code = "full", title = { zh = "完全" } },
    { code = "limited", title = { zh = "限制" } },
    { code = "none", title = { zh = "无" } },
]
"#;

const HEAD: &str = r#"
schema = "kiosk.catalogue/1"

[service]
rev = 1
category = "assistance"
title = { zh = "测试", en = "Test" }
summary = { zh = "测试", en = "Test" }
authority = { zh = "测试", level = "street" }
audience = ["natural_person"]
status = "active"
"#;

const TAIL: &str = r#"
[page]
icon = "id"
sub = { zh = "测试", en = "Test" }
minutes = 5
decides = { text = { zh = "测试", en = "Test" } }
duration = { text = { zh = "测试", en = "Test" } }
cost = { text = { zh = "测试", en = "Test" } }

[availability]
regions = ["440100"]
offline = "deny"

[login]
level = 2
methods = [["card", "face_1v1"], ["card", "sms_otp"], ["card", "staff_witness"]]

[devices]
required = ["screen", "id_reader"]
optional = ["camera", "receipt_printer"]

[[consent]]
id = "face"
template = "face_login"
version = 1
purpose = { zh = "测试" }
data = ["face_image"]
retention = "session"
separate = true
per_party = true
on_refuse = "alternative"

[[step]]
id = "rate"
type = "evaluate"

[[step]]
id = "end"
type = "finish"

[privacy]
draft_retention = "15d"
log_fields = ["service_id"]
"#;

pub(super) fn dibao() -> Arc<Catalogue> {
    with(
        r#"id = "test.dibao"
kind = "apply"

[[party]]
role = "applicant"
min = 1
max = 1
identity = "session"

[[party]]
role = "household_member"
min = 0
max = 2
identity = "card_or_declared"

[[party]]
role = "supporter"
min = 0
max = 1
identity = "card_or_declared"

[[party]]
role = "guardian"
min = 0
max = 5
identity = "card_face"
alternatives = ["sms_otp", "staff_witness"]
signs_for = { field = "household_member.capacity", op = "ne", value = "full" }

[[field]]
id = "request.reason"
type = "text"
label = { zh = "原因" }
required = true

[[field]]
id = "household_member.name"
type = "name"
label = { zh = "姓名" }
required = true
source = ["card", "user"]

[[field]]
id = "household_member.id_no"
type = "id_number"
label = { zh = "号码" }
required = true
source = ["card", "user"]
mask = "id_3_4"

[[field]]
id = "household_member.relation"
type = "choice"
label = { zh = "关系" }
required = true
code_list = "gbt_4761_relation"

[[field]]
id = "household_member.capacity"
type = "choice"
label = { zh = "能力" }
required = true
code_list = "capacity"
default = "full"
default_rule = "capacity_by_age"

[[field]]
id = "supporter.name"
type = "name"
label = { zh = "姓名" }
required = true

[[rule]]
id = "capacity_by_age"
type = "default"
when = { field = "household_member.id_no", op = "age_lt", value = 18 }
set = { field = "household_member.capacity", value = "limited" }

[[authorisation]]
id = "household_check"
template = "household_economic_check"
version = 1
parties = ["applicant", "household_member", "supporter"]
guardian_signs = true
complete_when = "all"
expires_days = 180
wait_for_signatures_days = 15

[[op]]
id = "authorise"
call = "POST /v1/authorisations"
timeout_s = 15
idempotency_key = true

[[op]]
id = "sign"
call = "POST /v1/authorisations/{authorisation_id}/signatures"
timeout_s = 20
idempotency_key = true

[[op]]
id = "submit"
call = "POST /v1/applications/{application_id}/submission"
timeout_s = 20
idempotency_key = true

[[step]]
id = "login"
type = "login"

[[step]]
id = "basic"
type = "form"
fields = ["request.reason"]
save = "draft"

[[step]]
id = "family"
type = "parties"
roles = ["household_member", "supporter"]
fields = ["household_member.name", "household_member.id_no", "household_member.relation", "household_member.capacity", "supporter.name"]
tap_card_to_add = true
save = "draft"

[[step]]
id = "check"
type = "review"

[[step]]
id = "authorise"
type = "authorise"
op = "authorise"
authorisation = "household_check"
sign_op = "sign"

[[step]]
id = "send"
type = "submit"
op = "submit"

[[output]]
id = "pending_slip"
kind = "notice"
template = "pending_signatures"
printer = "receipt_printer"
fallback = ["screen_qr"]
qr = "sign"
"#,
    )
}

pub(super) fn signing() -> Arc<Catalogue> {
    with(
        r#"id = "test.sign"
kind = "apply"

[[party]]
role = "applicant"
min = 1
max = 1
identity = "session"

[[op]]
id = "letters"
call = "GET /v1/authorisations"
timeout_s = 10
idempotent = true

[[op]]
id = "sign"
call = "POST /v1/authorisations/{authorisation_id}/signatures"
timeout_s = 20
idempotency_key = true

[[step]]
id = "login"
type = "login"

[[step]]
id = "letter"
type = "authorise"
op = "letters"
sign_op = "sign"
"#,
    )
}

/// The matter of an elder; with `proxy` somebody else acts, and logs in.
pub(super) fn elder(proxy: bool) -> Arc<Catalogue> {
    let identify = |role: &str| {
        format!("[[step]]\nid = \"{role}_login\"\ntype = \"identify_party\"\nparty = \"{role}\"\n")
    };
    let steps = if proxy {
        identify("proxy") + &identify("elder")
    } else {
        identify("elder")
    };
    with(&format!(
        r#"id = "test.proxy"
kind = "apply"

[[party]]
role = "elder"
min = 1
max = 1
identity = "card_face"
alternatives = ["staff_witness", "home_visit"]

[[party]]
role = "proxy"
min = 0
max = 1
identity = "card_face"
must_differ_from = "elder"

[[field]]
id = "elder.name"
type = "name"
label = {{ zh = "姓名" }}
source = ["card"]
editable = false
mask = "name"

[[field]]
id = "elder.id_no"
type = "id_number"
label = {{ zh = "号码" }}
source = ["card"]
editable = false
mask = "id_3_4"

[[field]]
id = "proxy.name"
type = "name"
label = {{ zh = "姓名" }}
source = ["card"]
editable = false
mask = "name"

[[field]]
id = "request.reason"
type = "text"
label = {{ zh = "原因" }}
required = true

[[op]]
id = "submit"
call = "POST /v1/applications"
timeout_s = 20
idempotency_key = true

{steps}
[[step]]
id = "form"
type = "form"
fields = ["request.reason"]

[[step]]
id = "check"
type = "review"

[[step]]
id = "confirm"
type = "sign"
party = "elder"
text = {{ zh = "申请书", en = "Application" }}

[[step]]
id = "send"
type = "submit"
op = "submit"

[[step]]
id = "receipt"
type = "print"
outputs = ["receipt"]

[[output]]
id = "receipt"
kind = "receipt"
template = "acceptance_receipt"
printer = "receipt_printer"
fallback = ["screen_qr"]
qr = "progress"
"#
    ))
}

/// A proof of life with the help of the person who logs in.
pub(super) fn helper() -> Arc<Catalogue> {
    with(
        r#"id = "test.attest"
kind = "attest"

[[party]]
role = "applicant"
min = 1
max = 1
identity = "session"

[[party]]
role = "beneficiary"
min = 0
max = 1
identity = "card_face"
alternatives = ["sms_otp", "staff_witness", "home_visit"]
must_differ_from = "applicant"

[[field]]
id = "beneficiary.name"
type = "name"
label = { zh = "姓名" }
source = ["card"]
editable = false

[attest]
benefit = "assistance"
modes = ["helper"]
valid_days = 90

[[op]]
id = "attest"
call = "POST /v1/attestations"
timeout_s = 15
idempotency_key = true

[[step]]
id = "login"
type = "login"

[[step]]
id = "beneficiary"
type = "identify_party"
party = "beneficiary"

[[step]]
id = "send"
type = "submit"
op = "attest"
"#,
    )
}

pub(super) fn person(name: &str, id_no: &str) -> CardData {
    CardData {
        subject: Subject {
            name: name.to_owned(),
            id_no: id_no.to_owned(),
            card: "resident".to_owned(),
            valid_to: "long_term".to_owned(),
        },
        fields: BTreeMap::new(),
        photo_usable: true,
    }
}

pub(super) fn verified(id: &str) -> Value {
    json!({ "verification_id": id, "result": "verified", "level": 2 })
}

fn signatory(id: &str, role: &str, name: &str, guardian: bool, state: &str, mine: bool) -> Value {
    json!({ "signatory_id": id, "role": role, "name_masked": name, "relation": { "zh-Hans": "家人" },
        "by_guardian": guardian, "state": state, "mine": mine })
}

pub(super) fn applicant(state: &str) -> Value {
    signatory(
        "s-applicant",
        "applicant",
        "张**",
        false,
        state,
        state == "waiting",
    )
}

pub(super) fn wife(state: &str) -> Value {
    signatory("s-wife", "household_member", "李**", false, state, false)
}

pub(super) fn child(state: &str) -> Value {
    signatory(
        "s-child",
        "household_member",
        "张**",
        true,
        state,
        state == "waiting",
    )
}

pub(super) fn letter(state: &str, signatories: &[Value]) -> Value {
    json!({
        "authorisation_id": "l1", "application_id": "a1", "number": "L-1", "state": state,
        "letter": [{ "zh-Hans": "授权民政部门核对家庭经济状况。" }], "sha256": SHA,
        "signatories": signatories, "sign_until": "2026-12-08", "own": true,
        "qr": "https://example.gov.cn/s/token",
    })
}
