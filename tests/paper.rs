//! The receipts on paper: every shipped template, through the real driver, on the simulated printer.
//! The pictures are written to the target directory (`tmp/paper`), the words are compared with
//! `tests/fixtures/paper`. `UPDATE_PAPER=1` writes the words anew: look at the pictures first.

#![cfg(feature = "terminal")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use kiosk::document::receipt::Templates;
use kiosk::session::effect::ReceiptOrder;
use kiosk_drivers::device::receipt_printer::{EscPosPrinter, PaperWidth, ReceiptPrinterConfig};
use kiosk_drivers::port::receipt_printer::{PrintOutcome, ReceiptPrinter};
use kiosk_drivers::simulator::receipt_printer::{PrintedReceipt, SimulatedReceiptPrinter};

fn map(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    let pairs = pairs
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    pairs.collect()
}

fn templates() -> Templates {
    Templates::load(&Path::new(env!("CARGO_MANIFEST_DIR")).join("config/catalogue/receipts")).unwrap()
}

fn print(order: &ReceiptOrder, width: PaperWidth) -> PrintedReceipt {
    let folder = tempfile::tempdir().unwrap();
    let simulator = SimulatedReceiptPrinter::spawn(folder.path().join("receipt"), width).unwrap();
    let mut printer = EscPosPrinter::new(ReceiptPrinterConfig {
        paper: width,
        ..ReceiptPrinterConfig::at(simulator.path().to_string_lossy())
    });
    printer.open().unwrap();
    let receipt = templates().fill(order).unwrap();
    assert_eq!(printer.print(&receipt).unwrap(), PrintOutcome::Completed);
    assert_eq!(simulator.errors(), []);
    simulator.take_receipts().remove(0)
}

fn check(name: &str, slip: &PrintedReceipt) {
    let pictures = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("paper");
    fs::create_dir_all(&pictures).unwrap();
    fs::write(pictures.join(format!("{name}.png")), slip.png().unwrap()).unwrap();
    let words = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/fixtures/paper/{name}.txt"));
    if std::env::var_os("UPDATE_PAPER").is_some() {
        fs::create_dir_all(words.parent().unwrap()).unwrap();
        fs::write(&words, &slip.text).unwrap();
    }
    assert_eq!(slip.text, fs::read_to_string(&words).unwrap(), "{name}");
}

fn order(template: &str, language: &str, values: &[(&str, &str)]) -> ReceiptOrder {
    let mut values = map(values);
    let place = if language == "en" {
        "Tianhe Government Service Centre"
    } else {
        "天河区政务服务中心"
    };
    let always = [
        ("place", place),
        ("terminal", "GZ-TH-0017"),
        ("printed_at", "2026-11-23 10:06"),
        ("sample", "1"),
    ];
    values.extend(map(&always));
    ReceiptOrder {
        template: template.to_owned(),
        language: language.to_owned(),
        values,
        rows: Vec::new(),
        qr: None,
    }
}

fn acceptance(language: &str) -> ReceiptOrder {
    let (service, office, steps): (_, _, [[&str; 3]; 3]) = match language {
        "en" => (
            "Old-age allowance",
            "Tianhe District Civil Affairs Bureau",
            [
                [
                    "The street office checks",
                    "by 2 December 2026",
                    "Shipai Street Office",
                ],
                ["The district decides", "by 9 December 2026", ""],
                ["Paid to your account", "from 1 January 2027", ""],
            ],
        ),
        _ => (
            "高龄津贴申请",
            "天河区民政局",
            [
                ["街道核对", "2026年12月2日前", "石牌街道办事处"],
                ["区里审批", "2026年12月9日前", ""],
                ["发到社保卡", "2027年1月1日起", ""],
            ],
        ),
    };
    let mut order = order(
        "acceptance_receipt",
        language,
        &[
            ("number", "440106-26-000123"),
            ("service", service),
            ("name", "李秀英"),
            ("office", office),
            ("submitted_at", "2026-11-23 10:05"),
        ],
    );
    order.rows = steps
        .iter()
        .map(|[words, at, office]| map(&[("words", words), ("at", at), ("office", office)]))
        .collect();
    order.qr = Some("https://bm.example.gov.cn/p/440106-26-000123?t=7Q2M9K4X".to_owned());
    order
}

