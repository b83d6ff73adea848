//! The reference catalogue, and what the loader says about broken ones.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use super::load::{Checked, Files, check};
use super::search::Index;
use super::{Catalogue, Finding, Severity, coverage};

fn collect(directory: &Path, prefix: &str, files: &mut Files) {
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        let name = format!("{prefix}{}", path.file_name().unwrap().to_str().unwrap());
        if path.is_dir() {
            collect(&path, &format!("{name}/"), files);
        } else {
            files.insert(name, fs::read_to_string(&path).unwrap());
        }
    }
}

/// The files of a folder of `config/`.
pub(crate) fn config_files(folder: &str) -> Files {
    let mut files = BTreeMap::new();
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("config")
        .join(folder);
    collect(&root, "", &mut files);
    files
}

/// Five plain services beside the texts, lists and slips that are shipped: the engine is tested on them,
/// so that an author may change what is shipped.
pub(crate) fn plain_files() -> Files {
    let mut files = config_files("catalogue");
    files.retain(|path, _| !path.starts_with("services/"));
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/catalogue");
    collect(&root, "", &mut files);
    files
}

/// The catalogue of [`plain_files`].
pub(crate) fn reference() -> Catalogue {
    let Checked { catalogue, findings } = check(&plain_files());
    catalogue.unwrap_or_else(|| panic!("{}", shown(&findings)))
}

fn shown(findings: &[Finding]) -> String {
    findings.iter().map(|finding| format!("{finding}\n")).collect()
}

/// The reference files with one replacement in one of them.
fn with(path: &str, from: &str, to: &str) -> Vec<Finding> {
    let mut files = plain_files();
    let text = files.get_mut(path).unwrap();
    assert!(text.contains(from), "{path} has no `{from}`");
    *text = text.replacen(from, to, 1);
    check(&files).findings
}

const PROPERTY: &str = "services/property_query.toml";
const KINSHIP: &str = "services/kinship_certificate.toml";
const ALLOWANCE: &str = "services/old_age_allowance.toml";

#[test]
fn the_shipped_catalogue_has_no_finding_and_leaves_out_no_row_of_the_mission() {
    let Checked { catalogue, findings } = check(&config_files("catalogue"));
    assert!(findings.is_empty(), "{}", shown(&findings));
    let catalogue = catalogue.unwrap();
    let rows = coverage::table(&catalogue.coverage, &catalogue);
    assert_eq!(rows.len(), 108);
    assert!(!rows.iter().any(coverage::Covered::is_gap));
}

#[test]
fn a_new_service_is_one_more_file_and_nothing_else() {
    let mut files = config_files("catalogue");
    let before = check(&files).catalogue.unwrap().services.len();
    let copy = files["services/care_homes.toml"].replacen(
        "id = \"gz.elder.care_homes\"",
        "id = \"gz.elder.care_homes_two\"",
        1,
    );
    files.insert("services/care_homes_two.toml".to_owned(), copy);
    let Checked { catalogue, findings } = check(&files);
    assert!(findings.is_empty(), "{}", shown(&findings));
    let catalogue = catalogue.unwrap();
    assert_eq!(catalogue.services.len(), before + 1);
    assert!(
        Index::new(&catalogue)
            .find("养老机构")
            .contains(&"gz.elder.care_homes_two")
    );
}

