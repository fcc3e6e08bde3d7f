//! The last layer of the network, limited to the frequencies that the listener's line carries.
//!
//! The layer computes five planes of [`MODEL_BINS`] frequencies. A telephone carries a third of the frequencies, and
//! the others are a tenth of the network's work. The model is given a second last layer without those others, and an
//! input that selects one of the two layers; for the frequencies that both compute, the results are the same to the
//! bit.

use std::collections::HashSet;

use prost::Message;

use super::{
    super::onnx::{
        AttributeProto, BOOL, FLOAT, GRAPH, GraphProto, ModelProto, NodeProto, TensorProto, ValueInfoProto,
    },
    vocoder::MODEL_BINS,
};

/// Name of the new input: true selects all frequencies.
pub(super) const WIDE: &str = "firstword_wide";

/// Names of the outputs that are planes.
const PLANES: [&str; 5] = ["lh", "theta", "ln", "lr", "phi"];

/// Operators of the last layer, quantised or not.
const OPERATORS: [&str; 8] =
    ["Split", "Transpose", "Add", "Mul", "Cast", "MatMul", "MatMulInteger", "DynamicQuantizeLinear"];

/// `model`, an ONNX file, with a second last layer of `bins` frequencies. `None` where its last layer has another form.
pub(super) fn with_narrow(model: &[u8], bins: usize) -> Option<Vec<u8>> {
    let mut model = ModelProto::decode(model).ok()?;
    let graph = model.graph.as_mut()?;
    let (head, rest): (Vec<_>, Vec<_>) = {
        let names = head_outputs(graph)?;
        let is_head = |node: &NodeProto| node.outputs.iter().any(|output| names.contains(output));
        std::mem::take(&mut graph.nodes).into_iter().partition(is_head)
    };
    let own: HashSet<_> = head.iter().flat_map(|node| node.outputs.clone()).collect();
    let is_used_elsewhere = rest.iter().flat_map(|node| &node.inputs).any(|input| own.contains(input));
    let narrow: Vec<_> = graph.initializers.iter().filter_map(|tensor| narrowed(tensor, bins)).collect();
    if is_used_elsewhere || narrow.is_empty() {
        return None;
    }
    let branches = [
        ("then_branch", branch(&head, &own, "_wide", None)),
        ("else_branch", branch(&head, &own, "_narrow", Some((&narrow, bins)))),
    ];
    let attribute = |(name, graph): (&str, GraphProto)| AttributeProto {
        name: name.to_owned(),
        graph: Some(graph),
        kind: GRAPH,
        ..AttributeProto::default()
    };
    graph.nodes = rest;
    graph.nodes.push(NodeProto {
        inputs: vec![WIDE.to_owned()],
        outputs: PLANES.iter().map(ToString::to_string).collect(),
        operator: "If".to_owned(),
        attributes: branches.into_iter().map(attribute).collect(),
        ..NodeProto::default()
    });
    graph.inputs.push(ValueInfoProto::tensor(WIDE, BOOL));
    graph.initializers.extend(narrow);
    graph.value_info.retain(|value| !own.contains(&value.name));
    for output in graph.outputs.iter_mut().filter(|output| PLANES.contains(&output.name.as_str())) {
        *output = ValueInfoProto::tensor(&output.name, FLOAT);
    }
    Some(model.encode_to_vec())
}

/// The outputs of all nodes of the last layer, from which only the planes are computed.
fn head_outputs(graph: &GraphProto) -> Option<HashSet<String>> {
    let is_split = |node: &&NodeProto| node.operator == "Split" && node.outputs == PLANES;
    let mut names = HashSet::new();
    let mut open = vec![graph.nodes.iter().find(is_split)?];
    while let Some(node) = open.pop() {
        names.extend(node.outputs.iter().cloned());
        let before = graph.nodes.iter().filter(|other| {
            other.outputs.iter().any(|output| node.inputs.contains(output))
                && (OPERATORS.contains(&other.operator.as_str()) || is_sizes(other))
                && other.outputs.iter().all(|output| !names.contains(output))
        });
        open.extend(before.collect::<Vec<_>>());
    }
    Some(names)
}

/// Whether a node gives the sizes into which the planes are split.
fn is_sizes(node: &NodeProto) -> bool {
    node.operator == "Constant"
        && node.attributes.iter().any(|attribute| attribute.tensor == Some(sizes(MODEL_BINS)))
}

fn sizes(bins: usize) -> TensorProto {
    TensorProto::int64s("", &[bins as i64; PLANES.len()])
}

/// A tensor with a value per frequency of each plane, for the first `bins` of each.
fn narrowed(tensor: &TensorProto, bins: usize) -> Option<TensorProto> {
    let all = PLANES.len() * MODEL_BINS;
    let (last, rows) = tensor.dims.split_last()?;
    let rows = usize::try_from(rows.iter().product::<i64>()).ok()?;
    let data = tensor.raw_data.as_ref().filter(|_| usize::try_from(*last) == Ok(all))?;
    let bytes = data.len() / (rows * all).max(1);
    let planes = data.chunks_exact((bytes * MODEL_BINS).max(1));
    let mut narrow = tensor.clone();
    narrow.name += "_narrow";
    *narrow.dims.last_mut()? = (PLANES.len() * bins) as i64;
    narrow.raw_data = Some(planes.flat_map(|plane| &plane[..bytes * bins]).copied().collect());
    Some(narrow)
}

