//! Reads the weights of a CTranslate2 model: version 6 of `model.bin`, 16-bit numbers.

use std::{collections::HashMap, fs, path::Path};

use half::f16;

use crate::HearingError;

/// The version of the format.
const VERSION: u32 = 6;

/// The code of 16-bit floating point numbers in the format.
const HALF: u8 = 4;

/// All weights by name.
pub(super) struct Weights {
    data: Vec<u8>,
    entries: HashMap<String, Entry>,
}

struct Entry {
    shape: Vec<usize>,
    code: u8,
    begin: usize,
    end: usize,
}

impl Weights {
    /// # Errors
    /// When the file is missing, cut short or of another version; the error names it.
    pub(super) fn read(path: &Path) -> Result<Self, HearingError> {
        let failed =
            |reason: &str| HearingError::Model(format!("{} can't be read: {reason}", path.display()));
        let data = fs::read(path).map_err(|error| failed(&error.to_string()))?;
        let entries =
            entries(&data).ok_or_else(|| failed("it is no whole CTranslate2 model of version 6"))?;
        Ok(Self { data, entries })
    }

    /// A tensor's shape and numbers, row by row.
    ///
    /// # Errors
    /// When there is none of this name with 16-bit numbers.
    pub(super) fn get(&self, name: &str) -> Result<(Vec<usize>, Vec<f32>), HearingError> {
        let missing =
            || HearingError::Model(format!("the weights have no 16-bit tensor {name}: fetch them anew"));
        let entry = self.entries.get(name).filter(|entry| entry.code == HALF).ok_or_else(missing)?;
        let (numbers, _) = self.data.get(entry.begin..entry.end).ok_or_else(missing)?.as_chunks::<2>();
        if numbers.len() != entry.shape.iter().product::<usize>() {
            return Err(missing());
        }
        Ok((entry.shape.clone(), numbers.iter().map(|&bytes| f16::from_le_bytes(bytes).to_f32()).collect()))
    }

    /// The number of layers of a part: `encoder` or `decoder`.
    pub(super) fn layers(&self, part: &str) -> usize {
        let has =
            |layer: &usize| self.entries.contains_key(&format!("{part}/layer_{layer}/ffn/linear_0/weight"));
        (0..).take_while(has).count()
    }
}

/// The table of the tensors. `None` where the file is not of the format.
fn entries(data: &[u8]) -> Option<HashMap<String, Entry>> {
    let mut reader = Reader { data, at: 0 };
    if reader.u32()? != VERSION {
        return None;
    }
    reader.text()?;
    reader.u32()?;
    let mut entries = HashMap::new();
    for _ in 0..reader.u32()? {
        let name = reader.text()?;
        let rank = reader.u8()?;
        let shape = (0..rank).map(|_| usize::try_from(reader.u32()?).ok()).collect::<Option<_>>()?;
        let code = reader.u8()?;
        let length = usize::try_from(reader.u32()?).ok()?;
        let begin = reader.at;
        reader.take(length)?;
        entries.insert(name, Entry { shape, code, begin, end: begin + length });
    }
    Some(entries)
}

struct Reader<'a> {
    data: &'a [u8],
    at: usize,
}

impl Reader<'_> {
    fn take(&mut self, length: usize) -> Option<&[u8]> {
        let taken = self.data.get(self.at..self.at.checked_add(length)?)?;
        self.at += length;
        Some(taken)
    }

    fn u8(&mut self) -> Option<u8> {
        self.take(1).map(|bytes| bytes[0])
    }

    fn u32(&mut self) -> Option<u32> {
        self.take(4)?.try_into().ok().map(u32::from_le_bytes)
    }

    /// A text with its length, a closing zero included, in two bytes before it.
    fn text(&mut self) -> Option<String> {
        let length: [u8; 2] = self.take(2)?.try_into().ok()?;
        let bytes = self.take(usize::from(u16::from_le_bytes(length)))?;
        String::from_utf8(bytes.strip_suffix(&[0])?.to_vec()).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn model() -> Vec<u8> {
        let mut data = VERSION.to_le_bytes().to_vec();
        let text = |data: &mut Vec<u8>, text: &str| {
            data.extend(u16::try_from(text.len() + 1).unwrap().to_le_bytes());
            data.extend(text.as_bytes());
            data.push(0);
        };
        text(&mut data, "WhisperSpec");
        data.extend([3_u32, 1].iter().flat_map(|number| number.to_le_bytes()));
        text(&mut data, "decoder/layer_0/ffn/linear_0/weight");
        data.push(2);
        data.extend([1_u32, 2].iter().flat_map(|number| number.to_le_bytes()));
        data.push(HALF);
        data.extend(4_u32.to_le_bytes());
        data.extend([1.5, -2.0].iter().flat_map(|&number| f16::from_f32(number).to_le_bytes()));
        data
    }

    #[test]
    fn a_tensor_is_read_by_its_name() {
        let data = model();
        let weights = Weights { entries: entries(&data).unwrap(), data };
        assert_eq!(weights.layers("decoder"), 1);
        assert_eq!(weights.layers("encoder"), 0);
        let (shape, numbers) = weights.get("decoder/layer_0/ffn/linear_0/weight").unwrap();
        assert_eq!((shape, numbers), (vec![1, 2], vec![1.5, -2.0]));
        assert!(weights.get("encoder/conv1/weight").is_err());
    }

    #[test]
    fn a_file_cut_short_or_of_another_version_is_refused() {
        let mut data = model();
        assert!((0..data.len()).all(|length| entries(&data[..length]).is_none()));
        data[0] = 5;
        assert!(entries(&data).is_none());
    }
}
