//! Simulated devices. Each sits at the far end of a real wire, never in place of a driver.

pub mod camera;
mod code_picture;
pub mod code_scanner;
pub mod document_camera;
pub mod document_printer;
mod feed;
pub mod id_reader;
pub mod people;
pub mod pty;
pub mod receipt_printer;
pub mod transit_card;
