//! A thread per device: opens it, opens it again after a fault, polls it, carries out what the
//! session asks for. None of them ever holds the loop up.

pub(super) mod camera;
pub(super) mod code_scanner;
pub(super) mod doc_camera;
pub(super) mod document_printer;
pub(super) mod id_reader;
pub(super) mod receipt_printer;
pub(super) mod speaker;
pub(super) mod transit_card;

use std::thread::{self, JoinHandle};

/// Starts a named worker thread.
pub(super) fn spawn(name: &str, work: impl FnOnce() + Send + 'static) -> std::io::Result<JoinHandle<()>> {
    thread::Builder::new().name(name.to_owned()).spawn(work)
}
