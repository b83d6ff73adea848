//! The catalogue at the size of a city: a thousand services, made of the shipped ones under other ids.

use std::collections::BTreeMap;
use std::hint::black_box;
use std::time::{Duration, Instant};

use jiff::civil::date;
use serde_json::{Value, json};

use super::{Failure, Figure, ms};
use crate::catalogue::load::{Files, check};
use crate::catalogue::predicate::{Facts, Predicate};
use crate::catalogue::search::Index;
use crate::catalogue::{Catalogue, Severity};
use crate::config::Configuration;
use crate::protocol::body::CatalogueBundle;

const SERVICES: usize = 1000;
const KEYSTROKES: usize = 51;
/// Evaluations of one sample: a single one is shorter than the clock can tell.
const EVALUATIONS: u32 = 10_000;
/// A keystroke and its list within one frame of a screen of 60 Hz.
const FRAME: Duration = Duration::from_micros(16_667);
/// The slowest line that the field reports: 4G as the second network, about 5 Mbit/s for 60 seconds.
const LINE_BYTES: f64 = 5e6 / 8.0 * 60.0;

pub(super) fn figures(configuration: &Configuration) -> Result<Vec<Figure>, Failure> {
    let bundle = configuration.bundle()?;
    let files = a_thousand(&bundle.files);
    let begin = Instant::now();
    for text in files.values() {
        black_box(text.parse::<toml::Table>()?);
    }
    let parsed = begin.elapsed();
    let begin = Instant::now();
    let checked = check(&files);
    let loaded = begin.elapsed();
    let worst = checked
        .findings
        .iter()
        .find(|finding| finding.severity == Severity::Error);
    let catalogue = checked.catalogue.ok_or_else(|| format!("{worst:?}"))?;
    let mut figures = vec![Figure::of_times(
        "1,000 services loaded and linted",
        vec![loaded],
        parsed,
        "parsed as TOML alone",
    )];
    figures.extend(search(&catalogue));
    figures.push(predicate()?);
    figures.extend(sizes(&bundle, files)?);
    Ok(figures)
}

/// The shipped services again and again, each copy with its own id.
fn a_thousand(files: &Files) -> Files {
    let services: Vec<(&String, &String)> = files
        .iter()
        .filter(|(path, _)| path.starts_with("services/"))
        .collect();
    let mut all = files.clone();
    for (number, (path, text)) in (0..).zip(services.iter().cycle()).take(SERVICES - services.len()) {
        let id = format!("id = \"copy{number}.");
        let copy = text.replacen("id = \"", &id, 1);
        all.insert(format!("{}_{number}.toml", path.trim_end_matches(".toml")), copy);
    }
    all
}

fn search(catalogue: &Catalogue) -> Vec<Figure> {
    let index = Index::new(catalogue);
    let words = [
        ("search keystroke in Chinese, 1,000 services", "津贴"),
        ("search keystroke in pinyin", "jintie"),
        ("search keystroke in initials", "gljt"),
    ];
    words
        .into_iter()
        .map(|(name, query)| {
            let times = (0..KEYSTROKES).map(|_| {
                let begin = Instant::now();
                black_box(index.find(black_box(query)));
                begin.elapsed()
            });
            Figure::of_times(name, times.collect(), FRAME, "one frame at 60 Hz")
        })
        .collect()
}

/// Left-behind children of example 6, as data and as code.
fn predicate() -> Result<Figure, Failure> {
    #[derive(serde::Deserialize)]
    struct Holder {
        when: Predicate,
    }
    let holder: Holder = toml::from_str(
        "when.all = [\n\
         { field = 'child.birth_date', op = 'age_lt', value = 16 },\n\
         { field = 'child.hukou_type', op = 'eq', value = 'rural' },\n\
         { field = 'father.work_place', op = 'in', value = ['other_province', 'abroad'] },\n\
         { any = [{ field = 'father.out_date', op = 'present' }, { field = 'mother.out_date', op = 'present' }] },\n\
         ]",
    )?;
    let answers: BTreeMap<String, Value> = [
        ("child.birth_date", "2015-03-01"),
        ("child.hukou_type", "rural"),
        ("father.work_place", "abroad"),
        ("mother.out_date", "2026-01-01"),
    ]
    .map(|(id, value)| (id.to_owned(), json!(value)))
    .into();
    let facts = BTreeMap::new();
    let today = date(2026, 11, 24);
    let data = per_evaluation(|| {
        holder.when.judge(Facts {
            answers: black_box(&answers),
            facts: &facts,
            today,
        })
    });
    let code = per_evaluation(|| by_hand(black_box(&answers), today));
    Ok(Figure::single(
        "predicate of four leaves, as data",
        "µs",
        data,
        code,
        "the same by hand",
    ))
}

fn by_hand(answers: &BTreeMap<String, Value>, today: jiff::civil::Date) -> Option<bool> {
    let text = |id: &str| answers.get(id).and_then(Value::as_str);
    let birth: jiff::civil::Date = text("child.birth_date")?.parse().ok()?;
    let years = today.since((jiff::Unit::Year, birth)).ok()?.get_years();
    let away = ["other_province", "abroad"].contains(&text("father.work_place")?);
    let out = text("father.out_date").is_some() || text("mother.out_date").is_some();
    Some(years < 16 && text("child.hukou_type")? == "rural" && away && out)
}

/// Microseconds.
fn per_evaluation<T>(mut evaluate: impl FnMut() -> T) -> f64 {
    let begin = Instant::now();
    for _ in 0..EVALUATIONS {
        black_box(evaluate());
    }
    ms(begin.elapsed()) * 1e3 / f64::from(EVALUATIONS)
}

/// What travels, in KiB.
fn sizes(shipped: &CatalogueBundle, files: Files) -> Result<Vec<Figure>, Failure> {
    let kib = |bundle: &CatalogueBundle| -> Result<f64, Failure> {
        let bytes = u32::try_from(serde_json::to_vec(bundle)?.len())?;
        Ok(f64::from(bytes) / 1024.0)
    };
    let thousand = CatalogueBundle {
        files,
        ..shipped.clone()
    };
    let limit = LINE_BYTES / 1024.0;
    let peer = "a minute of 5 Mbit/s";
    Ok(vec![
        Figure::single("bundle as shipped", "KiB", kib(shipped)?, limit, peer),
        Figure::single("bundle of 1,000 services", "KiB", kib(&thousand)?, limit, peer),
    ])
}
