//! The bucket policy that lets Connect play `S3Url*`: `policies/connect-reads-streams.json`, in which CloudFormation's
//! `Fn::Sub` can replace the names too.

const TEMPLATE: &str = include_str!("../policies/connect-reads-streams.json");

/// The service that a bucket policy allows to read.
pub const CONNECT: &str = "connect.amazonaws.com";

/// The account of an ARN; empty when there is none in it.
pub fn account(arn: &str) -> &str {
    arn.split(':').nth(4).unwrap_or_default()
}

/// The policy by which the Connect instance with this ARN, and no other, may read the bucket.
pub fn connect_reads_streams(bucket: &str, instance_arn: &str) -> String {
    TEMPLATE
        .replace("${Bucket}", bucket)
        .replace("${AWS::AccountId}", account(instance_arn))
        .replace("${InstanceArn}", instance_arn)
}
