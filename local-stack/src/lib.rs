//! Firstword on one machine, without an AWS account.
//!
//! Real parts, started and wired: an S3 server, a Lambda host that runs the real binaries as processes, and
//! the real service. Nothing here is deployed.
//!
//! | module | responsibility |
//! | --- | --- |
//! | [`s3`] | an S3 server in memory: SigV4, presigned URLs, bucket policies, atomic conditional writes |
//! | [`lambda_host`] | the Runtime API towards the functions, the Invoke API towards everybody else |
//! | [`bucket`] | the bucket of a stack: that S3's, or another's |
//! | [`service`] | the process of `synth-service` |
//! | [`stack`] | all of them together, and the environment that makes them find each other |
//! | [`call`] | one call through a contact flow: recording, time line, table |
//! | [`load`] | many callers at once, and whether anything is lost |
//! | [`prompt_voice`] | stands in for Connect's own voice |

pub mod bucket;
pub mod call;
mod door;
pub mod lambda_host;
mod listener;
pub mod load;
pub mod prompt_voice;
pub mod s3;
pub mod service;
pub mod stack;
