use super::*;
use crate::face::embed::tests::towards;

fn reading(yaw: f32, eyes: f32) -> Reading {
    // The nose goes against the yaw, as on a head.
    Reading {
        yaw,
        pitch: 2.0,
        nose: -yaw / 120.0,
        eyes: [eyes; 2],
        embedding: towards(0, 1.0),
        live: None,
    }
}

fn somebody_else(yaw: f32) -> Reading {
    Reading {
        embedding: towards(1, 1.0),
        ..reading(yaw, 0.0)
    }
}

/// A run in which `asked` is the first action and the rest position is known.
fn resting_before(asked: Challenge) -> ChallengeRun {
    (0..)
        .map(|seed| ChallengeRun::new(FaceThresholds::default(), seed))
        .find(|run| run.order[1] == asked)
        .map(|mut run| {
            feed_all(&mut run, &[0.0; 5], 0.0);
            assert_eq!(run.done(), 1);
            run
        })
        .unwrap()
}

fn feed_all(run: &mut ChallengeRun, yaws: &[f32], eyes: f32) -> Vec<Verdict> {
    yaws.iter().map(|&yaw| run.feed(reading(yaw, eyes))).collect()
}

fn perform(run: &mut ChallengeRun, action: Challenge) -> Verdict {
    let frames: Vec<Reading> = match action {
        Challenge::LookAhead => (0..5).map(|_| reading(0.0, 0.0)).collect(),
        Challenge::Blink => [0.0, 0.9, 0.9, 0.0]
            .map(|eyes| reading(0.0, eyes))
            .into_iter()
            .collect(),
        Challenge::TurnLeft => [-8.0, -18.0, -20.0, -19.0, -9.0, -1.0]
            .map(|yaw| reading(yaw, 0.0))
            .into_iter()
            .collect(),
        Challenge::TurnRight => [8.0, 18.0, 20.0, 19.0, 9.0, 1.0]
            .map(|yaw| reading(yaw, 0.0))
            .into_iter()
            .collect(),
    };
    frames.into_iter().map(|frame| run.feed(frame)).last().unwrap()
}

#[test]
fn doing_what_is_asked_passes_for_every_seed() {
    for seed in 0..200 {
        let mut run = ChallengeRun::new(FaceThresholds::default(), seed);
        let order = run.order().to_vec();
        assert_eq!((order.len(), order[0]), (3, Challenge::LookAhead));
        let verdicts: Vec<Verdict> = order
            .into_iter()
            .map(|action| perform(&mut run, action))
            .collect();
        assert_eq!(verdicts, [Verdict::Going, Verdict::Going, Verdict::Passed]);
        assert!(run.template().is_some());
    }
}

#[test]
fn all_six_orders_come_up() {
    let orders: std::collections::HashSet<Vec<Challenge>> = (0..200)
        .map(|seed| {
            ChallengeRun::new(FaceThresholds::default(), seed)
                .order()
                .to_vec()
        })
        .collect();
    assert_eq!(orders.len(), 6);
}

#[test]
fn a_still_face_never_passes() {
    let mut run = ChallengeRun::new(FaceThresholds::default(), 3);
    assert!(
        feed_all(&mut run, &[1.0; 500], 0.02)
            .iter()
            .all(|verdict| *verdict == Verdict::Going)
    );
    assert_eq!(run.done(), 1);
}

#[test]
fn a_turned_head_is_no_rest_position() {
    let mut run = ChallengeRun::new(FaceThresholds::default(), 3);
    feed_all(&mut run, &[12.0; 20], 0.0);
    assert_eq!(run.done(), 0);
}

#[test]
fn a_turn_must_be_held_for_three_frames_and_come_back() {
    let mut run = resting_before(Challenge::TurnLeft);
    feed_all(&mut run, &[-20.0, -20.0, -10.0, -20.0, -20.0, 0.0], 0.0);
    assert_eq!(run.done(), 1);
    feed_all(&mut run, &[-20.0, -20.0, -20.0, -10.0], 0.0);
    assert_eq!(run.done(), 1);
    feed_all(&mut run, &[-6.0], 0.0);
    assert_eq!(run.done(), 2);
}

#[test]
fn a_turn_without_the_nose_does_not_count() {
    let mut run = resting_before(Challenge::TurnLeft);
    for _ in 0..5 {
        run.feed(Reading {
            nose: 0.0,
            ..reading(-20.0, 0.0)
        });
    }
    feed_all(&mut run, &[0.0], 0.0);
    assert_eq!(run.done(), 1);
}

