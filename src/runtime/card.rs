//! From what the chip says to what the session and the backend understand.

use std::collections::BTreeMap;

use jiff::civil::Date;
use kiosk_drivers::port::id_reader::{CardKind, IdCard, ValidTo};

use crate::protocol::body::Subject;
use crate::session::event::CardData;

/// The card as data; dates become `YYYY-MM-DD`.
pub fn data_of(card: &IdCard, photo_usable: bool) -> CardData {
    let subject = Subject {
        name: card.name.clone(),
        id_no: card.number.clone(),
        card: kind_name(card.kind).to_owned(),
        valid_to: match &card.valid_to {
            ValidTo::Date(date) => iso(date),
            ValidTo::LongTerm => "long_term".to_owned(),
        },
    };
    let all = [
        ("sex", card.sex.to_string()),
        ("ethnicity", card.ethnicity.clone()),
        ("birth", iso(&card.birth)),
        ("address", card.address.clone()),
        ("authority", card.authority.clone()),
        ("valid_from", iso(&card.valid_from)),
        ("english_name", card.english_name.clone()),
        ("country", card.country.clone()),
        ("pass_number", card.pass_number.clone()),
    ];
    let given = all.into_iter().filter(|(_, value)| !value.is_empty());
    let fields: BTreeMap<String, String> = given.map(|(name, value)| (name.to_owned(), value)).collect();
    CardData {
        subject,
        fields,
        photo_usable,
    }
}

/// The last day of validity lies before `today`. A date that cannot be read counts as past:
/// such a card is shown to a member of staff.
pub fn expired(card: &IdCard, today: Date) -> bool {
    match &card.valid_to {
        ValidTo::LongTerm => false,
        ValidTo::Date(date) => iso(date).parse::<Date>().map_or(true, |last| last < today),
    }
}

/// The first day of validity lies after `today`, or cannot be read: no card is issued so.
pub fn not_yet_valid(card: &IdCard, today: Date) -> bool {
    iso(&card.valid_from)
        .parse::<Date>()
        .map_or(true, |first| first > today)
}

fn kind_name(kind: CardKind) -> &'static str {
    match kind {
        CardKind::Resident => "resident",
        CardKind::HkMoTw => "hk_mo_tw",
        CardKind::Foreign2017 => "foreign_2017",
        CardKind::Foreign2023 => "foreign_2023",
    }
}

/// `YYYYMMDD` → `YYYY-MM-DD`; anything else stays as it is.
fn iso(date: &str) -> String {
    match (date.get(..4), date.get(4..6), date.get(6..8)) {
        (Some(year), Some(month), Some(day)) if date.len() == 8 => format!("{year}-{month}-{day}"),
        _ => date.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn card(valid_to: ValidTo) -> IdCard {
        IdCard {
            kind: CardKind::Resident,
            name: "赵春梅".to_owned(),
            english_name: String::new(),
            sex: 2,
            ethnicity: "01".to_owned(),
            birth: "19440229".to_owned(),
            address: "广州市天河区".to_owned(),
            number: "440106194402290028".to_owned(),
            authority: "天河分局".to_owned(),
            valid_from: "20160101".to_owned(),
            valid_to,
            country: String::new(),
            pass_number: String::new(),
            photo: None,
            warnings: Vec::new(),
        }
    }

    #[test]
    fn dates_and_kind_become_those_of_the_backend() {
        let data = data_of(&card(ValidTo::Date("20360101".to_owned())), true);
        assert_eq!(
            (data.subject.card.as_str(), data.subject.valid_to.as_str()),
            ("resident", "2036-01-01")
        );
        assert_eq!(data.fields.get("birth").map(String::as_str), Some("1944-02-29"));
        assert!(!data.fields.contains_key("country"));
    }

    #[test]
    fn a_card_is_valid_from_its_first_day_on() {
        let first = card(ValidTo::LongTerm);
        assert!(!not_yet_valid(&first, Date::constant(2016, 1, 1)));
        assert!(not_yet_valid(&first, Date::constant(2015, 12, 31)));
    }

    #[test]
    fn a_card_is_good_on_its_last_day_and_not_on_the_next() {
        let last = card(ValidTo::Date("20261123".to_owned()));
        assert!(!expired(&last, Date::constant(2026, 11, 23)));
        assert!(expired(&last, Date::constant(2026, 11, 24)));
        assert!(!expired(&card(ValidTo::LongTerm), Date::constant(2099, 1, 1)));
        assert!(expired(
            &card(ValidTo::Date("2026".to_owned())),
            Date::constant(2026, 1, 1)
        ));
    }
}
