//! Sounds for tests: speech of our own voice, and things that a line carries besides speech.

use std::f32::consts::{PI, TAU};

use bytes::Bytes;

use crate::{Frame, Line, mu_law};

pub(crate) const BOOKING: &[u8] = include_bytes!("../tests/sounds/booking.ulaw");
pub(crate) const RIGHT: &[u8] = include_bytes!("../tests/sounds/right.ulaw");
pub(crate) const NUMBER: &[u8] = include_bytes!("../tests/sounds/number.ulaw");
pub(crate) const NO: &[u8] = include_bytes!("../tests/sounds/no.ulaw");
pub(crate) const MHM: &[u8] = include_bytes!("../tests/sounds/mhm.ulaw");

const RATE: f32 = 8_000.0;

/// A sequence of numbers between -1 and 1 that is the same in each run.
pub(crate) struct Hiss(pub(crate) u64);

impl Hiss {
    pub(crate) fn next(&mut self) -> f32 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 40) as f32 / (1u64 << 23) as f32 - 1.0
    }
}

/// A sound from its value at each time in seconds, as mu-law.
pub(crate) fn sound(seconds: f32, mut value: impl FnMut(f32) -> f32) -> Vec<u8> {
    (0..(seconds * RATE) as usize).map(|at| encode(value(at as f32 / RATE))).collect()
}

pub(crate) fn silence(seconds: f32) -> Vec<u8> {
    sound(seconds, |_| 0.0)
}

/// Frames from this number on; a rest below a frame is filled with silence.
pub(crate) fn frames(first: u64, audio: &[u8]) -> Vec<Frame> {
    let frame = |(number, part): (u64, &[u8])| {
        let mut audio = part.to_vec();
        audio.resize(Line::Telephone.frame_bytes(), 0xff);
        Frame { line: Line::Telephone, number, audio: Bytes::from(audio) }
    };
    (first..).zip(audio.chunks(160)).map(frame).collect()
}

/// Mixes two sounds; as long as the first.
pub(crate) fn mix(one: &[u8], other: &[u8], share: f32) -> Vec<u8> {
    let other = other.iter().cycle();
    one.iter().zip(other).map(|(one, other)| encode(decode(*one) + share * decode(*other))).collect()
}

fn tone(hertz: f32, time: f32) -> f32 {
    (TAU * hertz * time).sin()
}

fn rich(hertz: f32, time: f32) -> f32 {
    (1..7).map(|overtone| tone(hertz * overtone as f32, time) / overtone as f32).sum()
}

pub(crate) fn ringback(seconds: f32) -> Vec<u8> {
    sound(seconds, |time| if time % 6.0 < 2.0 { 0.2 * (tone(440.0, time) + tone(480.0, time)) } else { 0.0 })
}

pub(crate) fn dial_tone(seconds: f32) -> Vec<u8> {
    sound(seconds, |time| 0.2 * (tone(350.0, time) + tone(440.0, time)))
}

pub(crate) fn busy(seconds: f32) -> Vec<u8> {
    sound(seconds, |time| if time % 1.0 < 0.5 { 0.2 * (tone(480.0, time) + tone(620.0, time)) } else { 0.0 })
}

/// Keys of 100 ms, each with a pause of 100 ms.
pub(crate) fn keys(seconds: f32) -> Vec<u8> {
    let (rows, columns) = ([697.0, 770.0, 852.0, 941.0], [1209.0, 1336.0, 1477.0]);
    sound(seconds, |time| {
        let key = (time / 0.2) as usize;
        let pressed = time % 0.2 < 0.1;
        if pressed { 0.25 * (tone(rows[key % 4], time) + tone(columns[key % 3], time)) } else { 0.0 }
    })
}

pub(crate) fn fax(seconds: f32) -> Vec<u8> {
    sound(seconds, |time| if time % 3.5 < 0.5 { 0.4 * tone(1_100.0, time) } else { 0.0 })
}

/// Pink noise (Kellet's filter) with about this amplitude.
pub(crate) fn pink(seconds: f32, amplitude: f32) -> Vec<u8> {
    let (mut hiss, mut low) = (Hiss(9), [0.0f32; 3]);
    sound(seconds, |_| {
        let white = hiss.next();
        low[0] = 0.997_65 * low[0] + white * 0.099_046;
        low[1] = 0.963 * low[1] + white * 0.296_516_4;
        low[2] = 0.57 * low[2] + white * 1.052_691_3;
        amplitude * 0.3 * (low.iter().sum::<f32>() + white * 0.184_8)
    })
}

