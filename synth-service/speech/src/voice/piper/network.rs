//! One session of a model, and its batches: in a batch, every item is exactly as long as it is alone.
//!
//! A model is an encoder, which works on ids, and a decoder, which works on frames. On CUDA the first run of a
//! shape is slow. Padding lets the encoder's shapes repeat; the decoder's depend on the durations, which are known
//! only in the middle of a run, so a new one can still be met.

use std::path::Path;

use ort::{
    session::{RunOptions, Session, SessionInputValue, SessionOutputs},
    value::{TensorElementType, TensorRef},
};

use super::{config::Inference, phonemes::MAX_IDS};
use crate::{
    Device, Interrupt, Runtime, SpeechError,
    runtime::Model,
    voice::{VoiceConfig, signature, tensor::floats},
};

/// Inputs and outputs by which a model of this family is recognised. A model with several speakers also has `sid`.
const INPUTS: [&str; 3] = ["input", "input_lengths", "scales"];
const OUTPUTS: [&str; 1] = ["output"];
const SPEAKER: &str = "sid";

/// Formats of the numbers that a model may give.
const FLOATS: [TensorElementType; 2] = [TensorElementType::Float32, TensorElementType::Float16];

/// Items in a batch on a GPU, where this many take little longer than one.
const CUDA_BATCH: usize = 8;

/// Items in a batch on the CPU. On one core a batch takes as long as its items one after the other: a second of sound
/// takes 82 ms in a run of its own and in batches of two and four. A batch would only delay its first item.
const CPU_BATCH: usize = 1;

/// On a GPU the number of ids is padded to a multiple of this, so that the encoder's shapes repeat.
const CUDA_MULTIPLE: usize = 32;

/// Number of ids that warm up the CPU: about a second of sound.
const CPU_WARM_UP: usize = 32;

/// Id of the padding, which occurs only beyond `input_lengths`.
const PADDING: i64 = 0;

pub(super) struct Network {
    session: Session,
    device: Device,
    inference: Inference,
    has_speakers: bool,
    /// Name of the output with the frames of each phoneme.
    durations: Option<String>,
}

/// One item of a batch.
#[derive(Clone, Copy)]
pub(super) struct Item<'a> {
    pub(super) ids: &'a [i64],
    /// The model's number for the speaker.
    pub(super) speaker: i64,
}

/// A batch in the model's form.
struct Tensors {
    rows: usize,
    columns: usize,
    ids: Vec<i64>,
    lengths: Vec<i64>,
    speakers: Vec<i64>,
}

impl Network {
    /// A session for `model`, the content of the file at `path` with `durations` as one of its outputs.
    ///
    /// # Errors
    /// [`SpeechError::Voice`] naming the file where it is not a model of this family.
    pub(super) fn load(
        voice: &VoiceConfig,
        runtime: &Runtime,
        threads: usize,
        (path, model): (&Path, &[u8]),
        durations: Option<String>,
        inference: Inference,
    ) -> Result<Self, SpeechError> {
        let device = voice.device(runtime);
        let failed = |cause: String| voice.error(path, &cause);
        let session = runtime.session(Model::Bytes(model), device, threads).map_err(failed)?;
        signature::check("piper", &session, &INPUTS, &OUTPUTS).map_err(failed)?;
        let other = |output: &&ort::value::Outlet| {
            output.dtype().tensor_type().is_some_and(|kind| !FLOATS.contains(&kind))
        };
        if let Some(output) = session.outputs().iter().find(other) {
            return Err(failed(format!("its output `{}` is not of floats of 32 or 16 bits", output.name())));
        }
        let has_speakers = session.inputs().iter().any(|input| input.name() == SPEAKER);
        Ok(Self { session, device, inference, has_speakers, durations })
    }

    /// Most items in one run.
    pub(super) fn batch_limit(&self) -> usize {
        match self.device {
            _ if self.durations.is_none() => 1,
            Device::Cpu => CPU_BATCH,
            Device::Cuda(_) => CUDA_BATCH,
        }
    }

    /// Runs the model once; on a GPU, once for every shape to which batches are padded. `ids` may be any that the model
    /// knows.
    pub(super) fn warm_up(&mut self, ids: &[i64]) -> Result<(), SpeechError> {
        if self.device == Device::Cpu {
            let ids = &ids[..ids.len().min(CPU_WARM_UP)];
            return self.run(&[Item { ids, speaker: 0 }], 1.0, &Interrupt::default()).map(drop);
        }
        let limit = self.batch_limit();
        for size in (0..).map(|power| 1 << power).take_while(|size| *size <= limit) {
            for length in (CUDA_MULTIPLE..=MAX_IDS.next_multiple_of(CUDA_MULTIPLE)).step_by(CUDA_MULTIPLE) {
                let ids: Vec<_> = ids.iter().copied().cycle().take(length).collect();
                self.run(&vec![Item { ids: &ids, speaker: 0 }; size], 1.0, &Interrupt::default())?;
            }
        }
        Ok(())
    }

