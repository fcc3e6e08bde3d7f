//! The schedule: decides whether one more text can be spoken in time.

use std::time::Duration;

use speech::Device;
use tokio::time::Instant;

use super::demand::{Demand, PROMISED};

/// Largest share of the promised time that late texts of other voices can take together: a voice that falls behind
/// leaves the rest to the other voices.
const MOST_OF_LATE: f64 = 0.5;

/// The outstanding work of one text.
pub(super) struct Plan {
    pub(super) demand: Demand,
    /// The moment at which its caller runs dry, or expects the first sound.
    pub(super) due: Instant,
    /// Whether its caller has heard anything.
    pub(super) heard: bool,
    /// Whether its listener takes no clips at present; nothing is due then.
    pub(super) paused: bool,
}

impl Plan {
    pub(super) fn new(demand: Demand, now: Instant) -> Self {
        let due = now + demand.first_audio();
        Self { demand, due, heard: false, paused: false }
    }
}

/// The claimant of a seat.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Claimant {
    /// A caller that has heard nothing yet.
    Newcomer,
    /// A caller in the middle of an answer whose host is gone: may claim all of the workers' time.
    TakenOver,
}

/// One sentence's work.
struct Work {
    due: Instant,
    seconds: f64,
    /// Whether its text is spoken by another voice and is late already.
    is_foreign_and_late: bool,
}

/// Work that is due sooner than this counts as due then: a sentence that is late by a moment is no overload.
const SOON: Duration = Duration::from_millis(250);

/// The largest share of the promised time, over all devices and moments, that the work due by then takes.
pub(super) fn promised_share<'a>(plans: impl Iterator<Item = &'a Plan> + Clone, now: Instant) -> f64 {
    let active = plans.filter(|plan| !plan.paused);
    let on_device = |device| {
        let plans = active.clone().filter(move |plan| plan.demand.device == device);
        let mut work: Vec<_> = plans
            .flat_map(|plan| {
                let promised = plan.demand.workers * PROMISED;
                plan.demand.due(plan.due).map(move |(due, seconds)| (due, seconds / promised))
            })
            .collect();
        work.sort_unstable_by_key(|(due, _)| *due);
        let shares = work.iter().scan(0.0, |total, (due, seconds)| {
            *total += seconds;
            Some(*total / due.saturating_duration_since(now).max(SOON).as_secs_f64())
        });
        shares.fold(0.0, f64::max)
    };
    let mut devices: Vec<Device> = Vec::new();
    for device in active.clone().map(|plan| plan.demand.device) {
        if !devices.contains(&device) {
            devices.push(device);
        }
    }
    devices.into_iter().map(on_device).fold(0.0, f64::max)
}

/// Whether every sentence on the device is ready before its caller runs dry, with this text starting at `start`.
pub(super) fn fits<'a>(
    plans: impl Iterator<Item = &'a Plan>,
    demand: &Demand,
    claimant: Claimant,
    (now, start): (Instant, Instant),
) -> bool {
    let mut work = Vec::new();
    for plan in plans.filter(|plan| plan.demand.device == demand.device && !plan.paused) {
        let is_foreign_and_late = plan.demand.voice != demand.voice && plan.due <= now;
        work.extend(plan.demand.due(plan.due).map(|(due, seconds)| Work {
            due,
            seconds,
            is_foreign_and_late,
        }));
    }
    // One text at a time is always admitted, even with a voice slower than speech.
    if work.is_empty() {
        return true;
    }
    let promised = demand.workers * PROMISED;
    let available = match claimant {
        Claimant::Newcomer => promised,
        Claimant::TakenOver => demand.workers,
    };
    let own = demand.due(start + demand.first_audio());
    work.extend(own.map(|(due, seconds)| Work { due, seconds, is_foreign_and_late: false }));
    work.sort_unstable_by_key(|work| work.due);
    let (mut total, mut late) = (0.0, 0.0_f64);
    work.into_iter().all(|work| {
        *(if work.is_foreign_and_late { &mut late } else { &mut total }) += work.seconds;
        let time = work.due.saturating_duration_since(now).as_secs_f64();
        total + late.min(MOST_OF_LATE * promised * time) <= available * time
    })
}
