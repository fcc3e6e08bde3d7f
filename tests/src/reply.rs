//! A function's reply, checked against the contract.

use std::{collections::BTreeMap, fmt, ops::Index};

use anyhow::{Context, Result, ensure};
use connect_flows::without_queries;
use contract::{STREAM_BATCH, StreamId, reply::NONE};
use serde_json::Value;

/// One clip of a reply.
#[derive(Clone, Debug)]
pub struct OfferedClip {
    pub url: String,
    pub s3_url: String,
    /// ARN of its prompt; [`NONE`] without one.
    pub prompt_arn: String,
}

/// A reply whose form follows the contract.
#[derive(Clone)]
pub struct Reply {
    map: BTreeMap<String, String>,
    clips: Vec<OfferedClip>,
}

impl Reply {
    /// # Errors
    /// A message with the reply's deviations from the contract.
    pub fn parse(value: Value) -> Result<Self> {
        let described = without_queries(&format!("reply {value}"));
        Self::checked(value).context(described)
    }

    fn checked(value: Value) -> Result<Self> {
        let map: BTreeMap<String, String> =
            serde_json::from_value(value).context("it must be a flat map of strings")?;
        let keys: Vec<&str> = map.keys().map(String::as_str).collect();
        let expected = keys_of_the_contract();
        ensure!(keys == expected, "its keys must be {expected:?}");
        for (key, value) in &map {
            ensure!(!value.trim().is_empty(), "{key} is blank");
            ensure!(!value.contains(['\n', '\r']), "{key} has several lines");
        }
        let status = map["Status"].as_str();
        ensure!(["play", "wait", "done", "cancelled", "error"].contains(&status), "Status is {status}");
        ensure!(["true", "false"].contains(&map["Last"].as_str()), "Last is no flag");
        map["NextIndex"].parse::<u32>().context("NextIndex")?;
        let clips = clips(&map)?;
        ensure!(clips.is_empty() == (status != "play"), "clips come with play alone");
        ensure!(map["Last"] == "false" || status == "play", "Last comes with play alone");
        ensure!(status != "error" || map["Reason"] != NONE, "an error has a reason");
        is_prompt_or_none(&map["PausePromptArn"])?;
        if status != "error" && map["PauseUrl"] != NONE {
            same_object(&map["PauseUrl"], &map["PauseS3Url"])?;
        }
        Ok(Self { map, clips })
    }

    pub fn status(&self) -> &str {
        &self["Status"]
    }

    /// # Errors
    /// When the reply names no stream.
    pub fn stream(&self) -> Result<StreamId> {
        ensure!(&self["StreamId"] != NONE, "the reply names no stream: {self:?}");
        Ok(self["StreamId"].parse()?)
    }

    pub fn next_index(&self) -> usize {
        self["NextIndex"].parse().unwrap_or_default()
    }

    pub fn clips(&self) -> &[OfferedClip] {
        &self.clips
    }

    /// Whether no further clips follow.
    pub fn is_the_end(&self) -> bool {
        &self["Last"] == "true" || self.status() == "done"
    }
}

/// Short output for failed assertions: values of `none` and signatures are left out.
impl fmt::Debug for Reply {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let told = self.map.iter().filter(|(_, value)| *value != NONE);
        formatter.debug_map().entries(told.map(|(key, value)| (key, without_queries(value)))).finish()
    }
}

impl Index<&str> for Reply {
    type Output = str;

    fn index(&self, key: &str) -> &str {
        &self.map[key]
    }
}

/// The reply's keys in alphabetical order.
fn keys_of_the_contract() -> Vec<String> {
    let pause = ["PauseUrl", "PauseS3Url", "PausePromptArn"];
    let others = ["Status", "StreamId", "NextIndex", "Count", "Last", "Reason"];
    let mut keys: Vec<_> = pause.into_iter().chain(others).map(str::to_owned).collect();
    for slot in 0..STREAM_BATCH {
        keys.extend(["Url", "S3Url", "PromptArn"].map(|name| format!("{name}{slot}")));
    }
    keys.sort();
    keys
}

fn clips(map: &BTreeMap<String, String>) -> Result<Vec<OfferedClip>> {
    let count: usize = map["Count"].parse().context("Count")?;
    ensure!(count <= STREAM_BATCH, "Count is {count}");
    let mut clips = Vec::new();
    for slot in 0..STREAM_BATCH {
        let (url, s3_url) = (&map[&format!("Url{slot}")], &map[&format!("S3Url{slot}")]);
        let prompt_arn = &map[&format!("PromptArn{slot}")];
        if slot < count {
            same_object(url, s3_url)?;
            is_prompt_or_none(prompt_arn)?;
            clips.push(OfferedClip {
                url: url.clone(),
                s3_url: s3_url.clone(),
                prompt_arn: prompt_arn.clone(),
            });
        } else {
            ensure!(
                [url, s3_url, prompt_arn].iter().all(|form| *form == NONE),
                "slot {slot} is beyond Count"
            );
        }
    }
    Ok(clips)
}

/// Checks the form of the ARN of a prompt.
fn is_prompt_or_none(arn: &str) -> Result<()> {
    let is_prompt = arn.starts_with("arn:aws:connect:") && arn.contains("/prompt/");
    ensure!(arn == NONE || is_prompt, "{arn} is no ARN of a prompt");
    Ok(())
}

/// Checks that the plain URL is the presigned one without its query.
fn same_object(presigned: &str, plain: &str) -> Result<()> {
    let (path, query) = presigned.split_once('?').context("a URL is not presigned")?;
    ensure!(path == plain, "{plain} is not the object of the presigned URL");
    ensure!(query.contains("X-Amz-Signature="), "a URL is not presigned");
    Ok(())
}