#[test]
fn an_acceptance_receipt() {
    check("acceptance-zh", &print(&acceptance("zh-Hans"), PaperWidth::Mm80));
    check("acceptance-en", &print(&acceptance("en"), PaperWidth::Mm80));
}

#[test]
fn narrow_paper_and_rare_names_and_a_proxy() {
    let mut order = acceptance("zh-Hans");
    order.values.insert("name".into(), "张𠮷㐂".into());
    order.values.insert("proxy".into(), "José Müller".into());
    check("acceptance-narrow", &print(&order, PaperWidth::Mm58));
}

#[test]
fn an_attestation_slip() {
    let values = [
        ("service", "救助待遇资格认证"),
        ("number", "440106-26-A00088"),
        ("name", "陈国强"),
        ("benefit", "最低生活保障金"),
        ("attested_at", "2026-11-23 10:05"),
        ("valid_until", "2027年2月21日"),
        ("next_from", "2027年2月7日"),
    ];
    check(
        "attestation-zh",
        &print(&order("attestation_slip", "zh-Hans", &values), PaperWidth::Mm80),
    );
    let values = [
        ("service", "Proof of life"),
        ("number", "440106-26-A00088"),
        ("name", "陈国强"),
        ("attested_at", "2026-11-23 10:05"),
        ("valid_until", "21 February 2027"),
        ("next_from", "7 February 2027"),
    ];
    check(
        "attestation-en",
        &print(&order("attestation_slip", "en", &values), PaperWidth::Mm80),
    );
}

#[test]
fn a_top_up_receipt() {
    let loaded = [
        ("service", "羊城通充值"),
        ("number", "CZ-26-000017"),
        ("card_no", "**** 0012"),
        ("amount", "50.00 元"),
        ("before", "12.50 元"),
        ("after", "62.50 元"),
        ("done", "yes"),
    ];
    check(
        "topup-zh",
        &print(&order("topup_receipt", "zh-Hans", &loaded), PaperWidth::Mm80),
    );
    let reversed = [
        ("service", "Transit card top-up"),
        ("number", "CZ-26-000017"),
        ("card_no", "**** 0012"),
        ("amount", "CNY 50.00"),
        ("before", "CNY 12.50"),
        ("reversed", "yes"),
    ];
    check(
        "topup-reversed-en",
        &print(&order("topup_receipt", "en", &reversed), PaperWidth::Mm80),
    );
}

#[test]
fn a_query_slip() {
    let values = [
        ("service", "个人名下房产"),
        ("name", "李秀英"),
        ("office", "广州市不动产登记中心"),
        ("as_of", "2026年11月22日"),
        ("note", "本单仅供参考，不作为产权证明。"),
    ];
    let mut order = order("query_slip", "zh-Hans", &values);
    check("query-empty-zh", &print(&order, PaperWidth::Mm80));
    order.rows = vec![
        map(&[
            ("address_masked", "天河区石牌西路**号***房"),
            ("area_m2", "86.42"),
            ("cert_no_masked", "粤(2019)广州市不动产权第****6521号"),
            ("registered_on", "2019年6月3日"),
        ]),
        map(&[
            ("address_masked", "越秀区东风东路***号大院**栋****房"),
            ("area_m2", "54.10"),
            ("cert_no_masked", "粤(2008)广州市房地权证字第****0937号"),
            ("registered_on", "2008年11月19日"),
        ]),
    ];
    check("query-zh", &print(&order, PaperWidth::Mm80));
    order.language = "en".into();
    order
        .values
        .extend(map(&[("note", "For information only; not a title document.")]));
    check("query-en", &print(&order, PaperWidth::Mm80));
}

#[test]
fn a_verification_slip() {
    let values = [
        ("result", "这份证明是真的"),
        ("lead", "由签发单位的记录核对"),
        ("title", "亲属关系证明"),
        ("number", "440106-2026-000456"),
        ("holder", "李**"),
        ("office", "天河区石牌街道办事处"),
        ("issued_on", "2026年11月23日"),
        ("verified_at", "2026年11月23日 10:05"),
        ("note", "核验结果以打印时间为准。"),
    ];
    check(
        "verification-zh",
        &print(&order("verification_slip", "zh-Hans", &values), PaperWidth::Mm80),
    );
    let values = [
        ("result", "Genuine"),
        ("lead", "Checked against the issuer's records"),
        ("title", "Certificate of kinship"),
        ("number", "440106-2026-000456"),
        ("holder", "李**"),
        ("issued_on", "23 November 2026"),
        ("verified_at", "23 November 2026 10:05"),
        ("note", "As of the time of printing."),
    ];
    check(
        "verification-en",
        &print(&order("verification_slip", "en", &values), PaperWidth::Mm80),
    );
}