#[test]
fn the_wrong_side_starts_again_with_a_new_rest_and_the_second_time_fails() {
    let mut run = resting_before(Challenge::TurnLeft);
    assert_eq!(
        feed_all(&mut run, &[20.0, 20.0, 20.0], 0.0).last(),
        Some(&Verdict::Restarted)
    );
    assert_eq!(run.done(), 0);
    feed_all(&mut run, &[0.0; 5], 0.0);
    let wrong = if run.order()[1] == Challenge::TurnLeft {
        20.0
    } else {
        -20.0
    };
    let last = feed_all(&mut run, &[wrong, wrong, wrong], 0.0).pop();
    assert_eq!(last, Some(Verdict::Failed));
}

#[test]
fn a_film_of_every_action_in_turn_does_not_pass_when_the_first_turn_is_to_the_wrong_side() {
    let mut run = resting_before(Challenge::TurnRight);
    let mut verdicts = Vec::new();
    for action in [Challenge::Blink, Challenge::TurnLeft, Challenge::LookAhead].repeat(4) {
        verdicts.push(perform(&mut run, action));
    }
    assert!(!verdicts.contains(&Verdict::Passed), "{verdicts:?}");
}

#[test]
fn a_blink_lasts_two_to_ten_frames_and_ends_open() {
    let blink = |frames: usize| {
        let mut run = resting_before(Challenge::Blink);
        feed_all(&mut run, &vec![0.0; frames], 0.9);
        feed_all(&mut run, &[0.0], 0.4);
        assert_eq!(run.done(), 1, "half open is not open");
        feed_all(&mut run, &[0.0], 0.1);
        run.done() == 2
    };
    assert_eq!([1, 2, 10, 11].map(blink), [false, true, true, false]);
}

#[test]
fn a_blink_while_the_head_moves_does_not_count() {
    let mut run = resting_before(Challenge::Blink);
    feed_all(&mut run, &[0.0, 11.0, 0.0], 0.9);
    feed_all(&mut run, &[0.0], 0.0);
    assert_eq!(run.done(), 1);
    for _ in 0..3 {
        run.feed(Reading {
            pitch: -12.0,
            ..reading(0.0, 0.9)
        });
    }
    feed_all(&mut run, &[0.0], 0.0);
    assert_eq!(run.done(), 1);
}

#[test]
fn who_cannot_be_seen_to_blink_is_asked_for_turns() {
    for seed in 0..50 {
        let mut run = ChallengeRun::new(FaceThresholds::default(), seed);
        feed_all(&mut run, &[0.0; 5], 0.8);
        assert_eq!((run.done(), run.order().len()), (1, 3));
        assert!(!run.order().contains(&Challenge::Blink));
    }
}

#[test]
fn one_usable_eye_is_enough_to_blink() {
    let mut run = resting_before(Challenge::TurnLeft);
    run.restart();
    let one_eyed = |left: f32| Reading {
        eyes: [left, 0.9],
        ..reading(0.0, 0.0)
    };
    while run.order()[1] != Challenge::Blink {
        run.restart();
    }
    for left in [0.0, 0.0, 0.0, 0.0, 0.0, 0.8, 0.8, 0.0] {
        run.feed(one_eyed(left));
    }
    assert_eq!(run.done(), 2);
}

#[test]
fn a_doubtful_picture_asks_for_all_three_actions() {
    let mut run = ChallengeRun::new(FaceThresholds::default(), 9);
    for _ in 0..5 {
        run.feed(Reading {
            live: Some(0.1),
            ..reading(0.0, 0.0)
        });
    }
    assert_eq!(run.order().len(), 4);
}

#[test]
fn another_face_does_not_count_and_soon_starts_again() {
    let mut run = resting_before(Challenge::TurnLeft);
    let verdicts: Vec<Verdict> = (0..5).map(|_| run.feed(somebody_else(-20.0))).collect();
    assert_eq!(verdicts[..4], [Verdict::NotSame; 4]);
    assert_eq!(verdicts[4], Verdict::Restarted);
    assert_eq!(run.done(), 0);
    assert!(run.template().is_none());
}

#[test]
fn a_second_face_while_resting_begins_the_rest_again() {
    let mut run = ChallengeRun::new(FaceThresholds::default(), 9);
    feed_all(&mut run, &[0.0; 4], 0.0);
    assert_eq!(run.feed(somebody_else(0.0)), Verdict::NotSame);
    assert_eq!(run.done(), 0);
    let template_axis = towards(1, 1.0);
    for _ in 0..4 {
        run.feed(somebody_else(0.0));
    }
    assert_eq!(run.done(), 1);
    assert!(run.template().unwrap().cosine(&template_axis) > 0.99);
}

#[test]
fn a_frame_with_shut_eyes_is_left_out_of_the_template() {
    let mut run = ChallengeRun::new(FaceThresholds::default(), 9);
    feed_all(&mut run, &[0.0; 4], 0.0);
    run.feed(Reading {
        eyes: [0.9; 2],
        embedding: towards(0, 0.7),
        ..reading(0.0, 0.0)
    });
    assert!(run.template().unwrap().cosine(&towards(0, 1.0)) > 0.9999);
}
