//! Clips of phrases that are made before a caller needs them.

use std::time::Duration;

use contract::http::{WarmRequest, WarmResponse};
use speech::Band;
use tokio::time::Instant;

use super::{Phrases, key, made};
use crate::{
    order::{OrderRequest, Refusal},
    voices::{Chosen, Voices},
};

/// One request works for this long; then it reports the number of clips that are left.
const WORKS_FOR: Duration = Duration::from_secs(15);

/// Every caller's sentence goes before a phrase that nobody waits for.
const LAST: Duration = Duration::from_secs(60 * 60);

impl Phrases {
    /// Makes the clips that the bucket lacks, of the phrases of one tenant, for one voice or for all.
    ///
    /// # Errors
    /// [`Refusal`] for a voice or a speed that this host does not have.
    pub async fn warm(&self, voices: &Voices, request: &WarmRequest) -> Result<WarmResponse, Refusal> {
        let names = match &request.voice {
            Some(voice) => vec![voice.as_str()],
            None => voices.iter().map(|voice| voice.name.as_str()).collect(),
        };
        let until = Instant::now() + WORKS_FOR;
        let mut done = WarmResponse::default();
        for name in names {
            let order = OrderRequest {
                text: "",
                pronunciations: false,
                voice: Some(name),
                tenant: request.tenant.as_ref(),
                speed: request.speed,
            };
            let (voice, speed) = order.voice(voices)?;
            self.warm_voice(&voice, speed, until, &mut done).await;
        }
        Ok(done)
    }

    async fn warm_voice(&self, voice: &Chosen, speed: f32, until: Instant, done: &mut WarmResponse) {
        let book = self.of(voice.tenant());
        for sentence in book.sentences(&voice.voice.language) {
            if Instant::now() >= until {
                done.left += 1;
                continue;
            }
            let job = voice.job(sentence.clone(), speed, Band::Telephone, std::time::Instant::now(), LAST);
            let key = key(voice, &job);
            let keep = &self.shared.keep;
            match keep.has(&key).await {
                Some(true) => done.found += 1,
                Some(false) => match made(voice, job).await {
                    Ok(clip) if keep.store(&key, &clip).await => {
                        self.shared.clips.insert(key, &clip);
                        done.made += 1;
                    }
                    Ok(_) => done.failed += 1,
                    Err(error) => {
                        tracing::warn!(key, %error, "the clip of a phrase was not made");
                        done.failed += 1;
                    }
                },
                None => done.failed += 1,
            }
        }
    }
}
