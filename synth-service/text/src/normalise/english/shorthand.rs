//! Shorthand of trades: of doctors, analysts, keyboards, compasses, chess and scripture. Never units or codes.

use std::sync::LazyLock;

use super::context::{end_of_short, is_in, last_word, next_word};
use super::number::cardinal;
use super::rule::{Found, Rule, remains, rules};
use super::units::{PER, UNITS};

/// As written, without dots; its words.
const DOSES: [(&str, &str); 10] = [
    ("bid", "twice a day"),
    ("tid", "three times a day"),
    ("qid", "four times a day"),
    ("qd", "once a day"),
    ("qhs", "at bedtime"),
    ("qam", "every morning"),
    ("qpm", "every evening"),
    ("qod", "every other day"),
    ("prn", "as needed"),
    ("po", "by mouth"),
];

const PERIODS: [(&str, &str); 5] =
    [("Y", "year"), ("Q", "quarter"), ("M", "month"), ("W", "week"), ("D", "day")];

/// Keys whose names are shortened.
const KEYS: [(&str, &str); 12] = [
    ("Ctrl", "Control"),
    ("CTRL", "Control"),
    ("Cmd", "Command"),
    ("Opt", "Option"),
    ("Del", "Delete"),
    ("Esc", "Escape"),
    ("Ins", "Insert"),
    ("PgUp", "Page Up"),
    ("PgDn", "Page Down"),
    ("PrtSc", "Print Screen"),
    ("Win", "Windows"),
    ("Fn", "Function"),
];

/// Keys that are held while another one is pressed.
const HELD: &str = "(?:Ctrl|CTRL|Control|Cmd|Command|Alt|Shift|Option|Opt|Win|Fn)";

/// Signs of keys.
const KEY_SIGNS: [(&str, &str); 4] = [("⌘", "Command"), ("⌥", "Option"), ("⌃", "Control"), ("⇧", "Shift")];

const COMPASS: [(&str, &str); 8] = [
    ("N", "north"),
    ("S", "south"),
    ("E", "east"),
    ("W", "west"),
    ("NE", "northeast"),
    ("NW", "northwest"),
    ("SE", "southeast"),
    ("SW", "southwest"),
];

const PIECES: [(&str, &str); 5] =
    [("K", "king"), ("Q", "queen"), ("R", "rook"), ("B", "bishop"), ("N", "knight")];

const GREEK: [(&str, &str); 26] = [
    ("α", "alpha"),
    ("β", "beta"),
    ("γ", "gamma"),
    ("δ", "delta"),
    ("Δ", "delta"),
    ("ε", "epsilon"),
    ("ζ", "zeta"),
    ("η", "eta"),
    ("θ", "theta"),
    ("Θ", "theta"),
    ("κ", "kappa"),
    ("λ", "lambda"),
    ("μ", "mu"),
    ("ν", "nu"),
    ("ξ", "xi"),
    ("π", "pi"),
    ("Π", "pi"),
    ("ρ", "rho"),
    ("σ", "sigma"),
    ("Σ", "sigma"),
    ("τ", "tau"),
    ("φ", "phi"),
    ("χ", "chi"),
    ("ψ", "psi"),
    ("ω", "omega"),
    ("Ω", "omega"),
];

/// Books of the Bible as references shorten them.
const SHORT_BOOKS: [(&str, &str); 32] = [
    ("Gen", "Genesis"),
    ("Exod", "Exodus"),
    ("Ex", "Exodus"),
    ("Lev", "Leviticus"),
    ("Num", "Numbers"),
    ("Deut", "Deuteronomy"),
    ("Josh", "Joshua"),
    ("Sam", "Samuel"),
    ("Kgs", "Kings"),
    ("Chron", "Chronicles"),
    ("Ps", "Psalm"),
    ("Prov", "Proverbs"),
    ("Eccl", "Ecclesiastes"),
    ("Isa", "Isaiah"),
    ("Jer", "Jeremiah"),
    ("Ezek", "Ezekiel"),
    ("Dan", "Daniel"),
    ("Matt", "Matthew"),
    ("Mt", "Matthew"),
    ("Mk", "Mark"),
    ("Lk", "Luke"),
    ("Jn", "John"),
    ("Rom", "Romans"),
    ("Cor", "Corinthians"),
    ("Gal", "Galatians"),
    ("Eph", "Ephesians"),
    ("Phil", "Philippians"),
    ("Thess", "Thessalonians"),
    ("Tim", "Timothy"),
    ("Heb", "Hebrews"),
    ("Pet", "Peter"),
    ("Rev", "Revelation"),
];

