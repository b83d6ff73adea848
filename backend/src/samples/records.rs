//! Rows of the personal registers, masked as they leave, by row of the list of services.

use std::collections::BTreeMap;

use jiff::ToSpan as _;
use jiff::civil::Date;
use serde_json::Value;

use super::dice::Dice;
use super::profile::{Marital, Profile};
use crate::people::Person;

/// One row: what it can be narrowed by, and its cells by column.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Record {
    /// Values by the last part of a parameter's name, e.g. `district`.
    pub keys: BTreeMap<&'static str, Vec<String>>,
    /// Cells by column.
    pub cells: BTreeMap<String, String>,
}

impl Record {
    /// A row of these cells.
    pub fn of(cells: &[(&str, String)]) -> Self {
        let cells = cells
            .iter()
            .map(|(name, cell)| ((*name).to_owned(), cell.clone()));
        Self {
            keys: BTreeMap::new(),
            cells: cells.collect(),
        }
    }

    /// Whether the record suits values by name: the last part of a name is the key, and `all`
    /// narrows nothing.
    pub fn suits(&self, wanted: &BTreeMap<String, Value>) -> bool {
        wanted.iter().all(|(name, value)| {
            let key = self.keys.get(name.rsplit('.').next().unwrap_or_default());
            let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            value == "all" || key.is_none_or(|key| key.contains(&value))
        })
    }

    /// Can be narrowed by this, and by every further value of the key.
    pub fn with(mut self, key: &'static str, value: impl Into<String>) -> Self {
        self.keys.entry(key).or_default().push(value.into());
        self
    }
}

/// Rows by row of the list of services.
pub type Records = BTreeMap<&'static str, Vec<Record>>;

/// Draws the registers of a person. Property is not among them: it belongs to the land register.
pub fn of(person: &Person, profile: &Profile, seed: u64, today: Date) -> Records {
    let dice = |topic: &str| Dice::new(seed, &format!("{topic}/{}", person.number));
    Records::from([
        ("H03", traffic(profile, &mut dice("traffic"), today)),
        ("H04", health(profile, &mut dice("health"), today)),
        ("E04", marriage(person, profile, &mut dice("marriage"))),
        ("B19", payments(profile, &mut dice("payments"), today)),
        ("H02", taxes(profile, &mut dice("taxes"), today)),
    ])
}

fn days_ago(today: Date, days: u32) -> Date {
    today.checked_sub(i64::from(days).days()).unwrap_or(today)
}

fn months_ago(today: Date, months: u32) -> Date {
    today.checked_sub(i64::from(months).months()).unwrap_or(today)
}

/// H03: violations of the car and of the driver. Places and plate are fictitious.
fn traffic(profile: &Profile, dice: &mut Dice, today: Date) -> Vec<Record> {
    const BEHAVIOURS: [(&str, u32, u32); 4] = [
        ("在禁止停车的地方停车", 0, 150),
        ("不按导向车道行驶", 0, 100),
        ("超过规定时速不到百分之二十", 0, 100),
        ("通过路口没有让行人", 3, 200),
    ];
    const PLACES: [&str; 3] = ["样例路与虚构街路口", "样例大道东行三号桥", "虚构街样例小学门口"];
    if !profile.drives {
        return Vec::new();
    }
    let plate = format!("样A·{}***", dice.digits(2));
    let count = dice.between(2, 4);
    (0..count)
        .map(|index| {
            let (behaviour, points, fine) = dice.pick(&BEHAVIOURS);
            let at = days_ago(today, index * 40 + dice.between(5, 35));
            let open = index == 0;
            Record::of(&[
                ("plate_masked", plate.clone()),
                (
                    "at",
                    format!("{at} {:02}:{:02}", dice.between(7, 21), dice.between(0, 59)),
                ),
                ("place", dice.pick(&PLACES).to_owned()),
                ("behaviour", behaviour.to_owned()),
                ("points", points.to_string()),
                ("fine_yuan", format!("{fine}.00")),
                ("state", if open { "未处理" } else { "已处理" }.to_owned()),
                ("notice_no_masked", format!("样****{}", dice.digits(4))),
            ])
            .with("scope", "vehicle")
            .with("state", if open { "open" } else { "done" })
            .with("year", at.year().to_string())
        })
        .chain(std::iter::once(
            Record::of(&[
                ("plate_masked", "驾驶证".to_owned()),
                ("at", today.to_string()),
                ("place", "样例市公安局交警支队".to_owned()),
                ("behaviour", "本记分周期累计记分".to_owned()),
                ("points", "0".to_owned()),
                ("fine_yuan", "0.00".to_owned()),
                ("state", "有效".to_owned()),
                ("notice_no_masked", "样****0000".to_owned()),
            ])
            .with("scope", "driver")
            .with("state", "done")
            .with("year", today.year().to_string()),
        ))
        .collect()
}

