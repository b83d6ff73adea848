//! Paying by telephone. A sample: the person confirms or cancels, and no money moves.

use super::form::Form;
use super::html::{Html, Reply};
use crate::http::request::Request;
use crate::office::money;
use crate::problem::Refusal;

/// `GET /p/{token}`.
pub fn ask(request: &Request<'_>, _: &Form) -> Result<Reply, Refusal> {
    show(request)
}

/// `POST /p/{token}/confirmation`.
pub fn confirm(request: &Request<'_>, _: &Form) -> Result<Reply, Refusal> {
    let payment = money::by_token(request, request.param("token"))?;
    money::pay(request, &payment, true)?;
    show(request)
}

/// `POST /p/{token}/cancellation`.
pub fn cancel(request: &Request<'_>, _: &Form) -> Result<Reply, Refusal> {
    let payment = money::by_token(request, request.param("token"))?;
    money::pay(request, &payment, false)?;
    show(request)
}

fn show(request: &Request<'_>) -> Result<Reply, Refusal> {
    let payment = money::by_token(request, request.param("token"))?;
    let mut page = Html::new(request);
    let amount = page
        .own("web.pay.amount")
        .replace("{yuan}", &money::yuan(payment.amount_fen));
    let state = page.own(&format!("web.pay.{}", payment.state));
    page.heading(&amount).paragraph(&payment.number).paragraph(&state);
    if payment.state == "created" {
        let (yes, no) = (page.own("web.pay.confirm"), page.own("web.pay.cancel"));
        page.form(&format!("/p/{}/confirmation", payment.token), false)
            .button("go", "1", &yes)
            .end()
            .form(&format!("/p/{}/cancellation", payment.token), false)
            .button("go", "1", &no)
            .end();
    }
    Ok(page.reply())
}
