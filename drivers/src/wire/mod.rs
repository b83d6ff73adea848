//! Codecs without I/O: bytes in, values out, and back.

pub mod ccid;
pub mod ccid_frame;
pub mod escpos;
mod id_layout;
pub mod id_text;
pub mod number;
pub mod pboc;
pub mod pboc_mac;
pub mod pboc_status;
pub mod sdt;
pub mod sdt_card;
pub mod sdt_frame;
pub mod sdt_status;
pub mod serial;
pub mod tlv;