/// H04: check-ups, visits and vaccinations of the last two years.
fn health(profile: &Profile, dice: &mut Dice, today: Date) -> Vec<Record> {
    const CLINIC: &str = "样例街道社区卫生服务中心";
    let row = |on: Date, kind: &str, code: &'static str, item: &str, value: String, note: &str| {
        Record::of(&[
            ("on", on.to_string()),
            ("kind", kind.to_owned()),
            ("item", item.to_owned()),
            ("value", value),
            ("note", note.to_owned()),
            ("institution", CLINIC.to_owned()),
        ])
        .with("kind", code)
        .with("year", on.year().to_string())
    };
    let checkup = days_ago(today, dice.between(30, 200));
    let pressure = if profile.age >= 60 { 138 } else { 118 };
    let systolic = pressure + dice.between(0, 8);
    let diastolic = 70 + dice.between(0, 14);
    let mut rows = vec![
        row(
            checkup,
            "体检",
            "checkup",
            "血压",
            format!("{systolic}/{diastolic} mmHg"),
            "参考 90–139/60–89",
        ),
        row(
            checkup,
            "体检",
            "checkup",
            "空腹血糖",
            format!("{}.{} mmol/L", dice.between(4, 6), dice.between(0, 9)),
            "参考 3.9–6.1",
        ),
        row(
            checkup,
            "体检",
            "checkup",
            "体质指数",
            format!("{}.{}", dice.between(20, 26), dice.between(0, 9)),
            "参考 18.5–23.9",
        ),
        row(
            days_ago(today, dice.between(210, 400)),
            "预防接种",
            "vaccination",
            "流感疫苗",
            "已接种".to_owned(),
            "每年一次",
        ),
    ];
    if profile.age >= 65 {
        rows.push(row(
            days_ago(today, dice.between(10, 60)),
            "随访",
            "follow_up",
            "高血压随访",
            "控制平稳".to_owned(),
            "每三个月一次",
        ));
    }
    rows
}

/// E04: the record of marriages of the person.
fn marriage(person: &Person, profile: &Profile, dice: &mut Dice) -> Vec<Record> {
    if profile.marital == Marital::Single {
        return Vec::new();
    }
    let registered = person
        .birth
        .checked_add(i64::from(dice.between(26, 27)).years())
        .unwrap_or(person.birth);
    let state = if profile.marital == Marital::Widowed {
        "配偶已故"
    } else {
        "已登记结婚"
    };
    vec![
        Record::of(&[
            ("state", state.to_owned()),
            ("registered_on", registered.to_string()),
            ("office", "样例区民政局婚姻登记处".to_owned()),
            (
                "certificate_no_masked",
                format!("J990000-****-{}", dice.digits(4)),
            ),
            ("spouse_name_masked", "样**".to_owned()),
        ])
        .with("state", profile.marital.name()),
    ]
}

