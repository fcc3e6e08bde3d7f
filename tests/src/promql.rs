//! An expression of PromQL, as far as the checks look at it.

use std::collections::BTreeSet;

use anyhow::{Result, anyhow, ensure};
use promql_parser::parser::{self, Expr, LabelModifier, VectorSelector};

use crate::dashboards::filled;

/// The selectors of an expression.
pub struct Query {
    pub selectors: Vec<Selector>,
}

/// A selector of series, with the aggregations above it.
pub struct Selector {
    pub name: String,
    /// Labels in its matchers.
    pub labels: BTreeSet<String>,
    /// The upper limit of the buckets that it takes, if it takes one.
    pub limit: Option<String>,
    /// Labels by which its series are grouped or matched.
    pub grouped_by: BTreeSet<String>,
    /// Whether its series are aggregated.
    pub is_aggregated: bool,
}

/// The aggregations above a part of an expression.
#[derive(Clone, Default)]
struct Above {
    grouped_by: BTreeSet<String>,
    is_aggregated: bool,
}

impl Query {
    /// Parses an expression. Grafana's variables stand for any value.
    ///
    /// # Errors
    /// A line that says what is wrong.
    pub fn parse(expression: &str) -> Result<Self> {
        let filled = filled(expression, ".*");
        ensure!(!filled.contains('$'), "an unknown variable in {expression}");
        let parsed = parser::parse(&filled).map_err(|error| anyhow!("{expression}: {error}"))?;
        let mut query = Self { selectors: Vec::new() };
        query.read(&parsed, &Above::default());
        Ok(query)
    }

    fn read(&mut self, part: &Expr, above: &Above) {
        match part {
            Expr::Aggregate(aggregate) => {
                let mut above = above.clone();
                above.is_aggregated = true;
                above.group(aggregate.modifier.as_ref());
                self.read(&aggregate.expr, &above);
            }
            Expr::Binary(binary) => {
                let mut above = above.clone();
                above.group(binary.modifier.as_ref().and_then(|modifier| modifier.matching.as_ref()));
                self.read(&binary.lhs, &above);
                self.read(&binary.rhs, &above);
            }
            Expr::Unary(unary) => self.read(&unary.expr, above),
            Expr::Paren(paren) => self.read(&paren.expr, above),
            Expr::Subquery(subquery) => self.read(&subquery.expr, above),
            Expr::Call(call) => call.args.args.iter().for_each(|argument| self.read(argument, above)),
            Expr::VectorSelector(selector) => self.add(selector, above),
            Expr::MatrixSelector(selector) => self.add(&selector.vs, above),
            Expr::NumberLiteral(_) | Expr::StringLiteral(_) | Expr::Extension(_) => {}
        }
    }

    fn add(&mut self, selector: &VectorSelector, above: &Above) {
        let matchers = &selector.matchers.matchers;
        let limit = matchers.iter().find(|matcher| matcher.name == "le");
        self.selectors.push(Selector {
            name: selector.name.clone().unwrap_or_default(),
            labels: matchers.iter().map(|matcher| matcher.name.clone()).collect(),
            limit: limit.map(|matcher| matcher.value.clone()),
            grouped_by: above.grouped_by.clone(),
            is_aggregated: above.is_aggregated,
        });
    }
}

impl Above {
    fn group(&mut self, modifier: Option<&LabelModifier>) {
        let labels = modifier.into_iter().flat_map(|modifier| modifier.labels().labels.clone());
        self.grouped_by.extend(labels);
    }
}
