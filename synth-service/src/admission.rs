//! How much a host takes on: what its voices still have to speak, and whether more of it would be in time.
//!
//! Everybody who is listened to runs dry at a known moment, and each of their sentences costs about as much work as
//! its length says, at the pace that the voice was measured at. A text is taken on if, with it, every sentence can be
//! ready before its caller runs dry; work that is due late leaves room for work that is due early. Whatever does not
//! fit is refused at once, or waits in a room with few places.

use std::{
    collections::{BTreeMap, VecDeque},
    num::NonZero,
    sync::{self, Arc, MutexGuard, PoisonError},
    time::Duration,
};

use speech::Device;
use text::Sentence;
use tokio::{
    sync::Notify,
    time::{Instant, timeout_at},
};

use crate::voices::LoadedVoice;

/// Share of the workers' time that is promised. The rest is for what sentences cost beside their synthesis, and for
/// those that are longer than they look.
const PROMISED: f64 = 0.5;

/// A first sentence is promised within this time, or within twice of what it takes where nothing else is spoken.
const FIRST_AUDIO: Duration = Duration::from_secs(1);

/// So long a refusal holds for others: with many texts under way it costs milliseconds to find out anew, and those who
/// were refused come by hundreds.
const STILL_FULL: Duration = Duration::from_millis(50);

/// The moments at which a refused text might fit: the first one that does is what its sender is told.
const COME_BACK: [u64; 4] = [1, 2, 5, 10];

/// More does not fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this host speaks as much as it can: try again in {} s", retry_after.as_secs())]
pub struct Full {
    pub retry_after: Duration,
}

/// A text that is to be spoken, as far as its cost matters.
#[derive(Clone, Debug)]
pub struct Demand {
    /// Voices on one device share its time.
    pub device: Device,
    /// Seconds of work that the device does each second.
    pub workers: f64,
    /// Seconds of work for a second of audio.
    pub cost: f64,
    /// Expected length of each sentence, in seconds of audio.
    pub sentences: VecDeque<f64>,
}

impl Demand {
    pub fn new(voice: &LoadedVoice, sentences: &[Sentence], speed: f32) -> Self {
        let device = voice.engine.device();
        let workers = voice.engine.workers();
        let workers = match device {
            Device::Cpu => workers.min(std::thread::available_parallelism().map_or(1, NonZero::get)),
            Device::Cuda(_) => workers,
        };
        let length = |sentence: &Sentence| {
            let text: String = sentence.spans.iter().map(|span| span.text.as_str()).collect();
            f64::from(text::estimated_seconds(&voice.language, &text) / speed)
        };
        Self {
            device,
            workers: workers as f64,
            cost: voice.engine.cost(),
            sentences: sentences.iter().map(length).collect(),
        }
    }

    /// When the first sentence is to be ready if nothing else is spoken meanwhile.
    fn first_audio(&self) -> Duration {
        let work = self.sentences.front().map_or(0.0, |seconds| seconds * self.cost);
        FIRST_AUDIO.max(seconds(2.0 * work / (self.workers * PROMISED)))
    }

    /// Each sentence's work, with the moment at which it is due, when the first one is due at `first`.
    fn due(&self, first: Instant) -> impl Iterator<Item = (Instant, f64)> {
        self.sentences.iter().scan(first, |due, length| {
            let this = *due;
            *due += seconds(*length);
            Some((this, length * self.cost))
        })
    }
}

/// The texts that a host speaks. Cheap to clone.
#[derive(Clone)]
pub struct Admission {
    shared: Arc<Shared>,
}

struct Shared {
    limits: Limits,
    state: sync::Mutex<State>,
    /// A place may have become free.
    changed: Notify,
}

/// What one host allows.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Texts that may wait for their turn.
    pub max_waiting: usize,
    /// How long each may.
    pub patience: Duration,
}

#[derive(Default)]
struct State {
    plans: BTreeMap<u64, Plan>,
    /// In the order of arrival.
    waiting: VecDeque<(u64, Device)>,
    /// Where a text was refused a moment ago, until when others are for the same reason, and what they are told.
    full: Vec<(Device, Instant, Full)>,
    next: u64,
}

/// What is still to be spoken of one text.
struct Plan {
    demand: Demand,
    /// When its caller runs dry, or expects to hear something.
    due: Instant,
    /// Whether something of it has been heard.
    heard: bool,
    /// Whether its listener takes nothing for now, and so waits for nothing.
    paused: bool,
}

/// A text's place among those that are spoken; given back when dropped.
pub struct Seat {
    shared: Arc<Shared>,
    number: u64,
}

/// A text's place among those that wait; given back when dropped.
pub struct Waiting {
    shared: Arc<Shared>,
    number: u64,
    demand: Demand,
    give_up: Instant,
}