    /// The waveform of each item, at the model's own rate.
    ///
    /// # Errors
    /// [`SpeechError::Synthesis`] where the model fails, or its sound can't be divided into items.
    pub(super) fn run(
        &mut self,
        items: &[Item<'_>],
        speed: f32,
        interrupt: &Interrupt,
    ) -> Result<Vec<Vec<f32>>, SpeechError> {
        let tensors = self.tensors(items);
        let Inference { noise_scale, length_scale, duration_noise_scale } = self.inference;
        let scales = [noise_scale, length_scale / speed, duration_noise_scale];
        let mut inputs = ort::inputs![
            "input" => TensorRef::from_array_view(([tensors.rows, tensors.columns], &*tensors.ids))?,
            "input_lengths" => TensorRef::from_array_view(([tensors.rows], &*tensors.lengths))?,
            "scales" => TensorRef::from_array_view(([scales.len()], scales.as_slice()))?,
        ];
        if self.has_speakers {
            let speakers = TensorRef::from_array_view(([tensors.rows], &*tensors.speakers))?;
            inputs.push((SPEAKER.into(), SessionInputValue::from(speakers)));
        }
        let options = interrupt.govern(RunOptions::new()?)?;
        let outputs = self.session.run_with_options(inputs, &options)?;
        let sound = floats(&outputs["output"])?;
        match &self.durations {
            Some(name) => told_apart(&sound, &frames(&outputs, name, tensors.rows)?, items.len()),
            None if items.len() == 1 => Ok(vec![sound]),
            None => Err(SpeechError::Synthesis("this model can't speak several sentences at once".into())),
        }
    }

    fn tensors(&self, items: &[Item<'_>]) -> Tensors {
        let longest = items.iter().map(|item| item.ids.len()).max().unwrap_or(0);
        let (rows, columns) = match self.device {
            Device::Cpu => (items.len(), longest),
            Device::Cuda(_) => (items.len().next_power_of_two(), longest.next_multiple_of(CUDA_MULTIPLE)),
        };
        let mut tensors = Tensors {
            rows,
            columns,
            ids: Vec::with_capacity(rows * columns),
            // The padding rows are as short as possible.
            lengths: items.iter().map(|item| item.ids.len() as i64).collect(),
            speakers: items.iter().map(|item| item.speaker).collect(),
        };
        for item in items {
            tensors.ids.extend(item.ids);
            tensors.ids.resize(tensors.ids.len().next_multiple_of(columns.max(1)), PADDING);
        }
        tensors.ids.resize(rows * columns, PADDING);
        tensors.lengths.resize(rows, 1);
        tensors.speakers.resize(rows, 0);
        tensors
    }
}

/// The number of frames in each row.
fn frames(outputs: &SessionOutputs<'_>, name: &str, rows: usize) -> Result<Vec<usize>, SpeechError> {
    let frames = floats(&outputs[name])?;
    let columns = (frames.len() / rows.max(1)).max(1);
    // The model gives every row at least one frame.
    Ok(frames.chunks(columns).map(|row| (row.iter().sum::<f32>() as usize).max(1)).collect())
}

/// Divides `sound`, in which every row is as long as the longest, into the first `items` rows, each cut to its own
/// length. The rest is noise from the padding.
fn told_apart(sound: &[f32], frames: &[usize], items: usize) -> Result<Vec<Vec<f32>>, SpeechError> {
    let longest = frames.iter().copied().max().unwrap_or(1);
    let row = sound.len() / frames.len().max(1);
    if row == 0 || !row.is_multiple_of(longest) || row * frames.len() != sound.len() {
        return Err(SpeechError::Synthesis("the model's sound and its durations don't fit together".into()));
    }
    let samples_per_frame = row / longest;
    Ok(sound
        .chunks(row)
        .zip(frames)
        .take(items)
        .map(|(row, frames)| row[..frames * samples_per_frame].to_vec())
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_cut_to_their_own_length() {
        let sound: Vec<f32> = (0..24).map(|sample| sample as f32).collect();
        let rows = told_apart(&sound, &[2, 3, 1], 2);
        // Four samples a frame would make 12 samples a row, but there are 8.
        assert!(rows.is_err());
        let rows = told_apart(&sound, &[2, 4, 1], 2).unwrap_or_default();
        assert_eq!(rows, [vec![0.0, 1.0, 2.0, 3.0], (8..16).map(|sample| sample as f32).collect()]);
    }
}