/// One mistake of an author, and the one finding that names it.
#[test]
fn each_mistake_of_an_author_is_one_finding_with_file_line_and_remedy() {
    let death = "services/package_after_death.toml";
    let health = "services/health_record.toml";
    let table = [
        (
            "L01",
            health,
            "methods = [[\"card\", \"face_1v1\"], [\"card\", \"sms_otp\"], [\"card\", \"staff_witness\"]]",
            "methods = [[\"card\", \"face_1v1\"]]",
        ),
        ("L15", "services/illness_aid.toml", "idempotency_key = true", ""),
        (
            "L30",
            death,
            "when = { fact = \"answers.cremated\", op = \"eq\", value = \"yes\" }",
            "when = { all = [{ fact = \"answers.cremated\", op = \"eq\", value = \"yes\" }, { fact = \"answers.cremated\", op = \"eq\", value = \"no\" }] }",
        ),
        (
            "L31",
            "services/assistance_dibao.toml",
            "must_differ_from = \"applicant\"",
            "must_differ_from = \"nobody\"",
        ),
        (
            "L32",
            death,
            "id = \"household\"\n",
            "id = \"household\"\nafter = [\"household\"]\n",
        ),
        ("L35", health, "retention = \"session\"", "retention = \"\""),
    ];
    for (rule, path, from, to) in table {
        let mut files = config_files("catalogue");
        let text = files.get_mut(path).unwrap();
        assert!(text.contains(from), "{path} has no `{from}`");
        *text = text.replacen(from, to, 1);
        let Checked { catalogue, findings } = check(&files);
        assert!(
            catalogue.is_none(),
            "{rule}: a service with an error is not loaded"
        );
        let [finding] = findings.as_slice() else {
            panic!("{rule}: {}", shown(&findings));
        };
        assert_eq!((finding.rule, finding.file.as_str()), (rule, path), "{finding}");
        assert!(finding.line > 1 && !finding.remedy.is_empty(), "{finding}");
    }
}

#[test]
fn an_unknown_key_is_named_with_its_line() {
    let findings = with(PROPERTY, "mask = \"name\"", "maks = \"name\"");
    let finding = &findings[0];
    assert_eq!(finding.file, PROPERTY);
    assert!(finding.what.contains("maks"), "{finding}");
    let text = &plain_files()[PROPERTY];
    let line = text.lines().position(|line| line == "mask = \"name\"").unwrap() + 1;
    assert_eq!(finding.line, line, "{finding}");
    assert!(!finding.remedy.is_empty());
}

#[test]
fn a_wrong_type_is_named_with_its_line() {
    let findings = with(PROPERTY, "rev = 1", "rev = \"one\"");
    assert_eq!(
        (findings[0].line, findings[0].file.as_str()),
        (6, PROPERTY),
        "{}",
        findings[0]
    );
}

#[test]
fn a_missing_file_is_named() {
    let mut files = config_files("catalogue");
    files.remove("categories.toml");
    let findings = check(&files).findings;
    assert_eq!(findings[0].file, "categories.toml");
}

#[test]
fn chinese_words_are_never_missing() {
    let findings = with(PROPERTY, "title = { zh = \"个人名下房产查询\",", "title = {");
    assert!(
        findings[0].what.contains("Chinese words are missing"),
        "{}",
        findings[0]
    );
}

