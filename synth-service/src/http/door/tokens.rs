//! The bearer tokens: their sources, and the check of a request's token.

use std::{path::Path, sync::Arc};

use subtle::{Choice, ConstantTimeEq};

use super::{
    DoorError,
    watched::{Watched, read},
};

/// The valid tokens; a request must carry one of them. Several are valid at a time, so that a new one can be handed out
/// before the old one is removed. Cheap to clone; never printed.
#[derive(Clone)]
pub struct Tokens(Source);

#[derive(Clone)]
enum Source {
    /// No token is required.
    Open,
    Settings(Arc<TokenList>),
    File(Arc<Watched<TokenList>>),
}

impl Tokens {
    /// From the settings: `given` lists them, separated by commas or whitespace; `file` has one per line.
    ///
    /// # Errors
    /// [`DoorError`] when both are set, or when the one that is set holds no token.
    pub fn open(given: &str, file: Option<&Path>) -> Result<Self, DoorError> {
        Self::of_flag("--token", given, file)
    }

    /// The same for secrets whose flag is `flag`; that of their file is `flag` with `-file`.
    ///
    /// # Errors
    /// As for [`Self::open`].
    pub fn of_flag(flag: &'static str, given: &str, file: Option<&Path>) -> Result<Self, DoorError> {
        let source = match (given, file) {
            ("", None) => Source::Open,
            (given, None) => Source::Settings(Arc::new(TokenList::separated(given, flag)?)),
            ("", Some(file)) => {
                let path = file.to_owned();
                let load = move || TokenList::lines(&path);
                Source::File(Arc::new(Watched::open(vec![file.to_owned()], load)?))
            }
            (_, Some(_)) => return Err(DoorError::TwoSourcesOfTokens(flag)),
        };
        Ok(Self(source))
    }

    /// Whether requests must carry a token.
    pub fn are_required(&self) -> bool {
        !matches!(self.0, Source::Open)
    }

    /// Whether a request that carries `given` may pass.
    pub(in crate::http) fn accept(&self, given: Option<&str>) -> bool {
        match &self.0 {
            Source::Open => true,
            Source::Settings(tokens) => tokens.have(given),
            Source::File(tokens) => tokens.current().have(given),
        }
    }

    /// Whether one of the tokens passes a check. Each is checked, so that the time does not reveal which one did.
    pub(in crate::http) fn any(&self, check: impl Fn(&str) -> bool) -> bool {
        let any = |tokens: &TokenList| tokens.0.iter().filter(|token| check(token)).count() > 0;
        match &self.0 {
            Source::Open => false,
            Source::Settings(tokens) => any(tokens),
            Source::File(tokens) => any(&tokens.current()),
        }
    }
}

/// Never empty.
struct TokenList(Vec<String>);

impl TokenList {
    fn separated(given: &str, flag: &str) -> Result<Self, DoorError> {
        let is_separator = |character: char| character == ',' || character.is_whitespace();
        Self::new(given.split(is_separator).filter(|token| !token.is_empty()), flag.into())
    }

    fn lines(path: &Path) -> Result<Self, DoorError> {
        let content = read(path)?;
        let content = String::from_utf8_lossy(&content);
        let lines = content.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
        Self::new(lines, path.display().to_string())
    }

    fn new<'a>(tokens: impl Iterator<Item = &'a str>, from: String) -> Result<Self, DoorError> {
        let tokens: Vec<_> = tokens.map(str::to_owned).collect();
        if let Some(index) = tokens.iter().position(|token| !is_token(token)) {
            return Err(DoorError::MalformedToken { number: index + 1, from });
        }
        if tokens.is_empty() { Err(DoorError::NoToken(from)) } else { Ok(Self(tokens)) }
    }

    /// Compares in constant time: the time reveals neither the place of a difference nor the token that matched.
    fn have(&self, given: Option<&str>) -> bool {
        let given = given.unwrap_or_default().as_bytes();
        let any = |found: Choice, token: &String| found | token.as_bytes().ct_eq(given);
        self.0.iter().fold(Choice::from(0), any).into()
    }
}

/// Whether a client can send this text as a token in a header.
fn is_token(token: &str) -> bool {
    token.bytes().all(|byte| byte.is_ascii_graphic() && byte != b',')
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn all_tokens_of_a_setting_count_and_nothing_else() {
        let tokens = Tokens::open(" one,two\tthree\n", None).expect("good");
        for (given, expected) in [
            (Some("one"), true),
            (Some("two"), true),
            (Some("three"), true),
            (Some("one,two"), false),
            (Some("on"), false),
            (Some(""), false),
            (None, false),
        ] {
            assert_eq!(tokens.accept(given), expected, "{given:?}");
        }
    }

    #[test]
    fn without_a_setting_no_token_is_required() {
        let tokens = Tokens::open("", None).expect("good");
        assert!(!tokens.are_required() && tokens.accept(None));
    }

    #[test]
    fn a_source_without_a_token_is_an_error() {
        let folder = tempfile::tempdir().expect("a folder");
        let write = |content: &str| {
            let path = folder.path().join("tokens");
            fs::write(&path, content).expect("written");
            path
        };
        for content in ["", "\n\n", "# secret\n", "  "] {
            let error = Tokens::open("", Some(&write(content))).map(|_| ()).expect_err("no token");
            assert!(matches!(error, DoorError::NoToken(_)), "{content:?}");
        }
        for content in ["good\nsecret word\n", "good\nsecret,word", "good\nsécret"] {
            let error =
                Tokens::open("", Some(&write(content))).map(|_| ()).expect_err("no token").to_string();
            assert!(error.starts_with("token 2 of ") && !error.contains("secret"), "{error}");
        }
        let error = Tokens::open(", ,", None).map(|_| ()).expect_err("no token");
        assert!(matches!(error, DoorError::NoToken(_)), "{error}");
        let missing = folder.path().join("missing");
        let error = Tokens::open("", Some(&missing)).map(|_| ()).expect_err("no file").to_string();
        assert!(error.contains("missing can't be read") && !error.contains('\n'), "{error}");
        let error = Tokens::open("one", Some(&write("two"))).map(|_| ()).expect_err("both");
        assert!(matches!(error, DoorError::TwoSourcesOfTokens(_)), "{error}");
    }

    #[tokio::test(start_paused = true)]
    async fn a_changed_file_counts_within_a_second_and_a_bad_one_does_not() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("tokens");
        fs::write(&path, "# of March\nold-token\n").expect("written");
        let tokens = Tokens::open("", Some(&path)).expect("good");
        for (content, old, new) in [
            (Some("old-token\nnewer-token\n"), true, true),
            (Some("newer-token"), false, true),
            (Some(""), false, true),
            (Some("not one"), false, true),
            (None, false, true),
            (Some("# back\n  old-token  \n"), true, false),
        ] {
            match content {
                Some(content) => fs::write(&path, content).expect("written"),
                None => fs::remove_file(&path).expect("removed"),
            }
            tokio::time::advance(std::time::Duration::from_secs(1)).await;
            assert_eq!(tokens.accept(Some("old-token")), old, "{content:?}");
            assert_eq!(tokens.accept(Some("newer-token")), new, "{content:?}");
        }
    }
}
