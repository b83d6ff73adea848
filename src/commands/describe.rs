//! `kiosk describe`: a page for each service, made of its file: what it is, what one needs, who
//! decides, how long it takes, what it costs, what is printed, how to object.

use std::fmt::Write as _;
use std::io;
use std::path::Path;

use super::{complain, say};
use crate::catalogue::model::{Remark, Service, Text};
use crate::catalogue::{Catalogue, load};
use crate::config::Configuration;
use crate::text::in_language;

/// Headings by language: what the page says is the catalogue's, these few words are the page's own.
struct Headings {
    language: &'static str,
    needs: &'static str,
    decides: &'static str,
    duration: &'static str,
    cost: &'static str,
    where_and_when: &'static str,
    login: [&'static str; 4],
    law: &'static str,
    objection: &'static str,
}

const HEADINGS: [Headings; 2] = [
    Headings {
        language: "zh-Hans",
        needs: "要带什么",
        decides: "谁来决定",
        duration: "要等多久",
        cost: "要交钱吗",
        where_and_when: "哪里能办、几点能办",
        login: ["不用登录", "要放身份证", "要确认是本人", "提交前要再确认是本人"],
        law: "依据和条件",
        objection: "不同意结果怎么办",
    },
    Headings {
        language: "en",
        needs: "What you need",
        decides: "Who decides",
        duration: "How long it takes",
        cost: "What it costs",
        where_and_when: "Where and when",
        login: [
            "No login",
            "With your identity card",
            "You are identified in person",
            "You are identified again before sending",
        ],
        law: "Rules and where they come from",
        objection: "If you do not agree",
    },
];

/// Writes `<id>.<language>.md` for every service; `true` when all is written.
pub(super) fn run(configuration: &Configuration, out: &Path) -> bool {
    let bundle = match configuration.bundle() {
        Ok(bundle) => bundle,
        Err(error) => return complain(error),
    };
    let Some(catalogue) = load::check(&bundle.files).catalogue else {
        return complain("the catalogue has errors; `kiosk check` names them");
    };
    match write_all(&catalogue, out) {
        Ok(count) => {
            say(format_args!("{count} pages in {}", out.display()));
            true
        }
        Err(error) => complain(format_args!("{}: {error}", out.display())),
    }
}

fn write_all(catalogue: &Catalogue, out: &Path) -> io::Result<usize> {
    std::fs::create_dir_all(out)?;
    let mut count = 0;
    for service in &catalogue.services {
        for headings in &HEADINGS {
            let name = format!("{}.{}.md", service.service.id, headings.language);
            std::fs::write(out.join(name), page(service, headings))?;
            count += 1;
        }
    }
    Ok(count)
}

fn page(service: &Service, headings: &Headings) -> String {
    let words = |text: &Text| in_language(text, headings.language).into_owned();
    let about = &service.service;
    let mut page = format!("# {}\n\n{}\n", words(&about.title), words(&about.summary));
    let mut part = |heading: &str, lines: Vec<String>| {
        if !lines.is_empty() {
            let _ = write!(page, "\n## {heading}\n\n{}\n", lines.join("\n"));
        }
    };
    let needs = service.page.needs.iter().map(|need| {
        let sub = need.sub.as_ref().map(|sub| format!(" ({})", words(sub)));
        format!("- {}{}", words(&need.text), sub.unwrap_or_default())
    });
    part(headings.needs, needs.collect());
    for (heading, remark) in [
        (headings.decides, &service.page.decides),
        (headings.duration, &service.page.duration),
        (headings.cost, &service.page.cost),
    ] {
        part(heading, vec![remark_line(remark, headings.language)]);
    }
    let login = headings.login.get(usize::from(service.login.level)).copied();
    let hours = Some(service.availability.hours.as_str()).filter(|hours| !hours.is_empty());
    let places = [
        Some(service.availability.regions.join(" ")),
        hours.map(str::to_owned),
        login.map(str::to_owned),
    ];
    part(
        headings.where_and_when,
        places
            .into_iter()
            .flatten()
            .map(|line| format!("- {line}"))
            .collect(),
    );
    let rules = service.rules.iter().filter_map(|rule| {
        let law = rule.law.as_ref().map(|law| format!(" ({})", words(law)));
        Some(format!(
            "- {}{}",
            words(rule.message.as_ref()?),
            law.unwrap_or_default()
        ))
    });
    part(headings.law, rules.collect());
    part(
        headings.objection,
        service.after.appeal.iter().map(words).collect(),
    );
    page
}

fn remark_line(remark: &Remark, language: &str) -> String {
    let text = in_language(&remark.text, language);
    match &remark.sub {
        Some(sub) => format!("{text} ({})", in_language(sub, language)),
        None => text.into_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::tests::reference;

    #[test]
    fn each_service_has_a_page_that_says_who_decides_how_long_and_what_one_needs() {
        let out = tempfile::tempdir().unwrap();
        let catalogue = reference();
        assert_eq!(
            write_all(&catalogue, out.path()).unwrap(),
            catalogue.services.len() * 2
        );
        for service in &catalogue.services {
            let name = format!("{}.zh-Hans.md", service.service.id);
            let page = std::fs::read_to_string(out.path().join(name)).unwrap();
            for text in [
                &service.service.title,
                &service.page.decides.text,
                &service.page.duration.text,
            ] {
                assert!(page.contains(&*in_language(text, "zh-Hans")), "{page}");
            }
            for need in &service.page.needs {
                assert!(page.contains(&*in_language(&need.text, "zh-Hans")), "{page}");
            }
        }
    }
}
