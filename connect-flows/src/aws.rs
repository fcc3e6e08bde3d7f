//! AWS, by signed requests and without its SDK: functions in AWS Lambda, and the API of Amazon Connect.
//!
//! | module | responsibility |
//! | --- | --- |
//! | `client` | one signed request to a service in a region |
//! | `functions` | the Invoke API of AWS Lambda, for the runner |
//!
//! Keys come from the environment or a profile: see [`signed_requests::Keys`].

mod client;
mod functions;

pub use client::{AwsClient, AwsError, arn_region};
pub use functions::AwsLambdas;
