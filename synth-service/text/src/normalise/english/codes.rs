//! Numbers that name instead of count: accounts, orders, cards, PINs. Digit by digit, letters by their names.
//! Never telephone numbers.

use std::sync::LazyLock;

use super::context::{is_glued, is_in, is_plural, last_word, next_word};
use super::counted::{counts, is_quantity_word};
use super::letters::spell;
use super::number::{cardinal, digit_groups, digit_lists, pairs, year};
use super::rule::{Found, Rule, rules};
use super::telephone::groups;

/// Words that a code always follows.
const SURE: &str = r"(?:pins?|passcodes?|pass\s?words?|otp|codes?|confirmation|tracking|reference|ref|serial|routing|ssn|social security|ending in|ends in|ending with|ends with|ended in|ending|last (?:four|4)(?: digits)?|first (?:four|4|six|6) digits|iban|imei|vin|sku|isbn|swift|license plate|licence plate|plate|rx|prescription|npi|ein|tin|cvv|cvc|record locator|pnr|puk|mpan|mprn|flight|auth(?:orization)?|e?-?mail id|user id|id|sort code|rma|awb|mac|abn|acn|tfn|utr|eid|iccid|gstin|pan|cpt|ndc|ext\.|extn?)";

/// Words that a quantity can follow too.
const UNSURE: &str = r"(?:accounts?|rep|agent|orders?|cases?|tickets?|invoices?|claims?|polic(?:y|ies)|bookings?|reservations?|members?|membership|customers?|cards?|parts?|batch|lot|meters?|loans?|checks?|cheques?|device|receipts?|shipments?|transactions?|incidents?|requests?|employees?|badge|patients?|subscribers?|quotes?|loyalty|frequent flyer|model|registration|work order|chart|file|application|purchase order|po|vehicle|contract|package|parcel|item|numbers?|licen[cs]e|nhs)";

const BETWEEN: &str = r"(?:[\s,]+(?:numbers?|no\.?|num\.?|nbr|id|code|pin|is|was|be|can't|cannot|not|isn't|of|for|your|the|our|my|it's|reads|ending|ends|in|with|as|digits|are|for example|such as|like))*";

/// Groups of letters and digits.
const CODE: &str = r"(?:[A-Za-z]*[0-9][A-Za-z0-9]*|[A-Z]+[-/](?:[A-Z]+[-/])?[0-9][A-Za-z0-9]*|[A-Z]{1,4}(?:\s[0-9]{3,6})+)(?:[-./][A-Za-z0-9]+)*(?:\s[0-9]{3,6}\b)*";

/// Codes of airlines that are no other words before a number.
const AIRLINES: &str =
    "AA UA DL WN BA LH AF KL EK QR SQ CX NH JL KE OZ TK LX IB VS NK QF AC WS TP AY SK EI FR";

/// Words near a flight's number.
const FLYING: &str = "flight flights fly flying flies airline plane rebooked departs departing boards boarding lands landing arrives gate";

/// Words of a medical bill.
const PROCEDURES: &str = "visit visits exam procedure cpt code codes consult consultation level office panel screening therapy xray mri";

