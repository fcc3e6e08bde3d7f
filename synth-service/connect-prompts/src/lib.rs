//! Prompts of an Amazon Connect instance, made of clips in the bucket. A flow plays a prompt by its ARN, without a request
//! to the bucket.
//!
//! | module | owns |
//! | --- | --- |
//! | [`Prompts`] | a host's prompts, for those who use clips |
//! | `shared` | the known ARNs, and the clips that are to have one |
//! | `maker` | the task behind it: reads the manifest, makes prompts while this host may |
//! | `ledger` | the manifest in the bucket, and the lease with which one program at a time makes prompts |
//! | [`clean`] | the deletion of all prompts of a manifest |
//! | `name` | the names of prompts, by which ours are known |
//! | [`Connect`] | the requests: signed, paced, bounded in time |
//! | [`InstanceArn`] | the instance |
//!
//! The SDK of Connect takes minutes to compile; three requests need a signature only.

mod clean;
mod connect;
mod error;
mod instance;
mod ledger;
mod maker;
mod name;
mod pacer;
mod prompts;
mod shared;

pub use self::{
    clean::{CleanError, Cleaned, clean},
    connect::Connect,
    error::ConnectError,
    instance::{InstanceArn, InvalidInstance},
    ledger::LedgerError,
    prompts::Prompts,
};