const BOOKS: &str = "Genesis|Exodus|Leviticus|Numbers|Deuteronomy|Joshua|Judges|Ruth|Samuel|Kings|Chronicles|Job|Psalms?|Proverbs|Ecclesiastes|Isaiah|Jeremiah|Ezekiel|Daniel|Hosea|Joel|Amos|Micah|Malachi|Matthew|Mark|Luke|John|Acts|Romans|Corinthians|Galatians|Ephesians|Philippians|Colossians|Thessalonians|Timothy|Titus|Hebrews|James|Peter|Jude|Revelation|Quran|Surah";

/// Read with the words, before dots and digits are taken for something else.
pub(super) static RULES: LazyLock<Vec<Rule>> = LazyLock::new(|| {
    let keys = format!(r"\b{HELD}(?:\s?[+-]\s?(?:{HELD}|[A-Z][A-Za-z]{{1,8}}|[A-Za-z0-9]|F[0-9]{{1,2}})\b)+");
    let key = format!(r"\b({})\b", KEYS.map(|(short, _)| short).join("|"));
    let verses =
        format!(r"\b((?:[1-3]\s)?(?:{BOOKS})\s[0-9]{{1,3}}):([0-9]{{1,3}})(?:(DASH)([0-9]{{1,3}}))?\b");
    let short = SHORT_BOOKS.map(|(short, _)| short).join("|");
    let book = format!(r"\b({short})\b\.?\s(?<next>[0-9]{{1,3}}:[0-9])");
    rules(&[
        (r"\b([YQMWD])o([YQMWD])\b|\b([yqm])/([yqm])\b", |found| {
            let first = format!("{}{}", found.get(1), found.get(3).to_uppercase());
            let same = first == format!("{}{}", found.get(2), found.get(4).to_uppercase());
            let period = named(&PERIODS, &first).filter(|_| same)?;
            Some(format!("{period} over {period}"))
        }),
        (r"\bbus\.\s(?<next>(?:days?|hrs?|hours)\b)", |_| Some("business ".to_owned())),
        // "BID x 7 days"
        (
            r"\s[x×]\s?(?<next>[0-9]{1,3}\s(?:days?|weeks?|wks?|months?|mos?|nights?|hours?|hrs?)\b)",
            |found| {
                let sized = found.before().ends_with(|last: char| last.is_ascii_digit());
                let sum = found
                    .before()
                    .rsplit(' ')
                    .next()
                    .is_some_and(|word| word.starts_with(['$', '€', '£', '₹', '¥']));
                if sum {
                    return Some(" times ".to_owned());
                }
                (!sized).then(|| " for ".to_owned())
            },
        ),
        (r"\b([Hh])rs(?<next>:|\s(?:are|is|of)\b)", |found| Some(format!("{}ours", found.get(1)))),
        // "$500 ind./$1,500 family"
        (r"\b(ind|indiv|fam|adv)\.?\s?/\s?(?<next>[$£€])", |found| {
            let word = match found.get(1) {
                "fam" => "family, ",
                "adv" => "advance, ",
                _ => "individual, ",
            };
            Some(word.to_owned())
        }),
        // "0.5 ac"
        (
            r"\b(AMOUNT)\sac\b(\.?)(?<next>\s(?:lots?|parcels?|sites?|with|of|on|in|and|at|for|is|was)\b|[,;)]|\s?$)",
            |found| {
                let single = found.get(1) == "1" || is_in("lot parcel site", next_word(found.after()));
                let end = end_of_short(found.get(2), found.after());
                Some(format!("{} acre{}{end}", found.get(1), if single { "" } else { "s" }))
            },
        ),
        (r"\bcal\.\s(?<next>(?:yr|year|month|mo|day)s?\b)", |_| Some("calendar ".to_owned())),
        (r"\b([Hh]alf(?:-|\s)(?:a\s)?)doz\b(\.?)", |found| {
            Some(format!("{}dozen{}", found.get(1), end_of_short(found.get(2), found.after())))
        }),
        (r"\b([Uu]nlimited|[Ee]xtra|[Aa]dditional|[Ff]ree)\s(km|mi)\b", |found| {
            let unit = if found.get(2) == "km" { "kilometers" } else { "miles" };
            Some(format!("{} {unit}", found.get(1)))
        }),
        (r"\b([0-9]{3}|[0-9]{1,3},?[0-9]{3})\s(?:sf|SF)\b", |found| Some(format!("{} sq ft", found.get(1)))),
        // "$35+ orders"
        (r"([$€£]\s?AMOUNT)\+\s(orders|purchases)\b", |found| {
            Some(format!("{} of {} or more", found.get(2), found.get(1)))
        }),
        (r"\b([Ss]izes?\s[0-9]{1,2}(?:\.5)?)W\b", |found| Some(format!("{} wide", found.get(1)))),
        (r"\bH\.\s?No\.?\s?(?<next>[0-9])", |_| Some("House number ".to_owned())),
        (r"\b([Rr])eq'd\b", |found| Some(format!("{}equired", found.get(1)))),
        (r"\b([Rr])ec'd\b", |found| Some(format!("{}eceived", found.get(1)))),
        (r"\bcr\.\s?(?<next>(?:hrs?|hours?)\b)", |_| Some("credit ".to_owned())),
        (r"\bmed\.\s(?<next>(?:is|are|for|pizzas?|drinks?|fries|coffees?|soda|size|rare|heat)\b)", |found| {
            (!is_in("my your the our his her", &last_word(found.before()))).then(|| "medium ".to_owned())
        }),
        // "2 x AA batteries"
        (r"\b([0-9]{1,3})\s?[x×]\s(?<next>A{2,4}\b)", |found| Some(format!("{} ", found.get(1)))),
        (r"\b(AA|AAA)(?<next>[\s-](?:batter|cell|(?:and|or)\s[^.]{0,12}batter))", |found| {
            Some(if found.get(1) == "AA" { "double A" } else { "triple A" }.to_owned())
        }),
        (r"\bw/in\b", |_| Some("within".to_owned())),
        (r"\bp/u\b", |_| Some("pickup".to_owned())),
        (r"\b([a-z]{3,})\s#(?<next>\s(?:is|was)\b)", |found| {
            let key = is_in("press hit key the dial then pound hash sign", found.get(1));
            (!key).then(|| format!("{} number", found.get(1)))
        }),
        (r"\bp/w\b", |_| Some("password".to_owned())),
        (r"\breq/(?<next>(?:min|minute|s|sec|second|hr|hour|day)\b)", |_| Some("requests/".to_owned())),
        // "2 1/4 c flour"
        (r"\b([0-9]{1,2}\s[0-9]/[0-9]|[0-9]/[0-9])\sc\s(?<next>[a-z])", |found| {
            let plural = if found.get(1).contains(' ') { "s" } else { "" };
            Some(format!("{} cup{plural} ", found.get(1)))
        }),
        (r"\bb/[wt]\b", |_| Some("between".to_owned())),
        (r"\b([Tt])hru\b", |found| Some(format!("{}hrough", found.get(1)))),
        (
            r"\b(b\.i\.d|t\.i\.d|q\.i\.d|q\.d|q\.h\.s|q\.a\.m|q\.p\.m|q\.o\.d|p\.r\.n|p\.o|[btq]id|qd|PO|BID|TID|QID|qhs|prn|PRN)\b(\.?)",
            dose,
        ),
        (
            r"\bq\.?\s?([0-9]{1,2})(?:[-–]([0-9]{1,2}))?\s?(h|hrs?|hours?|min|mins|minutes?|d|days?)\b(\.?)",
            |found| {
                let until =
                    if found.get(2).is_empty() { String::new() } else { format!(" to {}", found.get(2)) };
                let unit = match found.get(3).as_bytes() {
                    [b'm', ..] => "minutes",
                    [b'd', ..] => "days",
                    _ => "hours",
                };
                let end = end_of_short(found.get(4), found.after());
                Some(format!("every {}{until} {unit}{end}", found.get(1)))
            },
        ),
        (
            r"\bT\s?([-–+])\s?(?<next>[0-9]{1,3}\s(?:seconds?|minutes?|hours?|days?|mins?|secs?|hrs?)\b)",
            |found| Some(format!("T {} ", if found.get(1) == "+" { "plus" } else { "minus" })),
        ),
        (r"\b([Oo])p\.\s?(?<next>[0-9])", |found| {
            Some(if found.get(1) == "O" { "Opus " } else { "opus " }.to_owned())
        }),
        (r"\bc(?:irc)?a?\.\s?(?<next>1[0-9]{3}\b|20[0-9]{2}\b)", |_| Some("circa ".to_owned())),
        (&keys, |found| {
            let pressed = found.get(0).split(['+', '-']).map(str::trim);
            let words: Vec<&str> = pressed.map(|key| named(&KEYS, key).unwrap_or(key)).collect();
            let joined = found.get(0).contains('+') || words.last()?.len() < 4 || words.len() > 2;
            joined.then(|| words.join(" "))
        }),
        (r"([⌘⌥⌃⇧])\s?\+?\s?", |found| Some(format!("{} ", named(&KEY_SIGNS, found.get(1))?))),
        (&key, |found| {
            let whole = !matches!(found.get(1), "Opt" | "Win" | "Fn" | "Ins" | "Del");
            let behind = super::context::next_word(found.after()) == "key";
            (whole || behind).then(|| named(&KEYS, found.get(1)).map(str::to_owned))?
        }),
        (
            r"\b((?:ft|feet|foot|mi|miles?|km|kilometers?|kilometres?|yd|yards?|blocks?|meters?|metres?)\.?\s)(NE|NW|SE|SW|[NSEW])\b",
            |found| Some(format!("{}{}", found.get(1), named(&COMPASS, found.get(2))?)),
        ),
        (
            r"\b((?i:winds?|gusts?|heading|head|facing|faces)\s(?:(?:is|are|from|out of|due)\s(?:the\s)?)?)(NE|NW|SE|SW|[NSEW])\b",
            |found| Some(format!("{}{}", found.get(1), named(&COMPASS, found.get(2))?)),
        ),
        (r"\b(from the )(NE|NW|SE|SW)\b", |found| {
            Some(format!("{}{}", found.get(1), named(&COMPASS, found.get(2))?))
        }),
        (r"\b([KQRBN])(x?)([a-h])([1-8])([+#]?)", chess),
        (&book, |found| Some(format!("{} ", named(&SHORT_BOOKS, found.get(1))?))),
        (&verses, |found| {
            let book = found.get(1);
            if found.get(3).is_empty() {
                return Some(format!("{book} {}", found.get(2)));
            }
            Some(format!("{book}, {} to {}", found.get(2), found.get(4)))
        }),
        (r"\b([Pp]er\s)(\p{L}{1,4}\^?[23]?)\b", |found| {
            let unit = per_unit(found.get(2))?;
            Some(format!("{}{unit}", found.get(1)))
        }),
        // "Your license no. is D123"
        (
            r"\b((?i:license|licence|policy|account|acct|meter|medicare|medicaid|tracking|order|phone|tel|telephone|fax|card|member|reference|ref|serial|invoice|case|claim|flight|model|part|contact|customer|booking|registration|passport|tax|insurance|group|room|ticket|confirmation|a/c|ni|nino|pps|sin|tfn|abn|nhs|utr|ein|npi|isbn|gstin|vat|plate|file|permit|employee|student|patient|docket|cell|mobile|id)\s)(no|nos)\.(?<next>:|\s(?:is|was|are|on|in|for|and|of|to|listed|below|above)\b)",
            |found| {
                Some(format!("{}{}", found.get(1), if found.get(2) == "no" { "number" } else { "numbers" }))
            },
        ),
        (r"\b([0-9]{1,2}|n)!(?<next>\s?(?:=|equals?\b|is\b))", |found| {
            Some(format!("{} factorial", found.get(1)))
        }),
    ])
});