pub(super) static RULES: LazyLock<Vec<Rule>> = LazyLock::new(|| {
    let codes = |words: &str| {
        format!(
            r"\b((?i:{words}{BETWEEN}))([\s:]{{1,3}}#?\s?|\s?#\s?)({CODE})\b((?:(?:,\s?|,?\s(?:and|or)\s)#?{CODE}\b)*)"
        )
    };
    let (sure, unsure) = (codes(SURE), codes(UNSURE));
    rules(&[
        (r"\b[0-9]{3}-[0-9]{2}-[0-9]{4}\b|\b[0-9]{2}-[0-9]{7}\b", |found| {
            (!is_glued(found.before()) && !found.before().ends_with('-') && !found.after().starts_with('-'))
                .then(|| spell(found.get(0)))
        }),
        (r"\b[A-Z]{2}[0-9]{2}(?:\s[A-Z0-9]{4}){3,7}(?:\s[A-Z0-9]{1,3}\b)?", |found| {
            Some(spell(found.get(0)))
        }),
        // A British sort code and its account.
        (r"\b[0-9]{2}-[0-9]{2}-[0-9]{2}[ ,]{1,2}[0-9]{8}\b", |found| Some(spell(found.get(0)))),
        // "...5678": the end of a card's number.
        (r"(?:\.{3}|…)\s?([0-9]{4})\b", |found| {
            let shown = found.before().ends_with([' ', '(']) && !found.get(0).contains(' ');
            (shown || found.before().is_empty()).then(|| format!("ending in {}", digit_groups(found.get(1))))
        }),
        (
            r"\b[0-9]{4}(?:[ -][0-9]{4}){2,4}(?:\s[0-9]{2,3})?\b|\b[0-9]{4}[ -][0-9]{6}[ -][0-9]{5}\b",
            |found| Some(spell(found.get(0))),
        ),
        (r"(?i)\b(?:[0-9a-f]{2}[:-]){5}[0-9a-f]{2}\b", |found| Some(spell(found.get(0)))),
        (
            r"(?:\b([0-9]{1,6}(?:-[0-9]{1,6}){0,3})-?|#\s?)?((?:(?:[*•]{2,}|\b[xX]{3,}|\b[xX]{2}-)[- ]?){1,4})-?([0-9]{2,6})\b",
            masked,
        ),
        // The code of a procedure: "an office visit (99213)"
        (r"\(([0-9]{5})(?<next>\))", |found| {
            let near = found.before().to_lowercase();
            let treated =
                near.split(|mark: char| !mark.is_alphanumeric()).any(|word| is_in(PROCEDURES, word));
            treated.then(|| format!("({}", digit_groups(found.get(1))))
        }),
        // A parcel's number, in groups
        (r"\b1Z(?:\s[0-9A-Z]{2,4}){4,7}\b", |found| Some(spell(found.get(0)))),
        // "Item 904.227.31"
        (r"\b[0-9]{3}\.[0-9]{3}\.[0-9]{2}\b", |found| {
            (!is_glued(found.before()) && !found.before().ends_with(['-', '/'])).then(|| groups(found.get(0)))
        }),
        // "1234 5678": an account's number, unless it is two years
        (r"\b([0-9]{4}) ([0-9]{4})\b", |found| {
            let digit = |edge: Option<char>| edge.is_some_and(|edge| edge.is_ascii_digit());
            let more = digit(found.before().trim_end().chars().next_back())
                || digit(found.after().trim_start().chars().next());
            let glued =
                is_glued(found.before()) || found.before().ends_with(|mark: char| "$€£,/:-".contains(mark));
            let cut = found.after().starts_with(|mark: char| "-/:.,%°".contains(mark))
                && digit(found.after().chars().nth(1))
                || found.after().starts_with(['%', '°']);
            let years = is_year(found.get(1)) || is_year(found.get(2));
            let counted = counts(found.after());
            (!more && !glued && !cut && !years && !counted).then(|| groups(found.get(0)))
        }),
        // "Group 88-4102" of an insurance
        (r"\b([Gg]roup(?:\snumber)?\s)([0-9]{2,6}-[0-9]{2,6})\b", |found| {
            (!counts(found.after())).then(|| format!("{}{}", found.get(1), groups(found.get(2))))
        }),
        // Wireless networks: "802.11ax"
        (r"\b802\.(1[0-9])([a-z]{0,2})\b", |found| {
            let standard = cardinal(found.region, found.get(1).parse().ok()?);
            Some(format!("eight zero two dot {standard} {}", spell(found.get(2))).trim_end().to_owned())
        }),
        (
            r"\b([Ff]lights?(?:'s)?(?:\s(?:number|no\.|is))?\s)([A-Z]{2}|[A-Z][0-9]|[0-9][A-Z])\s?([0-9]{1,4})\b",
            |found| Some(format!("{}{} {}", found.get(1), spell(found.get(2)), spell(found.get(3)))),
        ),
        // "ends in -0042": no sum below zero
        (r"\b((?i:ending|ends|ended)\s(?:in|with)\s)[-–]([0-9]{2,6})(?<next>[\s.,;!?)]|$)", |found| {
            Some(format!("{}{}", found.get(1), digit_groups(found.get(2))))
        }),
        // "card -4471": the last digits, and no sum below zero
        (
            r"\b((?i:(?:card|account|acct\.?|visa|mastercard|amex|discover|checking|savings|debit|credit)(?:\sending)?|ending))\s[-–]([0-9]{4})(?<next>[\s,;!?)]|\.(?:\s|$)|$)",
            |found| {
                let ending = if found.get(1).to_lowercase().ends_with("ending") { "" } else { " ending" };
                Some(format!("{}{ending} in {}", found.get(1), digit_groups(found.get(2))))
            },
        ),
        // "The reference number for this call is 4471."
        (
            r"\b((?i:pin|passcode|password|codes?|(?:reference|confirmation|ticket|case|claim|order|account|tracking|policy|booking|member|serial|customer|invoice)\s(?:numbers?|codes?|id))\s(?:for|with|on|of|from)\s(?:[A-Za-z'-]+\s){1,4}(?:is|are|was|were):?\s)([0-9]{3,12}(?:(?:,\s?|,?\s(?:and|or)\s)[0-9]{3,12})*)(?<next>[\s,;!?]|\.(?:\s|$)|$)",
            |found| {
                (!counts(found.after())).then(|| format!("{}{}", found.get(1), digit_lists(found.get(2))))
            },
        ),
        // "line -0142": no number below zero has a zero in front
        (r"[-–](0[0-9]{2,5})(?<next>[\s.,;!?)]|$)", |found| {
            found.before().ends_with([' ', '(']).then(|| digit_groups(found.get(1)))
        }),
        // A British number of insurance, and a car's plate
        (r"\b[A-Z]{2}(?: [0-9]{2}){3} [A-D]\b", |found| Some(spell(found.get(0)))),
        (r"\b[A-Z]{2}[0-9]{2} [A-Z]{3}\b", |found| {
            let near = found.before().to_lowercase();
            near.split(|mark: char| !mark.is_alphanumeric())
                .any(|word| is_in("reg registration plate vehicle car van", word))
                .then(|| spell(found.get(0)))
        }),
        // "404 Not Found"
        (
            r"\b([345][0-9]{2})\s(?<next>(?:Not Found|Forbidden|Bad Request|Unauthorized|Internal Server|Bad Gateway|Service Unavailable|Gateway Timeout|Moved|Too Many Requests)\b)",
            |found| Some(pairs(found.region, found.get(1)) + " "),
        ),
        // "your flight to AA 1187"
        (r"\b([A-Z]{2})\s([0-9]{3,4})\b", |found| {
            let near = format!("{} {}", found.before(), next_word(found.after())).to_lowercase();
            let flies = near.split(|mark: char| !mark.is_alphanumeric()).any(|word| is_in(FLYING, word));
            let cut = found.after().starts_with(['-', '/', ':', '%', '°']);
            (flies && is_in(AIRLINES, found.get(1)) && !cut && !counts(found.after()))
                .then(|| format!("{} {}", spell(found.get(1)), digit_groups(found.get(2))))
        }),
        (&sure, |found| read(found, true)),
        (&unsure, |found| read(found, false)),
        // "HO-3345-981"
        (r"\b([A-Z]{2})-(?<next>[0-9]{3,}-[0-9])", |found| {
            (!is_glued(found.before())).then(|| format!("{} ", spell(found.get(1))))
        }),
    ])
});

