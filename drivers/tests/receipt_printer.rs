//! The receipt printer's driver against the simulated printer, over a pseudo-terminal.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use std::thread;
use std::time::{Duration, Instant};

use kiosk_drivers::conformance::receipt_printer::{Hands, check};
use kiosk_drivers::device::receipt_printer::{EscPosPrinter, PaperWidth, ReceiptPrinterConfig};
use kiosk_drivers::error::DeviceErrorKind;
use kiosk_drivers::health::{Link, Reason};
use kiosk_drivers::port::receipt_printer::{Align, Line, PrintOutcome, Receipt, ReceiptPrinter, TextSize};
use kiosk_drivers::simulator::receipt_printer::SimulatedReceiptPrinter;
use tempfile::TempDir;

struct Bench {
    simulator: SimulatedReceiptPrinter,
    printer: EscPosPrinter,
    _folder: TempDir,
}

fn bench_with(width: PaperWidth, change: impl FnOnce(&mut ReceiptPrinterConfig)) -> Bench {
    let folder = tempfile::tempdir().unwrap();
    let simulator = SimulatedReceiptPrinter::spawn(folder.path().join("receipt"), width).unwrap();
    let mut config = ReceiptPrinterConfig {
        paper: width,
        reply_ms: 200,
        ..ReceiptPrinterConfig::at(simulator.path().to_string_lossy())
    };
    change(&mut config);
    let printer = EscPosPrinter::new(config);
    Bench {
        simulator,
        printer,
        _folder: folder,
    }
}

fn bench_of(width: PaperWidth) -> Bench {
    bench_with(width, |_| {})
}

fn bench() -> Bench {
    let mut bench = bench_of(PaperWidth::Mm80);
    bench.printer.open().unwrap();
    bench
}

fn text(text: &str) -> Line {
    Line::Text {
        text: text.to_owned(),
        align: Align::Left,
        size: TextSize::Normal,
        bold: false,
    }
}

fn receipt(lines: impl IntoIterator<Item = Line>) -> Receipt {
    Receipt {
        lines: lines.into_iter().collect(),
    }
}

fn long() -> Receipt {
    receipt((0..40).map(|number| text(&format!("第 {number} 行 便民自助终端"))))
}

/// Prints, and does something to the printer once the first line is on the paper.
fn print_and(
    bench: &mut Bench,
    order: &Receipt,
    meanwhile: impl FnOnce(&SimulatedReceiptPrinter),
) -> PrintOutcome {
    let Bench {
        simulator, printer, ..
    } = bench;
    thread::scope(|scope| {
        let job = scope.spawn(|| printer.print(order));
        let deadline = Instant::now() + Duration::from_secs(10);
        while !simulator.is_printing() {
            assert!(Instant::now() < deadline, "nothing is printed");
            thread::sleep(Duration::from_millis(1));
        }
        meanwhile(simulator);
        job.join().unwrap().unwrap()
    })
}

/// Each line is drawn, and fills a block of its own.
fn drawn() -> Receipt {
    receipt((0..30).map(|_| text("张𠮷")))
}

struct Technician<'a>(&'a SimulatedReceiptPrinter);

impl Hands for Technician<'_> {
    fn take_paper(&mut self) {
        self.0.paper_out();
    }
    fn nearly_take_paper(&mut self) {
        self.0.paper_out_after(3);
    }
    fn load_paper(&mut self) {
        self.0.load_paper();
    }
    fn open_cover(&mut self) {
        self.0.open_cover();
    }
    fn close_cover(&mut self) {
        self.0.close_cover();
    }
    fn jam_cutter(&mut self) {
        self.0.jam_cutter();
    }
    fn clear_jam(&mut self) {
        self.0.clear_jam();
    }
    fn unplug(&mut self) {
        self.0.unplug();
    }
    fn replug(&mut self) {
        self.0.replug().unwrap();
    }
    fn slips(&mut self) -> usize {
        self.0.receipts().iter().filter(|slip| slip.cut).count()
    }
}

#[test]
fn the_simulated_printer_keeps_the_contract() {
    let mut bench = bench_of(PaperWidth::Mm80);
    check(&mut bench.printer, &mut Technician(&bench.simulator)).unwrap();
    assert_eq!(bench.simulator.errors(), []);
}

#[test]
fn chinese_text_goes_out_as_gb18030_after_fs_ampersand() {
    let mut bench = bench();
    assert_eq!(
        bench.printer.print(&receipt([text("政务")])).unwrap(),
        PrintOutcome::Completed
    );
    let slip = &bench.simulator.receipts()[0];
    assert!(slip.bytes.starts_with(&[0x1B, b'@', 0x1C, b'&']));
    let words = [0xD5, 0xFE, 0xCE, 0xF1];
    assert!(slip.bytes.windows(4).any(|bytes| bytes == words));
    assert_eq!(slip.text, "政务\n");
}

