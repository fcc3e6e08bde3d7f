//! The keys of the environment and of a profile: the credentials that need no request.
//!
//! A profile that gets its credentials elsewhere (SSO, a role, a program) is named with the command that exports them.

use std::{collections::BTreeMap, env, fmt, fs, path::PathBuf};

use aws_credential_types::{
    Credentials,
    provider::{ProvideCredentials, error::CredentialsError, future},
};

use crate::{
    SignError,
    profile::{Kind, Profile},
};

/// The variables that are read.
const NAMES: [&str; 11] = [
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AWS_REGION",
    "AWS_DEFAULT_REGION",
    "AWS_PROFILE",
    "AWS_DEFAULT_PROFILE",
    "AWS_SHARED_CREDENTIALS_FILE",
    "AWS_CONFIG_FILE",
    "HOME",
    "USERPROFILE",
];

/// Keys of a profile that say where its credentials come from.
const SOURCES: [&str; 7] = [
    "sso_session",
    "sso_start_url",
    "role_arn",
    "credential_process",
    "login_session",
    "credential_source",
    "web_identity_token_file",
];

/// Credentials and region in the variables `AWS_*`, and in the files of the AWS CLI.
///
/// The variables go before the files. Files are read anew each time, so that changed keys are found.
#[derive(Clone)]
pub struct Keys {
    environment: BTreeMap<&'static str, String>,
}

impl Keys {
    /// Those of this process.
    pub fn of_environment() -> Self {
        Self::of(|name| env::var(name).ok())
    }

    fn of(variable: impl Fn(&str) -> Option<String>) -> Self {
        // An empty variable counts as none, as for the AWS CLI.
        let set = |name| Some((name, variable(name).filter(|value| !value.is_empty())?));
        Self { environment: NAMES.into_iter().filter_map(set).collect() }
    }

    /// The region of the environment, or of the profile.
    ///
    /// # Errors
    /// [`SignError::NoRegion`].
    pub fn region(&self) -> Result<String, SignError> {
        let set = self.first(&["AWS_REGION", "AWS_DEFAULT_REGION"]).map(str::to_owned);
        set.or_else(|| self.profile().value("region").map(str::to_owned)).ok_or(SignError::NoRegion)
    }

    /// Whether there are keys.
    ///
    /// # Errors
    /// [`SignError::NoKeys`] with the remedy.
    pub fn check(&self) -> Result<(), SignError> {
        self.credentials().map(|_| ())
    }

    fn credentials(&self) -> Result<Credentials, SignError> {
        let from = |value: &dyn Fn(&str) -> Option<String>, names: [&str; 3]| {
            let [id, secret, token] = names.map(value);
            Some(Credentials::new(id?, secret?, token, None, "keys"))
        };
        let set = |name: &str| self.environment.get(name).cloned();
        let names = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"];
        if let Some(credentials) = from(&set, names) {
            return Ok(credentials);
        }
        let profile = self.profile();
        let set = |name: &str| profile.value(name).map(str::to_owned);
        let names = ["aws_access_key_id", "aws_secret_access_key", "aws_session_token"];
        from(&set, names).ok_or_else(|| self.remedy(&profile))
    }

    /// The reason why there are no keys, and the command that brings some.
    fn remedy(&self, profile: &Profile) -> SignError {
        let name = self.profile_name();
        let export = format!("eval \"$(aws configure export-credentials --profile {name} --format env)\"");
        let reason = match SOURCES.iter().find(|source| profile.value(source).is_some()) {
            Some(source) => format!("the profile {name} has no keys but {source}: run {export}"),
            None if profile.is_known() => {
                format!("the profile {name} has no keys: add them with `aws configure`, or run {export}")
            }
            None if self.environment.contains_key("AWS_PROFILE") => {
                format!("the files of the AWS CLI have no profile {name}: correct AWS_PROFILE")
            }
            None => {
                "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or name a profile in AWS_PROFILE".into()
            }
        };
        SignError::NoKeys(reason)
    }

    fn first(&self, names: &[&str]) -> Option<&str> {
        names.iter().find_map(|name| self.environment.get(*name)).map(String::as_str)
    }

