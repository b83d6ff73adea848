//! The persons of the published text blocks; all fictitious.

use kiosk_drivers::port::id_reader::{CardKind, ValidTo};
use kiosk_drivers::wire::id_text::CardText;

/// A text of a layout with the fields that every layout has, validity apart.
fn text(kind: CardKind, sex: u8, name: &str, number: &str, birth: &str) -> CardText {
    let mut text = CardText::new(kind);
    text.sex = sex;
    text.name = name.into();
    text.number = number.into();
    text.birth = birth.into();
    text
}

/// The vectors' fields, read off part W6 by hand.
pub fn vectors() -> Vec<(&'static str, CardText)> {
    let mut all = residents();
    all.extend(permits());
    all.extend(foreigners());
    all
}

fn residents() -> Vec<(&'static str, CardText)> {
    let mut first = text(CardKind::Resident, 1, "测试甲", "110000199001010013", "19900101");
    first.ethnicity = "01".into();
    first.address = "虚构省虚构市虚构区样例路1号".into();
    first.authority = "虚构市公安局样例分局".into();
    first.valid_from = "20200101".into();
    first.valid_to = ValidTo::Date("20400101".into());
    let mut second = text(CardKind::Resident, 2, "测试乙", "110000199202290023", "19920229");
    second.ethnicity = "08".into();
    second.address = "虚构省虚构市虚构区样例路2号3单元404室".into();
    second.authority = "虚构市公安局样例分局".into();
    second.valid_from = "20210301".into();
    second.valid_to = ValidTo::Date("20410301".into());
    let mut third = text(
        CardKind::Resident,
        1,
        "样例·测试丙",
        "11000019501231003X",
        "19501231",
    );
    third.ethnicity = "05".into();
    third.address = "虚构省虚构市虚构县样例镇样例村5组6号".into();
    third.authority = "虚构县公安局".into();
    third.valid_from = "20150601".into();
    third.valid_to = ValidTo::LongTerm;
    vec![("R1", first), ("R2", second), ("R3", third)]
}

fn permits() -> Vec<(&'static str, CardText)> {
    let permit = |name, number, house, pass: &str, issue: &str| {
        let mut permit = text(CardKind::HkMoTw, 1, name, number, "19000101");
        permit.address = format!("虚构省虚构市虚构区样例路{house}号");
        permit.authority = "虚构市公安局样例分局".into();
        permit.valid_from = "20240101".into();
        permit.valid_to = ValidTo::Date("20290101".into());
        permit.pass_number = pass.into();
        permit.issue = issue.into();
        permit
    };
    vec![
        ("H1", permit("測試丁", "810000190001010018", 7, "H00000000", "01")),
        ("H3", permit("測試戊", "830000190001010038", 8, "00000000", "02")),
    ]
}

fn foreigners() -> Vec<(&'static str, CardText)> {
    let mut old = text(CardKind::Foreign2017, 1, "样例", "ZZZ110190010112", "19900101");
    old.valid_from = "20180601".into();
    old.valid_to = ValidTo::Date("20280601".into());
    old.authority_code = "9999".into();
    let mut new = text(CardKind::Foreign2023, 1, "样例", "911999199001010014", "19900101");
    new.valid_from = "20240101".into();
    new.valid_to = ValidTo::Date("20340101".into());
    new.earlier_link = "011".into();
    for card in [&mut old, &mut new] {
        card.english_name = "EXAMPLE, MAXIMILIAN BARTHOLOMEW TESTCASE".into();
        card.country = "ZZZ".into();
        card.issue = "01".into();
    }
    vec![("F17", old), ("F23", new)]
}

/// Every field by name, since a text has no `Debug`.
pub fn fields(text: &CardText) -> [(&'static str, String); 15] {
    [
        ("kind", format!("{:?}", text.kind)),
        ("name", text.name.clone()),
        ("English name", text.english_name.clone()),
        ("sex", text.sex.to_string()),
        ("ethnicity", text.ethnicity.clone()),
        ("birth", text.birth.clone()),
        ("address", text.address.clone()),
        ("number", text.number.clone()),
        ("authority", text.authority.clone()),
        ("validity", format!("{} {:?}", text.valid_from, text.valid_to)),
        ("country", text.country.clone()),
        ("pass number", text.pass_number.clone()),
        ("issue", text.issue.clone()),
        ("authority code", text.authority_code.clone()),
        ("earlier link", text.earlier_link.clone()),
    ]
}
