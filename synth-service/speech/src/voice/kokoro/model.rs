//! One session of the network. Its exports differ in names and number formats; all of them are accepted.

use half::f16;
use ort::{
    session::{RunOptions, Session, SessionInputValue},
    value::{Outlet, Tensor, TensorElementType, ValueType},
};

use super::{
    super::{signature, tensor::floats},
    styles::WIDTH,
};
use crate::{Interrupt, SpeechError};

/// Possible names of the input for the phonemes' ids.
const TOKENS: [&str; 2] = ["tokens", "input_ids"];
const STYLE: &str = "style";
const SPEED: &str = "speed";

/// The id that starts and ends every line.
const BOUNDARY_ID: i64 = 0;

pub(super) struct Model {
    session: Session,
    tokens: &'static str,
    style: Format,
    speed: Format,
    output: String,
}

/// Number formats that exports use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Format {
    Single,
    Half,
    Int,
    Long,
}

impl Model {
    /// # Errors
    /// One line that says how the model differs from its family.
    pub(super) fn new(session: Session) -> Result<Self, String> {
        let has = |name: &&&str| session.inputs().iter().any(|input| input.name() == **name);
        let tokens = TOKENS.iter().find(has).copied().unwrap_or(TOKENS[0]);
        signature::check("kokoro", &session, &[tokens, STYLE, SPEED], &[])?;
        let format = |name: &str| {
            let input = session.inputs().iter().find(|input| input.name() == name);
            input.and_then(Format::of).ok_or_else(|| format!("its input `{name}` takes no numbers"))
        };
        let (style, speed) = (format(STYLE)?, format(SPEED)?);
        if matches!(speed, Format::Int | Format::Long) {
            tracing::warn!("this kokoro model takes whole speeds only: others are rounded");
        }
        let output = session.outputs().first().ok_or("it has no output")?.name().to_owned();
        Ok(Self { session, tokens, style, speed, output })
    }

    /// The waveform of these phonemes.
    pub(super) fn run(
        &mut self,
        ids: &[i64],
        style: &[f32],
        speed: f32,
        interrupt: &Interrupt,
    ) -> Result<Vec<f32>, SpeechError> {
        let tokens: Vec<_> = [&[BOUNDARY_ID], ids, &[BOUNDARY_ID]].concat();
        let inputs = ort::inputs![
            self.tokens => Tensor::from_array(([1, tokens.len()], tokens))?,
            STYLE => self.style.tensor(vec![1, WIDTH], style)?,
            SPEED => self.speed.tensor(vec![1], &[speed])?,
        ];
        let options = interrupt.govern(RunOptions::new()?)?;
        let outputs = self.session.run_with_options(inputs, &options)?;
        Ok(floats(&outputs[self.output.as_str()])?)
    }
}

impl Format {
    fn of(input: &Outlet) -> Option<Self> {
        let ValueType::Tensor { ty, .. } = input.dtype() else { return None };
        match ty {
            TensorElementType::Float32 => Some(Self::Single),
            TensorElementType::Float16 => Some(Self::Half),
            TensorElementType::Int32 => Some(Self::Int),
            TensorElementType::Int64 => Some(Self::Long),
            _ => None,
        }
    }

    fn tensor(self, shape: Vec<usize>, numbers: &[f32]) -> ort::Result<SessionInputValue<'static>> {
        let whole = |number: &f32| number.round().max(1.0);
        Ok(match self {
            Self::Single => Tensor::from_array((shape, numbers.to_vec()))?.into(),
            Self::Half => {
                let halves: Vec<_> = numbers.iter().map(|number| f16::from_f32(*number)).collect();
                Tensor::from_array((shape, halves))?.into()
            }
            Self::Int => {
                Tensor::from_array((shape, numbers.iter().map(|n| whole(n) as i32).collect::<Vec<_>>()))?
                    .into()
            }
            Self::Long => {
                Tensor::from_array((shape, numbers.iter().map(|n| whole(n) as i64).collect::<Vec<_>>()))?
                    .into()
            }
        })
    }
}
