//! Questions about policies, and the way to the right service. Answers quote the register with its
//! source and date; nothing here decides whether a person is entitled.

use kiosk::protocol::body::Words;
use kiosk::protocol::information::{Item, Line, Listing, Part, Question};

use super::information::register;
use super::matters::line;
use super::rfc3339;
use crate::http::answer::Answer;
use crate::http::request::Request;
use crate::problem::Refusal;
use crate::public::{Entry, PublicRegister};
use crate::retrieval::Index;
use crate::words::{plain, text};

/// Passages of an answer at most, and services that are proposed.
const ANSWERS: usize = 3;
/// Characters of a question.
const QUESTION: usize = 200;

/// `POST /v1/assistant/questions`: a read. `items`: passages with `state = "quoted"`, services with
/// `state = "service"`, and last of all a person to ask (`state = "person"`).
pub fn ask(request: &Request<'_>) -> Result<Answer, Refusal> {
    let question = question(request)?;
    let policies = register(request, "policies")?;
    let mut items = quotes(policies, &question);
    if items.is_empty() {
        items.push(not_found());
    }
    items.extend(services(request, &question));
    items.push(person());
    answer(request, items, policies.office.clone())
}

/// `POST /v1/guidance`: a read. Services that suit the words, then a person to ask.
pub fn guide(request: &Request<'_>) -> Result<Answer, Refusal> {
    let question = question(request)?;
    let mut items = services(request, &question);
    if items.is_empty() {
        items.push(not_found());
    }
    items.push(person());
    answer(request, items, text("office.hotline"))
}

fn answer(request: &Request<'_>, items: Vec<Item>, office: Words) -> Result<Answer, Refusal> {
    Answer::ok(&Listing {
        items,
        as_of: rfc3339(request.now),
        office,
    })
}

/// All texts of the question: one box, or topics with a remark.
fn question(request: &Request<'_>) -> Result<String, Refusal> {
    let body: Question = request.json()?;
    let mut words = Vec::new();
    for (name, value) in &body.params {
        let list = value.as_array().cloned().unwrap_or_else(|| vec![value.clone()]);
        for one in list {
            let text = one
                .as_str()
                .map(str::to_owned)
                .ok_or_else(|| Refusal::invalid(&format!("/params/{name}"), "not_text"))?;
            words.push(text);
        }
    }
    let question = words.join(" ");
    if question.trim().is_empty() {
        return Err(Refusal::invalid("/params", "required"));
    }
    if question.chars().count() > QUESTION {
        return Err(Refusal::invalid("/params", "too_long"));
    }
    Ok(question)
}

/// A paragraph of a policy.
struct Passage<'a> {
    entry: &'a Entry,
    paragraph: &'a Words,
}

fn quotes(policies: &PublicRegister, question: &str) -> Vec<Item> {
    let passages: Vec<Passage<'_>> = policies
        .entries
        .iter()
        .flat_map(|entry| {
            let paragraphs = entry.item.paragraphs.iter();
            paragraphs.map(move |paragraph| Passage { entry, paragraph })
        })
        .collect();
    let texts: Vec<String> = passages.iter().map(searched).collect();
    let index = Index::new(texts.iter().map(String::as_str));
    index
        .find(question, ANSWERS)
        .into_iter()
        .filter_map(|hit| passages.get(hit.document))
        .map(|passage| quote(policies, passage))
        .collect()
}

/// The title names the matter that the paragraph often leaves out.
fn searched(passage: &Passage<'_>) -> String {
    let title = passage.entry.item.title.values();
    let parts: Vec<&str> = title
        .chain(passage.paragraph.values())
        .map(String::as_str)
        .collect();
    parts.join("\n")
}

fn quote(policies: &PublicRegister, passage: &Passage<'_>) -> Item {
    let source = &passage.entry.item;
    let mut lines = vec![line("source", source.title.clone())];
    if !source.sub.is_empty() {
        lines.push(line("issued_by", source.sub.clone()));
    }
    lines.push(line("as_of", plain(&policies.as_of)));
    lines.push(line("kept_by", policies.office.clone()));
    Item {
        id: source.id.clone(),
        title: source.title.clone(),
        sub: source.sub.clone(),
        state: "quoted".to_owned(),
        paragraphs: vec![passage.paragraph.clone(), text("assistant.no_decision")],
        sections: vec![Part {
            title: text("part.source"),
            lines,
        }],
        qr: source.qr.clone(),
        service_id: source.service_id.clone(),
        ..Item::default()
    }
}

/// Offered services whose name, summary or tags speak of the question.
fn services(request: &Request<'_>, question: &str) -> Vec<Item> {
    let catalogue = &request.office.services.catalogue;
    let offered: Vec<_> = catalogue
        .services
        .iter()
        .filter(|service| request.office.service(&service.service.id).is_ok())
        .filter(|service| service.staff.is_none())
        .collect();
    let texts: Vec<String> = offered
        .iter()
        .map(|service| {
            let about = &service.service;
            let words = about.title.values().chain(about.summary.values()).cloned();
            let mut words: Vec<String> = words.collect();
            words.extend(about.tags.iter().cloned());
            words.join("\n")
        })
        .collect();
    let index = Index::new(texts.iter().map(String::as_str));
    index
        .find(question, ANSWERS)
        .into_iter()
        .filter_map(|hit| offered.get(hit.document))
        .map(|service| Item {
            id: service.service.id.clone(),
            title: (*service.service.title).clone(),
            sub: (*service.page.sub).clone(),
            icon: service.page.icon.clone(),
            state: "service".to_owned(),
            paragraphs: vec![(*service.service.summary).clone()],
            service_id: service.service.id.clone(),
            ..Item::default()
        })
        .collect()
}

fn not_found() -> Item {
    Item {
        id: "not_found".to_owned(),
        title: text("assistant.not_found.title"),
        sub: text("assistant.not_found.sub"),
        state: "not_found".to_owned(),
        paragraphs: vec![text("assistant.not_found.text")],
        ..Item::default()
    }
}

fn person() -> Item {
    let hotline = Line {
        label: text("line.hotline"),
        value: plain("12345"),
    };
    Item {
        id: "person".to_owned(),
        title: text("assistant.person.title"),
        sub: text("assistant.person.sub"),
        state: "person".to_owned(),
        sections: vec![Part {
            title: text("assistant.person.title"),
            lines: vec![hotline, line("on_site", text("assistant.person.on_site"))],
        }],
        ..Item::default()
    }
}
