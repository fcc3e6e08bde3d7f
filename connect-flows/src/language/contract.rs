//! The contract of a module: the values that go in and come out, and the branches of the block that invokes it.

use serde_json::Value;

/// The contract of a module.
///
/// Exports have it as `Metadata.settings`. The lists in the content's own `Settings` (`InputParameters`,
/// `OutputParameters`, `Transitions`) are the same in every module and promise nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Contract {
    /// Names below `$.Modules.Input` in the module, and keys of `Input` in `InvokeFlowModule`.
    pub inputs: Vec<String>,
    /// Keys of `ResultData` in `EndFlowModuleExecution`, and names below `$.Modules.ResultData` after it.
    pub results: Vec<String>,
    /// Values of `Result` in `EndFlowModuleExecution`, and operands of the conditions of `InvokeFlowModule`.
    pub branches: Vec<String>,
}

impl Contract {
    /// The contract in a module's `Metadata`; empty if it has none.
    pub fn of(metadata: &Value) -> Self {
        let settings = &metadata["settings"];
        let names = |part: &str| {
            let properties = settings[part]["schema"]["properties"].as_object();
            properties.map(|properties| properties.keys().cloned().collect()).unwrap_or_default()
        };
        let branches = settings["transitions"]["results"].as_array();
        let name = |branch: &Value| branch["name"].as_str().map(str::to_owned);
        Self {
            inputs: names("input"),
            results: names("resultData"),
            branches: branches.into_iter().flatten().filter_map(name).collect(),
        }
    }
}
