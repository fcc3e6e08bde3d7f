//! Roman numerals, where a name or a kind of division before them leaves no doubt. Never a lone letter that may
//! be a word or an initial.

use std::sync::LazyLock;

use super::context::{is_in, next_word};
use super::number::{cardinal, ordinal};
use super::rule::{Found, Rule, rules};

const RULERS: &str = "Henry|Louis|Elizabeth|George|Charles|Richard|Edward|James|William|Benedict|Catherine|Nicholas|Peter|Alexander|Napoleon|Frederick|Philip|Ramses|Pius|Leo|Francis|Mary|Victoria|Paul|Gregory|Ivan|Leopold|Otto|Wilhelm|Carl|Gustav|Albert|Juan|Felipe|Cleopatra|Xerxes|Constantine|Innocent|Clement|Urban|Margaret|Haakon|Christian|Harald";

const DIVISIONS: &str = "[Cc]hapter|[Pp]art|[Vv]olume|[Ss]ection|[Aa]rticle|[Aa]ct|[Ss]cene|[Pp]hase|[Tt]ype|[Ss]tage|[Cc]lass|[Tt]itle|[Ll]evel|[Tt]ier|[Aa]ppendix|[Bb]ook|[Ss]chedule|[Gg]rade|[Cc]ategory|[Ss]eries|[Mm]ark|[Ee]pisode|[Uu]nit|[Ff]igure|[Tt]able|[Ss]uper [Bb]owl|[Ww]orld [Ww]ar|[Rr]ound|[Zz]one|[Mm]odule|[Ff]actor|Bowl|Amendment|Annex|Exhibit|Olympiad|Fantasy|Rocky|WrestleMania|Resolution|[Mm]ovement|[Pp]ages?";

/// The numerals that don't abbreviate anything else.
const CLEAR: &str = "II III IV VII VIII XII XIII XIV XVI XVII XVIII XIX";

/// Words around "IV", where it is a doctor's word.
const DRIPS: &str = "drip drips line lines fluid fluids antibiotic antibiotics therapy infusion bag bags pole access catheter push dose contrast iron treatment hydration medication medications drug drugs site needle sedation start";
const BEFORE_DRIPS: &str = "The An Your Start Give Remove Peripheral Via No New Insert Use His Her One This";

pub(super) static RULES: LazyLock<Vec<Rule>> = LazyLock::new(|| {
    let rulers = format!(r"\b({RULERS})\s([IVX]{{1,6}})\b");
    let divisions = format!(r"\b({DIVISIONS})\s([IVXL]{{1,7}})\b");
    let small = format!(r"\b({DIVISIONS})\s([ivx]{{2,6}})\b");
    rules(&[
        (&rulers, |found| {
            let lone = found.get(2).len() == 1;
            let number = value(found.get(2)).filter(|_| !lone || ends(found))?;
            Some(format!("{} the {}", found.get(1), ordinal(found.region, number)))
        }),
        (&divisions, |found| {
            let capital = found.get(1).starts_with(char::is_uppercase);
            // A letter names a series or a type as well: "Series X".
            let lettered = found.get(2).len() == 1
                && is_in(
                    "series type class unit zone factor table figure module mark grade exhibit rocky",
                    &found.get(1).to_lowercase(),
                );
            let number =
                value(found.get(2)).filter(|number| !lettered && (*number != 1 || capital && ends(found)))?;
            Some(format!("{} {}", found.get(1), cardinal(found.region, number)))
        }),
        (r"\b([IVX]{2,6})(\s[Cc]entur(?:y|ies))\b", |found| {
            Some(format!("{}{}", ordinal(found.region, value(found.get(1))?), found.get(2)))
        }),
        (&small, |found| {
            Some(format!("{} {}", found.get(1), cardinal(found.region, value(&found.get(2).to_uppercase())?)))
        }),
        (r"\((i{1,3}|iv|vi{0,3}|ix|xi{0,3}|x?i[vx])\)", |found| {
            let number = value(&found.get(1).to_uppercase())?;
            let listed = number > 1 && found.get(1).len() > 1
                || found.get(1) == "i" && !found.before().ends_with(char::is_alphanumeric);
            listed.then(|| format!("({})", cardinal(found.region, number)))
        }),
        (r"\b([A-Z][a-z]+)\s([IVX]{2,5})\b", |found| {
            let drips = found.get(2) == "IV"
                && (is_in(DRIPS, next_word(found.after())) || is_in(BEFORE_DRIPS, found.get(1)));
            let number = value(found.get(2)).filter(|_| is_in(CLEAR, found.get(2)) && !drips)?;
            Some(format!("{} {}", found.get(1), cardinal(found.region, number)))
        }),
    ])
});

/// Words behind the name of a ruler or a war.
const REIGNING: &str = "died lost ruled reigned became married succeeded abdicated founded built invaded defeated conquered ended began started broke lasted killed changed memorial veteran veterans soldier soldiers trenches";

/// Whether the numeral is the last word of its phrase, so that "I" is not a pronoun.
fn ends(found: &Found<'_>) -> bool {
    let after = found.after();
    after.is_empty()
        || after.starts_with([',', '.', ';', ':', ')', '?', '!', '\''])
        || after.starts_with(" and ")
        || after.starts_with(" of ")
        || after.starts_with(" was ")
        || is_in(REIGNING, next_word(after))
}

/// The number, if the numeral is written as it should be.
fn value(numeral: &str) -> Option<u64> {
    const PARTS: [(&str, u64); 7] =
        [("L", 50), ("XL", 40), ("X", 10), ("IX", 9), ("V", 5), ("IV", 4), ("I", 1)];
    let (mut rest, mut number) = (numeral, 0);
    for (part, worth) in PARTS {
        let most = if part.len() == 1 && worth != 5 && worth != 50 { 3 } else { 1 };
        for _ in 0..most {
            let Some(behind) = rest.strip_prefix(part) else { break };
            (rest, number) = (behind, number + worth);
        }
    }
    (rest.is_empty() && number > 0).then_some(number)
}
