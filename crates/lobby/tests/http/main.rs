//! The HTTP side from outside, on a real journal: shapes, problems, roles, request ids, streams, pages.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod accounts;
mod acts;
mod alerts;
mod appointments;
mod cards;
mod clerk;
mod day;
mod desks;
mod devices;
mod forecast;
mod golden;
mod greeters;
mod hall;
mod identity;
mod import;
mod kept;
mod limits;
mod manager;
mod pages;
mod past;
mod plan;
mod printers;
mod problems;
mod promise;
mod ratings;
mod reports;
mod requests;
mod roles;
mod rule;
mod screens;
mod selftest;
mod signin;
mod staff_page;
mod stream;
mod wiring;