const CHORDS: [[f32; 3]; 4] =
    [[261.6, 329.6, 392.0], [220.0, 261.6, 329.6], [174.6, 220.0, 261.6], [196.0, 246.9, 293.7]];

pub(crate) fn organ(seconds: f32) -> Vec<u8> {
    sound(seconds, |time| CHORDS[time as usize % 4].iter().map(|note| 0.06 * rich(*note, time)).sum())
}

pub(crate) fn piano(seconds: f32) -> Vec<u8> {
    sound(seconds, |time| {
        let chord = CHORDS[(time * 2.0) as usize % 4];
        (-(time % 0.5) * 5.0).exp() * chord.iter().map(|note| 0.1 * rich(*note, time)).sum::<f32>()
    })
}

pub(crate) fn melody(seconds: f32) -> Vec<u8> {
    let mut hiss = Hiss(3);
    sound(seconds, |time| {
        let chord = CHORDS[time as usize % 4];
        let note = chord[(time * 4.0) as usize % 3] * 2.0;
        let plucked = (-(time % 0.25) * 4.0).exp() * rich(note, time) * 0.1;
        let drum = 0.2 * (-(time % 0.5) * 30.0).exp() * hiss.next();
        plucked + drum + 0.15 * tone(chord[0] / 2.0, time)
    })
}

/// A cough each 1.5 s: a burst of noise through a throat.
pub(crate) fn coughs(seconds: f32) -> Vec<u8> {
    let (mut hiss, mut before) = (Hiss(5), [0.0f32; 2]);
    sound(seconds, |time| {
        let since = time % 1.5;
        let burst = if since < 0.01 { since * 100.0 } else { (-(since - 0.01) * 12.0).exp() };
        let out = 0.3 * hiss.next() + 1.395 * before[0] - 0.865 * before[1];
        before = [out, before[0]];
        0.4 * burst * out
    })
}

/// Coughs of two bursts each, which fade within 275 ms and lie 110 ms apart, every 1.5 s.
pub(crate) fn double_coughs(seconds: f32) -> Vec<u8> {
    let mut noise = pink(seconds, 1.0).into_iter().map(decode);
    sound(seconds, |time| {
        let (since, noise) = (time % 1.5, noise.next().unwrap_or_default());
        let within = since % 0.385;
        let fades = (within * 100.0).min(1.0) * (-within / 0.0875).exp();
        if since < 0.66 && within < 0.275 { noise * fades } else { 0.0 }
    })
}

/// A click of 3 ms each 150 ms.
pub(crate) fn clicks(seconds: f32) -> Vec<u8> {
    let mut hiss = Hiss(7);
    sound(seconds, |time| if time % 0.15 < 0.003 { 0.8 * hiss.next() } else { 0.0 })
}

/// Something like speech: a buzzing source through moving formants, five syllables a second.
pub(crate) fn babble(seconds: f32, pitch: f32) -> Vec<u8> {
    const VOWELS: [[f32; 3]; 4] =
        [[730., 1090., 2440.], [270., 2290., 3010.], [300., 870., 2240.], [530., 1840., 2480.]];
    let (mut phase, mut state) = (0.0f32, [[0.0f32; 2]; 3]);
    sound(seconds, |time| {
        let vowel = VOWELS[(time * 5.0) as usize % 4];
        let step = pitch * (1.0 + 0.15 * (TAU * 0.5 * time).sin() + 0.01 * (TAU * 5.0 * time).sin()) / RATE;
        phase = (phase + step) % 1.0;
        let mut out = if phase < step { 1.0 } else { 0.0 };
        for (formant, before) in vowel.iter().zip(&mut state) {
            let radius: f32 = 0.963;
            let weight = 2.0 * radius * (TAU * formant / RATE).cos();
            out = (1.0 - weight + radius * radius) * out + weight * before[0] - radius * radius * before[1];
            *before = [out, before[0]];
        }
        3.0 * out * (PI * (time % 0.2) / 0.2).sin().powf(0.7)
    })
}

/// The code of a sample from -1 to 1.
fn encode(sample: f32) -> u8 {
    mu_law::encode((sample * 32_768.0) as i16)
}

fn decode(code: u8) -> f32 {
    f32::from(mu_law::decode(code)) / 32_768.0
}
