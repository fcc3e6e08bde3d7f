//! The protocol of streams under every interleaving: two hosts and one bucket; hosts die, miss beats, wake up late,
//! cancel, and take over from each other.
//!
//! The service's own code makes the decisions: [`Protocol`](synth_service::streams::protocol::Protocol) and
//! [`Life`](contract::Life). The model adds the rest: a [`bucket`] with atomic conditional writes, and writes that
//! arrive later than their host expects, after its death, or never.

#![allow(clippy::expect_used, clippy::indexing_slicing, reason = "a model that is wrong can only stop")]

mod bucket;
mod state;
mod task;
mod world;

use stateright::{Checker, Model};

use self::{state::Left, world::World};

/// Explores every state of streams with this many sentences on two hosts, and checks the properties.
fn explore(sentences: &'static [usize], disturbances: Left) {
    check(World { sentences, growing: false, hosts: 2, disturbances });
}

/// The same for texts that are written while they are spoken.
fn explore_growing(sentences: &'static [usize], disturbances: Left) {
    check(World { sentences, growing: true, hosts: 2, disturbances });
}

fn check(world: World) {
    let checker = world.checker().threads(2).spawn_bfs().join();
    println!("{} states", checker.unique_state_count());
    checker.assert_properties();
}

/// No disturbances.
const NONE: Left =
    Left { deaths: 0, resumes: 0, cancels: 0, faults: 0, stops: 0, lost: 0, writers: 0, stalls: 0 };

#[test]
fn a_stream_outlives_its_host_and_late_writes_do_no_harm() {
    explore(&[2], Left { deaths: 1, resumes: 2, faults: 1, stalls: 1, ..NONE });
}

#[test]
fn a_host_that_only_misses_its_beats_loses_its_stream_and_does_no_harm() {
    explore(&[2], Left { stalls: 2, resumes: 3, ..NONE });
}

#[test]
fn a_stream_stays_with_a_host_that_beats_however_often_others_are_asked() {
    explore(&[2], Left { deaths: 1, resumes: 3, faults: 1, stops: 1, ..NONE });
}

#[test]
fn a_part_that_was_given_up_may_arrive_late_or_never() {
    explore(&[2], Left { lost: 1, resumes: 2, cancels: 1, stalls: 1, ..NONE });
}

#[test]
fn a_cancel_on_any_host_ends_a_stream_that_moves() {
    explore(&[2], Left { deaths: 1, resumes: 2, cancels: 2, stalls: 1, ..NONE });
}

#[test]
fn a_host_that_stops_hands_its_stream_over() {
    explore(&[2], Left { stops: 1, resumes: 2, cancels: 1, ..NONE });
}

#[test]
fn of_two_starts_for_a_contact_one_lives() {
    explore(&[1, 2], Left { deaths: 1, resumes: 1, ..NONE });
}

#[test]
fn a_text_that_grows_is_spoken_as_far_as_it_was_certain_when_its_host_was_lost() {
    explore_growing(&[2], Left { deaths: 1, resumes: 2, faults: 1, stalls: 1, ..NONE });
}

#[test]
fn a_writer_that_fails_cuts_the_text_short_wherever_the_stream_is() {
    explore_growing(&[2], Left { deaths: 1, resumes: 2, writers: 1, cancels: 1, ..NONE });
}

#[test]
fn a_page_or_a_part_of_a_growing_text_may_arrive_late_or_never() {
    explore_growing(&[2], Left { lost: 1, resumes: 1, cancels: 1, stalls: 1, ..NONE });
}

#[test]
fn a_newer_turn_ends_an_answer_that_is_being_written() {
    explore_growing(&[1, 1], Left { deaths: 1, ..NONE });
}