/// B19: what was paid to the account in the last months.
fn payments(profile: &Profile, dice: &mut Dice, today: Date) -> Vec<Record> {
    let mut benefits: Vec<(&str, &str, u32)> = Vec::new();
    if profile.benefit {
        benefits.push(("最低生活保障金", "dibao", 1_238));
    }
    if profile.disability.is_some() {
        benefits.push(("重度残疾人护理补贴", "disability_nursing", 312));
    }
    if let Some(amount) = longevity_yuan(profile.age) {
        benefits.push(("长者长寿保健金", "longevity", amount));
    }
    let account = format!("****{}", dice.digits(4));
    (1..=36)
        .flat_map(|back| benefits.iter().map(move |benefit| (back, *benefit)))
        .map(|(back, (benefit, code, amount))| {
            let month = months_ago(today.first_of_month(), back);
            let paid = month.checked_add(9.days()).unwrap_or(month);
            let periods = [(3, "3m"), (12, "12m"), (36, "36m")];
            let record = Record::of(&[
                ("month", month.strftime("%Y-%m").to_string()),
                ("benefit", benefit.to_owned()),
                ("amount", format!("{amount}.00")),
                ("paid_on", paid.to_string()),
                ("account_masked", account.clone()),
                ("state", "已到账".to_owned()),
            ])
            .with("benefit", code)
            .with("year", month.year().to_string());
            periods
                .into_iter()
                .filter(|(months, _)| back <= *months)
                .fold(record, |record, (_, period)| record.with("period", period))
        })
        .collect()
}

/// Example amounts of the longevity allowance, by age (services.md 2.3).
pub fn longevity_yuan(age: i32) -> Option<u32> {
    match age {
        70..80 => Some(30),
        80..90 => Some(100),
        90..100 => Some(200),
        100.. => Some(300),
        _ => None,
    }
}

/// H02: income tax by year.
fn taxes(profile: &Profile, dice: &mut Dice, today: Date) -> Vec<Record> {
    if !profile.taxed {
        return Vec::new();
    }
    (1..=3)
        .map(|back: i16| {
            let year = today.year() - back;
            let income = dice.between(90_000, 160_000);
            Record::of(&[
                ("year", year.to_string()),
                ("item", "个人所得税（工资、薪金所得）".to_owned()),
                ("income_yuan", format!("{income}.00")),
                ("tax_yuan", format!("{}.{:02}", income / 33, dice.between(0, 99))),
            ])
            .with("year", year.to_string())
        })
        .collect()
}

/// H05: the weather of a place on a day, the same for everybody who asks.
pub fn weather(seed: u64, place: &str, date: &str) -> BTreeMap<String, String> {
    const SKIES: [(&str, u32); 4] = [("晴", 0), ("多云", 0), ("小雨", 9), ("大雨", 45)];
    let mut dice = Dice::new(seed, &format!("weather/{place}/{date}"));
    let (sky, most) = dice.pick(&SKIES);
    let low = dice.between(8, 24);
    let rain = if most == 0 { 0 } else { dice.between(1, most) };
    [
        ("sky", sky.to_owned()),
        ("high", format!("{} ℃", low + dice.between(4, 10))),
        ("low", format!("{low} ℃")),
        ("rain", format!("{rain} 毫米")),
        ("wind", format!("{} 级", dice.between(1, 6))),
    ]
    .into_iter()
    .map(|(name, value)| (name.to_owned(), value))
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn person() -> Person {
        Person {
            id: "x".to_owned(),
            name: "测试".to_owned(),
            number: "99000019810825413X".to_owned(),
            sex: "男".to_owned(),
            birth: date(1951, 8, 25),
            address: String::new(),
            portrait: std::path::PathBuf::new(),
        }
    }

    #[test]
    fn the_same_seed_gives_the_same_registers_and_another_does_not() {
        let today = date(2026, 11, 23);
        let all = |seed| {
            let profile = Profile {
                drives: true,
                taxed: true,
                ..Profile::of(&person(), seed, today)
            };
            of(&person(), &profile, seed, today)
        };
        assert_eq!(all(1), all(1));
        assert_ne!(all(1), all(2));
        assert!(all(1)["H03"].iter().any(|row| row.keys["scope"] == ["driver"]));
    }

    #[test]
    fn payments_are_of_past_months_and_masked() {
        let today = date(2026, 3, 31);
        let profile = Profile {
            benefit: true,
            ..Profile::of(&person(), 1, today)
        };
        let rows = of(&person(), &profile, 1, today);
        assert_eq!(rows["B19"][0].cells["month"], "2026-02");
        assert!(
            rows["B19"]
                .iter()
                .all(|row| row.cells["account_masked"].starts_with("****"))
        );
    }
}
