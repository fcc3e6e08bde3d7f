//! The ARN of an Amazon Connect instance, which names its region and the endpoint.

use std::{fmt, str::FromStr};

/// Text that is no ARN of an instance.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "{0:?} is no ARN of an Amazon Connect instance: expected one such as \
     arn:aws:connect:us-east-1:123456789012:instance/12345678-1234-1234-1234-123456789012"
)]
pub struct InvalidInstance(String);

/// The ARN of an instance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InstanceArn {
    arn: String,
    region: String,
    id: String,
}

impl InstanceArn {
    /// The ARN as text.
    pub fn as_str(&self) -> &str {
        &self.arn
    }

    /// The region.
    pub fn region(&self) -> &str {
        &self.region
    }

    /// The id, as in the paths of requests.
    pub(crate) fn id(&self) -> &str {
        &self.id
    }

    /// URL of AWS's own endpoint.
    pub(crate) fn endpoint(&self) -> String {
        let domain = if self.arn.starts_with("arn:aws-cn:") { "amazonaws.com.cn" } else { "amazonaws.com" };
        format!("https://connect.{}.{domain}", self.region)
    }
}

impl FromStr for InstanceArn {
    type Err = InvalidInstance;

    fn from_str(text: &str) -> Result<Self, InvalidInstance> {
        let arn = text.trim();
        let parts: Vec<_> = arn.split(':').collect();
        let valid = match parts.as_slice() {
            ["arn", "aws" | "aws-cn" | "aws-us-gov", "connect", region, account, resource] => {
                let id = resource.strip_prefix("instance/").filter(|id| is_id(id));
                let is_account = account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit());
                id.filter(|_| is_account && is_region(region)).map(|id| (*region, id))
            }
            _ => None,
        };
        let (region, id) = valid.ok_or_else(|| InvalidInstance(text.to_owned()))?;
        Ok(Self { arn: arn.to_owned(), region: region.to_owned(), id: id.to_owned() })
    }
}

impl fmt::Display for InstanceArn {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.arn)
    }
}

fn is_region(text: &str) -> bool {
    let is_letter = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    text.contains('-') && text.bytes().all(is_letter)
}

/// Whether a text has the form 8-4-4-4-12 of hexadecimal digits in lower case.
fn is_id(text: &str) -> bool {
    let is_digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    let lengths: Vec<_> = text.split('-').map(str::len).collect();
    lengths == [8, 4, 4, 4, 12] && text.bytes().all(|byte| byte == b'-' || is_digit(byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "12345678-1234-1234-1234-1234567890ab";

    #[test]
    fn region_and_endpoint_come_from_the_arn() {
        for (partition, region, endpoint) in [
            ("aws", "eu-west-2", "https://connect.eu-west-2.amazonaws.com"),
            ("aws-us-gov", "us-gov-west-1", "https://connect.us-gov-west-1.amazonaws.com"),
            ("aws-cn", "cn-north-1", "https://connect.cn-north-1.amazonaws.com.cn"),
        ] {
            let arn = format!("arn:{partition}:connect:{region}:123456789012:instance/{ID}");
            let instance: InstanceArn = arn.parse().expect("an ARN");
            assert_eq!((instance.region(), instance.id()), (region, ID));
            assert_eq!((instance.endpoint().as_str(), instance.as_str()), (endpoint, arn.as_str()));
        }
    }

    #[test]
    fn other_texts_are_refused_in_one_line() {
        let good = format!("arn:aws:connect:us-east-1:123456789012:instance/{ID}");
        for bad in [
            "",
            ID,
            "*",
            &good.replace("connect", "lex"),
            &good.replace("instance", "queue"),
            &good.replace("123456789012", "12345"),
            &good.replace("us-east-1", "us.east.1"),
            &good.replace("1234-1234-1234", "1234-1234"),
            &good.replace("90ab", "90AB"),
            &format!("{good}/contact-flow/1"),
            &format!("{good}:1"),
        ] {
            let error = bad.parse::<InstanceArn>().expect_err(bad).to_string();
            assert!(
                error.contains("expected one such as arn:aws:connect:") && !error.contains('\n'),
                "{error}"
            );
        }
    }
}
