//! A caller's line that plays its audio in real time.

use std::{
    collections::VecDeque,
    future::pending,
    sync::{Arc, Mutex},
};

use hearing::FRAME;
use tokio::{
    sync::mpsc,
    time::{Instant, sleep_until},
};

use crate::line::{FromCaller, ToCaller};

/// Everything that a line got, with its time in milliseconds.
pub(super) type Log = Arc<Mutex<Vec<(u64, ToCaller)>>>;

/// Plays until the call is over. Marks come back when everything before them was played, or cleared.
pub(super) async fn play(
    mut to: mpsc::Receiver<ToCaller>,
    from: mpsc::WeakSender<FromCaller>,
    begin: Instant,
    log: Log,
) {
    let mut player = Player { plays_until: begin, marks: VecDeque::new() };
    loop {
        let next = player.marks.front().map(|(at, _)| *at);
        let message = tokio::select! {
            biased;
            message = to.recv() => message,
            () = wait(next) => None,
        };
        let now = Instant::now();
        match message {
            Some(message) => {
                player.take(&message, now);
                log.lock().unwrap().push(((now - begin).as_millis() as u64, message));
            }
            None if to.is_closed() => return,
            None => {}
        }
        while let Some((_, mark)) = player.marks.pop_front_if(|(at, _)| *at <= now) {
            if let Some(from) = from.upgrade() {
                // A call that is ending takes no marks.
                let _ = from.send(FromCaller::Mark(mark)).await;
            }
        }
    }
}

struct Player {
    plays_until: Instant,
    /// Marks with the times at which they come back.
    marks: VecDeque<(Instant, u64)>,
}

impl Player {
    fn take(&mut self, message: &ToCaller, now: Instant) {
        match message {
            ToCaller::Audio(_) => self.plays_until = self.plays_until.max(now) + FRAME,
            ToCaller::Mark(mark) => self.marks.push_back((self.plays_until, *mark)),
            ToCaller::Clear => {
                self.plays_until = now;
                self.marks.iter_mut().for_each(|(at, _)| *at = now);
            }
            ToCaller::News(_) => {}
        }
    }
}

async fn wait(until: Option<Instant>) {
    match until {
        Some(until) => sleep_until(until).await,
        None => pending().await,
    }
}
