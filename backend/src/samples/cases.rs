//! Matters of past months, one of each outcome, for every sample person.

use jiff::civil::{Date, time};
use jiff::{Timestamp, ToSpan as _};
use kiosk::catalogue::model::Text;
use rusqlite::{Connection, params};
use serde::Deserialize;

use super::dice::Dice;
use crate::office::states::{self, State, Told};
use crate::office::{at_office, plan};
use crate::people::Person;
use crate::register::REGION;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    case: Vec<Sample>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Sample {
    service_id: String,
    track: String,
    title: Text,
    months_ago: u32,
    states: Vec<State>,
    reason: Option<Text>,
    objection: Option<Text>,
}

fn samples() -> Vec<Sample> {
    toml::from_str::<File>(include_str!("../../texts/samples.toml"))
        .map(|file| file.case)
        .unwrap_or_default()
}

/// Puts the samples into a database that has none.
///
/// # Errors
/// What the database says.
pub fn fill(db: &mut Connection, people: &[Person], seed: u64, now: Timestamp) -> rusqlite::Result<()> {
    let transaction = db.transaction()?;
    let there: bool = transaction.query_row(
        "SELECT EXISTS (SELECT 1 FROM application WHERE sample = 1)",
        [],
        |row| row.get(0),
    )?;
    if !there {
        for (place, person) in people.iter().enumerate() {
            for (index, sample) in samples().iter().enumerate() {
                put(&transaction, person, sample, (place, index), seed, now)?;
            }
        }
    }
    transaction.commit()
}

fn put(
    db: &Connection,
    person: &Person,
    sample: &Sample,
    (place, index): (usize, usize),
    seed: u64,
    now: Timestamp,
) -> rusqlite::Result<()> {
    let mut dice = Dice::new(seed, &format!("case/{}/{}", person.number, sample.service_id));
    let begin = begin(crate::office::day(now), sample.months_ago, &mut dice);
    let id = format!("sample-{seed}-{place}-{index}");
    // Counted from 90001, so that no number of a day's own matters is taken.
    let number = format!("A{}9{:04}", begin.strftime("%Y%m%d"), place * 100 + index + 1);
    let times = times(begin, sample.states.len(), &mut dice, now);
    let last = sample.states.last().copied().unwrap_or(State::Closed);
    db.execute(
        "INSERT INTO application (id, number, service_id, service_rev, region, state, terminal, applicant_id_no,
                                  applicant_name, answers, created_at, submitted_at, track, title, sample)
         VALUES (?1, ?2, ?3, 0, ?4, ?5, 'sample', ?6, ?7, '{}', ?8, ?8, ?9, ?10, 1)",
        params![
            id,
            number,
            sample.service_id,
            REGION,
            last.name(),
            person.number,
            person.name,
            times.first(),
            sample.track,
            serde_json::to_string(&*sample.title).ok()
        ],
    )?;
    for (index, (state, at)) in sample.states.iter().zip(&times).enumerate() {
        let is_last = index + 1 == sample.states.len();
        let told = |text: &Option<Text>| {
            text.as_ref()
                .filter(|_| is_last)
                .map(|text| (**text).clone())
                .unwrap_or_default()
        };
        let told = Told {
            reason: told(&sample.reason),
            objection: told(&sample.objection),
            ..Told::default()
        };
        states::note(db, &id, *state, *at, &told)?;
    }
    Ok(())
}

/// A working day so many months ago.
fn begin(today: Date, months: u32, dice: &mut Dice) -> Date {
    let month = today.checked_sub(i64::from(months).months()).unwrap_or(today);
    let date = month
        .checked_sub(i64::from(dice.between(1, 9)).days())
        .unwrap_or(month);
    plan::working_day(date, 1)
}

/// Moments in working hours, some working days apart and none in the future.
fn times(begin: Date, count: usize, dice: &mut Dice, now: Timestamp) -> Vec<i64> {
    let mut date = begin;
    (0..count)
        .map(|index| {
            if index > 0 {
                date = plan::working_day(date, dice.between(1, 6));
            }
            let minute = i8::try_from(dice.between(0, 59)).unwrap_or(0);
            let hour = i8::try_from(dice.between(9, 16)).unwrap_or(9);
            at_office(date, time(hour, minute, 0, 0))
                .min(now)
                .as_millisecond()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_outcome_is_there_and_each_way_is_one_of_the_state_machine() {
        let all = samples();
        let ends: Vec<State> = all.iter().filter_map(|one| one.states.last().copied()).collect();
        for outcome in [
            State::Closed,
            State::Refused,
            State::Checking,
            State::ReturnedForCorrection,
            State::Withdrawn,
            State::Transferred,
            State::NotAccepted,
        ] {
            assert!(ends.contains(&outcome), "{outcome:?}");
        }
        for one in &all {
            let from_draft = std::iter::once(&State::Draft).chain(&one.states);
            let ways: Vec<&State> = from_draft.collect();
            for way in ways.windows(2) {
                assert!(way[0].next().contains(way[1]), "{} {:?}", one.service_id, way);
            }
            let last = one.states.last().unwrap();
            assert_eq!(last.is_adverse(), one.objection.is_some(), "{}", one.service_id);
            assert!(!last.needs_reason() || one.reason.is_some(), "{}", one.service_id);
        }
    }
}
