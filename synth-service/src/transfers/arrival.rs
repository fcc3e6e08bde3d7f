//! The begin of a call for which Connect sends the code of a pass as keys.
//!
//! Connect sends them when the call is answered, the code twice. The call begins when the pass is taken, or when no code
//! comes: its language and voice can't change later.

use std::time::Duration;

use async_trait::async_trait;
use contract::live::{PassCode, PassRequest};
use live::{Caller, FromCaller, Voice};
use tokio::{
    sync::mpsc,
    time::{Instant, sleep_until, timeout},
};

use super::{
    keys::{CodeKeys, Keyed},
    passes::{NoPass, Passes},
};
use crate::live::Arrival;

/// Time from the begin of the stream to the first key: Connect pauses for 750 ms before it.
const FIRST_KEY: Duration = Duration::from_millis(2500);

/// Time from one key to the next. Between the two codes Connect pauses for 1.5 s.
const NEXT_KEY: Duration = Duration::from_secs(2);

/// Time in all.
const AT_MOST: Duration = Duration::from_secs(6);

/// Time to take the pass.
const TAKEN_WITHIN: Duration = Duration::from_millis(1500);

/// Things that may wait for the call. The door drops frames that don't fit, and counts them.
const WAITING: usize = 8;

/// A caller whose code is expected.
pub struct ByPass {
    passes: Passes,
}

/// The caller's line until the call begins.
struct Line {
    from: mpsc::Receiver<FromCaller>,
    keys: CodeKeys,
    /// The caller's own keys.
    early: String,
    until: Instant,
}

impl ByPass {
    /// A caller whose code is that of one of these passes.
    pub fn new(passes: Passes) -> Self {
        Self { passes }
    }

    /// Takes the pass of a code. Nothing that is heard meanwhile is for the call.
    async fn take(&self, code: &PassCode, call: &str, line: &mut Line) -> Option<PassRequest> {
        let taking = timeout(TAKEN_WITHIN, self.passes.take(code, call));
        tokio::pin!(taking);
        let taken = loop {
            tokio::select! {
                biased;
                taken = &mut taking => break taken,
                thing = line.from.recv(), if !line.is_over() => drop(line.hear(thing)),
            }
        };
        let reason = match taken {
            Ok(Ok(request)) => return Some(request),
            Ok(Err(NoPass::Store(error))) => error.to_string(),
            Ok(Err(error)) => error.to_string(),
            Err(_) => "the bucket did not answer in time".to_owned(),
        };
        tracing::warn!(call, reason, "a transferred caller has no pass: the call goes on without a contact");
        None
    }
}

#[async_trait]
impl Arrival for ByPass {
    async fn settle(self: Box<Self>, mut caller: Caller) -> Caller {
        let (to_call, from) = mpsc::channel(WAITING);
        let mut line = Line::new(std::mem::replace(&mut caller.from, from));
        match line.code().await {
            Some(code) => {
                if let Some(request) = self.take(&code, &caller.id, &mut line).await {
                    tracing::info!(call = caller.id, contact = %request.contact_id, "a contact is on the line");
                    admit(&mut caller, request);
                }
            }
            None => tracing::warn!(
                call = caller.id,
                "no code has come: the call goes on without a contact; the flow must send the keys of its pass"
            ),
        }
        tokio::spawn(line.relay(to_call));
        caller
    }
}

/// Gives a caller the contact and the voice of a pass.
fn admit(caller: &mut Caller, request: PassRequest) {
    let PassRequest { contact_id, language, voice, system } = request;
    caller.contact = Some(contact_id);
    let before = std::mem::take(&mut caller.voice);
    let system = system.or(before.system);
    // Of voice and language one follows from the other.
    caller.voice = match (voice, language) {
        (None, None) => Voice { system, ..before },
        (name, language) => Voice { name, language: language.unwrap_or_default(), system },
    };
}

impl Line {
    fn new(from: mpsc::Receiver<FromCaller>) -> Self {
        let now = Instant::now();
        Self { from, keys: CodeKeys::new(now), early: String::new(), until: now + FIRST_KEY }
    }

    fn is_over(&self) -> bool {
        self.from.is_closed() && self.from.is_empty()
    }

    /// The first code; `None` when none comes in time.
    async fn code(&mut self) -> Option<PassCode> {
        let last = Instant::now() + AT_MOST;
        loop {
            let until = self.until.min(last);
            tokio::select! {
                thing = self.from.recv() => {
                    let code = match thing {
                        None => return None,
                        thing => self.hear(thing),
                    };
                    if code.is_some() {
                        return code;
                    }
                }
                () = sleep_until(until) => return None,
            }
        }
    }

    /// Takes something that comes before the call begins. Sound is of no use yet.
    fn hear(&mut self, thing: Option<FromCaller>) -> Option<PassCode> {
        let Some(FromCaller::Key(key)) = thing else { return None };
        let now = Instant::now();
        self.until = now + NEXT_KEY;
        let Keyed { passed, code } = self.keys.push(key, now);
        self.early.push_str(&passed);
        code
    }

    /// Passes everything on to the call but codes, until one of both is over.
    async fn relay(mut self, to_call: mpsc::Sender<FromCaller>) {
        let mut keys = std::mem::take(&mut self.early);
        loop {
            for key in keys.drain(..) {
                if to_call.send(FromCaller::Key(key)).await.is_err() {
                    return;
                }
            }
            let deadline = self.keys.deadline();
            let thing = tokio::select! {
                () = to_call.closed() => return,
                thing = self.from.recv() => thing,
                () = sleep_until(deadline.unwrap_or_else(Instant::now)), if deadline.is_some() => {
                    keys = self.keys.tick(Instant::now());
                    continue;
                }
            };
            match thing {
                Some(FromCaller::Key(key)) => keys = self.keys.push(key, Instant::now()).passed,
                // The call is over: the next round ends.
                Some(thing) => drop(to_call.send(thing).await),
                None => break,
            }
        }
        for key in self.keys.rest().chars() {
            let _ = to_call.send(FromCaller::Key(key)).await;
        }
    }
}
