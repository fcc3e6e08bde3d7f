//! Clips of phrases that are made before a caller needs them.

use std::time::Duration;

use contract::http::{WarmRequest, WarmResponse};
use futures::{StreamExt, stream};
use speech::{Band, Job, SpeechError};
use tokio::time::{Instant, sleep, timeout_at};

use super::{Phrases, Shared, key, made};
use crate::{
    order::{OrderRequest, Refusal},
    voices::{Chosen, Voices},
};

/// One request works for this long; then it reports the number of clips that are left.
const WORKS_FOR: Duration = Duration::from_secs(15);

/// Every caller's sentence goes before a phrase that nobody waits for.
const LAST: Duration = Duration::from_secs(60 * 60);

/// Clips that are looked for in the bucket at the same time. They are made one after the other, so that callers keep
/// the other workers.
const LOOK_UPS: usize = 8;

/// Pause before a full engine is asked again.
const WHEN_FULL: Duration = Duration::from_millis(500);

/// The clip of one phrase, which may be in the bucket.
struct Wanted {
    voice: Chosen,
    job: Job,
    key: String,
}

impl Phrases {
    /// Makes the clips that the bucket lacks, of the phrases of one tenant, for one voice or for all. Each request gets
    /// further than the one before, which `from` continues: a clip that would take longer than a whole request counts as
    /// failed.
    ///
    /// # Errors
    /// [`Refusal`] for a voice or a speed that this host does not have.
    pub async fn warm(&self, voices: &Voices, request: &WarmRequest) -> Result<WarmResponse, Refusal> {
        let until = Instant::now() + WORKS_FOR;
        let names = match &request.voice {
            Some(voice) => vec![voice.as_str()],
            None => voices.iter().map(|voice| voice.name.as_str()).collect(),
        };
        let book = self.of(request.tenant.as_ref()).await;
        let mut wanted = Vec::new();
        for name in names {
            let order = OrderRequest {
                text: "",
                pronunciations: false,
                voice: Some(name),
                tenant: request.tenant.as_ref(),
                speed: request.speed,
            };
            let (voice, speed) = order.voice(voices)?;
            let sentences = book.sentences(&voice.voice.language);
            wanted.extend(sentences.into_iter().map(|sentence| (voice.clone(), sentence, speed)));
        }
        let rest = wanted.split_off(request.from.min(wanted.len()));
        let mut done = WarmResponse { left: rest.len(), ..WarmResponse::default() };
        let wanted = rest.into_iter().map(|(voice, sentence, speed)| {
            let job = voice.job(sentence, speed, Band::Telephone, std::time::Instant::now(), LAST);
            Wanted { key: key(&voice, &job), voice, job }
        });
        // A job that is not done in time is dropped, and with it withdrawn.
        let in_time = timeout_at(until, self.warm_all(wanted, &mut done)).await;
        if in_time.is_err() && done.tried() == 0 && done.left > 0 {
            tracing::warn!(
                from = request.from,
                "the clip of a phrase was not made in {WORKS_FOR:?}: left out"
            );
            done.left -= 1;
            done.failed += 1;
        }
        Ok(done)
    }

    async fn warm_all(&self, wanted: impl Iterator<Item = Wanted> + Send, done: &mut WarmResponse) {
        let keep = &self.shared.keep;
        let look_ups = stream::iter(wanted).map(|wanted| {
            let keep = keep.clone();
            async move { (keep.has(&wanted.key).await, wanted) }
        });
        let mut look_ups = look_ups.buffered(LOOK_UPS);
        while let Some((is_kept, wanted)) = look_ups.next().await {
            let count = match is_kept {
                Some(true) => {
                    self.shared.prompts.of(&wanted.key);
                    &mut done.found
                }
                Some(false) if self.warm_one(wanted).await => &mut done.made,
                _ => &mut done.failed,
            };
            *count += 1;
            done.left -= 1;
        }
    }

    /// Makes and keeps a clip. Returns whether the bucket has it.
    async fn warm_one(&self, Wanted { voice, job, key }: Wanted) -> bool {
        let Shared { clips, keep, prompts, .. } = &*self.shared;
        let mut clip = made(&voice, job.clone()).await;
        // Callers fill the engine: the phrase waits for as long as its request works.
        while matches!(clip, Err(SpeechError::Overloaded)) {
            sleep(WHEN_FULL).await;
            clip = made(&voice, job.clone()).await;
        }
        match clip {
            Ok(clip) => {
                let is_kept = keep.store(&key, &clip).await;
                if is_kept {
                    prompts.of(&key);
                }
                clips.insert(key, &clip);
                is_kept
            }
            Err(error) => {
                tracing::warn!(key, %error, "the clip of a phrase was not made");
                false
            }
        }
    }
}