#[test]
fn a_name_cannot_smuggle_a_command() {
    let mut bench = bench();
    let name = "张\u{1D}V\u{0}三\u{10}\u{4}\u{1}\u{1B}@";
    assert_eq!(
        bench.printer.print(&receipt([text(name)])).unwrap(),
        PrintOutcome::Completed
    );
    let slips = bench.simulator.receipts();
    assert_eq!(slips.len(), 1, "no cut in the middle");
    assert_eq!(slips[0].text, "张V三@\n");
    assert_eq!(bench.simulator.errors(), []);
}

#[test]
fn a_line_with_a_rare_character_is_drawn() {
    let mut bench = bench();
    let order = receipt([text("姓名 张𠮷"), text("姓名 张三")]);
    assert_eq!(bench.printer.print(&order).unwrap(), PrintOutcome::Completed);
    let slip = &bench.simulator.receipts()[0];
    assert_eq!(slip.text, "[raster 576 x 32]\n姓名 张三\n");
    // The same words look the same, drawn by us or by the device: "姓名 张" is 7 columns wide.
    let row = |y: u32| (32..32 + 7 * 12).map(move |x| slip.image.get_pixel(x, y).0[0]);
    for y in 80..104 {
        assert!(row(y).eq(row(y + 32)), "row {y}");
    }
    assert_eq!(bench.simulator.errors(), []);
}

#[test]
fn a_qr_code_on_paper_reads_back() {
    let mut bench = bench();
    let data = "https://bm.example.gov.cn/v/440103-2026-000123";
    let order = receipt([Line::QrCode { data: data.into() }]);
    assert_eq!(bench.printer.print(&order).unwrap(), PrintOutcome::Completed);
    let slip = &bench.simulator.receipts()[0];
    assert!(slip.text.contains(data));
    let mut picture = rqrr::PreparedImage::prepare_from_greyscale(
        slip.image.width() as usize,
        slip.image.height() as usize,
        |x, y| slip.image.get_pixel(x as u32, y as u32).0[0],
    );
    let (_, content) = picture.detect_grids()[0].decode().unwrap();
    assert_eq!(content, data);
}

#[test]
fn a_symbol_that_is_too_large_is_refused_before_anything_is_sent() {
    let mut bench = bench_of(PaperWidth::Mm58);
    bench.printer.open().unwrap();
    let order = receipt([Line::QrCode {
        data: "x".repeat(2000),
    }]);
    let error = bench.printer.print(&order).unwrap_err();
    assert_eq!(error.kind, DeviceErrorKind::Unsupported);
    assert!(bench.simulator.receipts().is_empty());
}

#[test]
fn narrow_paper_breaks_lines_at_thirty_two_columns() {
    let mut bench = bench_of(PaperWidth::Mm58);
    bench.printer.open().unwrap();
    let order = receipt([text("一二三四五六七八九十一二三四五六，七八")]);
    assert_eq!(bench.printer.print(&order).unwrap(), PrintOutcome::Completed);
    let slip = &bench.simulator.receipts()[0];
    assert_eq!(slip.text, "一二三四五六七八九十一二三四五\n六，七八\n");
    assert_eq!(slip.image.width(), 384 + 64);
}

#[test]
fn low_paper_warns_and_prints() {
    let mut bench = bench();
    bench.simulator.paper_low();
    let health = bench.printer.health();
    assert_eq!(
        (health.link, health.reasons),
        (Link::Online, vec![Reason::PaperLow])
    );
    assert_eq!(
        bench.printer.print(&receipt([text("a")])).unwrap(),
        PrintOutcome::Completed
    );
}

#[test]
fn a_cable_pulled_in_the_middle_leaves_the_outcome_unknown() {
    let mut bench = bench();
    bench.simulator.slow_down(Duration::from_millis(40));
    let outcome = print_and(&mut bench, &long(), SimulatedReceiptPrinter::unplug);
    assert_eq!(outcome, PrintOutcome::Unknown);
    assert_eq!(bench.printer.health().link, Link::Absent);
}

#[test]
fn an_unfinished_slip_never_carries_the_next_persons_lines() {
    let mut bench = bench();
    bench.simulator.slow_down(Duration::from_millis(50));
    let outcome = print_and(&mut bench, &long(), SimulatedReceiptPrinter::open_cover);
    assert_eq!(outcome, PrintOutcome::Incomplete(Reason::CoverOpen));
    bench.simulator.slow_down(Duration::ZERO);
    bench.simulator.close_cover();
    assert_eq!(
        bench.printer.print(&receipt([text("下一位")])).unwrap(),
        PrintOutcome::Completed
    );
    let slips = bench.simulator.receipts();
    assert_eq!(slips.len(), 2);
    assert!(slips[0].text.starts_with("第 0 行") && !slips[0].text.contains("第 39 行"));
    assert_eq!(slips[1].text, "下一位\n");
}

