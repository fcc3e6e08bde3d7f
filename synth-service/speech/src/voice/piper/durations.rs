//! The length of each item of a batch.
//!
//! A VITS model decides how many frames each phoneme lasts and rounds them up with the operator Ceil, but does not
//! output them: its only output is sound, in which every item is as long as the longest one. The file is given one more
//! output, so that ONNX Runtime returns the frames too.

use prost::Message;

use super::super::onnx::{GraphProto, ModelProto, ValueInfoProto};

/// Makes the frames per phoneme an output of `model`, an ONNX file, and returns the output's name. Returns `None` and
/// leaves the model unchanged where they are not found.
pub(super) fn expose(model: &mut Vec<u8>) -> Option<String> {
    // ONNX Runtime refuses a file that is not ONNX, with an error that names it.
    let graph = ModelProto::decode(model.as_slice()).ok()?.graph?;
    let name = graph.frames_per_phoneme()?;
    if !graph.outputs.iter().any(|output| output.name == name) {
        let outputs = vec![ValueInfoProto { name: name.clone(), ..ValueInfoProto::default() }];
        let graph = Some(GraphProto { outputs, ..GraphProto::default() });
        let addition = ModelProto { graph, ..ModelProto::default() };
        // In this format, appended fields are merged with the existing ones.
        model.extend(addition.encode_to_vec());
    }
    Some(name)
}

impl GraphProto {
    /// The name of the tensor that is rounded up; of several, the one that is then summed up to the length of the
    /// sentence.
    fn frames_per_phoneme(&self) -> Option<String> {
        let rounded = || self.nodes.iter().filter(|node| node.operator == "Ceil");
        let is_summed = |name: &str| {
            self.nodes
                .iter()
                .any(|node| node.operator == "ReduceSum" && node.inputs.iter().any(|input| input == name))
        };
        let mut names: Vec<_> = rounded().filter_map(|node| node.outputs.first()).collect();
        if names.len() > 1 {
            names.retain(|name| is_summed(name));
        }
        match names.as_slice() {
            [name] => Some(name.to_string()),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{super::super::onnx::NodeProto, *};

    fn node(operator: &str, input: &str, output: &str) -> NodeProto {
        NodeProto {
            inputs: vec![input.into()],
            outputs: vec![output.into()],
            operator: operator.into(),
            ..NodeProto::default()
        }
    }

    fn model(nodes: Vec<NodeProto>) -> Vec<u8> {
        let outputs = vec![ValueInfoProto { name: "output".into(), ..ValueInfoProto::default() }];
        let graph = Some(GraphProto { nodes, outputs, ..GraphProto::default() });
        ModelProto { graph, ..ModelProto::default() }.encode_to_vec()
    }

    fn outputs(model: &[u8]) -> Vec<String> {
        let graph = ModelProto::decode(model).ok().and_then(|model| model.graph).unwrap_or_default();
        graph.outputs.into_iter().map(|output| output.name).collect()
    }

    #[test]
    fn the_frames_become_an_output_once() {
        let mut model = model(vec![node("Exp", "x", "w"), node("Ceil", "w", "frames")]);
        for _ in 0..2 {
            assert_eq!(expose(&mut model).as_deref(), Some("frames"));
            assert_eq!(outputs(&model), ["output", "frames"]);
        }
    }

    #[test]
    fn of_several_that_are_rounded_the_one_that_is_summed_is_taken() {
        let several =
            vec![node("Ceil", "a", "b"), node("Ceil", "w", "frames"), node("ReduceSum", "frames", "n")];
        assert_eq!(expose(&mut model(several)).as_deref(), Some("frames"));
    }

    #[test]
    fn a_model_without_them_stays_as_it_is() {
        for content in [
            model(vec![node("Exp", "x", "w")]),
            model(vec![node("Ceil", "a", "b"), node("Ceil", "c", "d")]),
            b"no model".to_vec(),
            Vec::new(),
        ] {
            let mut exposed = content.clone();
            assert_eq!(expose(&mut exposed), None);
            assert_eq!(exposed, content);
        }
    }
}
