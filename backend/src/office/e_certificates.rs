//! Electronic certificates: shown with a code that the verification knows.

use kiosk::catalogue::model::Service;
use kiosk::protocol::information::{Item, Listing, Part};
use rusqlite::params;

use super::certificates::print_failed;
use super::matters::line;
use super::{day, masked_name, rfc3339};
use crate::certificate::{Claims, Paper, fields_sha256};
use crate::http::answer::Answer;
use crate::http::request::Request;
use crate::problem::Refusal;
use crate::samples::papers::ECertificate;
use crate::words::{plain, text};

/// `GET /v1/e-certificates?kind=`: one's own, valid or not.
pub fn list(request: &Request<'_>) -> Result<Answer, Refusal> {
    let (id_no, _) = request.session()?.person(2)?;
    let kind = request.received.query.get("kind").map_or("", String::as_str);
    let resident = request.office.register.find(id_no);
    let papers = resident.into_iter().flat_map(|resident| &resident.papers);
    let items = papers
        .filter(|paper| kind.is_empty() || kind == "all" || paper.kind == kind)
        .map(|paper| item(request, paper))
        .collect();
    Answer::ok(&Listing {
        items,
        as_of: rfc3339(request.now),
        office: text("office.e_certificates"),
    })
}

/// Gives a valid one of the person's a row among the certificates that can be printed.
///
/// # Errors
/// `internal` when it cannot be laid out.
pub fn make_printable(request: &Request<'_>, id: &str, id_no: &str) -> Result<(), Refusal> {
    let resident = request.office.register.find(id_no);
    let mut papers = resident.into_iter().flat_map(|resident| &resident.papers);
    let Some(paper) =
        papers.find(|paper| paper.id.to_string() == id && paper.valid_until >= day(request.now))
    else {
        return Ok(());
    };
    let printable: bool = request.db.query_row(
        "SELECT EXISTS (SELECT 1 FROM certificate WHERE id = ?1)",
        [id],
        |row| row.get(0),
    )?;
    if printable {
        return Ok(());
    }
    let code = request.office.signer.sign(&claims(paper));
    let pages = request
        .office
        .press
        .print(&Paper {
            fields: &paper.fields,
            code: &code,
            copy_serial: "",
        })
        .map_err(print_failed)?
        .pages;
    request.db.execute(
        "INSERT INTO certificate (id, holder_id_no, number, fields, issued_on, valid_until, code, pages, max_prints)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        params![
            id,
            id_no,
            paper.fields.get("number"),
            serde_json::to_string(&paper.fields)?,
            paper.issued_on.to_string(),
            paper.valid_until.to_string(),
            code,
            pages,
            max_prints(request)
        ],
    )?;
    Ok(())
}

/// As the service says that lists them.
fn max_prints(request: &Request<'_>) -> u32 {
    let services = &request.office.services.catalogue.services;
    let lists = |service: &&Service| {
        service
            .ops
            .iter()
            .any(|op| op.call.starts_with("GET /v1/e-certificates"))
    };
    let outputs = services.iter().filter(lists).flat_map(|service| &service.outputs);
    outputs.filter_map(|output| output.max_prints).next().unwrap_or(1)
}

/// What the code of an electronic certificate says.
pub fn claims(paper: &ECertificate) -> Claims {
    Claims {
        certificate: paper.id,
        issued_on: paper.issued_on,
        valid_until: paper.valid_until,
        fields_sha256: fields_sha256(&paper.fields),
    }
}

fn item(request: &Request<'_>, paper: &ECertificate) -> Item {
    let field = |name: &str| paper.fields.get(name).map(String::as_str).unwrap_or_default();
    let expired = paper.valid_until < day(request.now);
    let state = if expired { "expired" } else { "valid" };
    let number = field("number");
    let tail: String = number
        .chars()
        .skip(number.chars().count().saturating_sub(4))
        .collect();
    let mut lines = vec![
        line("holder", plain(&masked_name(field("holder_name")))),
        line("number", plain(&format!("****{tail}"))),
        line("issued_on", plain(&paper.issued_on.to_string())),
        line("valid_until", plain(&paper.valid_until.to_string())),
        line("state", text(&format!("e_certificate.{state}"))),
    ];
    if !field("level").is_empty() {
        lines.push(line("level", plain(field("level"))));
    }
    Item {
        id: paper.id.to_string(),
        title: text(&format!("e_certificate.{}.title", paper.kind)),
        sub: text(&format!("e_certificate.{state}")),
        state: state.to_owned(),
        sections: vec![Part {
            title: text("part.certificate"),
            lines,
        }],
        qr: request.office.signer.sign(&claims(paper)),
        ..Item::default()
    }
}
