//! The rule about ARNs of several regions or accounts.

use std::collections::HashSet;

use super::{
    Rule,
    subject::{Step, Subject},
};
use crate::json::Span;

/// Services whose resources must be in the region and account of the instance.
const SERVICES: [&str; 3] = ["connect", "lambda", "lex"];

/// An account that nobody has: a program puts the right ARN in its place.
const PLACEHOLDER: &str = "000000000000";

/// The account of AWS with the function of its sample flow, which is in every instance.
const SAMPLES: &str = "613787477748";

struct Arn<'f> {
    step: Step<'f>,
    span: Span,
    /// Region and account.
    place: (&'f str, &'f str),
}

pub(super) fn check(subject: &mut Subject<'_>) {
    let mut arns: Vec<Arn<'_>> = Vec::new();
    for step in subject.steps.clone() {
        step.action.parameters.each_text(&mut |text, node| {
            if let Some(place) = place(text) {
                arns.push(Arn { step, span: node.span.clone(), place });
            }
        });
    }
    let count = |place| arns.iter().filter(|arn| arn.place == place).count();
    // The first of the most frequent places is taken for the flow's own.
    let Some(own) = arns.iter().map(|arn| arn.place).rev().max_by_key(|place| count(*place)) else { return };
    let mut told = HashSet::new();
    for arn in arns.iter().filter(|arn| arn.place != own) {
        if !told.insert(arn.place) {
            continue;
        }
        let sort = if arn.place.0 == own.0 { "account" } else { "region" };
        let ((region, account), (own_region, own_account)) = (arn.place, own);
        let what = format!(
            "this ARN is of another {sort} ({region}, {account}) than the others of the flow ({own_region}, {own_account})"
        );
        let remedy = "name a resource of the instance's own region and account";
        subject.report(Rule::MixedArns, arn.step, &arn.span, what, remedy);
    }
}

/// Region and account of a whole ARN of Connect, Lambda or Lex. Placeholders have none.
fn place(text: &str) -> Option<(&str, &str)> {
    let fields: Vec<&str> = text.splitn(6, ':').collect();
    let ["arn", partition, service, region, account, _] = fields[..] else { return None };
    let is_account = account.len() == 12
        && account.bytes().all(|byte| byte.is_ascii_digit())
        && ![PLACEHOLDER, SAMPLES].contains(&account);
    let is_region = !region.is_empty()
        && region.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
    (partition.starts_with("aws") && SERVICES.contains(&service) && is_account && is_region)
        .then_some((region, account))
}
