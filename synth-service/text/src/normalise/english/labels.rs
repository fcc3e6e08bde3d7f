//! Numbers in names and records: episodes, cells of a sheet, flats, results, decimals behind letters.

use std::sync::LazyLock;

use super::context::{is_attributive, is_glued, is_in, last_word, next_word};
use super::counted::counts;
use super::number::{amount, digits, pairs, plural};
use super::rule::{Found, Rule, rules};
use super::telephone::groups;

/// Read with the words, before the dot of "no." is taken for the end of a sentence.
pub(super) static WORDS: LazyLock<Vec<Rule>> = LazyLock::new(|| {
    rules(&[
        // "Your license no. is D123"
        (
            r"\b((?i:license|licence|policy|account|acct|meter|medicare|medicaid|tracking|order|phone|tel|telephone|fax|card|member|reference|ref|serial|invoice|case|claim|flight|model|part|contact|customer|booking|registration|passport|tax|insurance|group|room|ticket|confirmation|a/c|ni|nino|pps|sin|tfn|abn|nhs|utr|ein|npi|isbn|gstin|vat|plate|file|permit|employee|student|patient|docket|cell|mobile|id)\s)(no|nos)\.(?<next>:|\s(?:is|was|are|on|in|for|and|of|to|listed|below|above)\b)",
            |found| {
                Some(format!("{}{}", found.get(1), if found.get(2) == "no" { "number" } else { "numbers" }))
            },
        ),
    ])
});

