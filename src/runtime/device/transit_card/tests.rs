//! The worker with the real driver against the simulated reader.

use std::sync::mpsc::{Sender, channel};
use std::thread::{self, JoinHandle};

use kiosk_drivers::device::transit_card::{SerialTransitCard, Timing, TransitCardConfig};
use kiosk_drivers::simulator::transit_card::{
    Kind, OTHER_CARD_NO, SAMPLE_CARD_NO, SAMPLE_LOAD_KEY, Settings, SimulatedTransitCard,
    TransitCardSimulator,
};
use kiosk_drivers::wire::pboc_mac::{Load, LoadKey};
use kiosk_drivers::wire::pboc_status::Status;

use super::*;
use crate::runtime::outlet::Input;

const LIMIT: Duration = Duration::from_secs(30);
const TERMINAL_NO: [u8; 6] = [0, 0, 0, 0, 0, 1];
const AMOUNT: u32 = 5000;

struct Bench {
    simulator: TransitCardSimulator,
    card: SimulatedTransitCard,
    inputs: Receiver<Input>,
    orders: Option<Sender<Order>>,
    thread: Option<JoinHandle<()>>,
    sequence: u64,
    stop: Stop,
    _folder: tempfile::TempDir,
}

impl Bench {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let simulator = TransitCardSimulator::spawn(folder.path().join("transit"), Settings::fast()).unwrap();
        let mut config = TransitCardConfig::new(simulator.path());
        config.timing = Timing::fast();
        let (orders, taken) = channel();
        let (sender, inputs) = channel();
        let stop = Stop::default();
        let worker = TransitWorker {
            reader: Box::new(SerialTransitCard::new(config)),
            terminal_no: TERMINAL_NO,
            orders: taken,
            outlet: Outlet::new(sender),
            stop: stop.clone(),
        };
        Self {
            simulator,
            card: SimulatedTransitCard::sample(),
            inputs,
            orders: Some(orders),
            thread: Some(thread::spawn(move || worker.run())),
            sequence: 0,
            stop,
            _folder: folder,
        }
    }

    fn ticket(&mut self) -> Ticket {
        self.sequence += 1;
        Ticket {
            session: 1,
            sequence: self.sequence,
        }
    }

    fn order(&self, order: Order) {
        self.orders.as_ref().unwrap().send(order).unwrap();
    }

    fn wait_for(&mut self, known: Option<&str>) -> Arc<AtomicBool> {
        let cancel = Arc::new(AtomicBool::new(false));
        let ticket = self.ticket();
        self.order(Order::Wait {
            ticket,
            known: known.map(|known| Zeroizing::new(known.to_owned())),
            cancel: Arc::clone(&cancel),
        });
        cancel
    }

    /// The next thing that is said of a card.
    fn event(&self) -> Event {
        loop {
            if let Input::Event(event) = self.inputs.recv_timeout(LIMIT).unwrap() {
                return event;
            }
        }
    }

    fn card(&self) -> Result<TransitSeen, TransitFault> {
        match self.event() {
            Event::TransitCard { result, .. } => result,
            _ => panic!("no card"),
        }
    }

    fn begin(&mut self) -> Result<LoadChallenge, TransitFault> {
        let ticket = self.ticket();
        self.order(Order::Begin {
            ticket,
            amount_fen: AMOUNT,
        });
        match self.event() {
            Event::LoadBegun { result, .. } => result,
            _ => panic!("not begun"),
        }
    }

    fn finish(&mut self, challenge: &LoadChallenge) -> LoadEnd {
        let ticket = self.ticket();
        let permit = issuer(challenge);
        self.order(Order::Finish { ticket, permit });
        match self.event() {
            Event::LoadEnded { end, .. } => end,
            _ => panic!("not ended"),
        }
    }

    /// The sample card lies there and was read.
    fn with_card() -> Self {
        let mut bench = Self::new();
        bench.simulator.insert_card(&bench.card);
        bench.wait_for(None);
        assert!(bench.card().is_ok());
        bench
    }
}

