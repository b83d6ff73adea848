//! Personal queries. Cells leave masked.

use kiosk::catalogue::model::Kind;
use kiosk::protocol::body::{Query, QueryRows};
use serde_json::Value;

use super::rfc3339;
use crate::http::answer::Answer;
use crate::http::request::Request;
use crate::problem::{Case, Refusal};
use crate::words::text;

/// More rows than this are never sent.
const ROWS: usize = 200;

/// `POST /v1/queries/{service_id}`: a read. The person is that of the session, never of the body.
pub fn run(request: &Request<'_>) -> Result<Answer, Refusal> {
    let body: Query = request.json()?;
    let service = request.office.service(request.param("service_id"))?;
    let about = &service.service;
    if about.kind != Kind::Query || !about.covers.iter().any(|row| row == "H01") {
        return Err(Case::NotFound.into());
    }
    let (id_no, _) = request.session()?.person(service.login.level)?;
    for (name, value) in &body.params {
        let field = service
            .field(name)
            .ok_or_else(|| Refusal::invalid(&format!("/params/{name}"), "unknown"))?;
        let options: Vec<String> = request
            .office
            .services
            .catalogue
            .options(field)
            .into_iter()
            .map(|(code, _)| code)
            .collect();
        kiosk::catalogue::validate::check(field, Some(value), field.required, &options)
            .map_err(|_| Refusal::invalid(&format!("/params/{name}"), "not_accepted"))?;
    }
    let district = body.params.get("query.district").and_then(Value::as_str);
    let rows = request
        .office
        .register
        .find(id_no)
        .into_iter()
        .flat_map(|resident| &resident.properties)
        .filter(|property| district.is_none_or(|wanted| wanted == "all" || wanted == property.district))
        .map(|property| property.cells.clone())
        .take(ROWS)
        .collect();
    Answer::ok(&QueryRows {
        rows,
        as_of: rfc3339(request.now),
        office: text("office.property"),
    })
}