/// Letters of formulas, also where digits touch them: "2π".
pub(super) static LETTERS: LazyLock<Vec<Rule>> = LazyLock::new(|| {
    remains(&[(r"\p{Greek}", |found| {
        let greek = |edge: Option<char>| edge.is_some_and(|edge| ('\u{370}'..='\u{3ff}').contains(&edge));
        let (before, after) = (found.before(), found.after());
        let unit = matches!(found.get(0), "μ" | "Ω")
            && (before.trim_end().ends_with(|last: char| last.is_ascii_digit())
                || after.starts_with(|next: char| next.is_ascii_alphabetic())
                || before.ends_with(['k', 'M', 'm']));
        let word = greek(before.chars().next_back()) || greek(after.chars().next());
        let name = named(&GREEK, found.get(0)).filter(|_| !unit && !word)?;
        let gap = |needed: bool| if needed { " " } else { "" };
        Some(format!(
            "{}{name}{}",
            gap(before.ends_with(char::is_alphanumeric)),
            gap(after.starts_with(char::is_alphanumeric))
        ))
    })])
});

fn named(list: &[(&'static str, &'static str)], written: &str) -> Option<&'static str> {
    list.iter().find(|(short, _)| *short == written).map(|(_, words)| *words)
}

/// The unit after "per", where it is no word.
fn per_unit(written: &str) -> Option<&'static str> {
    let is_word =
        matches!(written, "in" | "min" | "sec" | "mo" | "d" | "h" | "s" | "cal" | "pt" | "pc" | "ct");
    named(&PER, written)
        .or_else(|| UNITS.iter().find(|(unit, ..)| *unit == written).map(|(_, one, _)| *one))
        .filter(|_| !is_word)
}

