//! What a sample person is like, as the registers know it.

use jiff::civil::Date;

use super::dice::Dice;
use crate::people::Person;

/// Marital state, as the register of marriages has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Marital {
    /// Never registered.
    #[default]
    Single,
    /// Married.
    Married,
    /// Married once, the spouse has died.
    Widowed,
}

impl Marital {
    /// As in facts.
    pub fn name(self) -> &'static str {
        match self {
            Self::Single => "single",
            Self::Married => "married",
            Self::Widowed => "widowed",
        }
    }
}

/// A person as the registers know them.
#[derive(Debug, Clone, PartialEq)]
pub struct Profile {
    /// Age in full years.
    pub age: i32,
    /// Marital state.
    pub marital: Marital,
    /// Receives the minimum living allowance.
    pub benefit: bool,
    /// Disability: category (1 visual … 4 physical, 5 mental, 6 psychic) and level of GB/T 26341.
    pub disability: Option<(&'static str, &'static str)>,
    /// Yuan that a member of the household has in a month.
    pub income_per_head: u32,
    /// Draws a pension.
    pub retired: bool,
    /// Has a driving licence and a car.
    pub drives: bool,
    /// Pays income tax.
    pub taxed: bool,
    /// Got a flat at a welfare price.
    pub welfare_housing: bool,
    /// The personal file is kept here.
    pub archive: bool,
}

impl Profile {
    /// The four people of the demonstration differ in what can be shown with them; anybody else is
    /// drawn from the seed.
    pub fn of(person: &Person, seed: u64, today: Date) -> Self {
        let age = full_years(person.birth, today);
        let mut dice = Dice::new(seed, &format!("profile/{}", person.number));
        let mut chance = |percent: u32| dice.between(1, 100) <= percent;
        let benefit = chance(20);
        let drawn = Self {
            age,
            income_per_head: 0,
            marital: if age >= 28 && chance(80) {
                Marital::Married
            } else {
                Marital::Single
            },
            benefit,
            disability: chance(20).then_some(("1", "2")),
            retired: age >= 60,
            drives: (18..70).contains(&age) && chance(60),
            taxed: (22..60).contains(&age),
            welfare_housing: age >= 50 && chance(50),
            archive: chance(90),
        };
        let known = match person.id.as_str() {
            "d1" => Self {
                marital: Marital::Widowed,
                benefit: false,
                disability: None,
                archive: true,
                welfare_housing: true,
                ..drawn
            },
            "d2" => Self {
                marital: Marital::Married,
                benefit: false,
                disability: None,
                drives: true,
                archive: true,
                ..drawn
            },
            "d3" => Self {
                marital: Marital::Single,
                benefit: false,
                disability: Some(("4", "2")),
                drives: false,
                archive: true,
                ..drawn
            },
            "d4" => Self {
                marital: Marital::Married,
                benefit: true,
                disability: None,
                drives: false,
                archive: true,
                welfare_housing: false,
                ..drawn
            },
            _ => drawn,
        };
        let income_per_head = income(&known, &mut Dice::new(seed, &format!("income/{}", person.number)));
        Self {
            income_per_head,
            ..known
        }
    }
}

fn income(profile: &Profile, dice: &mut Dice) -> u32 {
    match (profile.benefit, profile.retired, profile.taxed) {
        (true, _, _) => dice.between(300, 700),
        (_, true, _) => dice.between(1_300, 1_700),
        (_, _, true) => dice.between(2_500, 6_000),
        _ => dice.between(0, 700),
    }
}

/// Age by birthday.
pub fn full_years(birth: Date, today: Date) -> i32 {
    let before_birthday = (today.month(), today.day()) < (birth.month(), birth.day());
    i32::from(today.year()) - i32::from(birth.year()) - i32::from(before_birthday)
}
