//! Tests of the engine: whole visits against a world of answers, time-outs on a manual clock,
//! faults at each step, and properties that hold for any sequence of events.

mod browse;
mod capture;
mod drive;
mod faults;
mod identity;
mod login;
mod lost;
mod pay;
mod prints;
mod properties;
mod staff;
mod texts;
mod timeouts;
mod video;
mod world;
