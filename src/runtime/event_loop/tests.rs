use std::collections::BTreeMap;
use std::path::Path;
use std::sync::mpsc::channel;

use tempfile::TempDir;
use zeroize::Zeroizing;

use super::*;
use crate::config::Configuration;
use crate::protocol::body::Subject;
use crate::remote::Remote;
use crate::runtime::backend::Backend;
use crate::runtime::clock::ManualClock;
use crate::runtime::materials::Materials;
use crate::runtime::outlet::Outlet;
use crate::runtime::paper::Paper;
use crate::runtime::remote_config;
use crate::runtime::vault::Vault;
use crate::session::Settings;
use crate::session::action::Action;
use crate::session::event::CardData;
use crate::store::Store;

const NUMBER: &str = "110000199001010013";

/// A loop that is fed by hand; nothing stands behind its carriers.
struct Bench {
    event_loop: EventLoop,
    vault: Vault,
    _tasks: tokio::runtime::Runtime,
    _folder: TempDir,
}

impl Bench {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path()).unwrap();
        let config = Path::new(env!("CARGO_MANIFEST_DIR")).join("config/demo");
        let configuration = Configuration::load(&config).unwrap();
        let start = "2026-11-23T09:00:00+08:00[Asia/Shanghai]".parse().unwrap();
        let clock: Arc<dyn Clock> = Arc::new(ManualClock::new(start));
        let materials = Materials::load(&configuration, &store, &clock.wall()).unwrap();
        let tasks = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let (sender, inputs) = channel();
        let (outlet, vault) = (Outlet::new(sender), Vault::default());
        let carriers = Carriers {
            workers: Default::default(),
            waiting: Default::default(),
            backend: Backend {
                remote: Remote::new(&remote_config(&configuration.kiosk.backend)).unwrap(),
                tasks: tasks.handle().clone(),
                vault: vault.clone(),
                preview: Watch::new(None),
                outlet: outlet.clone(),
            },
            paper: Paper {
                texts: materials.texts,
                templates: materials.stock.templates,
            },
            vault: vault.clone(),
            outlet,
            camera_cancel: Arc::default(),
            camera_open: Arc::default(),
            transit_cancel: Arc::default(),
            clean: true,
        };
        let session = Session::new(materials.stock.catalogue, Settings::default(), 1);
        let event_loop = EventLoop {
            view: Watch::new(Arc::new(session.view())),
            session,
            ledger: Ledger::new(store, Arc::clone(&clock)),
            carriers,
            clock,
            inputs,
            health: Watch::new(HealthMap::new()),
            observer: None,
            states: BTreeMap::new(),
            fault: Fault::default(),
            fresh: None,
        };
        Self {
            event_loop,
            vault,
            _tasks: tasks,
            _folder: folder,
        }
    }

    /// What the reader's worker does with a card that gives a photo.
    fn place_card(&mut self) {
        self.event_loop.handle(Event::CardReading);
        self.vault.set_photo(NUMBER, Some(Zeroizing::new(vec![1])));
        let card = CardData {
            subject: Subject {
                name: "测试甲".to_owned(),
                id_no: NUMBER.to_owned(),
                card: "resident".to_owned(),
                valid_to: "long_term".to_owned(),
            },
            fields: BTreeMap::new(),
            photo_usable: true,
        };
        self.event_loop.handle(Event::Card(Box::new(card)));
    }

    fn has_photo(&self) -> bool {
        self.vault.photo(NUMBER).is_some()
    }

    fn camera_mark(&self) -> bool {
        self.event_loop.view.get().chrome.camera_on
    }
}

#[test]
fn the_photo_stays_while_its_card_lies_there_whatever_is_touched() {
    let mut bench = Bench::new();
    bench.place_card();
    for action in [Action::Language("en".to_owned()), Action::BiggerText] {
        bench.event_loop.handle(Event::Action(action));
        bench.event_loop.tick();
        assert!(bench.has_photo());
    }
}

#[test]
fn a_card_that_nobody_used_leaves_no_photo() {
    let mut bench = Bench::new();
    bench.place_card();
    bench.event_loop.tick();
    assert!(bench.has_photo());
    bench.event_loop.handle(Event::CardRemoved);
    assert!(!bench.has_photo());
}

#[test]
fn a_payment_that_cannot_be_written_down_is_told_to_be_so() {
    let ticket = crate::session::ticket::Ticket {
        session: 1,
        sequence: 1,
    };
    let payment = crate::session::payment::Payment {
        payment_id: "p1".to_owned(),
        topup_id: String::new(),
        stage: crate::session::payment::Stage::Writing,
    };
    let keep = Effect::KeepPayment { ticket, payment };
    let refused = refusal(&keep);
    assert!(matches!(refused, Some(Event::PaymentKept { ticket: at, kept: false }) if at == ticket));
    let mut bench = Bench::new();
    bench.event_loop.begin(None, vec![keep]);
    let told: Vec<Input> = bench.event_loop.inputs.try_iter().collect();
    let kept = |input: &Input| matches!(input, Input::Event(Event::PaymentKept { kept: true, .. }));
    assert!(told.iter().any(kept));
}

#[test]
fn the_mark_of_the_camera_stays_until_its_stream_is_closed() {
    let mut bench = Bench::new();
    let open = Arc::clone(&bench.event_loop.carriers.camera_open);
    for (now, fault) in [(true, false), (true, true), (false, true)] {
        open.store(now, Ordering::Relaxed);
        bench.event_loop.fault.0 = fault.then_some(OutOfService {
            reason: "store.full",
            ticks: 0,
        });
        bench.event_loop.tick();
        assert_eq!(bench.camera_mark(), now, "out of service: {fault}");
    }
}