#[test]
fn each_rule_of_the_lint_finds_its_breach() {
    let table = [
        (
            "L01",
            PROPERTY,
            ", [\"card\", \"sms_otp\"], [\"card\", \"staff_witness\"]]",
            "]",
        ),
        ("L02", PROPERTY, "separate = true", "separate = false"),
        (
            "L03",
            PROPERTY,
            "required = [\"screen\", \"id_reader\"]",
            "required = [\"screen\", \"id_reader\", \"camera\"]",
        ),
        (
            "L04",
            ALLOWANCE,
            "field = \"elder.id_no\"",
            "field = \"elder.number\"",
        ),
        (
            "L05",
            PROPERTY,
            "id = \"query.district\"",
            "id = \"nobody.district\"",
        ),
        ("L06", PROPERTY, "code_list = \"districts_gz\"", ""),
        ("L07", ALLOWANCE, "separate = true", "separate = false"),
        (
            "L08",
            KINSHIP,
            "rules = [\"resident\", \"kinship\"]",
            "rules = [\"resident\", \"kinshp\"]",
        ),
        ("L09", KINSHIP, "op = \"submit\"", "op = \"sumbit\""),
        ("L11", ALLOWANCE, "\"bank.name\", ", ""),
        ("L12", KINSHIP, "\"id_reader\", \"a4_printer\"]", "\"id_reader\"]"),
        ("L13", KINSHIP, "seal = \"required\"", "seal = \"none\""),
        ("L14", KINSHIP, "qr = true }", "qr = false }"),
        (
            "L15",
            KINSHIP,
            "retries = 3\nidempotency_key = true",
            "retries = 3",
        ),
        ("L16", PROPERTY, "[[step]]\nid = \"end\"\ntype = \"finish\"\n", ""),
        ("L17", KINSHIP, "fallback = [\"screen_qr\"]", ""),
        ("L18", PROPERTY, "version = 1", "version = 2"),
        ("L19", PROPERTY, "\"districts_gz\"", "\"districts\""),
        (
            "L20",
            ALLOWANCE,
            "message = { zh = \"高龄津贴从年满 80 周岁开始。\", en = \"The allowance begins at 80 years.\" }",
            "",
        ),
        (
            "L23",
            PROPERTY,
            "category = \"queries\"",
            "category = \"enquiries\"",
        ),
        (
            "L25",
            PROPERTY,
            "view = \"table\"",
            "view = \"valid_or_not_masked\"",
        ),
        ("L26", PROPERTY, "id = \"lookup\"", "id = \"Look up\""),
        ("L26", PROPERTY, "hours = \"00:00-24:00\"", "hours = \"all day\""),
        (
            "L26",
            PROPERTY,
            "regions = [\"440100\"]",
            "regions = [\"guangzhou\"]",
        ),
        ("L26", PROPERTY, "level = 2", "level = 4"),
        ("L27", PROPERTY, "id = \"print\"", "id = \"show\""),
        ("L27", KINSHIP, "id = \"kinship\"", "id = \"resident\""),
        (
            "L28",
            PROPERTY,
            "type = \"login\"",
            "type = \"login\"\nwhen = { fact = \"session.region\", op = \"present\" }",
        ),
        (
            "L28",
            KINSHIP,
            "seal = \"required\"",
            "seal = \"required\"\ncopies = 2",
        ),
    ];
    for (rule, path, from, to) in table {
        let findings = with(path, from, to);
        let found = findings
            .iter()
            .find(|finding| finding.rule == rule && finding.file == path);
        let finding = found.unwrap_or_else(|| panic!("{rule} not found in:\n{}", shown(&findings)));
        assert!(finding.line > 1 && !finding.remedy.is_empty(), "{finding}");
        assert_eq!(finding.severity, Severity::Error);
    }
}

#[test]
fn a_region_covers_what_lies_inside() {
    let catalogue = reference();
    let property = catalogue.service("gz.terminal.property.query").unwrap();
    let kinship = catalogue.service("gz.community.cert.kinship").unwrap();
    assert!(property.serves("440104") && property.serves("440104001000"));
    assert!(!property.serves("440300"));
    assert!(kinship.serves("440104") && !kinship.serves("440103"));
}

#[test]
fn services_are_found_by_words_pinyin_and_initials() {
    let index = Index::new(&reference());
    for query in ["房产", "fangchan", "fc", "grmx", "Property", "不动产"] {
        assert!(
            index.find(query).contains(&"gz.terminal.property.query"),
            "{query}"
        );
    }
    assert_eq!(index.find("gljt"), ["gd.elder.allowance.apply"]);
    assert!(index.find("没有这个").is_empty());
    assert_eq!(index.find("").len(), 5);
}

#[test]
fn the_hash_of_a_consent_changes_with_language_and_words() {
    let catalogue = reference();
    let text = &catalogue.consents["face_login"];
    let mut other = text.clone();
    other.version += 1;
    assert_eq!(text.sha256("zh-Hans").len(), 64);
    assert_ne!(text.sha256("zh-Hans"), text.sha256("en"));
    assert_ne!(text.sha256("zh-Hans"), other.sha256("zh-Hans"));
}

#[test]
fn what_this_version_only_leaves_out_is_a_warning() {
    let findings = with(
        KINSHIP,
        "seal = \"required\"",
        "seal = \"required\"\npickup_reminder_s = 30",
    );
    let finding = findings.iter().find(|finding| finding.rule == "L28").unwrap();
    assert_eq!(finding.severity, Severity::Warning);
    assert!(
        finding.what.contains("not supported by this version"),
        "{finding}"
    );
}

#[test]
fn the_region_of_the_bundle_is_a_region() {
    let findings = with("catalogue.toml", "region = \"440100\"", "region = \"Guangzhou\"");
    let finding = findings.iter().find(|finding| finding.rule == "L26").unwrap();
    assert_eq!(
        (finding.file.as_str(), finding.line),
        ("catalogue.toml", 6),
        "{finding}"
    );
}
