//! The embedded metric format of CloudWatch, as `tests/schemas/embedded-metric-format.json` has its specification.

use std::{fs, path::Path};

use anyhow::{Result, anyhow, ensure};
use boon::{CompileError, Compiler, SchemaIndex, Schemas};
use serde_json::Value;

/// The schema of a line.
pub struct Schema {
    schemas: Schemas,
    index: SchemaIndex,
}

impl Schema {
    pub fn read() -> Result<Self> {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas/embedded-metric-format.json");
        let (mut schemas, mut compiler) = (Schemas::new(), Compiler::new());
        let fault = |error: CompileError| anyhow!("{error:#}");
        compiler.add_resource("emf.json", serde_json::from_slice(&fs::read(path)?)?).map_err(fault)?;
        let index = compiler.compile("emf.json", &mut schemas).map_err(fault)?;
        Ok(Self { schemas, index })
    }

    /// Checks a line. The directives name members of the line: numbers as metrics, texts as dimensions.
    pub fn check(&self, line: &Value) -> Result<()> {
        self.schemas.validate(line, self.index).map_err(|error| anyhow!("{error:#}: {line}"))?;
        for directive in list(&line["_aws"]["CloudWatchMetrics"]) {
            for metric in list(&directive["Metrics"]) {
                let value = metric["Name"].as_str().map(|name| &line[name]);
                ensure!(value.is_some_and(Value::is_number), "{} is no number: {line}", metric["Name"]);
            }
            for dimension in list(&directive["Dimensions"]).iter().flat_map(list) {
                let value = dimension.as_str().and_then(|name| line[name].as_str()).unwrap_or_default();
                ensure!((1..=1024).contains(&value.len()), "{dimension} is {value:?}: {line}");
            }
        }
        Ok(())
    }
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}
