//! The parameters of the template: each says what it takes, takes its default, and refuses the wrong kind.

use regex::Regex;
use serde_json::Value;

use crate::template::Template;

/// Whether CloudFormation would take a value.
fn takes(parameter: &Value, value: &str) -> bool {
    let text =
        |name: &str| parameter.get(name).map(|value| value.as_str().map_or(value.to_string(), str::to_owned));
    let number = |name: &str| parameter.get(name).and_then(Value::as_f64);
    if let Some(values) = parameter.get("AllowedValues").and_then(Value::as_array) {
        let mut values = values.iter().map(|value| value.as_str().map_or(value.to_string(), str::to_owned));
        return values.any(|allowed| allowed == value);
    }
    if parameter["Type"] == "Number" {
        let Ok(value) = value.parse::<f64>() else { return false };
        return number("MinValue").is_none_or(|least| value >= least)
            && number("MaxValue").is_none_or(|most| value <= most);
    }
    let fits = |pattern: String| Regex::new(&pattern).expect("is a pattern").is_match(value);
    number("MaxLength").is_none_or(|most| value.chars().count() as f64 <= most)
        && text("AllowedPattern").is_none_or(fits)
}

#[test]
fn each_parameter_explains_itself_and_takes_its_default() {
    let template = Template::read("infra/template.yaml");
    for (name, parameter) in template.parameters() {
        assert!(parameter["Description"].is_string(), "{name} has no description");
        assert!(parameter["ConstraintDescription"].is_string(), "{name} does not say which values it takes");
        let default = &parameter["Default"];
        let default = default.as_str().map_or(default.to_string(), str::to_owned);
        assert!(takes(parameter, &default), "{name} refuses its default, {default:?}");
    }
}

#[test]
fn each_parameter_refuses_values_of_the_wrong_kind() {
    let template = Template::read("infra/template.yaml");
    for (name, parameter) in template.parameters() {
        for wrong in ["\u{1F600}", " ", "a b", "true\nfalse", "<script>", "-1"] {
            assert!(!takes(parameter, wrong), "{name} takes {wrong:?}");
        }
    }
}

#[test]
fn likely_mistakes_are_refused_and_good_values_are_taken() {
    let template = Template::read("infra/template.yaml");
    let id = "12345678-1234-1234-1234-123456789012";
    let pem = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n";
    for (name, good, wrong) in [
        (
            "ConnectInstanceId",
            id,
            "arn:aws:connect:us-east-1:123456789012:instance/12345678-1234-1234-1234-123456789012",
        ),
        ("PromptArns", "true", "yes"),
        ("Architecture", "x86_64", "x86-64"),
        ("FunctionMemory", "128", "512MB"),
        ("LogRetentionDays", "7", "31"),
        ("CustomerManagedKey", "true", "yes"),
        ("ServiceUrl", "https://one.example.com,http://10.0.0.5:8080", "one.example.com"),
        ("ServiceUrl", "http://[::1]:8080/voice", "https://one, https://two"),
        ("ServiceCa", pem, "/etc/ca.pem"),
        ("ServiceTokenVersion", id, "AWSCURRENT"),
        ("VpcId", "vpc-0123456789abcdef0", "subnet-0123456789abcdef0"),
        ("SubnetA", "subnet-0123456789abcdef0", "subnet-1,subnet-2"),
        ("SubnetB", "subnet-01234567", "us-east-1a"),
        ("HostName", "voice.example.com", "https://voice.example.com"),
        ("HostedZoneId", "Z0123456789ABCDEFGHIJ", "/hostedzone/Z0123456789ABCDEFGHIJ"),
        ("CertificateArn", "arn:aws:acm:us-east-1:123456789012:certificate/12345678", "12345678"),
        ("PackageUrl", "s3://my-bucket/firstword-0.1.0.tar.gz", "https://my-bucket/firstword.tar.gz"),
        ("PackageUrl", "s3://my-bucket/a/b.tar.gz", "s3://my-bucket/$(reboot)"),
        ("ImageParameter", "/my/image", "ami-0123456789abcdef0"),
        ("InstanceType", "g6e.2xlarge", "g6"),
        ("SecondInstanceType", "g5.xlarge", "gpu"),
        ("MinHosts", "1", "0"),
        ("MaxHosts", "2", "1"),
        ("WarmHosts", "0", "21"),
        ("SpotPercent", "50", "33"),
        ("SessionManager", "true", "on"),
        ("OperatorsCidr", "10.8.0.0/16", "10.8.0.0"),
        ("OperatorsCidr", "203.0.113.7/32", "10.8.0.256/24"),
        ("OperatorsCidr", "", "0.0.0.0/0"),
        ("OtlpToAws", "true", "yes"),
        ("AlarmEmail", "me@example.com", "me"),
        ("FirstAudioSeconds", "2.5", "1500"),
        ("GapSeconds", "0.2", "300ms"),
        ("ErrorPercent", "0", "101"),
        ("WaitPercent", "50", "5%"),
        ("Refusals", "0", "none"),
    ] {
        let parameter = &template.parameters()[name];
        assert!(takes(parameter, good), "{name} refuses {good:?}");
        assert!(!takes(parameter, wrong), "{name} takes {wrong:?}");
    }
}
