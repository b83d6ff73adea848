//! Numbers of the work that machines take off the counters (G08). Counts only, never a person.

use kiosk::protocol::information::{Item, Line, Listing, Part};

use super::matters::line;
use super::rfc3339;
use crate::http::answer::Answer;
use crate::http::request::Request;
use crate::problem::Refusal;
use crate::words::{plain, text};

/// `GET /v1/stats`: one item for all, then one a service with its matters by state.
pub fn report(request: &Request<'_>) -> Result<Answer, Refusal> {
    let mut items = vec![total(request)?];
    for service in &request.office.services.catalogue.services {
        let id = &service.service.id;
        let lines = by_state(request, id)?;
        if !lines.is_empty() {
            items.push(Item {
                id: id.clone(),
                title: (*service.service.title).clone(),
                sections: vec![Part {
                    title: text("part.by_state"),
                    lines,
                }],
                ..Item::default()
            });
        }
    }
    Answer::ok(&Listing {
        items,
        as_of: rfc3339(request.now),
        office: text("office.cases"),
    })
}

fn total(request: &Request<'_>) -> Result<Item, Refusal> {
    let count = |sql: &str| request.db.query_row(sql, [], |row| row.get::<_, i64>(0));
    let counts = [
        ("visits", count("SELECT count(*) FROM session")?),
        (
            "matters",
            count("SELECT count(*) FROM application WHERE sample = 0 AND number IS NOT NULL")?,
        ),
        (
            "bookings",
            count(
                "SELECT count(*) FROM booking b JOIN application a ON a.id = b.application_id WHERE a.sample = 0",
            )?,
        ),
        (
            "printed",
            count("SELECT coalesce(sum(printed), 0) FROM certificate")?,
        ),
        ("ratings", count("SELECT count(*) FROM evaluation")?),
        ("calls", count("SELECT count(*) FROM ticket")?),
    ];
    let mut lines: Vec<Line> = counts
        .into_iter()
        .map(|(name, number)| line(name, plain(&number.to_string())))
        .collect();
    let mean: Option<f64> = request
        .db
        .query_row("SELECT avg(level) FROM evaluation", [], |row| row.get(0))?;
    if let Some(mean) = mean {
        lines.push(line("rating_mean", plain(&format!("{mean:.2}"))));
    }
    Ok(Item {
        id: "all".to_owned(),
        title: text("stats.all"),
        sections: vec![Part {
            title: text("part.counts"),
            lines,
        }],
        ..Item::default()
    })
}

fn by_state(request: &Request<'_>, service: &str) -> Result<Vec<Line>, Refusal> {
    let mut query = request.db.prepare(
        "SELECT state, count(*) FROM application WHERE service_id = ?1 AND sample = 0 GROUP BY state ORDER BY state",
    )?;
    let rows = query.query_map([service], |row| {
        Ok((row.get::<_, String>(0)?, row.get::<_, i64>(1)?))
    })?;
    rows.map(|row| {
        let (state, number) = row?;
        Ok(Line {
            label: text(&format!("timeline.case.{state}.done")),
            value: plain(&number.to_string()),
        })
    })
    .collect()
}
