use super::*;

fn order(template: &str, language: &str) -> ReceiptOrder {
    ReceiptOrder {
        template: template.into(),
        language: language.into(),
        values: BTreeMap::new(),
        rows: Vec::new(),
        qr: None,
    }
}

fn map(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect()
}

fn shipped() -> Templates {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("config/catalogue/receipts");
    Templates::load(&folder).unwrap()
}

fn problem(text: &str) -> (usize, String) {
    let error = Template::parse("receipts/x.toml", text).unwrap_err();
    assert_eq!(error.file, "receipts/x.toml");
    (error.line, error.problem)
}

fn texts(receipt: &Receipt) -> Vec<String> {
    let lines = receipt.lines.iter().filter_map(|line| match line {
        Line::Text { text, .. } => Some(text.clone()),
        Line::Pair { label, value } => Some(format!("{label}={value}")),
        _ => None,
    });
    lines.collect()
}

#[test]
fn the_shipped_templates_are_in_order() {
    let names = [
        "acceptance_receipt",
        "attestation_slip",
        "booking_slip",
        "health_slip",
        "matter_slip",
        "missing_person_slip",
        "package_receipt",
        "payments_slip",
        "pending_signatures",
        "query_slip",
        "record_slip",
        "report_number_only",
        "topup_receipt",
        "traffic_slip",
        "verification_slip",
    ];
    assert!(shipped().names().eq(names));
}

#[test]
fn an_acceptance_receipt_says_number_service_and_what_comes_next() {
    let mut order = order("acceptance_receipt", "zh-Hans");
    order.values = map(&[
        ("number", "440106-2026-000123"),
        ("service", "高龄津贴申请"),
        ("submitted_at", "2026年11月23日 10:05"),
    ]);
    order.rows = vec![
        map(&[("words", "街道核对"), ("at", "12月2日前")]),
        map(&[("words", "发放")]),
    ];
    order.qr = Some("https://example.gov.cn/p/1".into());
    let receipt = shipped().fill(&order).unwrap();
    let texts = texts(&receipt);
    for expected in [
        "440106-2026-000123",
        "办理事项=高龄津贴申请",
        "1. 街道核对=12月2日前",
        "2. 发放",
    ] {
        assert!(
            texts.iter().any(|text| text == expected),
            "{expected} in {texts:?}"
        );
    }
    assert!(
        receipt
            .lines
            .iter()
            .any(|line| matches!(line, Line::QrCode { data } if data.ends_with("/p/1")))
    );
    assert!(!texts.iter().any(|text| text.contains("样张")));
}

#[test]
fn traditional_paper_leaves_names_as_they_are() {
    let mut order = order("acceptance_receipt", "zh-Hant");
    order.values = map(&[
        ("number", "440106-2026-000123"),
        ("service", "高齡津貼申請"),
        ("submitted_at", "2026年11月23日 10:05"),
        ("name", "叶云"),
    ]);
    let texts = texts(&shipped().fill(&order).unwrap());
    for expected in ["辦理事項=高齡津貼申請", "申請人=叶云"] {
        assert!(
            texts.iter().any(|text| text == expected),
            "{expected} in {texts:?}"
        );
    }
}

#[test]
fn a_sample_says_that_it_is_one_in_every_language() {
    for (language, words) in [("zh-Hans", "虚构"), ("zh-Hant", "虛構"), ("en", "fictitious")] {
        for template in [
            "acceptance_receipt",
            "attestation_slip",
            "query_slip",
            "topup_receipt",
            "verification_slip",
        ] {
            let mut order = order(template, language);
            let names = [
                "number",
                "amount",
                "card_no",
                "service",
                "submitted_at",
                "attested_at",
                "valid_until",
                "as_of",
                "result",
                "verified_at",
            ];
            order.values = names
                .iter()
                .map(|name| ((*name).to_owned(), "x".to_owned()))
                .collect();
            order.values.insert("sample".into(), "1".into());
            let receipt = shipped().fill(&order).unwrap();
            assert!(
                texts(&receipt).iter().any(|text| text.contains(words)),
                "{template} {language}"
            );
        }
    }
}

