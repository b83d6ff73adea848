//! A picture from one's own telephone, for the place that the terminal made.

use super::form::Form;
use super::html::{Html, Reply};
use crate::http::request::Request;
use crate::office::uploads::{self, Upload};
use crate::problem::{Case, Refusal};
use crate::words::text;

/// What the picture is of, in words.
fn subject(request: &Request<'_>, upload: &Upload, page: &Html) -> String {
    let service = request.office.services.catalogue.service(&upload.service_id);
    let label = service.and_then(|service| {
        let field = service.field(&upload.about).map(|field| &field.label);
        field.or_else(|| service.material(&upload.about).map(|material| &material.name))
    });
    label.map(|words| page.pick(words)).unwrap_or_default()
}

/// `GET /u/{token}`.
pub fn ask(request: &Request<'_>, _: &Form) -> Result<Reply, Refusal> {
    let upload = uploads::by_token(request, request.param("token"))?;
    Ok(show(request, &upload))
}

fn show(request: &Request<'_>, upload: &Upload) -> Reply {
    let mut page = Html::new(request);
    let subject = subject(request, upload, &page);
    page.heading(&subject);
    let state = match upload.state.as_str() {
        "received" => page.own("web.picture.received"),
        "expired" => page.own("web.picture.expired"),
        "refused" => page.pick(&text(&upload.problem)),
        _ => page.own("web.picture.choose"),
    };
    page.paragraph(&state);
    if matches!(upload.state.as_str(), "waiting" | "refused") {
        let (label, send) = (page.own("web.picture.label"), page.own("web.picture.send"));
        page.form(&format!("/u/{}", upload.token), true)
            .input(
                "picture",
                &label,
                r#"type="file" accept="image/jpeg,image/png" required"#,
            )
            .button("go", "1", &send)
            .end();
    }
    page.reply()
}

/// `POST /u/{token}`.
pub fn take(request: &Request<'_>, form: &Form) -> Result<Reply, Refusal> {
    let upload = uploads::by_token(request, request.param("token"))?;
    if upload.state == "received" {
        return Ok(show(request, &upload));
    }
    let file = form
        .file
        .as_deref()
        .ok_or_else(|| Refusal::from(Case::MalformedRequest))?;
    uploads::take(request, &upload, file)?;
    let upload = uploads::by_token(request, request.param("token"))?;
    Ok(show(request, &upload))
}