impl Drop for Bench {
    fn drop(&mut self) {
        self.stop.stop();
        self.orders = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// What the issuer's host answers.
fn issuer(challenge: &LoadChallenge) -> LoadPermit {
    let load = Load {
        amount_fen: AMOUNT,
        terminal_no: challenge.terminal_no,
    };
    let session = LoadKey::new(SAMPLE_LOAD_KEY).session(challenge.random, challenge.counter);
    assert_eq!(load.mac1(&session, challenge.old_balance_fen), challenge.mac1);
    let (date, time) = ([0x20, 0x26, 0x11, 0x23], [0x10, 0x24, 0x00]);
    LoadPermit {
        date,
        time,
        mac2: load.mac2(&session, date, time),
    }
}

#[test]
fn a_card_is_read_and_loaded_once() {
    let mut bench = Bench::with_card();
    let challenge = bench.begin().unwrap();
    assert_eq!(
        (challenge.old_balance_fen, challenge.terminal_no),
        (1250, TERMINAL_NO)
    );
    let end = bench.finish(&challenge);
    assert!(
        matches!(
            end,
            LoadEnd::Loaded {
                balance_fen: 6250,
                ..
            }
        ),
        "{end:?}"
    );
    assert_eq!((bench.card.balance_fen(), bench.card.loads()), (6250, 1));
    let again = bench.finish(&challenge);
    assert!(matches!(again, LoadEnd::NotWritten(_)), "{again:?}");
    assert_eq!(bench.card.loads(), 1);
}

#[test]
fn what_is_no_transit_card_or_another_one_is_told_while_the_wait_goes_on() {
    let mut bench = Bench::new();
    bench
        .simulator
        .insert_card(&SimulatedTransitCard::new(Kind::Foreign, OTHER_CARD_NO, 0));
    bench.wait_for(Some(SAMPLE_CARD_NO));
    assert_eq!(bench.card().err(), Some(TransitFault::WrongCard));
    bench
        .simulator
        .insert_card(&SimulatedTransitCard::new(Kind::Lingnan, OTHER_CARD_NO, 100));
    assert_eq!(bench.card().err(), Some(TransitFault::OtherCard));
    bench.simulator.insert_card(&bench.card);
    let seen = bench.card().ok().unwrap();
    assert_eq!((seen.card_no.as_str(), seen.balance_fen), (SAMPLE_CARD_NO, 1250));
}

#[test]
fn a_wait_that_was_given_up_tells_nothing_more() {
    let mut bench = Bench::new();
    let cancel = bench.wait_for(None);
    cancel.store(true, Ordering::Relaxed);
    // Answered only when the wait is over.
    assert_eq!(bench.begin().err(), Some(TransitFault::Unusable));
    bench.simulator.insert_card(&bench.card);
    assert_eq!(bench.begin().err(), Some(TransitFault::Unusable));
}

#[test]
fn a_card_taken_away_before_the_write_was_certainly_not_written() {
    let mut bench = Bench::with_card();
    let challenge = bench.begin().unwrap();
    bench.simulator.remove_card();
    let end = bench.finish(&challenge);
    assert_eq!(end, LoadEnd::NotWritten(TransitFault::Removed));
    assert_eq!(bench.card.loads(), 0);
}

#[test]
fn a_write_whose_answer_is_lost_is_unknown_until_the_card_is_read_again() {
    let mut bench = Bench::with_card();
    let challenge = bench.begin().unwrap();
    bench.simulator.remove_before_write_is_answered();
    assert!(matches!(bench.finish(&challenge), LoadEnd::Unknown { .. }));
    bench.wait_for(Some(SAMPLE_CARD_NO));
    bench.simulator.insert_card(&bench.card);
    let balance_fen = bench.card().ok().unwrap().balance_fen;
    assert_eq!(balance_fen, bench.card.balance_fen());
}

#[test]
fn a_refused_write_leaves_the_purse_as_it_was() {
    let mut bench = Bench::with_card();
    let challenge = bench.begin().unwrap();
    bench.simulator.refuse_write(Status::CONDITIONS);
    assert_eq!(
        bench.finish(&challenge),
        LoadEnd::NotWritten(TransitFault::Unusable)
    );
    assert_eq!(bench.card.balance_fen(), 1250);
}

#[test]
fn a_reader_that_is_unplugged_is_told_and_comes_back() {
    let bench = Bench::new();
    let link = |wanted: Link| loop {
        if let Input::Health(ROLE, health, _) = bench.inputs.recv_timeout(LIMIT).unwrap()
            && health.link == wanted
        {
            return;
        }
    };
    link(Link::Online);
    bench.simulator.unplug();
    link(Link::Absent);
    bench.simulator.replug().unwrap();
    link(Link::Online);
}
