//! The few messages of ONNX that a network without training needs, and a writer for them. Field numbers are those of
//! `onnx.proto`.

use prost::Message;

/// The operator set: the first with `Gelu`.
const OPERATORS: i64 = 20;

/// The version of the format that goes with it.
const FORMAT: i64 = 9;

const FLOAT: i32 = 1;
const UINT8: i32 = 2;
const INT8: i32 = 3;
const INT64: i32 = 7;

#[derive(Clone, PartialEq, Message)]
struct ModelProto {
    #[prost(int64, tag = "1")]
    ir_version: i64,
    #[prost(message, optional, tag = "7")]
    graph: Option<GraphProto>,
    #[prost(message, repeated, tag = "8")]
    opset_import: Vec<OperatorSet>,
}

#[derive(Clone, PartialEq, Message)]
struct OperatorSet {
    #[prost(string, tag = "1")]
    domain: String,
    #[prost(int64, tag = "2")]
    version: i64,
}

#[derive(Clone, PartialEq, Message)]
struct GraphProto {
    #[prost(message, repeated, tag = "1")]
    node: Vec<NodeProto>,
    #[prost(string, tag = "2")]
    name: String,
    #[prost(message, repeated, tag = "5")]
    initializer: Vec<TensorProto>,
    #[prost(message, repeated, tag = "11")]
    input: Vec<ValueInfo>,
    #[prost(message, repeated, tag = "12")]
    output: Vec<ValueInfo>,
}

#[derive(Clone, PartialEq, Message)]
struct NodeProto {
    #[prost(string, repeated, tag = "1")]
    input: Vec<String>,
    #[prost(string, repeated, tag = "2")]
    output: Vec<String>,
    #[prost(string, tag = "3")]
    name: String,
    #[prost(string, tag = "4")]
    op_type: String,
    #[prost(message, repeated, tag = "5")]
    attribute: Vec<Attribute>,
}

/// An attribute of an operator.
#[derive(Clone, PartialEq, Message)]
pub(super) struct Attribute {
    #[prost(string, tag = "1")]
    name: String,
    #[prost(int64, tag = "3")]
    i: i64,
    #[prost(int64, repeated, packed = "false", tag = "8")]
    ints: Vec<i64>,
    #[prost(int32, tag = "20")]
    kind: i32,
}

#[derive(Clone, PartialEq, Message)]
struct TensorProto {
    #[prost(int64, repeated, packed = "false", tag = "1")]
    dims: Vec<i64>,
    #[prost(int32, tag = "2")]
    data_type: i32,
    #[prost(string, tag = "8")]
    name: String,
    #[prost(bytes = "vec", tag = "9")]
    raw_data: Vec<u8>,
}

#[derive(Clone, PartialEq, Message)]
struct ValueInfo {
    #[prost(string, tag = "1")]
    name: String,
    #[prost(message, optional, tag = "2")]
    kind: Option<TypeProto>,
}

#[derive(Clone, PartialEq, Message)]
struct TypeProto {
    #[prost(message, optional, tag = "1")]
    tensor: Option<TensorType>,
}

#[derive(Clone, PartialEq, Message)]
struct TensorType {
    #[prost(int32, tag = "1")]
    element: i32,
    #[prost(message, optional, tag = "2")]
    shape: Option<Shape>,
}

#[derive(Clone, PartialEq, Message)]
struct Shape {
    #[prost(message, repeated, tag = "1")]
    dim: Vec<Dim>,
}

#[derive(Clone, PartialEq, Message)]
struct Dim {
    #[prost(int64, optional, tag = "1")]
    value: Option<i64>,
    #[prost(string, optional, tag = "2")]
    name: Option<String>,
}

/// A number as an attribute.
pub(super) fn int(name: &str, i: i64) -> Attribute {
    Attribute { name: name.into(), i, kind: 2, ..Attribute::default() }
}

/// Numbers as an attribute.
pub(super) fn ints(name: &str, ints: &[i64]) -> Attribute {
    Attribute { name: name.into(), ints: ints.to_vec(), kind: 7, ..Attribute::default() }
}