    fn profile_name(&self) -> &str {
        self.first(&["AWS_PROFILE", "AWS_DEFAULT_PROFILE"]).unwrap_or("default")
    }

    /// The profile out of both files; keys of the credentials file go first.
    fn profile(&self) -> Profile {
        let mut profile = Profile::default();
        for (variable, file, kind) in [
            ("AWS_SHARED_CREDENTIALS_FILE", ".aws/credentials", Kind::Credentials),
            ("AWS_CONFIG_FILE", ".aws/config", Kind::Config),
        ] {
            let home = || Some(PathBuf::from(self.first(&["HOME", "USERPROFILE"])?).join(file));
            let path = self.first(&[variable]).map(PathBuf::from).or_else(home);
            // A file that is not there has no profiles.
            if let Some(text) = path.and_then(|path| fs::read_to_string(path).ok()) {
                profile.add(&text, kind, self.profile_name());
            }
        }
        profile
    }
}

/// Shows no key.
impl fmt::Debug for Keys {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Keys(profile {})", self.profile_name())
    }
}

impl ProvideCredentials for Keys {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::ready(self.credentials().map_err(CredentialsError::not_loaded))
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    fn keys(home: &Path, set: &[(&str, &str)]) -> Keys {
        let home = home.display().to_string();
        Keys::of(|name| match name {
            "HOME" => Some(home.clone()),
            name => set.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned()),
        })
    }

    fn home() -> tempfile::TempDir {
        let home = tempfile::tempdir().expect("a folder");
        fs::create_dir(home.path().join(".aws")).expect("a folder");
        let credentials = "[default]\naws_access_key_id = A\naws_secret_access_key=S\n[other]\n\
                           aws_access_key_id = B\naws_secret_access_key = T\naws_session_token = K==\n";
        let config = "[default]\nregion = eu-west-1\n[profile other]\nregion=us-east-2\n\
                      [profile work]\nsso_session = corp\n[profile empty]\noutput = json\n";
        fs::write(home.path().join(".aws/credentials"), credentials).expect("written");
        fs::write(home.path().join(".aws/config"), config).expect("written");
        home
    }

    #[test]
    fn the_environment_goes_before_the_files_and_a_profile_is_named() {
        let home = home();
        let found = |set: &[(&str, &str)]| {
            let keys = keys(home.path(), set);
            let credentials = keys.credentials().expect("keys");
            let token = credentials.session_token().unwrap_or("-").to_owned();
            let region = keys.region().expect("a region");
            [credentials.access_key_id(), credentials.secret_access_key(), &token, &region].join(" ")
        };
        assert_eq!(found(&[]), "A S - eu-west-1");
        assert_eq!(found(&[("AWS_PROFILE", "other")]), "B T K== us-east-2");
        let set = [("AWS_ACCESS_KEY_ID", "E"), ("AWS_SECRET_ACCESS_KEY", "F"), ("AWS_REGION", "")];
        assert_eq!(found(&set), "E F - eu-west-1");
    }

    #[test]
    fn a_profile_without_keys_is_named_with_the_remedy() {
        let home = home();
        let empty = tempfile::tempdir().expect("a folder");
        let none = keys(empty.path(), &[]);
        assert!(matches!(none.region(), Err(SignError::NoRegion)));
        for (keys, expected) in [
            (
                keys(home.path(), &[("AWS_PROFILE", "work")]),
                "sso_session: run eval \"$(aws configure export-credentials --profile work",
            ),
            (keys(home.path(), &[("AWS_PROFILE", "empty")]), "the profile empty has no keys: add them"),
            (keys(home.path(), &[("AWS_PROFILE", "typo")]), "no profile typo: correct AWS_PROFILE"),
            (none, "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"),
        ] {
            let error = keys.check().expect_err("no keys").to_string();
            assert!(error.contains(expected), "{error}");
            assert_eq!(error.lines().count(), 1);
        }
    }

    #[test]
    fn no_key_is_shown() {
        let home = tempfile::tempdir().expect("a folder");
        let keys = keys(home.path(), &[("AWS_ACCESS_KEY_ID", "id"), ("AWS_SECRET_ACCESS_KEY", "secret")]);
        assert_eq!(format!("{keys:?}"), "Keys(profile default)");
    }
}
