//! The bucket policy that lets Connect play `S3Url*`: `policies/connect-reads-streams.json`, whose placeholders
//! CloudFormation's `Fn::Sub` can replace too.

const TEMPLATE: &str = include_str!("../policies/connect-reads-streams.json");

/// The service principal to which the bucket policy grants reading.
pub const CONNECT: &str = "connect.amazonaws.com";

/// The account id in an ARN; empty when the ARN contains none.
pub fn account(arn: &str) -> &str {
    arn.split(':').nth(4).unwrap_or_default()
}

/// The policy that allows only the Connect instance with this ARN to read the bucket.
pub fn connect_reads_streams(bucket: &str, instance_arn: &str) -> String {
    TEMPLATE
        .replace("${Bucket}", bucket)
        .replace("${AWS::AccountId}", account(instance_arn))
        .replace("${InstanceArn}", instance_arn)
}
