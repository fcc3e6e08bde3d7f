//! Differences between American and British readers. Never the words themselves.

/// The readers whose habits apply to a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Region {
    /// Month before day, no "and" in hundreds.
    American,
    /// Day before month, "and" in hundreds.
    British,
}

impl Region {
    /// `language` is a BCP 47 tag. Only the United States and their neighbours, and tags without a region, read
    /// the American way.
    pub(super) fn of(language: &str) -> Self {
        let region = language.split(['-', '_']).skip(1).find(|part| part.len() == 2);
        match region.map(str::to_ascii_uppercase).as_deref() {
            None | Some("US" | "CA" | "PH" | "PR" | "GU") => Self::American,
            Some(_) => Self::British,
        }
    }

    /// `american` or `british`, by region.
    pub(super) fn pick<T>(self, american: T, british: T) -> T {
        match self {
            Self::American => american,
            Self::British => british,
        }
    }

    /// The name of a unit as the region spells it.
    pub(super) fn spelling(self, unit: &str) -> String {
        match self {
            Self::American => unit.to_owned(),
            Self::British => unit.replace("meter", "metre").replace("liter", "litre"),
        }
    }
}
