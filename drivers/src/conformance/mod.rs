//! One contract suite per port: runs on the simulators in every test run and on hardware in the lab.

pub mod camera;
pub mod code_scanner;
pub mod document_camera;
pub mod document_printer;
pub mod id_reader;
pub mod receipt_printer;
pub mod transit_card;
