//! Real devices.

pub mod camera;
pub mod camera_list;
mod camera_picture;
mod camera_stream;
pub mod code_reader;
pub mod code_scanner;
pub mod document_camera;
pub mod document_printer;
pub mod id_reader;
pub mod receipt_printer;
mod serial;
pub mod transit_card;