/// A network that grows node by node. Values are known by name.
#[derive(Default)]
pub(super) struct Graph {
    graph: GraphProto,
    names: usize,
}

impl Graph {
    /// An input of numbers. A dimension below zero is of any length.
    pub(super) fn input(&mut self, name: &str, shape: &[i64]) -> String {
        self.typed(FLOAT, name, shape)
    }

    fn typed(&mut self, element: i32, name: &str, shape: &[i64]) -> String {
        let dim = |(at, &length): (usize, &i64)| match length {
            0.. => Dim { value: Some(length), name: None },
            _ => Dim { value: None, name: Some(format!("{name}_{at}")) },
        };
        let shape = Shape { dim: shape.iter().enumerate().map(dim).collect() };
        let tensor = TensorType { element, shape: Some(shape) };
        let kind = Some(TypeProto { tensor: Some(tensor) });
        self.graph.input.push(ValueInfo { name: name.into(), kind });
        name.into()
    }

    /// An input of places: a list of whole numbers.
    pub(super) fn places(&mut self, name: &str) -> String {
        self.typed(INT64, name, &[-1])
    }

    /// Gives a value a name of its own and makes it an output.
    pub(super) fn output(&mut self, name: &str, value: &str) {
        self.named("Identity", &[value], &[], vec![name.into()]);
        self.graph.output.push(ValueInfo { name: name.into(), kind: None });
    }

    /// A constant of numbers.
    pub(super) fn floats(&mut self, shape: &[usize], numbers: &[f32]) -> String {
        self.constant(FLOAT, shape, numbers.iter().flat_map(|number| number.to_le_bytes()).collect())
    }

    /// A constant of 8-bit numbers.
    pub(super) fn bytes(&mut self, shape: &[usize], numbers: &[i8]) -> String {
        self.constant(INT8, shape, numbers.iter().map(|number| number.cast_unsigned()).collect())
    }

    /// A constant number of 8 bits without a sign.
    pub(super) fn byte(&mut self, number: u8) -> String {
        self.constant(UINT8, &[], vec![number])
    }

    /// A constant list of whole numbers: a shape, or places.
    pub(super) fn integers(&mut self, numbers: &[i64]) -> String {
        let data = numbers.iter().flat_map(|number| number.to_le_bytes()).collect();
        self.constant(INT64, &[numbers.len()], data)
    }

    fn constant(&mut self, data_type: i32, shape: &[usize], raw_data: Vec<u8>) -> String {
        let name = self.name();
        let dims = shape.iter().map(|&length| i64::try_from(length).unwrap_or(i64::MAX)).collect();
        self.graph.initializer.push(TensorProto { dims, data_type, name: name.clone(), raw_data });
        name
    }

    /// An operator with one result.
    pub(super) fn node(&mut self, operator: &str, inputs: &[&str], attributes: &[Attribute]) -> String {
        let name = self.name();
        self.named(operator, inputs, attributes, vec![name.clone()]);
        name
    }

    /// An operator with several results.
    pub(super) fn nodes<const N: usize>(
        &mut self,
        operator: &str,
        inputs: &[&str],
        attributes: &[Attribute],
    ) -> [String; N] {
        let names: [String; N] = std::array::from_fn(|_| self.name());
        self.named(operator, inputs, attributes, names.to_vec());
        names
    }

    fn named(&mut self, operator: &str, inputs: &[&str], attributes: &[Attribute], output: Vec<String>) {
        self.graph.node.push(NodeProto {
            input: inputs.iter().map(|&name| name.into()).collect(),
            name: format!("{}_{operator}", output.join("_")),
            output,
            op_type: operator.into(),
            attribute: attributes.to_vec(),
        });
    }

    fn name(&mut self) -> String {
        self.names += 1;
        format!("v{}", self.names)
    }

    /// The network in ONNX format.
    pub(super) fn encode(self) -> Vec<u8> {
        let opset_import = vec![OperatorSet { domain: String::new(), version: OPERATORS }];
        let graph = GraphProto { name: "network".into(), ..self.graph };
        ModelProto { ir_version: FORMAT, graph: Some(graph), opset_import }.encode_to_vec()
    }
}
