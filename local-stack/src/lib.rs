//! Firstword on one machine, without an AWS account.
//!
//! This crate starts and connects real parts: an S3 server, a Lambda host that runs the real binaries as processes, and
//! the real service. Nothing here is deployed.
//!
//! | module | responsibility |
//! | --- | --- |
//! | [`s3`] | an S3 server in memory: SigV4, presigned URLs, bucket policies, atomic conditional writes |
//! | [`lambda_host`] | the Runtime API towards the functions, the Invoke API towards clients |
//! | [`bucket`] | the bucket of a stack: in that S3, or in an external one |
//! | [`connect`] | the prompts of an Amazon Connect instance, for tests |
//! | [`signature`] | checks the signature of a request to AWS, for tests |
//! | [`service`] | the process of `synth-service` |
//! | [`stack`] | all these parts together, and the environment variables that connect them |
//! | [`call`] | one call through a contact flow: recording, time line, table |
//! | [`talk`] | a live call through Twilio's protocol: a simulated caller, its recording and timings |
//! | [`load`] | many callers at once, and whether anything is lost |
//! | [`cold`] | cold starts of a function, beside one in Python |
//! | `machine` | the machine, and the resources that a process uses |
//! | [`prompt_voice`] | replaces Connect's own voice |

pub mod bucket;
pub mod call;
pub mod cold;
pub mod connect;
mod door;
pub mod lambda_host;
mod listener;
pub mod load;
mod machine;
pub mod prompt_voice;
pub mod s3;
pub mod service;
pub mod signature;
pub mod stack;
pub mod talk;
