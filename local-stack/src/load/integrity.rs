//! Checks the objects of a finished stream. Makes no requests to S3: the caller passes in the bucket's contents.

use std::collections::{BTreeMap, BTreeSet};

use speech::SpeechError;

use contract::{
    StreamId, keys,
    stream::{Manifest, Outcome, Sentinel},
};

/// The objects of one stream in the bucket.
#[derive(Clone, Debug, Default)]
pub(super) struct Found {
    /// The keys of the stream's objects, each with the time of its last write in milliseconds.
    pub(super) objects: BTreeMap<String, u64>,
    pub(super) manifest: Option<Manifest>,
    pub(super) sentinel: Option<Sentinel>,
}

/// The part of a stream to which its caller listened.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Heard {
    /// Number of parts that were played.
    pub(super) parts: usize,
    /// Whether the caller's script was to end the stream early.
    pub(super) was_cut: bool,
    /// Whether the caller listened until no part followed.
    pub(super) to_the_end: bool,
}

/// The faults of a stream that had been accepted, one line each: everything that was lost.
pub(super) fn faults(stream: &StreamId, found: &Found, heard: Heard) -> Vec<String> {
    let Some(sentinel) = &found.sentinel else { return vec!["it has no sentinel".into()] };
    let Some(manifest) = &found.manifest else { return vec!["it has no manifest".into()] };
    let mut faults = Vec::new();
    let mut must = |holds: bool, fault: String| {
        if !holds {
            faults.push(fault);
        }
    };
    let expected = (0..sentinel.parts).map(|part| keys::part(stream, part));
    let documents = [keys::manifest(stream), keys::life(stream), keys::sentinel(stream)];
    let expected: BTreeSet<_> = expected.chain(documents).collect();
    // A bucket may refuse the timeline; nothing is lost then.
    let timeline = keys::timeline(stream);
    for key in &expected {
        must(found.objects.contains_key(key), format!("{key} is missing"));
    }
    for key in found.objects.keys() {
        must(
            expected.contains(key) || *key == timeline,
            format!("{key} is one too many: the sentinel counts {}", sentinel.parts),
        );
    }
    let sealed = found.objects.get(&keys::sentinel(stream)).copied().unwrap_or_default();
    for (key, written) in &found.objects {
        must(
            *written <= sealed,
            format!("{key} was written {} ms after the sentinel", written - sealed.min(*written)),
        );
    }
    let (made, sentences) = (sentinel.parts + sentinel.skipped, manifest.sentences.len());
    match sentinel.outcome {
        Outcome::Complete => {
            must(made == sentences, format!("{made} of {sentences} sentences are accounted for"))
        }
        Outcome::Cancelled => {
            must(heard.was_cut, format!("it was not cancelled, and its sentinel says: {}", sentinel.reason))
        }
        Outcome::Failed => must(false, format!("it failed: {}", sentinel.reason)),
    }
    must(heard.parts <= sentinel.parts, format!("{} parts were heard of {}", heard.parts, sentinel.parts));
    let missed = heard.to_the_end && !heard.was_cut && heard.parts < sentinel.parts;
    must(!missed, format!("only {} parts were heard of {}", heard.parts, sentinel.parts));
    faults
}

/// Whether the stream waited in the queue until the service gave it up. The flow was told so, and nothing was lost.
pub(super) fn waited_in_vain(found: &Found) -> bool {
    found.sentinel.as_ref().is_some_and(|sentinel| {
        sentinel.outcome == Outcome::Failed
            && sentinel.parts == 0
            && sentinel.reason == SpeechError::Overloaded.to_string()
    })
}

#[cfg(test)]
mod tests {
    use contract::HostId;
    use text::Sentence;

    use super::*;

    fn stream() -> StreamId {
        "abc".parse().expect("an id")
    }

    /// A stream of three sentences, one of them skipped. Each object was written a millisecond after the one before.
    fn found(outcome: Outcome) -> Found {
        let stream = stream();
        let keys = [
            keys::manifest(&stream),
            keys::part(&stream, 0),
            keys::part(&stream, 1),
            keys::life(&stream),
            keys::timeline(&stream),
            keys::sentinel(&stream),
        ];
        let manifest = Manifest {
            version: Manifest::version_for(false),
            stream_id: stream,
            contact_id: None,
            voice: "hibari".into(),
            tenant: None,
            speed: 1.0,
            sentences: vec![Sentence::default(); 3],
            growing: false,
            asides: Vec::new(),
            created_at_ms: 0,
            host: HostId::from_random_bits(1),
        };
        let sentinel = Sentinel { parts: 2, outcome, reason: "why".into(), skipped: 1, ended_at_ms: 0 };
        Found {
            objects: keys.into_iter().zip(1..).collect(),
            manifest: Some(manifest),
            sentinel: Some(sentinel),
        }
    }

    #[test]
    fn a_stream_that_is_whole_has_no_faults() {
        let all = Heard { parts: 2, was_cut: false, to_the_end: true };
        assert_eq!(faults(&stream(), &found(Outcome::Complete), all), [""; 0]);
        let cut = Heard { parts: 1, was_cut: true, to_the_end: true };
        assert_eq!(faults(&stream(), &found(Outcome::Cancelled), cut), [""; 0]);
        let mut changed = found(Outcome::Complete);
        changed.objects.insert(keys::life(&stream()), 3);
        changed.objects.remove(&keys::timeline(&stream()));
        assert_eq!(faults(&stream(), &changed, all), [""; 0]);
    }

    #[test]
    fn whatever_is_lost_is_told() {
        let key = |part| keys::part(&stream(), part);
        let all = Heard { parts: 2, was_cut: false, to_the_end: true };
        let check = |change: &dyn Fn(&mut Found), heard, expected: &str| {
            let mut found = found(Outcome::Complete);
            change(&mut found);
            let faults = faults(&stream(), &found, heard);
            assert!(faults.len() == 1 && faults[0].contains(expected), "{expected}: {faults:?}");
        };
        check(&|found| found.sentinel = None, all, "no sentinel");
        check(&|found| found.manifest = None, all, "no manifest");
        check(
            &|found| {
                found.objects.remove(&key(0));
            },
            all,
            "part0.wav is missing",
        );
        check(
            &|found| {
                found.objects.insert(key(2), 1);
            },
            all,
            "part2.wav is one too many",
        );
        check(
            &|found| {
                found.objects.insert(key(1), 10);
            },
            all,
            "written 4 ms after the sentinel",
        );
        check(
            &|found| {
                found.objects.insert(keys::timeline(&stream()), 7);
            },
            all,
            "written 1 ms after the sentinel",
        );
        check(&|_| {}, Heard { parts: 1, ..all }, "only 1 parts were heard of 2");
        check(&|_| {}, Heard { parts: 3, ..all }, "3 parts were heard of 2");
        let sentinel =
            |change: fn(&mut Sentinel)| move |found: &mut Found| found.sentinel.iter_mut().for_each(change);
        check(&sentinel(|sentinel| sentinel.skipped = 0), all, "2 of 3 sentences");
        check(&sentinel(|sentinel| sentinel.outcome = Outcome::Cancelled), all, "it was not cancelled");
        check(&sentinel(|sentinel| sentinel.outcome = Outcome::Failed), all, "it failed: why");
    }
}