impl Admission {
    pub fn new(limits: Limits) -> Self {
        let (state, changed) = (sync::Mutex::default(), Notify::new());
        Self { shared: Arc::new(Shared { limits, state, changed }) }
    }

    /// Takes a text on, if everything will be in time with it and nobody has waited for longer.
    ///
    /// # Errors
    /// [`Full`], with the time after which it may fit.
    pub fn admit(&self, demand: Demand) -> Result<Seat, Full> {
        let now = Instant::now();
        let mut state = self.shared.lock();
        state.full.retain(|(_, until, _)| *until > now);
        if let Some((_, _, full)) = state.full.iter().find(|(device, ..)| *device == demand.device) {
            return Err(*full);
        }
        let is_waited_for = state.waiting.iter().any(|(_, device)| *device == demand.device);
        if !is_waited_for && state.fits(&demand, now, now) {
            return Ok(self.seat(&mut state, demand, now));
        }
        let later = |after: &u64| state.fits(&demand, now, now + Duration::from_secs(*after));
        let after = COME_BACK.into_iter().find(later).unwrap_or(COME_BACK[COME_BACK.len() - 1]);
        let full = Full { retry_after: Duration::from_secs(after) };
        state.full.push((demand.device, now + STILL_FULL, full));
        Err(full)
    }

    /// Takes a text on although everybody may be late with it.
    pub fn oblige(&self, demand: Demand) -> Seat {
        self.seat(&mut self.shared.lock(), demand, Instant::now())
    }

    /// Has a text wait for its turn.
    ///
    /// # Errors
    /// [`Full`] when too many wait.
    pub fn wait(&self, demand: Demand) -> Result<Waiting, Full> {
        let limits = self.shared.limits;
        let mut state = self.shared.lock();
        if state.waiting.len() >= limits.max_waiting {
            return Err(Full { retry_after: limits.patience });
        }
        let number = state.number();
        state.waiting.push_back((number, demand.device));
        let give_up = Instant::now() + limits.patience;
        Ok(Waiting { shared: self.shared.clone(), number, demand, give_up })
    }

    fn seat(&self, state: &mut State, demand: Demand, now: Instant) -> Seat {
        let number = state.number();
        state.sit(number, demand, now);
        Seat { shared: self.shared.clone(), number }
    }
}

impl Shared {
    /// No code panics while it holds the lock, so a poisoned one is still whole.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn number(&mut self) -> u64 {
        self.next += 1;
        self.next
    }

    fn sit(&mut self, number: u64, demand: Demand, now: Instant) {
        let due = now + demand.first_audio();
        self.plans.insert(number, Plan { demand, due, heard: false, paused: false });
    }

    /// Whether every sentence on this device is ready before its caller runs dry, if this text begins at `start`.
    fn fits(&self, demand: &Demand, now: Instant, start: Instant) -> bool {
        let counts = |plan: &&Plan| plan.demand.device == demand.device && !plan.paused;
        let others = self.plans.values().filter(counts);
        let mut work: Vec<_> = others.flat_map(|plan| plan.demand.due(plan.due)).collect();
        // However slow a voice is, one text at a time is always taken.
        if work.is_empty() {
            return true;
        }
        work.extend(demand.due(start + demand.first_audio()));
        work.sort_unstable_by_key(|(due, _)| *due);
        let promised = demand.workers * PROMISED;
        let mut total = 0.0;
        work.into_iter().all(|(due, cost)| {
            total += cost;
            total <= promised * due.saturating_duration_since(now).as_secs_f64()
        })
    }
}

impl Seat {
    /// The next sentence has been made, and lasts so long.
    pub fn made(&self, audio: Duration) {
        self.done(|plan, now| {
            // Who ran dry hears it now.
            let from = if plan.heard { plan.due.max(now) } else { now };
            (plan.due, plan.heard) = (from + audio, true);
        });
    }

    /// The next sentence could not be made.
    pub fn skipped(&self) {
        self.done(|_, _| {});
    }

    /// Its listener takes nothing until [`Self::go_on`].
    pub fn pause(&self) {
        if let Some(plan) = self.shared.lock().plans.get_mut(&self.number) {
            plan.paused = true;
        }
        self.shared.changed.notify_waiters();
    }

    pub fn go_on(&self) {
        let now = Instant::now();
        if let Some(plan) = self.shared.lock().plans.get_mut(&self.number) {
            (plan.paused, plan.due) = (false, plan.due.max(now));
        }
    }

    fn done(&self, change: impl FnOnce(&mut Plan, Instant)) {
        let now = Instant::now();
        if let Some(plan) = self.shared.lock().plans.get_mut(&self.number) {
            plan.demand.sentences.pop_front();
            change(plan, now);
        }
        self.shared.changed.notify_waiters();
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut state = self.shared.lock();
        state.plans.remove(&self.number);
        state.full.clear();
        drop(state);
        self.shared.changed.notify_waiters();
    }
}

