//! Paper: receipts from templates, the preview of certificates, the life of a print job.

pub mod preview;
pub mod print_job;
pub mod receipt;