/// "****4242", "4111-****-1234": digits in the middle are hidden.
fn masked(found: &Found<'_>) -> Option<String> {
    // "2**10" is a power.
    let signs = found.get(2).chars().filter(|sign| !"- ".contains(*sign)).count();
    let is_behind_digit =
        !found.get(1).is_empty() || found.before().ends_with(|last: char| last.is_ascii_digit());
    if signs < 3 && is_behind_digit {
        return None;
    }
    let before = found.before().trim_end().to_lowercase();
    let said =
        ["ending in", "ends in", "ending with", "ends with"].iter().any(|words| before.ends_with(words));
    let sent = is_in("to at on", &last_word(found.before())) && found.get(1).is_empty();
    let words = match (said, sent) {
        (true, _) => "",
        (_, true) => "the number ending in ",
        _ => "ending in ",
    };
    let ending = format!("{words}{}", digit_groups(found.get(3)));
    if found.get(1).is_empty() {
        return Some(ending);
    }
    Some(format!("{}, {ending}", groups(found.get(1))))
}

fn read(found: &Found<'_>, sure: bool) -> Option<String> {
    let (words, code) = (found.get(1), found.get(3));
    let named = found.get(2).contains('#')
        || words.to_lowercase().split([' ', ',']).skip(1).any(|word| {
            matches!(
                word.trim_end_matches('.'),
                "number" | "numbers" | "no" | "num" | "nbr" | "id" | "code" | "pin" | "ending" | "ends"
            )
        });
    // "the contract ends 30/06/27"
    let ends = words.to_lowercase().ends_with("ends");
    if ends && code.split('/').count() == 3 && code.split('/').all(|part| matches!(part.len(), 1 | 2 | 4)) {
        return None;
    }
    if let Some((year_written, rest)) =
        code.split_once('/').filter(|_| named && !code.contains(char::is_alphabetic))
    {
        // "invoice no. 2026/1187"
        let read = |part: &str| {
            if is_year(part) {
                year(found.region, part.parse().unwrap_or_default())
            } else {
                digit_groups(part)
            }
        };
        let rest: Vec<String> = rest.split('/').map(digit_groups).collect();
        let number = format!("{} slash {}", read(year_written), rest.join(" slash "));
        return Some(format!("{words} {number}"));
    }
    // "The number is 10-digit."
    let described = code
        .rsplit('-')
        .next()
        .is_some_and(|last| is_in("digit digits character characters letter day year", last));
    if described
        || !is_code(code, sure, named, words)
        || is_quantity(found, named)
        || is_ending_year(words, found)
    {
        return None;
    }
    let said = words
        .to_lowercase()
        .split_whitespace()
        .any(|word| matches!(word, "number" | "numbers" | "pin" | "code"));
    let sign = match found.get(2) {
        sign if sign.contains('#') && !said => " number ",
        sign if sign.contains(':') => ": ",
        _ => " ",
    };
    Some(format!("{words}{sign}{}{}", spell(code), more(found.get(4))))
}

