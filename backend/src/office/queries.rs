//! Personal queries. Cells leave masked.

use std::collections::BTreeMap;

use kiosk::catalogue::model::{Kind, Service};
use kiosk::catalogue::validate;
use kiosk::protocol::body::{Query, QueryRows};
use serde_json::Value;

use super::{judge, rfc3339};
use crate::http::answer::Answer;
use crate::http::request::Request;
use crate::problem::{Case, Refusal};
use crate::samples::records::Record;
use crate::words::text;

/// More rows than this are never sent.
const ROWS: usize = 200;
/// Rows of the list of services that have a register, with the text of who keeps it.
const REGISTERS: [(&str, &str); 5] = [
    ("H01", "office.property"),
    ("H03", "office.traffic"),
    ("H04", "office.health"),
    ("E04", "office.marriage"),
    ("B19", "office.payments"),
];

/// `POST /v1/queries/{service_id}`: a read. The person is that of the session, never of the body;
/// of each row only the cells leave that the service shows.
pub fn run(request: &Request<'_>) -> Result<Answer, Refusal> {
    let body: Query = request.json()?;
    let service = request.office.service(request.param("service_id"))?;
    let (row, office) = register_of(service).ok_or(Case::NotFound)?;
    let (id_no, _) = request.session()?.person(service.login.level)?;
    judge::consented(request, service, None)?;
    check_params(request, service, &body.params)?;
    let resident = request.office.register.find(id_no);
    let rows = resident.and_then(|resident| resident.records.get(row));
    let rows = rows
        .into_iter()
        .flatten()
        .filter(|record| record.suits(&body.params))
        .map(|record| shown(service, record))
        .take(ROWS)
        .collect();
    Answer::ok(&QueryRows {
        rows,
        as_of: rfc3339(request.now),
        office: text(office),
    })
}

fn register_of(service: &Service) -> Option<(&'static str, &'static str)> {
    let about = &service.service;
    let covers = |row: &str| about.covers.iter().any(|covered| covered == row);
    REGISTERS
        .into_iter()
        .find(|(row, _)| about.kind == Kind::Query && covers(row))
}

fn check_params(
    request: &Request<'_>,
    service: &Service,
    params: &BTreeMap<String, Value>,
) -> Result<(), Refusal> {
    for (name, value) in params {
        let pointer = format!("/params/{name}");
        let field = service
            .field(name)
            .ok_or_else(|| Refusal::invalid(&pointer, "unknown"))?;
        let options: Vec<String> = request
            .office
            .services
            .catalogue
            .options(field)
            .into_iter()
            .map(|(code, _)| code)
            .collect();
        validate::check(field, Some(value), field.required, &options)
            .map_err(|_| Refusal::invalid(&pointer, "not_accepted"))?;
    }
    Ok(())
}

fn shown(service: &Service, record: &Record) -> BTreeMap<String, String> {
    let columns = service.steps.iter().flat_map(|step| &step.columns);
    columns
        .filter_map(|column| Some((column.id.clone(), record.cells.get(&column.id)?.clone())))
        .collect()
}
