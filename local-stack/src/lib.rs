mod listener;

pub mod lambda_host;
pub mod s3;