/// "the year ending 2025", "the quarter ended in 2024"
fn is_ending_year(words: &str, found: &Found<'_>) -> bool {
    let period = is_in("year years quarter month months period season term", &last_word(found.before()));
    let near = found.before().to_lowercase();
    let numbered = ["card", "account", "number", "visa", "mastercard", "amex", "line", "phone", "acct"]
        .iter()
        .any(|word| near.trim_end().ends_with(word));
    (period || !numbered && words.to_lowercase().contains("ed in"))
        && words.to_lowercase().starts_with("end")
        && is_year(found.get(3))
}

fn is_year(written: &str) -> bool {
    written.len() == 4 && (written.starts_with("19") || written.starts_with("20"))
}

/// The codes of a list after the first one.
fn more(list: &str) -> String {
    let mut read = String::new();
    for word in list.split(' ').filter(|word| !word.is_empty()) {
        let code = word.trim_matches([',', '#']);
        let comma = if word.starts_with(',') && read.is_empty() { ", " } else { " " };
        match code {
            "and" | "or" => read = format!("{read} {code}"),
            "" => read.push(','),
            code => {
                read = format!("{read}{comma}{}{}", spell(code), if word.ends_with(',') { "," } else { "" })
            }
        }
    }
    read
}

/// A lone small number after a word that may count is a number; more digits, zeros in front or letters are a code.
fn is_code(code: &str, sure: bool, named: bool, words: &str) -> bool {
    let digits = code.chars().filter(char::is_ascii_digit).count();
    let letters = code.chars().any(|letter| letter.is_ascii_alphabetic());
    let padded = code.starts_with('0') && digits > 1 && !code.starts_with("0.");
    let dotted = code.contains(['.', '/']);
    if letters {
        let capitals = !code.chars().any(|letter| letter.is_ascii_lowercase());
        return capitals && (sure || named || digits > 2 && !is_numbered_word(code))
            || sure && digits > 1 && !is_ordinal(code) && code.len() > 5;
    }
    let copula =
        words.split_whitespace().skip(1).any(|word| matches!(word, "is" | "was" | "of" | "for" | "in"));
    let quantity = dotted || digits < 3 && !padded && !(sure || named);
    let number = words.to_lowercase().starts_with("number") && digits < 4;
    padded || !quantity && !number && (sure || named || digits >= if copula { 5 } else { 3 })
}

fn is_ordinal(code: &str) -> bool {
    ["st", "nd", "rd", "th", "s"].iter().any(|end| code.ends_with(end))
}

/// "COVID-19", "USB3"
fn is_numbered_word(code: &str) -> bool {
    code.find(|letter: char| letter.is_ascii_digit()).is_some_and(|at| at > 3) && code.len() < 8
}

/// Whether the text after the match shows that things are counted, or that the number is only a part.
fn is_quantity(found: &Found<'_>, named: bool) -> bool {
    let (code, after) = (found.get(3), found.after());
    let next = next_word(after);
    let plain = code.bytes().all(|byte| byte.is_ascii_digit());
    let cut = after.starts_with(['%', '°', '/', '$', '@', '+'])
        || after
            .strip_prefix(['.', ',', ':'])
            .is_some_and(|rest| rest.starts_with(|digit: char| digit.is_ascii_digit()));
    let clock = matches!(next, "am" | "pm" | "AM" | "PM" | "a" | "p") && code.len() < 3;
    let unit = is_quantity_word(next);
    let states =
        found.get(1).to_lowercase().split_whitespace().any(|word| is_in("is was of for reads", word));
    let secret =
        ["pin", "otp", "pass", "cvv", "cvc"].iter().any(|word| found.get(1).to_lowercase().starts_with(word));
    let round =
        states && code.ends_with("000") && !secret || found.get(1).to_lowercase().starts_with("loan of");
    let plural = round || is_plural(next) && (code.len() < 5 || states || code.ends_with("00"));
    let counted = plain
        && !named
        && !code.starts_with('0')
        && (after.starts_with(' ') && (plural || unit || clock) || round);
    let decimal = !named
        && code.split_once('.').is_some_and(|(whole, part)| {
            [whole, part].iter().all(|half| half.bytes().all(|byte| byte.is_ascii_digit()))
        });
    let range =
        after.strip_prefix('–').is_some_and(|rest| rest.starts_with(|next: char| next.is_ascii_digit()));
    cut || range || counted || decimal && (unit || is_plural(next))
}
