//! Convolutions over time as convolutions over an image of height one.
//!
//! ONNX Runtime's fastest CPU kernels, which work on blocks of channels, are for images only. On one core they make
//! `piper` faster by an eighth and `hibari` by a thirteenth, and the sound differs by at most a hundred-thousandth of
//! full scale. Such a kernel keeps further cores idle, so a session with several cores is faster with the unchanged
//! model.

use std::{borrow::Cow, collections::HashSet};

use prost::Message;

use super::onnx::{AttributeProto, GraphProto, INTS, ModelProto, NodeProto, TensorProto};
use crate::Device;

/// Name of the initialiser that holds the position of the height axis.
const AXIS: &str = "firstword_height";
const HEIGHT: i64 = 2;

/// Since this version of ONNX's operators, axes are an input rather than an attribute.
const AXES_ARE_INPUTS: i64 = 13;

/// Attributes with one number for each dimension.
const PER_DIMENSION: [&str; 3] = ["kernel_shape", "dilations", "strides"];

/// `model`, an ONNX file, in the form that is fastest on `threads` cores of `device`.
pub(super) fn suited(model: &[u8], device: Device, threads: usize) -> Cow<'_, [u8]> {
    let images = if device == Device::Cpu && threads == 1 { as_images(model) } else { None };
    images.map_or(Cow::Borrowed(model), Cow::Owned)
}

/// `model` with its convolutions in two dimensions. `None` where no convolution can be converted.
fn as_images(model: &[u8]) -> Option<Vec<u8>> {
    let mut model = ModelProto::decode(model).ok()?;
    let is_recent = |version: &i64| *version >= AXES_ARE_INPUTS;
    model.operators_version().filter(is_recent)?;
    let graph = model.graph.as_mut()?;
    let weights = own_weights(graph);
    if weights.is_empty() {
        return None;
    }
    for tensor in graph.initializers.iter_mut().filter(|tensor| weights.contains(&tensor.name)) {
        tensor.dims.insert(HEIGHT as usize, 1);
    }
    graph.initializers.push(TensorProto::int64s(AXIS, &[HEIGHT]));
    let nodes = std::mem::take(&mut graph.nodes);
    graph.nodes = nodes
        .into_iter()
        .flat_map(|node| if has_weights(&node, &weights) { image(node) } else { vec![node] })
        .collect();
    Some(model.encode_to_vec())
}

/// The kernels over time that convolutions, and nothing else, use.
fn own_weights(graph: &GraphProto) -> HashSet<String> {
    let over_time = |tensor: &&TensorProto| tensor.dims.len() == 3;
    let mut weights: HashSet<_> =
        graph.initializers.iter().filter(over_time).map(|tensor| tensor.name.clone()).collect();
    let mut nodes: Vec<_> = graph.nodes.iter().collect();
    while let Some(node) = nodes.pop() {
        nodes.extend(
            node.attributes.iter().filter_map(|attribute| attribute.graph.as_ref()).flat_map(|it| &it.nodes),
        );
        for (place, input) in node.inputs.iter().enumerate() {
            if place != 1 || !is_convolution(node) {
                weights.remove(input);
            }
        }
    }
    // In old files an input of the same name can replace a weight.
    let is_input = |name: &String| graph.inputs.iter().any(|input| input.name == *name);
    weights.retain(|name| graph.nodes.iter().any(|node| node.inputs.get(1) == Some(name)) && !is_input(name));
    weights
}

fn is_convolution(node: &NodeProto) -> bool {
    let padded_by_itself = node.attributes.iter().any(|attribute| attribute.name == "auto_pad");
    node.operator == "Conv" && node.outputs.len() == 1 && !padded_by_itself
}

fn has_weights(node: &NodeProto, weights: &HashSet<String>) -> bool {
    is_convolution(node) && node.inputs.get(1).is_some_and(|name| weights.contains(name))
}