#[test]
fn an_empty_query_says_so() {
    let mut order = order("query_slip", "zh-Hans");
    order.values = map(&[("service", "个人名下房产"), ("as_of", "2026年11月22日")]);
    let empty = texts(&shipped().fill(&order).unwrap());
    assert!(empty.contains(&"没有查到登记信息".to_owned()));
    order.rows = vec![map(&[("address_masked", "天河区***")])];
    let found = texts(&shipped().fill(&order).unwrap());
    assert!(found.contains(&"查到=1 处".to_owned()) && found.contains(&"坐落=天河区***".to_owned()));
    assert!(!found.contains(&"没有查到登记信息".to_owned()));
}

#[test]
fn a_missing_value_is_named_and_its_content_never_shown() {
    let mut order = order("acceptance_receipt", "en");
    order.values = map(&[("number", "1"), ("service", "Allowance"), ("name", "张三")]);
    let error = shipped().fill(&order).unwrap_err();
    assert!(matches!(&error, OrderError::MissingValue { name, .. } if name == "submitted_at"));
    assert!(!error.to_string().contains("张三"));
}

#[test]
fn an_unknown_template_is_named() {
    let error = shipped().fill(&order("parking_ticket", "en")).unwrap_err();
    assert_eq!(error, OrderError::NoTemplate("parking_ticket".into()));
}

#[test]
fn an_undeclared_placeholder_is_an_error_with_its_line() {
    let (line, problem) =
        problem("required = [\"number\"]\n\n[[line]]\ntext = { zh = \"{nummer}\", en = \"\" }\n");
    assert_eq!(line, 4);
    assert!(
        problem.contains("`nummer`") && problem.contains("number"),
        "{problem}"
    );
}

#[test]
fn a_cell_is_known_in_rows_only() {
    let (line, _) =
        problem("row = [\"at\"]\n[[line]]\nlabel = { zh = \"a\", en = \"a\" }\nvalue = \"{at}\"\n");
    assert_eq!(line, 4);
    let inside = "row = [\"at\"]\n[[line]]\nrows = [{ text = { zh = \"{at}\", en = \"{at}\" } }]\n";
    assert!(Template::parse("x", inside).is_ok());
}

#[test]
fn a_missing_cell_names_row_and_line() {
    let text = "row = [\"at\"]\n[[line]]\nrows = [\n  { text = { zh = \"{at}\", en = \"{at}\" } },\n]\n";
    let template = Template::parse("x.toml", text).unwrap();
    let mut order = order("x", "en");
    order.rows = vec![map(&[("at", "now")]), map(&[])];
    let error = template.fill(&order).unwrap_err();
    let expected = OrderError::MissingCell {
        file: "x.toml".into(),
        line: 4,
        row: 2,
        name: "at".into(),
    };
    assert_eq!(error, expected);
}

#[test]
fn mistakes_of_the_format_have_their_line() {
    let cases = [
        ("[[line]]\nrule = true\ncolour = 1\n", 3, "colour"),
        ("[[line]]\ntext = { zh = \"只有中文\" }\n", 2, "en"),
        (
            "[[line]]\nrule = true\n[[line]]\nrule = true\nspace = 3\n",
            3,
            "exactly one thing",
        ),
        ("[[line]]\nspace = 9999\n", 1, "space"),
        ("[[line]]\nrule = true\nbold = true\n", 1, "`text` only"),
        ("[[line]]\nrule = true\nif_present = \"x\"\n", 3, "`x`"),
        ("[[line]]\ntext = { zh = \"{a\", en = \"\" }\n", 2, "without"),
        ("[[line]]\nlabel = { zh = \"a\", en = \"a\" }\n", 1, "`value`"),
    ];
    for (text, line, words) in cases {
        let found = problem(text);
        assert_eq!(found.0, line, "{text}: {}", found.1);
        assert!(found.1.contains(words), "{text}: {}", found.1);
    }
}

#[test]
fn a_folder_that_is_not_there_is_named() {
    let errors = Templates::load(Path::new("/no/such/folder")).unwrap_err();
    assert_eq!(errors[0].file, "/no/such/folder");
}