/// "500 mg b.i.d."
fn dose(found: &Found<'_>) -> Option<String> {
    let short = found.get(1).replace('.', "").to_lowercase();
    let dotted = found.get(1).contains('.');
    let words = named(&DOSES, &short)?;
    let before = last_word(found.before());
    let measured = before.ends_with(|last: char| last.is_ascii_digit())
        || is_in(
            "mg mcg ml g tab tabs tablet tablets cap caps capsule capsules drops puffs units dose daily po mouth cream",
            &before,
        );
    let word = matches!(short.as_str(), "bid" | "po");
    (dotted || measured || !word).then(|| format!("{words}{}", end_of_short(found.get(2), found.after())))
}

/// "Nf3", among other moves or where chess is spoken of.
fn chess(found: &Found<'_>) -> Option<String> {
    let near = format!("{} {}", found.before(), found.after());
    let played = near.split(|mark: char| !mark.is_alphanumeric()).any(|word| {
        is_in("chess move moves opening gambit defense defence mate checkmate knight bishop pawn rook white black", &word.to_lowercase())
            || word.len() == 3 && word.starts_with(['K', 'Q', 'R', 'B', 'N']) && word.ends_with(|last: char| last.is_ascii_digit())
    });
    let goes_on = found.after().starts_with(char::is_alphanumeric);
    let takes = if found.get(2).is_empty() { "" } else { "takes " };
    let check = match found.get(5) {
        "+" => " check",
        "#" => " mate",
        _ => "",
    };
    let rank = cardinal(found.region, found.get(4).parse().ok()?);
    let piece = named(&PIECES, found.get(1)).filter(|_| played && !goes_on)?;
    Some(format!("{piece} {takes}{} {rank}{check}", found.get(3).to_uppercase()))
}