pub(super) static RULES: LazyLock<Vec<Rule>> = LazyLock::new(|| {
    rules(&[
        // "5...10...15"
        (r"\b([0-9]{1,4})(?:\.{2,}|…)(?<next>[0-9])", |found| Some(format!("{}... ", found.get(1)))),
        // Minutes past every hour
        (r"(^|\s):([0-5][0-9])\b", |found| {
            Some(format!("{}{}", found.get(1), number(found, 2).replace("zero", "oh")))
        }),
        (r"\b([0-9]{1,2})\s?st\.?\s?(?<next>[0-9]{1,2}\s?lbs?\b)", |found| {
            Some(format!("{} stone ", number(found, 1)))
        }),
        (r"\b(in|for)\s00?:([0-5][0-9])\b", |found| {
            let seconds = found.get(2).trim_start_matches('0');
            (!seconds.is_empty() && !found.after().starts_with(':'))
                .then(|| format!("{} {seconds} seconds", found.get(1)))
        }),
        (
            r"\b([Ee]nter|[Rr]eply with|[Tt]ype|[Kk]ey in)\s([0-9]{4,6})(?<next>[.,;!?)]|$|\s(?:and|or|then|to|on|when|at|followed)\b)",
            |found| {
                let more = found
                    .after()
                    .get(1..)
                    .is_some_and(|rest| rest.starts_with(|next: char| next.is_ascii_digit()));
                (!more).then(|| format!("{} {}", found.get(1), digits(found.get(2))))
            },
        ),
        (r"\b(AMOUNT\s?(?:mg|g|mcg|mL|ml|units|IU|L))\s?/\s?([0-9]{1,2})\s?(?:h|hrs?)\b", |found| {
            Some(format!("{} per {} hours", found.get(1), found.get(2)))
        }),
        (r#"\b([0-9]{1,3}(?:\.[0-9]{1,2})?)\s?[-–]\s?([0-9]{1,3}(?:\.[0-9]{1,2})?)""#, |found| {
            let quoted = super::inches::is_quoting(found.before()) || is_glued(found.before());
            (!quoted).then(|| format!("{} to {} inches", number(found, 1), number(found, 2)))
        }),
        // "¥151/$"
        (r"/([$€£])(?<next>[\s.,;)]|$)", |found| {
            let unit = match found.get(1) {
                "$" => "dollar",
                "€" => "euro",
                _ => "pound",
            };
            let sum = found.before().rsplit(' ').next()?;
            let priced = sum.starts_with(|sign: char| "$€£¥₩₹".contains(sign)) && !sum.contains('/');
            priced.then(|| format!("/{unit}"))
        }),
        (r"\b(AMOUNT)/([$€£])(?<next>[\s.,;)]|$)", |found| {
            let unit = match found.get(2) {
                "$" => "dollar",
                "€" => "euro",
                _ => "pound",
            };
            Some(format!("{} per {unit}", number(found, 1)))
        }),
        // "5/325 mg"
        (r"\b([0-9]{1,3}(?:\.5)?)/([0-9]{2,3})(?<next>\s?mg\b)", |found| {
            let strengths = found.get(2).parse::<u64>().is_ok_and(|second| second > 16);
            (strengths && !is_glued(found.before()))
                .then(|| format!("{} slash {}", number(found, 1), found.get(2)))
        }),
        (r"\b(Office|Microsoft|Dynamics)\s365\b", |found| {
            Some(format!("{} {}", found.get(1), pairs(found.region, "365")))
        }),
        // A router of two bands
        (r"\b([0-9]\.[0-9])/([0-9](?:\.[0-9])?)(?<next>\s?GHz\b)", |found| {
            (!is_glued(found.before())).then(|| format!("{} slash {}", number(found, 1), found.get(2)))
        }),
        // "300↓/20↑ Mbps"
        (r"\b([0-9]{1,4})\s+down\s*/?\s*([0-9]{1,4})\s+up\s+(Mbps|Gbps)", |found| {
            Some(format!("{} {} down, {} {} up", found.get(1), found.get(3), found.get(2), found.get(3)))
        }),
        // "2/$5"
        (r"\b([0-9]{1,2})/(?<next>\$[0-9])", |found| {
            (!is_glued(found.before()) && !found.before().ends_with(['/', '$']))
                .then(|| format!("{} for ", number(found, 1)))
        }),
        (r#"\b([0-9]{1,3}(?:\.[0-9]{1,2})?)"\s?([LWHD])\b(?:\s?([x×])\s)?"#, |found| {
            let side = match found.get(2) {
                "L" => "long",
                "W" => "wide",
                "H" => "high",
                _ => "deep",
            };
            let by = if found.get(3).is_empty() { "" } else { " by " };
            Some(format!("{} inches {side}{by}", number(found, 1)))
        }),
        // "M5.6", "USB3.2"
        (r"\b([A-Z][A-Za-z]{0,9})([0-9]{1,3}\.[0-9]{1,2})\b", |found| {
            let apart = !is_glued(found.before())
                && !found.before().ends_with(['-', '/'])
                && !found.after().starts_with(['-', '.', ':']);
            let version = matches!(found.get(1), "V" | "Ver");
            (apart && !version).then(|| format!("{} {}", found.get(1), amount(found.region, found.get(2))))
        }),
        // "½bh"
        (r"\b([0-9]{1,2}/[0-9]{1,2})([a-z]{1,4})\b", |found| {
            let ordinal = is_in("st nd rd th rds ths s c", found.get(2));
            (!ordinal && !is_glued(found.before())).then(|| format!("{} {}", found.get(1), found.get(2)))
        }),
        (r"\b([0-9]{1,3}):([0-9]{1,3}(?:,[0-9]{3})+)\b", |found| {
            Some(format!("{} to {}", number(found, 1), number(found, 2)))
        }),
        (r"\b([0-9]{1,2}):([0-9]{1,2}\s[0-9]/[0-9])\b", |found| {
            Some(format!("{} to {}", number(found, 1), found.get(2)))
        }),
        // The record of a team
        (r"\b([A-Z][a-z]+\s)\(([0-9]{1,3})-([0-9]{1,3})(?<next>\))", |found| {
            Some(format!("{}({} and {}", found.get(1), number(found, 2), number(found, 3)))
        }),
        (r"\b([0-9]{2})/([0-9]{2})\s?(?<next>mpg\b)", |found| {
            Some(format!("{}, {} ", number(found, 1), found.get(2)))
        }),
        (r"\b([0-9]{1,3}\s?(?:mos?|yrs?|wks?|months?))\.?/(?<next>[0-9])", |found| {
            Some(format!("{}, ", found.get(1)))
        }),
        // "$88.12/6 mo."
        (
            r"([$€£¥₹]\s?AMOUNT)\s?/\s?([0-9]{1,3})(?<next>\s?(?:mos?|months?|yrs?|years?|days?|wks?|weeks?|hrs?|hours?|min|mins|minutes|people|persons|pax|nights?|kg|lbs?|oz|GB)\b)",
            |found| Some(format!("{} per {}", found.get(1), found.get(2))),
        ),
        (r"([$€£¥₹][0-9]{1,4}(?:\.[0-9]{1,2})?)b\b", |found| Some(format!("{}bn", found.get(1)))),
        // Postal codes of a place
        (r"\b([Ii]n\s)([0-9]{5})(\s(?:&|and|or)\s)([0-9]{5})\b", |found| {
            let joint = found.get(3).replace('&', "and");
            let counted = counts(found.after());
            (!counted)
                .then(|| format!("{}{}{joint}{}", found.get(1), digits(found.get(2)), digits(found.get(4))))
        }),
        // Numbers of help lines
        (
            r"\b(911|999|112|000|111|988|101|105)(?<next>\s(?:in|for)\s(?:an?\s|any\s)?(?:emergency|emergencies|advice|help|police|fire)\b)",
            |found| Some(digits(found.get(1))),
        ),
        (r"\b((?:TTY|TDD|TRS)(?:\sat|\sis)?:?\s)([0-9]{3})\b", |found| {
            (!counts(found.after())).then(|| format!("{}{}", found.get(1), digits(found.get(2))))
        }),
        // "8 m2"
        (r"\b([0-9]{1,6}(?:\.[0-9]{1,3})?\s?)(km|cm|mm|m|ft|in|yd)([23])\b", |found| {
            (!is_glued(found.before())).then(|| format!("{}{}^{}", found.get(1), found.get(2), found.get(3)))
        }),
        (r"\b([A-Z][a-z]{2})-([0-3]?[0-9])-((?:19|20)[0-9]{2})\b", |found| {
            super::dates::month(found.get(1))?;
            Some(format!("{} {}, {}", found.get(1), found.get(2), found.get(3)))
        }),
        // "the 1960s-80s"
        (r"\b((?:1[0-9]|20)[0-9]0s)\s?[-–]\s?'?([1-9]0)s\b", |found| {
            Some(format!("{} to '{}s", found.get(1), found.get(2)))
        }),
        (
            r"\b((?i:low|lows|high|highs|temps?|temperatures?)\s(?:is|are|in|was|were|near)\s(?:the\s)?)([1-9]0)s\b",
            |found| Some(format!("{}{}", found.get(1), plural(&number(found, 2)))),
        ),
        // A number of insurance or tax in groups of three
        (r"\b[0-9]{3}(?: [0-9]{3}){2}\b", |found| {
            let counted = counts(found.after()) || found.get(0).ends_with(" 000");
            let apart = !found
                .before()
                .trim_end()
                .ends_with(|last: char| last.is_ascii_digit() || "$€£".contains(last))
                && !found.after().trim_start().starts_with(|next: char| next.is_ascii_digit());
            (apart && !counted).then(|| groups(found.get(0)))
        }),
        // Cells of a sheet
        (r"\b([A-Z]{1,2}[0-9]{1,4}):(?<next>[A-Z]{1,2}[0-9]{1,4}\b)", |found| {
            Some(format!("{} to ", found.get(1)))
        }),
        (r"\bS([0-9]{1,2})\s?E([0-9]{1,2})\b", |found| {
            let words = |group: usize| amount(found.region, found.get(group).trim_start_matches('0'));
            Some(format!("season {} episode {}", words(1), words(2)))
        }),
        // "W2s", "P3s"
        (r"\b([A-Z]{1,2})([0-9])s\b", |found| {
            Some(format!("{} {}", found.get(1), plural(&number(found, 2))))
        }),
        // "2BR/1BA"
        (r"\b([0-9]{1,2})\s?(?:BR|bd)(/|\b)", |found| {
            let joint = if found.get(2).is_empty() { "" } else { ", " };
            let single = found.get(1) == "1" || is_attributive(found.before(), found.after());
            let plural = if single { "" } else { "s" };
            Some(format!("{} bedroom{plural}{joint}", number(found, 1)))
        }),
        (r"\b([0-9]{1,2})\s1/2\s?(?:BA|ba)\b", |found| {
            Some(format!("{} and a half baths", number(found, 1)))
        }),
        (r"\b([0-9]{1,2}(?:\.5)?)\s?(?:BA|ba)\b", |found| {
            let single = found.get(1) == "1" || is_attributive(found.before(), found.after());
            Some(format!("{} bath{}", number(found, 1), if single { "" } else { "s" }))
        }),
        // A mortgage whose rate changes
        (r"\b([0-9]{1,2})/([0-9])\s(?<next>ARM\b)", |found| {
            Some(format!("{} {} ", number(found, 1), number(found, 2)))
        }),
        (r"\b([0-9]{1,2})-([0-9]{1,2})-([0-9]{1,2})\b", |found| {
            let record =
                is_in("record went they're season start started finished are", &last_word(found.before()))
                    || is_in("record triangle season", next_word(found.after()))
                    || found.after().starts_with(" this season");
            record.then(|| format!("{}, {}, {}", number(found, 1), number(found, 2), number(found, 3)))
        }),
        // "The team is 11-2 this season"
        (
            r"\b([0-9]{1,3})[-–]([0-9]{1,3})(?<next>\s(?:this season|on the season|on the year|record|start)\b)",
            |found| {
                (!is_glued(found.before()) && !found.before().ends_with(['-', '–']))
                    .then(|| format!("{} and {}", number(found, 1), number(found, 2)))
            },
        ),
        (r"\b(went|finished)\s([0-9]{1,3})[-–]([0-9]{1,3})(?<next>\sin\s|[.,;]|$)", |found| {
            let more = found
                .after()
                .get(1..)
                .is_some_and(|rest| rest.starts_with(|next: char| next.is_ascii_digit()));
            (!more).then(|| format!("{} {} and {}", found.get(1), number(found, 2), number(found, 3)))
        }),
        // The size of trousers
        (r"\b([0-9]{2})\s?W\s?[x×/]\s?([0-9]{2})\s?L\b", |found| {
            Some(format!("{} W by {} L", number(found, 1), number(found, 2)))
        }),
        (r"(\s)\.([0-9]{3})\b", |found| {
            let bats = is_in(
                "batting batted hitting average avg slugging slugged bats hit",
                &last_word(found.before()),
            );
            bats.then(|| format!(" {}", pairs(found.region, found.get(2))))
        }),
    ])
});

fn number(found: &Found<'_>, group: usize) -> String {
    amount(found.region, found.get(group))
}