/// The convolution in two dimensions, between a node that inserts the height axis and a node that removes it.
fn image(mut node: NodeProto) -> Vec<NodeProto> {
    let (input, output) = (node.inputs[0].clone(), node.outputs[0].clone());
    let (before, after) = (format!("{output}_image"), format!("{output}_convolved"));
    for attribute in &mut node.attributes {
        over_height(attribute);
    }
    node.inputs[0].clone_from(&before);
    node.outputs[0].clone_from(&after);
    let reshape = |operator: &str, from: String, to: String| NodeProto {
        inputs: vec![from, AXIS.to_owned()],
        outputs: vec![to],
        operator: operator.to_owned(),
        ..NodeProto::default()
    };
    vec![reshape("Unsqueeze", input, before), node, reshape("Squeeze", after, output)]
}

fn over_height(attribute: &mut AttributeProto) {
    match (attribute.name.as_str(), attribute.ints.as_slice()) {
        ("pads", &[begin, end]) => attribute.ints = vec![0, begin, 0, end],
        (name, &[over_time]) if PER_DIMENSION.contains(&name) && attribute.kind == INTS => {
            attribute.ints = vec![1, over_time];
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::voice::onnx::OperatorSetIdProto;

    fn convolution(weight: &str, attributes: Vec<AttributeProto>) -> NodeProto {
        NodeProto {
            inputs: vec!["x".into(), weight.into()],
            outputs: vec!["y".into()],
            operator: "Conv".into(),
            attributes,
            ..NodeProto::default()
        }
    }

    fn ints(name: &str, ints: &[i64]) -> AttributeProto {
        AttributeProto { name: name.into(), ints: ints.into(), kind: INTS, ..AttributeProto::default() }
    }

    fn model(version: i64, nodes: Vec<NodeProto>) -> Vec<u8> {
        let weight = TensorProto { name: "w".into(), dims: vec![8, 4, 3], ..TensorProto::default() };
        let graph = Some(GraphProto { nodes, initializers: vec![weight], ..GraphProto::default() });
        let opset_import = vec![OperatorSetIdProto { version, ..OperatorSetIdProto::default() }];
        ModelProto { graph, opset_import, ..ModelProto::default() }.encode_to_vec()
    }

    #[test]
    fn a_convolution_gets_a_height_and_loses_it_again() {
        let written = convolution(
            "w",
            vec![ints("pads", &[1, 2]), ints("kernel_shape", &[3]), ints("dilations", &[2])],
        );
        let graph = as_images(&model(13, vec![written]))
            .and_then(|model| ModelProto::decode(model.as_slice()).ok()?.graph)
            .unwrap_or_default();
        let operators: Vec<_> = graph.nodes.iter().map(|node| node.operator.as_str()).collect();
        assert_eq!(operators, ["Unsqueeze", "Conv", "Squeeze"]);
        let attributes: Vec<_> = graph.nodes[1].attributes.iter().map(|one| one.ints.as_slice()).collect();
        assert_eq!(attributes, [&[0, 1, 0, 2][..], &[1, 3], &[1, 2]]);
        assert_eq!(graph.initializers[0].dims, [8, 4, 1, 3]);
        assert_eq!((&graph.nodes[0].inputs[0], &graph.nodes[2].outputs[0]), (&"x".into(), &"y".into()));
    }

    #[test]
    fn other_models_stay_as_they_are() {
        let other = NodeProto { operator: "Add".into(), ..convolution("w", Vec::new()) };
        for (version, nodes) in [
            (12, vec![convolution("w", Vec::new())]),
            (13, vec![convolution("w", vec![ints("auto_pad", &[])])]),
            (13, vec![convolution("w", Vec::new()), other]),
            (13, vec![convolution("computed", Vec::new())]),
            (13, Vec::new()),
        ] {
            assert_eq!(as_images(&model(version, nodes)), None);
        }
        assert_eq!(as_images(b"no model"), None);
    }
}
