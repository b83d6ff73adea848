//! Devices of the terminal: ports, real drivers, wire codecs, and simulators that sit at the far
//! end of the wire so that the real driver runs in every test.

pub mod conformance;
pub mod device;
pub mod error;
pub mod health;
pub mod photo;
pub mod picture_quality;
pub mod port;
pub mod raster;
pub mod simulator;
pub mod wire;
