//! Numbers as engineers, chemists, lawyers and pilots write them. Never amounts of money or dates.

use std::sync::LazyLock;

use super::context::{is_attributive, is_glued, is_in, last_word, next_word};
use super::fractions::fraction;
use super::letters::spell;
use super::number::{amount, cardinal, digit_groups, digits, pairs};
use super::rule::{Found, Rule, rules};
use super::units::{PER, PER_WORDS};

/// Words behind which a number in front of brackets is a part of a law or a document.
const CLAUSES: &str = "section sections sec secs article art rule regulation reg para paragraph clause title act part subsection code form schedule item question c u.s.c usc §";

/// Words of a sentence about betting.
const BETS: [&str; 7] = ["odds", "favourite", "favorite", "bookmaker", "outsider", "each-way", "priced at"];

/// Words of a sentence about cooking.
const OVENS: [&str; 9] = ["bake", "oven", "roast", "cook", "broil", "preheat", "grill", "heat", "fry"];

/// Words around an electric current.
const CURRENTS: &str = "fuse breaker charger circuit current outlet socket plug supply adapter draws drawing rated volts load battery";

pub(super) static RULES: LazyLock<Vec<Rule>> = LazyLock::new(|| {
    let per = PER.iter().map(|(short, _)| regex::escape(short)).collect::<Vec<_>>().join("|");
    let rate = format!(r"\b(AMOUNT)\s?/\s?({per}|{PER_WORDS})\b");
    rules(&[
        (r"\b((?i:multiply|multiplied|divide|divided)\sby\s)([0-9]{1,3})/([0-9]{1,3})\b", |found| {
            let value = fraction(found.region, "", found.get(2), found.get(3))?;
            Some(format!("{}{value}", found.get(1)))
        }),
        (r"\b([Bb]inary\s(?:[a-z0-9]+\s){0,3})([01]{3,16})\b", |found| {
            Some(format!("{}{}", found.get(1), digits(found.get(2))))
        }),
        // Languages count their versions on behind nine.
        (
            r"\b(Python|Rust|Go|Node|Kubernetes|PHP)\s(≥\s?)?([0-9]\.[1-9][0-9])(?<next>[\s,;)]|\.?$)",
            |found| {
                let least = if found.get(2).is_empty() { "" } else { "at least " };
                Some(format!(
                    "{} {least}{}",
                    found.get(1),
                    super::quantities::points(found.region, found.get(3))
                ))
            },
        ),
        (r"\b(than|to|or|and|from|with|of)\s([0-9]\.[1-9][0-9])(?<next>[\s,;)]|\.?$)", |found| {
            let named = ["Python ", "Rust ", "Node ", "Kubernetes ", "PHP "];
            named.iter().any(|name| found.before().contains(name)).then(|| {
                format!("{} {}", found.get(1), super::quantities::points(found.region, found.get(2)))
            })
        }),
        (r"\b([0-9]{1,3}):([0-9]{2})(?<next>\s(?:dilution|scale|slope)\b)", |found| {
            let words = |group: usize| amount(found.region, found.get(group));
            (!is_glued(found.before())).then(|| format!("{} to {}", words(1), words(2)))
        }),
        // "chmod 755"
        (r"\b(chmod\s(?:-R\s)?)([0-7]{3,4})\b", |found| {
            Some(format!("{}{}", found.get(1), digits(found.get(2))))
        }),
        (r"\b([0-9]{1,3})-(of|for|in)-([0-9]{1,3})\b", |found| {
            let words = |group: usize| amount(found.region, found.get(group));
            (!is_glued(found.before())).then(|| format!("{} {} {}", words(1), found.get(2), words(3)))
        }),
        // "Bake at 400F"
        (r"\b([1-5][0-9][05])\s?F\b", |found| {
            let near = format!("{} {}", found.before(), found.after()).to_lowercase();
            let baked = OVENS.iter().any(|word| near.contains(word));
            (baked && !is_glued(found.before()))
                .then(|| format!("{} degrees Fahrenheit", amount(found.region, found.get(1))))
        }),
        // "3:2:1 ratio"
        (r"\b([0-9]{1,3}):([0-9]{1,3}):([0-9]{1,3})(?<next>\s(?:ratio|mix|blend|split)\b)", |found| {
            let words = |group: usize| amount(found.region, found.get(group));
            Some(format!("{} to {} to {}", words(1), words(2), words(3)))
        }),
        // "Your flight, UA 1549, is late"
        (r"\b([Ff]light,\s)([A-Z]{2})\s?([0-9]{3,4})\b", |found| {
            Some(format!("{}{} {}", found.get(1), spell(found.get(2)), digits(found.get(3))))
        }),
        (r"\b([0-9]{2})ers\b", |found| {
            let word = amount(found.region, found.get(1));
            let team = is_in("nine six", word.rsplit('-').next()?);
            team.then(|| {
                format!("{}ers", word.strip_suffix("ine").map_or(word.clone(), |stem| format!("{stem}in")))
            })
        }),
        (r"\b0x([0-9a-fA-F]{1,32})\b", |found| Some(format!("zero X {}", spell(found.get(1))))),
        (r"(?:\b[0-9a-fA-F]{1,4}|:)(?::[0-9a-fA-F]{0,4}){2,7}(?:/([0-9]{1,3}))?", machine),
        (r"\b([01]?[0-9]|2[0-3]):([0-5][0-9])(:[0-5][0-9])?Z\b", |found| {
            Some(format!("{}:{}{} UTC", found.get(1), found.get(2), found.get(3)))
        }),
        (r"\*#([0-9]{2,6})#", |found| {
            let hash = found.region.pick("pound", "hash");
            Some(format!("star {hash} {} {hash}", digits(found.get(1))))
        }),
        (r"(?i)\bdoi:?\s(?:is\s)?(10\.[0-9]{4,9}/[^\s,;]{1,60}[\p{L}0-9])", |found| {
            let (start, rest) = found.get(1).split_once('/')?;
            let spelled = |part: &str| part.split('.').map(spell).collect::<Vec<_>>().join(" dot ");
            let word = found.get(0).strip_suffix(found.get(1))?;
            let rest: Vec<String> = rest.split('/').map(spelled).collect();
            Some(format!(
                "{word}ten dot {} slash {}",
                digits(start.strip_prefix("10.")?),
                rest.join(" slash ")
            ))
        }),
        (r"\b([0-9]{1,2})-(cv|cr|mc|md|ap)-([0-9]{3,6})\b", |found| {
            Some(format!(
                "{} {} {}",
                amount(found.region, found.get(1)),
                spell(found.get(2)),
                digits(found.get(3))
            ))
        }),
        (r"\b([0-9]{1,4}(?:\.[0-9]{1,2})?)((?:\([0-9a-zA-Z]{1,3}\)){1,4})", clause),
        (r#"\b([0-9]{1,3})°\s?([0-9]{1,2})'\s?(?:([0-9]{1,2}(?:\.[0-9]{1,3})?)"\s?)?([NSEW])\b"#, position),
        // "8.5x11"
        (
            r"\b([0-9]{1,4}(?:\.[0-9]{1,3})?)\s?[xX×]\s?([0-9]{1,4}(?:\.[0-9]{1,3})?)(?:\s?[xX×]\s?([0-9]{1,4}(?:\.[0-9]{1,3})?))?([a-z]{0,2})\b",
            |found| {
                let decimal = found.get(0).contains('.');
                let last =
                    if found.get(3).is_empty() { String::new() } else { format!(" by {}", found.get(3)) };
                let product = found.after().trim_start().starts_with('=') || found.get(0).contains(" ×");
                ((decimal || !found.get(3).is_empty()) && !product && !is_glued(found.before()))
                    .then(|| format!("{} by {}{last}{}", found.get(1), found.get(2), found.get(4)))
            },
        ),
        (
            r"\b([0-9]{1,3}(?:\.[0-9])?)(?:[-–]|\sto\s)([0-9]{1,3}(?:\.[0-9])?)[x×](?<next>$|[\s,.;:)])",
            |found| {
                let words = |group: usize| amount(found.region, found.get(group));
                (!is_glued(found.before())).then(|| format!("{} to {} times", words(1), words(2)))
            },
        ),
        (r"\b(AMOUNT\s?V)\s?[/,@]?\s?(AMOUNT)\s?A\b", |found| {
            Some(format!("{}, {}", found.get(1), amperes(found, found.get(2))))
        }),
        (r"\b(AMOUNT)\s?A\b", |found| {
            let volts: String = found.before().chars().rev().take(14).collect();
            let near = volts.contains('V')
                || is_in(CURRENTS, &last_word(found.before()))
                || is_in(CURRENTS, next_word(found.after()));
            let fits = near || found.get(1).contains('.') || found.after().starts_with(" at ");
            let apart = !found.after().starts_with(['-', '/', '&']) && !is_glued(found.before());
            (fits && apart).then(|| amperes(found, found.get(1)))
        }),
        (&rate, |found| {
            let unit =
                PER.iter().find(|(short, _)| *short == found.get(2)).map_or(found.get(2), |(_, unit)| *unit);
            let unit = if unit == "each" { "person" } else { unit };
            let sum =
                found.before().ends_with(|last: char| "$€£¥₩-–/.,".contains(last) || last.is_alphanumeric());
            (!sum).then(|| format!("{} per {unit}", amount(found.region, found.get(1))))
        }),
        (r"\b([a-z]{3,}s)\s?/\s?(?<next>[0-9]{1,4}\s[a-z]{3,}s\b)", |found| {
            Some(format!("{}, ", found.get(1)))
        }),
        // "7.8/16 GB"
        (r"\b([0-9]{1,4}(?:\.[0-9]{1,2})?)\s?/\s?([0-9]{1,4})(?<next>\s?(?:GB|MB|TB|GiB|MiB)\b)", |found| {
            Some(format!("{} of {}", amount(found.region, found.get(1)), found.get(2)))
        }),
        (r"\b(Boeing\s)?(7[0-9]7)(?:-([0-9]{1,4}))?(s?)\b", aircraft),
        (r"\b(?:Airbus\s)?A(3[0-9]0|220|3[0-9]{2})(?:-([0-9]{3,4}))?(?<next>neo|\b)", |found| {
            let airbus = if found.get(0).starts_with("Airbus") { "Airbus " } else { "" };
            let variant = if found.get(2).is_empty() {
                String::new()
            } else {
                format!(" {}", pairs(found.region, found.get(2)))
            };
            Some(format!("{airbus}A {}{variant}", pairs(found.region, found.get(1))))
        }),
        (r"\bC([0-9]{1,2})H([0-9]{1,2})((?:[A-Z][a-z]?[0-9]{0,2}){0,5})\b", formula),
        (r"\b([2-9]|12)/(2|4|8)\s(?<next>(?:time|meter|metre|beat|signature)\b)", |found| {
            let words = |group: usize| amount(found.region, found.get(group));
            (next_word(found.after()) != "time" || !is_in("of the", &last_word(found.before())))
                .then(|| format!("{}-{} ", words(1), words(2)))
        }),
        (r"\b([0-9]{1,3})/([0-9]{1,2})\b", |found| {
            let near = format!("{} {}", found.before(), found.after()).to_lowercase();
            let words = |group: usize| amount(found.region, found.get(group));
            let bets = BETS.iter().any(|word| near.contains(word));
            let mixed = found.before().trim_end().ends_with(|last: char| last.is_ascii_digit());
            (bets
                && !mixed
                && found.get(1) != found.get(2)
                && !found.after().starts_with('/')
                && !is_glued(found.before())
                && !found.before().ends_with(['/', '$']))
            .then(|| format!("{} to {}", words(1), words(2)))
        }),
        (r"\b([Aa]n?|HTTP|[Ee]rror|[Ss]tatus)\s([45]0[0-9])\b", |found| {
            let named = found.get(1).len() > 2
                || !super::counted::counts(found.after())
                    && is_in(
                        " error errors page response status not and or but if when because unless whenever instead",
                        next_word(found.after()),
                    )
                || found.after().is_empty()
                || found.after().starts_with([';', ',', '.', '!', '?']);
            let more = found
                .after()
                .strip_prefix(['.', ','])
                .is_some_and(|rest| rest.starts_with(|next: char| next.is_ascii_digit()));
            (named && !more && !found.after().starts_with(['%', '-', '/']))
                .then(|| format!("{} {}", found.get(1), pairs(found.region, found.get(2))))
        }),
        (
            r"\bv?([0-9]{1,3}(?:\.[0-9]{1,6}){0,3})-(alpha|beta|rc|preview|pre|dev|canary)\.?([0-9]{0,4})\b",
            |found| {
                let last = if found.get(3).is_empty() { String::new() } else { format!(" {}", found.get(3)) };
                let name = if found.get(2) == "rc" { "R C" } else { found.get(2) };
                let version = if found.get(0).starts_with('v') { "version " } else { "" };
                (found.get(1).contains('.') && !is_glued(found.before())).then(|| {
                    format!("{version}{} {name}{last}", super::quantities::points(found.region, found.get(1)))
                })
            },
        ),
    ])
});

fn amperes(found: &Found<'_>, written: &str) -> String {
    let single = written == "1" || is_attributive(found.before(), found.after());
    format!("{} {}", amount(found.region, written), if single { "amp" } else { "amps" })
}

/// An address of the sixth version of the internet protocol.
fn machine(found: &Found<'_>) -> Option<String> {
    let (written, bits) = found.get(0).split_once('/').unwrap_or((found.get(0), ""));
    let colons = written.matches(':').count();
    let apart = !found.before().ends_with(|last: char| last.is_alphanumeric() || last == ':')
        && !found.after().starts_with(|next: char| next.is_alphanumeric() || next == ':');
    let digits_or_letters = written.contains(|next: char| next.is_ascii_hexdigit());
    if !apart || !digits_or_letters || !(written.contains("::") || colons == 7) {
        return None;
    }
    let groups: Vec<String> = written.split(':').map(spell).collect();
    let bits = if bits.is_empty() { String::new() } else { format!(" slash {}", amount(found.region, bits)) };
    let read = groups.join(" colon ").split_whitespace().collect::<Vec<_>>().join(" ");
    Some(format!("{read}{bits}"))
}

/// "3(a)(1)" of a law
fn clause(found: &Found<'_>) -> Option<String> {
    let before = found.before().trim_end();
    let word = before.rsplit(' ').next()?.trim_end_matches('.').to_lowercase();
    if !is_in(CLAUSES, &word) && !before.ends_with('§') || found.after().starts_with(char::is_alphanumeric) {
        return None;
    }
    let parts: Vec<&str> = found.get(2).split(['(', ')']).filter(|part| !part.is_empty()).collect();
    let parts: Vec<String> = parts
        .iter()
        .map(|part| match part.parse() {
            Ok(number) => cardinal(found.region, number),
            Err(_) => part.to_uppercase(),
        })
        .collect();
    let number = if found.get(1).len() > 2 && !found.get(1).contains('.') {
        pairs(found.region, found.get(1))
    } else {
        amount(found.region, found.get(1))
    };
    Some(format!("{number} {}", parts.join(" ")))
}

/// "51°30'26"N"
fn position(found: &Found<'_>) -> Option<String> {
    let directions = [("N", "north"), ("S", "south"), ("E", "east"), ("W", "west")];
    let direction = directions.iter().find(|(letter, _)| *letter == found.get(4))?.1;
    let several = |group: usize, unit: &str| {
        let plural = if found.get(group) == "1" { "" } else { "s" };
        format!("{} {unit}{plural}", amount(found.region, found.get(group).trim_start_matches('0')))
    };
    let seconds = if found.get(3).is_empty() { String::new() } else { format!(" {}", several(3, "second")) };
    Some(format!("{} {}{seconds} {direction}", several(1, "degree"), several(2, "minute")))
}

/// "747-400"
fn aircraft(found: &Found<'_>) -> Option<String> {
    let (maker, variant, after) = (found.get(1), found.get(3), found.after());
    let flies = is_in("MAX Dreamliner jet aircraft plane planes freighter", next_word(after));
    let typed = matches!(
        variant,
        "100" | "200" | "300" | "400" | "500" | "600" | "700" | "800" | "900" | "8" | "9" | "10"
    );
    let short = matches!(variant, "8" | "9" | "10")
        && is_in("a the boeing our new first", &last_word(found.before()).to_lowercase());
    let fits = short
        || !maker.is_empty()
        || typed && variant.len() == 3 && last_word(found.before()) != "dial"
        || flies;
    let glued = is_glued(found.before())
        || found.before().ends_with(['-', '/', '$', '#', ','])
        || after.starts_with(['-', '/']);
    if !fits || glued {
        return None;
    }
    let variant =
        if variant.is_empty() { String::new() } else { format!(" {}", pairs(found.region, variant)) };
    Some(format!("{maker}{}{variant}{}", pairs(found.region, found.get(2)), found.get(4)))
}

/// "C8H10N4O2"
fn formula(found: &Found<'_>) -> Option<String> {
    let mut words: Vec<String> = Vec::new();
    let mut number = String::new();
    let read = |number: &mut String, words: &mut Vec<String>| {
        if !number.is_empty() {
            words.push(digit_number(found.region, number));
            number.clear();
        }
    };
    for character in found.get(0).chars() {
        if character.is_ascii_digit() {
            number.push(character);
            continue;
        }
        read(&mut number, &mut words);
        words.push(character.to_uppercase().collect());
    }
    read(&mut number, &mut words);
    Some(words.join(" "))
}

fn digit_number(region: super::Region, written: &str) -> String {
    written.parse().map_or_else(|_| digit_groups(written), |number| cardinal(region, number))
}