/// Rows of label and value; without a value the label is a heading or a paragraph.
fn lines(rows: &[(&str, &str)]) -> Vec<BTreeMap<String, String>> {
    let row = |(label, value): &(&str, &str)| {
        let mut row = map(&[("label", label)]);
        if !value.is_empty() {
            row.extend(map(&[("value", value)]));
        }
        row
    };
    rows.iter().map(row).collect()
}

#[test]
fn a_booking_slip() {
    let values = [
        ("number", "YY-2026-00731"),
        ("service", "婚姻登记预约"),
        ("name", "李秀英"),
        ("office", "越秀区婚姻登记处（示例）"),
        ("submitted_at", "2026年11月23日 10:05"),
    ];
    let mut order = order("booking_slip", "zh-Hans", &values);
    order.rows = lines(&[
        ("时间", "2026年12月2日 09:00–09:30"),
        ("地点", "越秀区示例路 8 号 2 楼"),
        ("请带", "双方身份证、户口簿"),
    ]);
    order.qr = Some("https://bm.example.gov.cn/p/YY-2026-00731".to_owned());
    check("booking-zh", &print(&order, PaperWidth::Mm80));
    order.language = "en".into();
    order.values.extend(map(&[("service", "Marriage appointment")]));
    order.rows = lines(&[("Time", "2 December 2026 09:00–09:30")]);
    check("booking-en", &print(&order, PaperWidth::Mm80));
}

#[test]
fn a_package_receipt() {
    let values = [
        ("number", "YJS-2026-00012"),
        ("service", "公民身后一件事"),
        ("name", "李秀英"),
        ("submitted_at", "2026年11月23日 10:05"),
    ];
    let mut order = order("package_receipt", "zh-Hans", &values);
    let case = |title, number, office| map(&[("title", title), ("number", number), ("office", office)]);
    order.rows = vec![
        case("户口注销", "GA-2026-00311", "示例派出所"),
        case("养老保险终止", "SB-2026-00877", "越秀区社保中心（示例）"),
    ];
    check("package-zh", &print(&order, PaperWidth::Mm80));
    order.language = "en".into();
    order.values.extend(map(&[("service", "After a death")]));
    order.rows = vec![case(
        "Household register",
        "GA-2026-00311",
        "Police station (example)",
    )];
    check("package-en", &print(&order, PaperWidth::Mm80));
}

#[test]
fn a_report_leaves_its_number_and_nothing_else() {
    let values = [
        ("number", "BG-2026-00045"),
        ("submitted_at", "2026年11月23日 10:05"),
        ("name", "李秀英"),
        ("service", "困境儿童报告"),
    ];
    let mut order = order("report_number_only", "zh-Hans", &values);
    order.rows = lines(&[("孩子", "小明")]);
    let slip = print(&order, PaperWidth::Mm80);
    for trace in ["李秀英", "困境", "小明"] {
        assert!(!slip.text.contains(trace), "{}", slip.text);
    }
    check("report-zh", &slip);
    order.language = "en".into();
    check("report-en", &print(&order, PaperWidth::Mm80));
}

#[test]
fn a_record_slip() {
    let values = [
        ("service", "救助站在哪里"),
        ("title", "示例市救助管理站"),
        ("lead", "全天接待"),
        ("office", "市民政局"),
        ("as_of", "2026年11月20日"),
    ];
    let mut order = order("record_slip", "zh-Hans", &values);
    order.rows = lines(&[
        ("怎么联系", ""),
        ("电话", "020-00000000"),
        ("地址", "白云区示例路 1 号"),
        ("流浪、乞讨、走失的人都可以来。", ""),
    ]);
    order.qr = Some("https://example.gov.cn/stations/1".to_owned());
    check("record-zh", &print(&order, PaperWidth::Mm80));
    order.language = "en".into();
    order.values.extend(map(&[
        ("service", "Rescue stations"),
        ("title", "Rescue station (example)"),
        ("lead", "Day and night"),
    ]));
    order.rows = lines(&[("Contact", ""), ("Telephone", "020-00000000")]);
    check("record-en", &print(&order, PaperWidth::Mm80));
}
