//! A caller's line that plays what it gets in real time.

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
    let (mut plays_until, mut marks) = (begin, VecDeque::new());
    loop {
        let next = marks.front().map(|(at, _)| *at);
        let message = tokio::select! {
            biased;
            message = to.recv() => message,
            () = wait(next) => None,
        };
        let now = Instant::now();
        match &message {
            Some(ToCaller::Audio(_)) => plays_until = plays_until.max(now) + FRAME,
            Some(ToCaller::Mark(mark)) => marks.push_back((plays_until, *mark)),
            Some(ToCaller::Clear) => {
                plays_until = now;
                marks.iter_mut().for_each(|(at, _)| *at = now);
            }
            Some(ToCaller::News(_)) => {}
            None if to.is_closed() => return,
            None => {}
        }
        log.lock().unwrap().extend(message.map(|message| ((now - begin).as_millis() as u64, message)));
        while let Some((_, mark)) = marks.pop_front_if(|(at, _)| *at <= now) {
            if let Some(from) = from.upgrade() {
                // A call that is ending takes no marks.
                let _ = from.send(FromCaller::Mark(mark)).await;
            }
        }
    }
}

async fn wait(until: Option<Instant>) {
    match until {
        Some(until) => sleep_until(until).await,
        None => pending().await,
    }
}
