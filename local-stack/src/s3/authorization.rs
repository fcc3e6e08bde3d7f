//! Checks the form of an authorization as strictly as S3 does: exactly one mechanism, signature version 4, this region,
//! a validity of seven days at most, no session token. `s3s` checks the signature and the expiry.

use std::collections::BTreeMap;

use http::{HeaderMap, Request, header::AUTHORIZATION};
use percent_encoding::percent_decode_str;
use s3s::{S3Error, S3Result, s3_error};

const ALGORITHM: &str = "AWS4-HMAC-SHA256";
const SERVICE: &str = "s3";
/// The longest validity of a presigned URL, in seconds.
const WEEK_SECONDS: i64 = 604_800;
const TOKEN: &str = "x-amz-security-token";

/// # Errors
/// S3's error code and message for the fault in the form.
pub(super) fn check<B>(request: &Request<B>, region: &str) -> S3Result<()> {
    let query = Query::parse(request.uri().query().unwrap_or_default());
    let header = request.headers().get(AUTHORIZATION).map(|value| value.to_str().unwrap_or_default());
    let presigned = query.has("X-Amz-Algorithm") || query.has("X-Amz-Signature");
    let version_2 = query.has("AWSAccessKeyId") || query.has("Signature");
    if usize::from(presigned) + usize::from(version_2) + usize::from(header.is_some()) > 1 {
        return Err(s3_error!(InvalidArgument, "Only one auth mechanism allowed"));
    }
    // The keys of this server are permanent, so it never issued a session token.
    if query.has("X-Amz-Security-Token") || request.headers().contains_key(TOKEN) {
        return Err(s3_error!(InvalidToken, "The provided token is malformed or otherwise invalid."));
    }
    if version_2 {
        return Err(unsupported());
    }
    let signed = match header {
        Some(header) => check_header(header, region)?,
        None if presigned => query.check(region)?,
        None => return Ok(()),
    };
    check_signed(request.headers(), &signed)
}

fn unsupported() -> S3Error {
    s3_error!(
        InvalidRequest,
        "The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256."
    )
}

/// Returns the names of the signed headers.
fn check_header(header: &str, region: &str) -> S3Result<String> {
    if header.starts_with("AWS ") {
        return Err(unsupported());
    }
    let fields = header
        .strip_prefix(ALGORITHM)
        .ok_or_else(|| s3_error!(InvalidArgument, "Unsupported Authorization Type"))?
        .split(',')
        .filter_map(|field| field.trim().split_once('='))
        .collect::<BTreeMap<_, _>>();
    let malformed = |reason: &str| {
        s3_error!(AuthorizationHeaderMalformed, "The authorization header is malformed; {reason}")
    };
    let credential = fields.get("Credential").ok_or_else(|| malformed("the Credential is missing"))?;
    Scope::parse(credential).and_then(|scope| scope.check(region)).map_err(|reason| malformed(&reason))?;
    let signed = fields.get("SignedHeaders").ok_or_else(|| malformed("the SignedHeaders are missing"))?;
    Ok((*signed).to_owned())
}

/// The decoded parameters of a URL. A name that occurs twice has two entries.
struct Query(Vec<(String, String)>);

impl Query {
    fn parse(query: &str) -> Self {
        let decode = |text| percent_decode_str(text).decode_utf8_lossy().into_owned();
        let pairs = query.split('&').map(|pair| pair.split_once('=').unwrap_or((pair, "")));
        Self(pairs.map(|(name, value)| (decode(name), decode(value))).collect())
    }

    fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(known, _)| known == name)
    }

    /// The parameter's value, if the name occurs exactly once.
    fn get(&self, name: &str) -> S3Result<&str> {
        let mut values = self.0.iter().filter(|(known, _)| known == name).map(|(_, value)| value.as_str());
        match (values.next(), values.next()) {
            (Some(value), None) => Ok(value),
            _ => Err(malformed_query(
                "Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, \
                 X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters.",
            )),
        }
    }

    /// Returns the names of the signed headers.
    fn check(&self, region: &str) -> S3Result<String> {
        if self.get("X-Amz-Algorithm")? != ALGORITHM {
            return Err(malformed_query("X-Amz-Algorithm only supports \"AWS4-HMAC-SHA256\""));
        }
        self.get("X-Amz-Signature")?;
        let scope = Scope::parse(self.get("X-Amz-Credential")?)
            .and_then(|scope| scope.check(region).map(|()| scope))
            .map_err(|reason| {
                malformed_query(&format!("Error parsing the X-Amz-Credential parameter; {reason}"))
            })?;
        let date = self.get("X-Amz-Date")?;
        if !date.starts_with(scope.date) {
            let own = scope.date;
            return Err(malformed_query(&format!(
                "Invalid credential date \"{own}\". This date is not the same as X-Amz-Date: \"{date}\"."
            )));
        }
        check_life(self.get("X-Amz-Expires")?)?;
        Ok(self.get("X-Amz-SignedHeaders")?.to_owned())
    }
}

fn malformed_query(message: &str) -> S3Error {
    s3_error!(AuthorizationQueryParametersError, "{message}")
}

fn check_life(seconds: &str) -> S3Result<()> {
    let seconds: i64 = seconds.parse().map_err(|_| malformed_query("X-Amz-Expires should be a number"))?;
    match seconds {
        1..=WEEK_SECONDS => Ok(()),
        ..1 => Err(malformed_query("X-Amz-Expires must be at least 1 second")),
        _ => Err(malformed_query(
            "X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than \
             604800 seconds",
        )),
    }
}

/// The scope of a credential: `KEY/DATE/REGION/SERVICE/aws4_request`.
struct Scope<'a> {
    date: &'a str,
    region: &'a str,
    service: &'a str,
}

impl<'a> Scope<'a> {
    fn parse(credential: &'a str) -> Result<Self, String> {
        let parts: Vec<_> = credential.split('/').collect();
        match parts[..] {
            [_, date, region, service, "aws4_request"] => Ok(Self { date, region, service }),
            _ => Err("the Credential is mal-formed; expecting \"<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request\"."
                .to_owned()),
        }
    }

    fn check(&self, expected: &str) -> Result<(), String> {
        let Self { region, service, .. } = self;
        if *region != expected {
            return Err(format!("the region '{region}' is wrong; expecting '{expected}'"));
        }
        if *service != SERVICE {
            return Err(format!("incorrect service \"{service}\". This endpoint belongs to \"{SERVICE}\"."));
        }
        Ok(())
    }
}

fn check_signed(headers: &HeaderMap, signed: &str) -> S3Result<()> {
    let is_signed = |name: &str| signed.split(';').any(|known| known == name);
    let must_be = |name: &&str| name.starts_with("x-amz-") || *name == "host";
    match headers.keys().map(http::HeaderName::as_str).filter(must_be).find(|name| !is_signed(name)) {
        None => Ok(()),
        Some(name) => Err(s3_error!(
            AccessDenied,
            "There were headers present in the request which were not signed: {name}"
        )),
    }
}
