//! A certificate at the printer: what stops goes on, what fails is over, what nobody knows is asked.

use serde_json::json;

use super::world::*;
use crate::session::action::Action;
use crate::session::effect::Effect;
use crate::session::event::{DeviceRole, DeviceState, Event, PrintEnd};
use crate::session::view::{Page, Paper, Say};

/// To the printing of the certificate, which stays under way.
fn printing() -> World {
    let mut world = World::printing();
    let ticket = world.ticket("print");
    world.event(Event::Printing { ticket, page: 2 });
    world
}

/// Whether the person had all pages, for each time that the visit was done with the job.
fn ended_prints(world: &World) -> Vec<bool> {
    let ends = world.asked.iter().filter_map(|effect| match effect {
        Effect::EndPrint { job_id, all_out } if job_id == "j1" => Some(*all_out),
        _ => None,
    });
    ends.collect()
}

fn print_audits(world: &World) -> Vec<&str> {
    let outcomes = world.asked.iter().filter_map(|effect| match effect {
        Effect::Audit(record) if record.id == "print.ended" => Some(record.members[0].1.as_str()),
        _ => None,
    });
    outcomes.collect()
}

fn end_print(world: &mut World, end: PrintEnd) {
    let ticket = world.ticket("print");
    world.event(Event::Printed { ticket, end });
}

#[test]
fn paper_out_in_the_middle_goes_on_with_the_same_job_and_counts_once() {
    let mut world = printing();
    world.event(Event::Device(
        DeviceRole::A4Printer,
        DeviceState::Unusable("device.reason.paper_out"),
    ));
    end_print(&mut world, PrintEnd::Incomplete("device.reason.paper_out"));
    let main_action = |world: &World| match world.page() {
        Page::Problem { next, .. } => next.action,
        other => panic!("{other:?}"),
    };
    assert_eq!(main_action(&world), Action::CallStaff, "nobody else can help now");
    assert_eq!(world.called("/v1/tickets").len(), 1, "the staff know");
    assert!(print_audits(&world).is_empty());
    world.event(Event::Device(DeviceRole::A4Printer, DeviceState::Ready));
    assert_eq!(main_action(&world), Action::TryAgain);
    world.act(Action::TryAgain);
    assert_eq!(
        world.count(|effect| matches!(effect, Effect::ResumePrint { job_id, .. } if job_id == "j1")),
        1
    );
    end_print(&mut world, PrintEnd::Completed);
    assert_eq!(print_audits(&world), ["delivered"]);
    assert_eq!(world.called("/v1/certificates").len(), 1, "no second job");
}

#[test]
fn a_stopped_print_that_goes_on_by_itself_is_seen_to_end() {
    let mut world = printing();
    end_print(&mut world, PrintEnd::Incomplete("device.reason.paper_out"));
    end_print(&mut world, PrintEnd::Completed);
    let Page::Certificate { paper, .. } = world.page() else {
        panic!("{:?}", world.page())
    };
    assert_eq!(paper, Paper::Done);
    assert_eq!(print_audits(&world), ["delivered"]);
}

#[test]
fn a_failed_print_is_over_and_the_next_one_is_another_job() {
    for (page, outcome) in [(1, "failed"), (2, "partial")] {
        let mut world = printing();
        let ticket = world.ticket("print");
        world.event(Event::Printing { ticket, page });
        end_print(&mut world, PrintEnd::Failed("device.reason.hardware"));
        assert_eq!(name_of(&world.page()), "problem");
        assert_eq!(print_audits(&world), [outcome]);
        world.act(Action::TryAgain);
        assert_eq!(name_of(&world.page()), "certificate");
        assert_eq!(world.called("/v1/certificates").len(), 2, "a job of its own");
        assert_eq!(
            world.count(|effect| matches!(effect, Effect::ResumePrint { .. })),
            0
        );
    }
}

#[test]
fn giving_up_after_a_jam_reports_what_came_out() {
    let mut world = printing();
    end_print(&mut world, PrintEnd::Incomplete("device.reason.paper_jam"));
    world.act(Action::Decline);
    assert_eq!(name_of(&world.page()), "rating");
    assert_eq!(print_audits(&world), ["partial"]);
    assert_eq!(ended_prints(&world), [false], "the rest does not come out later");
}

#[test]
fn an_unknown_end_asks_the_person_and_prints_nothing_by_itself() {
    for (came_out, outcome) in [(true, "delivered"), (false, "unknown")] {
        let mut world = printing();
        end_print(&mut world, PrintEnd::Unknown);
        let Page::Certificate { paper, next, .. } = world.page() else {
            panic!()
        };
        assert_eq!(paper, Paper::Unknown);
        assert!(next.off.is_some());
        world.tick(30);
        world.act(Action::PaperCameOut(came_out));
        assert_eq!(print_audits(&world), [outcome]);
        assert_eq!(ended_prints(&world), [came_out]);
        assert_eq!(
            world.count(|effect| matches!(effect, Effect::PrintDocument { .. } | Effect::ResumePrint { .. })),
            1
        );
        world.act(Action::Next);
        assert_eq!(name_of(&world.page()), "rating");
    }
}

#[test]
fn a_visit_that_ends_in_the_middle_of_a_print_ends_it_before_the_wipe() {
    let mut world = printing();
    world.act(Action::Leave);
    assert_eq!(world.wipes(), 0, "asked first: the paper is under way");
    world.act(Action::Leave);
    let end = world
        .asked
        .iter()
        .position(|effect| matches!(effect, Effect::EndPrint { all_out: false, .. }));
    let wipe = world
        .asked
        .iter()
        .position(|effect| matches!(effect, Effect::Wipe { .. }));
    assert!(end.unwrap() < wipe.unwrap());
}

#[test]
fn a_document_that_is_not_the_announced_one_is_not_printed() {
    let mut world = World::new();
    world.log_in(KINSHIP, "face");
    world.fill_kinship();
    world.document = Err("document.changed");
    world.act(Action::Next);
    world.act(Action::Next);
    let Page::Problem { happened, .. } = world.page() else {
        panic!("{:?}", world.page())
    };
    assert_eq!(happened, Say::id("document.changed"));
    assert_eq!(
        world.count(|effect| matches!(effect, Effect::PrintDocument { .. })),
        0
    );
    assert_eq!(print_audits(&world), ["failed"]);
    assert_eq!(ended_prints(&world), [false]);
    world.document = Ok(2);
    world.act(Action::TryAgain);
    assert_eq!(name_of(&world.page()), "certificate");
    assert_eq!(world.called("/v1/certificates").len(), 2, "another copy");
}

#[test]
fn a_certificate_that_was_approved_since_is_printed_without_a_further_application() {
    let approved = json!({
        "application_id": "a1", "number": "YX-2026-00427", "service_id": KINSHIP, "state": "approved"
    });
    let mut world = World::new();
    world.mine = vec![approved.clone()];
    world.log_in(KINSHIP, "sms");
    assert_eq!(name_of(&world.page()), "certificate");
    assert!(
        world
            .called("/v1/applications")
            .iter()
            .all(|call| call.key.is_none())
    );
    world.act(Action::Next);
    assert!(matches!(
        world.page(),
        Page::Certificate {
            paper: Paper::Done,
            ..
        }
    ));

    // Another service's, or one that is still being looked at, changes nothing.
    for (member, value) in [("service_id", ALLOWANCE), ("state", "accepted")] {
        let mut other = approved.clone();
        other[member] = json!(value);
        let mut world = World::new();
        world.mine = vec![other];
        world.log_in(KINSHIP, "sms");
        assert_eq!(name_of(&world.page()), "form", "{member}");
    }
}