/// The last layer as a separate graph, in which all names end in `suffix`.
fn branch(
    head: &[NodeProto],
    own: &HashSet<String>,
    suffix: &str,
    narrow: Option<(&[TensorProto], usize)>,
) -> GraphProto {
    let named = |name: &String| {
        let narrow = narrow.and_then(|(tensors, _)| {
            tensors
                .iter()
                .map(|tensor| &tensor.name)
                .find(|narrow| narrow.strip_suffix("_narrow") == Some(name))
        });
        if own.contains(name) { format!("{name}{suffix}") } else { narrow.unwrap_or(name).clone() }
    };
    let node = |node: &NodeProto| {
        let mut node = node.clone();
        node.inputs = node.inputs.iter().map(named).collect();
        node.outputs = node.outputs.iter().map(named).collect();
        if let Some((_, bins)) = narrow.filter(|_| is_sizes(&node)) {
            node.attributes.iter_mut().for_each(|attribute| attribute.tensor = Some(sizes(bins)));
        }
        node
    };
    GraphProto {
        name: format!("head{suffix}"),
        nodes: head.iter().map(node).collect(),
        outputs: PLANES
            .iter()
            .map(|plane| ValueInfoProto::tensor(&format!("{plane}{suffix}"), FLOAT))
            .collect(),
        ..GraphProto::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BINS: usize = 201;

    fn node(operator: &str, inputs: &[&str], outputs: &[&str]) -> NodeProto {
        NodeProto {
            operator: operator.into(),
            inputs: inputs.iter().map(ToString::to_string).collect(),
            outputs: outputs.iter().map(ToString::to_string).collect(),
            ..NodeProto::default()
        }
    }

    /// A model with a last layer after a norm; the layer's bias counts up from 0.
    fn model(more: Option<NodeProto>) -> Vec<u8> {
        let constant = NodeProto {
            attributes: vec![AttributeProto { tensor: Some(sizes(MODEL_BINS)), ..AttributeProto::default() }],
            ..node("Constant", &[], &["sizes"])
        };
        let nodes = [
            node("LayerNormalization", &["x"], &["norm"]),
            node("MatMul", &["norm", "weight"], &["product"]),
            node("Add", &["bias", "product"], &["sum"]),
            constant,
            node("Split", &["sum", "sizes"], &PLANES),
        ];
        let values = (0..PLANES.len() * MODEL_BINS).flat_map(|value| (value as u32).to_le_bytes());
        let bias = TensorProto {
            name: "bias".into(),
            dims: vec![(PLANES.len() * MODEL_BINS) as i64],
            raw_data: Some(values.collect()),
            ..TensorProto::default()
        };
        let graph = GraphProto {
            nodes: nodes.into_iter().chain(more).collect(),
            initializers: vec![bias],
            ..GraphProto::default()
        };
        ModelProto { graph: Some(graph), ..ModelProto::default() }.encode_to_vec()
    }

    #[test]
    fn the_narrow_layer_has_the_lowest_frequencies_of_each_plane() {
        let changed = with_narrow(&model(None), BINS).and_then(|model| ModelProto::decode(&*model).ok());
        let graph = changed.and_then(|model| model.graph).unwrap_or_default();
        assert_eq!(
            graph.nodes.iter().map(|node| &*node.operator).collect::<Vec<_>>(),
            ["LayerNormalization", "If"]
        );
        let narrow = &graph.initializers[1];
        assert_eq!((&*narrow.name, &*narrow.dims), ("bias_narrow", &[(PLANES.len() * BINS) as i64][..]));
        let values: Vec<_> = narrow.raw_data.iter().flat_map(|data| data.as_chunks().0).collect();
        assert_eq!(u32::from_le_bytes(*values[BINS - 1]), BINS as u32 - 1);
        assert_eq!(u32::from_le_bytes(*values[BINS]), MODEL_BINS as u32);
        let branch = |index: usize| graph.nodes[1].attributes[index].graph.clone().unwrap_or_default();
        let inputs = |index: usize| branch(index).nodes[1].inputs.clone();
        assert_eq!(
            (inputs(0), inputs(1)),
            (vec!["bias".into(), "product_wide".into()], vec!["bias_narrow".into(), "product_narrow".into()])
        );
        assert!(is_sizes(&branch(0).nodes[2]) && !is_sizes(&branch(1).nodes[2]));
    }

    #[test]
    fn a_model_with_another_last_layer_stays_as_it_is() {
        let other = node("Relu", &["sum"], &["elsewhere"]);
        assert_eq!(with_narrow(&model(Some(other)), BINS), None);
        assert_eq!(with_narrow(b"no model", BINS), None);
        assert_eq!(with_narrow(&[], BINS), None);
    }
}
