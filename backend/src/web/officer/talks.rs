//! Talks with people at terminals: answer, captions, texts to read, a result.

use super::login::{self, Officer};
use super::{begin, note};
use crate::http::request::Request;
use crate::office::rfc3339_ms;
use crate::office::videos::{self, Talk};
use crate::problem::{Case, Refusal};
use crate::web::form::Form;
use crate::web::html::{Html, Reply};

fn title(request: &Request<'_>, page: &Html, talk: &Talk) -> String {
    let service = request.office.services.catalogue.service(&talk.service_id);
    let title = service.map(|service| page.pick(&service.service.title));
    title.unwrap_or_default()
}

/// `GET /officer/talks`.
pub fn list(request: &Request<'_>, _: &Form) -> Result<Reply, Refusal> {
    let Some(officer) = login::present(request)? else {
        return Ok(Reply::to("/officer/login"));
    };
    let mut page = begin(request, &officer);
    let heading = page.own("web.officer.talks");
    page.heading(&heading);
    let talks = videos::live(request)?;
    for talk in &talks {
        let state = page.own(&format!("web.talk.{}", talk.state));
        let words = format!(
            "{}　{state}　{}",
            title(request, &page, talk),
            rfc3339_ms(talk.created_at)
        );
        page.link(&format!("/officer/talks/{}", talk.id), &words);
    }
    if talks.is_empty() {
        let none = page.own("web.officer.none");
        page.paragraph(&none);
    }
    Ok(page.reply())
}

/// `GET /officer/talks/{video_id}`.
pub fn show(request: &Request<'_>, _: &Form) -> Result<Reply, Refusal> {
    let Some(officer) = login::present(request)? else {
        return Ok(Reply::to("/officer/login"));
    };
    let talk = videos::find(request, request.param("video_id"))?;
    let mut page = begin(request, &officer);
    let heading = title(request, &page, &talk);
    let state = page.own(&format!("web.talk.{}", talk.state));
    page.heading(&heading).paragraph(&state);
    for message in &talk.messages {
        let words = page.pick(&message.words);
        page.paragraph(&words);
    }
    forms(&mut page, &officer, &talk);
    Ok(page.reply())
}

fn forms(page: &mut Html, officer: &Officer, talk: &Talk) {
    let path = format!("/officer/talks/{}/acts", talk.id);
    let begin = |page: &mut Html| {
        page.form(&path, false).hidden("form_token", &officer.form_token);
    };
    match talk.state.as_str() {
        "waiting" => {
            let answer = page.own("web.talk.answer");
            begin(page);
            page.button("act", "answer", &answer).end();
        }
        "connected" => {
            let (words, shared, say) = (
                page.own("web.talk.words"),
                page.own("web.talk.shared"),
                page.own("web.talk.say"),
            );
            begin(page);
            page.input("words", &words, r#"maxlength="500" required"#)
                .text_area("shared", &shared)
                .button("act", "say", &say)
                .end();
            let (result, end) = (page.own("web.talk.result"), page.own("web.talk.end"));
            begin(page);
            page.text_area("result", &result).button("act", "end", &end).end();
        }
        _ => {}
    }
}

/// `POST /officer/talks/{video_id}/acts`.
pub fn act(request: &Request<'_>, form: &Form) -> Result<Reply, Refusal> {
    let officer = login::acting(request, form)?;
    let talk = videos::find(request, request.param("video_id"))?;
    match form.text("act") {
        "answer" => videos::answer(request, &talk, officer.member)?,
        "say" => videos::say(
            request,
            &talk,
            officer.member,
            form.text("words"),
            form.text("shared"),
        )?,
        "end" => videos::end(request, &talk, officer.member, form.text("result"))?,
        _ => return Err(Case::NotFound.into()),
    }
    note(request, &officer, &format!("talk_{}", form.text("act")), &talk.id)?;
    Ok(Reply::to(&format!("/officer/talks/{}", talk.id)))
}
