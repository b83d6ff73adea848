//! Tests of the engine: whole visits against a world of answers, time-outs on a manual clock,
//! faults at each step, and properties that hold for any sequence of events.

mod accessible;
mod attest;
mod bench;
mod booking;
mod browse;
mod capture;
mod conditions;
mod drive;
mod faults;
mod household;
mod identity;
mod lists;
mod login;
mod lost;
mod pay;
mod people;
mod prints;
mod properties;
mod proxy;
mod reading;
mod regions;
mod staff;
mod texts;
mod timeouts;
mod together;
mod video;
mod world;
