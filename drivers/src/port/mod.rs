//! One trait per device class. A port is synchronous: a supervisor thread owns each device,
//! every call has a deadline, and a call that fails leaves the device re-openable.

pub mod camera;
pub mod code_scanner;
pub mod document_camera;
pub mod document_printer;
pub mod id_reader;
pub mod receipt_printer;
pub mod transit_card;