#[test]
fn a_slip_that_took_too_long_cannot_answer_for_the_next_one() {
    for clear_buffer in [true, false] {
        let mut bench = bench_with(PaperWidth::Mm80, |config| {
            config.job_seconds = 1;
            config.clear_buffer = clear_buffer;
        });
        bench.printer.open().unwrap();
        bench.simulator.slow_down(Duration::from_millis(100));
        assert_eq!(bench.printer.print(&long()).unwrap(), PrintOutcome::Unknown);
        let next = receipt([text("下一位")]);
        let mut outcome = bench.printer.print(&next).unwrap();
        // Without the command to clear, the earlier slip has to come out first.
        while outcome == PrintOutcome::Failed(Reason::Timeout) && !clear_buffer {
            outcome = bench.printer.print(&next).unwrap();
        }
        assert_eq!(outcome, PrintOutcome::Completed);
        let slips = bench.simulator.receipts();
        assert_eq!(slips.len(), 2);
        assert_eq!(slips[0].text.contains("第 39 行"), !clear_buffer);
        assert_eq!(slips[1].text, "下一位\n");
        assert_eq!(bench.simulator.errors(), []);
    }
}

#[test]
fn a_printer_that_falls_silent_leaves_the_outcome_unknown() {
    let mut bench = bench();
    bench.simulator.slow_down(Duration::from_millis(200));
    let order = receipt((0..8).map(|_| text("行")));
    let outcome = print_and(&mut bench, &order, |simulator| simulator.mute(true));
    assert_eq!(outcome, PrintOutcome::Unknown);
}

#[test]
fn a_hot_head_only_delays() {
    for order in [receipt((0..10).map(|_| text("行"))), drawn()] {
        let mut bench = bench();
        bench.simulator.slow_down(Duration::from_millis(20));
        let outcome = print_and(&mut bench, &order, |simulator| {
            simulator.overheat(true);
            // So long does it cool.
            thread::sleep(Duration::from_millis(400));
            simulator.overheat(false);
        });
        assert_eq!(outcome, PrintOutcome::Completed);
        assert_eq!(bench.simulator.errors(), []);
    }
}

#[test]
fn a_lost_answer_does_not_end_a_long_slip() {
    let mut bench = bench();
    let outcome = print_and(&mut bench, &drawn(), |simulator| {
        simulator.delay_reply(Duration::from_millis(250));
    });
    assert_eq!(outcome, PrintOutcome::Completed);
    assert_eq!(bench.simulator.receipts().len(), 1);
}

#[test]
fn a_long_slip_that_meets_an_open_cover_stops() {
    let mut bench = bench();
    let outcome = print_and(&mut bench, &drawn(), SimulatedReceiptPrinter::open_cover);
    assert_eq!(outcome, PrintOutcome::Incomplete(Reason::CoverOpen));
}

#[test]
fn a_late_answer_is_never_taken_for_the_next_one() {
    let mut bench = bench();
    bench.simulator.open_cover();
    // Longer than an answer may take, so that it comes when the next question could be under way.
    bench.simulator.delay_reply(Duration::from_millis(330));
    assert_eq!(bench.printer.health().reasons, [Reason::Timeout]);
    for _ in 0..3 {
        assert_eq!(bench.printer.health().reasons, [Reason::CoverOpen]);
    }
}

#[test]
fn garbled_answers_are_a_fault_not_a_state() {
    let mut bench = bench();
    bench.simulator.garble(true);
    let health = bench.printer.health();
    assert_eq!(
        (health.link, health.reasons),
        (Link::Faulted, vec![Reason::Protocol])
    );
    assert_eq!(
        bench.printer.print(&receipt([text("a")])).unwrap(),
        PrintOutcome::Failed(Reason::Protocol)
    );
    bench.simulator.garble(false);
    assert_eq!(bench.printer.health().link, Link::Online);
}

#[test]
fn nothing_at_the_address_is_absence_with_its_cause() {
    let mut printer = EscPosPrinter::new(ReceiptPrinterConfig::at("/dev/serial/by-id/none"));
    let error = printer.open().unwrap_err();
    assert_eq!(error.kind, DeviceErrorKind::Absent);
    assert!(error.operation.contains("/dev/serial/by-id/none"));
    assert!(error.cause.is_some());
}

#[test]
fn a_silent_line_is_told_from_an_empty_one() {
    let mut bench = bench_of(PaperWidth::Mm80);
    bench.simulator.mute(true);
    assert_eq!(bench.printer.open().unwrap_err().kind, DeviceErrorKind::TimedOut);
}
