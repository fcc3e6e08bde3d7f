//! The words that tell whether a full stop ends an English sentence.

use std::{collections::HashSet, sync::LazyLock};

/// The kind of a word before a full stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A word: the sentence ends.
    Ordinary,
    /// "The code is 5."
    Number,
    /// "1." or "Step 1." where a sentence begins.
    ListNumber,
    /// "Dr.": a name follows.
    Title,
    /// "No.": a number follows, or it is the word "no".
    Numbered,
    /// "a.m.": ends unless a day or a zone follows.
    Clock,
    /// "etc.": ends before a capital.
    Final,
    /// "e.g.": never ends.
    Inner,
    /// Others: ends before a word that begins sentences.
    Abbreviation,
}

type Words = LazyLock<HashSet<&'static str>>;

fn words(list: &'static str) -> HashSet<&'static str> {
    list.split_whitespace().collect()
}

static TITLES: Words = LazyLock::new(|| {
    words(
        "Mr Mrs Ms Mx Messrs Dr Drs Prof Rev Hon Gen Col Maj Capt Cmdr Lt Sgt Cpl Pvt Gov Sen Rep Pres Supt \
         Atty Fr Mt Ft St Ste",
    )
});

/// A number follows; without one the sentence is over.
static NUMBERED: Words = LazyLock::new(|| {
    words(
        "op rte rt hwy opp wk opt cat plat dep arr ep conf col no nos nr fig figs vol ch sec ext eq ref rm apt pg pp par app lic tel ph acct ver bldg flt ser rev amt max min cust",
    )
});

static INNER: Words = LazyLock::new(|| {
    words("e.g eg i.e p.s vs viz cf approx std abt exh mvt est ca incl excl esp resp aka c.f")
});

static CALENDAR: Words = LazyLock::new(|| {
    words("Jan Feb Mar Apr Jun Jul Aug Sep Sept Oct Nov Dec Mon Tue Tues Wed Weds Thu Thur Thurs Fri")
});

/// Measures, after a number only.
static UNITS: Words = LazyLock::new(|| {
    words(
        "pts doz ct pc pcs qts in ft yd mi lb lbs oz gal qt pt sq min mins sec secs hr hrs yr yrs wk wks mo mos kg km cm mm max bus ac",
    )
});

/// Abbreviations of firms, streets and ranks, after which a sentence may end.
static OTHERS: Words = LazyLock::new(|| {
    words(
        "Bal bal Pymt pymt Hosp hosp Qtr qtr Exp exp approx Approx incl excl Appt Appts appt appts Attn attn Avg avg Addr addr Mtg mtg Msg msg Qty qty Temp Dep Arr cont reqd Inc Corp Ltd Co Cos Jr Sr Esq Ave Blvd boul Rd Dr Ln Hwy Pkwy Pl Sq Ct Ter Dept Univ Assn Assoc Bros Intl \
         Govt Mfg Mgr Natl Sat Sun Est Misc Min",
    )
});

/// Words that the library takes for abbreviations and that end sentences far more often.
static ORDINARY: Words = LazyLock::new(|| {
    words(
        "ok id me ill miss met mass is it in an am pm us use art ad ext la con fed rep ref reg sen may man \
         mar sun sat wash mon dec jan add per order st conn dist ed part pa ma op os pd pl ind res que abbrev",
    )
});

/// Words that begin a sentence and are hardly ever names or parts of them.
static STARTERS: Words = LazyLock::new(|| {
    words(
        "A About According After Again All Also Although An And Another Any Anyone Anything Are Aren't As Ask \
         At Be Because Been Before Both But By Call Can Check Choose Click Contact Could Did Do Does Don Due \
         During Each Either Enter Even Every Everyone Everything Finally First Follow For From Further Get \
         Give Go Had Has Have He Hello Help Her Here His How However I If In Instead Is It Its Just Keep Last \
         Later Let Make Many May Maybe More Most Must My Neither Never Next No Nobody None Not Nothing Now Of \
         Often On Once Only Or Otherwise Our Perhaps Please Press Say See Select Shall She Should Since So \
         Some Someone Sometimes Sorry Still Such Take Thank Thanks That The Their Then There Therefore These \
         They This Those To Today Tomorrow Under Until Use Visit Was We Were What When Where Which While Who \
         Whose Why Will With Without Would Yes Yet You Your Yours Wait",
    )
});

/// Words that begin sentences and are never names, not even in "Dr. No" and "Mr. An".
static PRONOUNS: Words = LazyLock::new(|| {
    words("He She It They We You I This That These Those The There Please What How Your Our His Their")
});

/// Words after a time of day: days, months, zones.
static FOLLOWS_TIME: Words = LazyLock::new(|| {
    words(
        "Monday Tuesday Wednesday Thursday Friday Saturday Sunday Mon Tue Tues Wed Thu Thurs Fri Sat Sun \
         January February March April June July August September October November December Eastern Central \
         Mountain Pacific EST EDT ET CST CT MST MT PST PDT PT GMT UTC KST",
    )
});

/// Things that a number or a letter names: "Step 1.", "Plan B."
static NUMBERED_THINGS: Words = LazyLock::new(|| {
    words(
        "step stage option chapter section part item rule tip question phase day week plan vitamin grade type \
         class group terminal gate zone building room hepatitis appendix level row unit door exit wing floor \
         category form team lane line point method",
    )
});

/// A number after these is not the number of an item.
static TAKES_NUMBER: Words = LazyLock::new(|| {
    words(
        "step option gate room floor terminal exit press dial enter say type select choose version number page is are was of to for at in on by and or \
         than least most about code key only exactly over under from until after before between no nr has \
         have",
    )
});

/// A line that ends in one of these goes on.
static SMALL_WORDS: Words = LazyLock::new(|| {
    words(
        "a an the of to for from in on at by with and or but nor as than that which who whose is are was were \
         be been am will would can could shall should may might must do does did has have had my your our his \
         her their its this call dear",
    )
});

/// Endings of the names of machines and files that are not English words.
static DOMAINS: Words = LazyLock::new(|| {
    words(
        "com net org edu gov mil info biz io ai app dev co kr uk jp cn de fr eu ca au ru nl es tv js ts jsx \
         tsx py rs rb php java cpp cs go sh md txt csv tsv pdf doc docx xls xlsx ppt pptx hwp zip gz tar rar \
         exe msi apk dmg jpg jpeg png gif svg webp mp3 mp4 mov avi wav ogg html htm xml json yaml yml toml \
         css sql log ini 한국 닷컴",
    )
});

fn has_any_case(words: &Words, word: &str) -> bool {
    words.contains(word.to_lowercase().as_str())
}

/// The kind of the word before a full stop, where it is known.
pub(super) fn kind(token: &str, previous: &str) -> Option<Kind> {
    let is_measured = previous.ends_with(|last: char| last.is_ascii_digit())
        || matches!(previous, "sq." | "cu." | "fl." | "half");
    let is_street = previous.starts_with(char::is_uppercase) && ["St", "Dr", "Ft", "Ct"].contains(&token);
    let bare = token.trim_start_matches(|character: char| character.is_ascii_digit() || character == '-');
    if is_measured && has_any_case(&UNITS, token) || bare.len() < token.len() && has_any_case(&UNITS, bare) {
        return Some(Kind::Final);
    }
    Some(if ["a.m", "p.m"].iter().any(|known| known.eq_ignore_ascii_case(bare)) {
        Kind::Clock
    } else if ["etc"].iter().any(|known| known.eq_ignore_ascii_case(token)) {
        Kind::Final
    } else if has_any_case(&INNER, token) {
        Kind::Inner
    } else if TITLES.contains(token) && !is_street {
        Kind::Title
    } else if has_any_case(&NUMBERED, token) {
        Kind::Numbered
    } else if is_street || CALENDAR.contains(token) || OTHERS.contains(token) {
        Kind::Abbreviation
    } else {
        return None;
    })
}

pub(super) fn is_title(word: &str) -> bool {
    TITLES.contains(word)
}

pub(super) fn is_ordinary(word: &str) -> bool {
    has_any_case(&ORDINARY, word)
}

pub(super) fn is_starter(word: &str) -> bool {
    STARTERS.contains(word)
}

pub(super) fn is_pronoun(word: &str) -> bool {
    PRONOUNS.contains(word)
}

pub(super) fn follows_time(word: &str) -> bool {
    FOLLOWS_TIME.contains(word)
}

/// "Step", where a sentence begins.
pub(super) fn is_step(word: &str) -> bool {
    word.starts_with(char::is_uppercase) && has_any_case(&NUMBERED_THINGS, word)
}

/// "plan" B
pub(super) fn has_letter(word: &str) -> bool {
    has_any_case(&NUMBERED_THINGS, word)
}

pub(super) fn takes_number(word: &str) -> bool {
    has_any_case(&TAKES_NUMBER, word)
}

pub(super) fn is_small_word(word: &str) -> bool {
    has_any_case(&SMALL_WORDS, word)
}

pub(super) fn is_domain(word: &str) -> bool {
    has_any_case(&DOMAINS, word)
}

/// "가. 개요"
pub(super) fn numbers_item(syllable: char) -> bool {
    "가나다라마바사아자차카타파하".contains(syllable)
}