impl Waiting {
    /// Returns when it is this text's turn.
    ///
    /// # Errors
    /// [`Full`] when that took too long.
    pub async fn seat(self) -> Result<Seat, Full> {
        loop {
            let changed = self.shared.changed.notified();
            tokio::pin!(changed);
            // Before the look, so that no change in between is missed.
            changed.as_mut().enable();
            if let Some(seat) = self.take() {
                return Ok(seat);
            }
            if timeout_at(self.give_up, changed).await.is_err() {
                return Err(Full { retry_after: self.shared.limits.patience });
            }
        }
    }

    /// A seat, if this is the one that has waited longest and it fits.
    fn take(&self) -> Option<Seat> {
        let now = Instant::now();
        let mut state = self.shared.lock();
        let first = state.waiting.iter().find(|(_, device)| *device == self.demand.device);
        if first.is_none_or(|(number, _)| *number != self.number) || !state.fits(&self.demand, now, now) {
            return None;
        }
        state.sit(self.number, self.demand.clone(), now);
        Some(Seat { shared: self.shared.clone(), number: self.number })
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        self.shared.lock().waiting.retain(|(number, _)| *number != self.number);
        self.shared.changed.notify_waiters();
    }
}

fn seconds(seconds: f64) -> Duration {
    Duration::try_from_secs_f64(seconds).unwrap_or(Duration::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn admission() -> Admission {
        Admission::new(Limits { max_waiting: 2, patience: Duration::from_secs(10) })
    }

    /// Sentences of two seconds, at not quite a twelfth of a second of work each: one worker promises six a second.
    fn demand(sentences: usize) -> Demand {
        Demand {
            device: Device::Cpu,
            workers: 1.0,
            cost: 0.0416,
            sentences: std::iter::repeat_n(2.0, sentences).collect(),
        }
    }

    #[tokio::test(start_paused = true)]
    async fn first_sentences_are_promised_within_a_second_and_no_more_than_fit() {
        let admission = admission();
        let seats: Vec<_> = (0..6).map(|_| admission.admit(demand(1)).expect("fits")).collect();
        assert_eq!(admission.admit(demand(1)).err(), Some(Full { retry_after: Duration::from_secs(1) }));
        seats[0].made(Duration::from_secs(2));
        tokio::time::advance(STILL_FULL).await;
        assert!(admission.admit(demand(1)).is_ok(), "one is done");
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_far_ahead_of_its_caller_leaves_room() {
        let admission = admission();
        let seats: Vec<_> = (0..6).map(|_| admission.admit(demand(9)).expect("fits")).collect();
        for seat in &seats {
            seat.made(Duration::from_secs(2));
        }
        // Six callers need six sentences in two seconds; the host makes twelve.
        let more: Vec<_> = std::iter::from_fn(|| admission.admit(demand(9)).ok()).collect();
        assert_eq!(more.len(), 6);
        for seat in &more {
            seat.made(Duration::from_secs(2));
        }
        assert!(admission.admit(demand(9)).is_err(), "twelve callers are all that it can keep");
    }

    #[tokio::test(start_paused = true)]
    async fn a_host_that_is_late_takes_nothing_more() {
        let admission = admission();
        let seat = admission.admit(demand(2)).expect("fits");
        tokio::time::advance(Duration::from_secs(2)).await;
        assert!(admission.admit(demand(1)).is_err());
        seat.skipped();
        drop(seat);
        assert!(admission.admit(demand(1)).is_ok());
    }

    #[tokio::test(start_paused = true)]
    async fn a_voice_that_is_slower_than_speech_speaks_for_one() {
        let admission = admission();
        let slow = Demand { cost: 3.0, ..demand(3) };
        let _seat = admission.admit(slow.clone()).expect("nobody else speaks");
        assert!(admission.admit(slow.clone()).is_err());
        assert!(admission.admit(Demand { device: Device::Cuda(0), ..slow }).is_ok(), "another device");
    }

    #[tokio::test(start_paused = true)]
    async fn who_waits_is_next_within_bounds_of_number_and_time() {
        let admission = admission();
        let mut seats: Vec<_> = (0..6).map(|_| admission.admit(demand(1)).expect("fits")).collect();
        let (first, second) = (admission.wait(demand(1)).expect("a place"), admission.wait(demand(1)));
        let second = second.expect("a place");
        assert!(admission.wait(demand(1)).is_err(), "no third place");
        seats.pop();
        assert!(admission.admit(demand(1)).is_err(), "nobody passes those who wait");
        let _first = first.seat().await.expect("its turn");
        let begun = Instant::now();
        assert!(second.seat().await.is_err(), "nobody leaves");
        assert_eq!(begun.elapsed(), Duration::from_secs(10));
        assert!(admission.wait(demand(1)).is_ok(), "its place is free again");
    }
}
