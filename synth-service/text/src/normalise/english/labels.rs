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
            r"\b((?i:(?:wait|hold|waiting|talk|handle)(?:\stime)?|duration|timer|countdown)(?:\sis|\swas|\sof)?:?\s)([0-9]{1,2}):([0-5][0-9])\b",
            lasting,
        ),
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
        (r"\b1-(800|888|877|866|855|844|833|900)(?<next>\s(?:numbers?|lines?)\b)", |found| {
            (!is_glued(found.before()) && !found.before().ends_with(['-', '/']))
                .then(|| format!("one {}", number(found, 1)))
        }),
        // "2/10 net 30": terms of an invoice
        (r"\b([1-5])/(10|15|20)\s(?<next>net\s[0-9])", |found| {
            (!is_glued(found.before()) && !found.before().ends_with(['-', '/', '$']))
                .then(|| format!("{} {} ", number(found, 1), number(found, 2)))
        }),
        (
            r"\b((?i:the|a|your|my|our|form)\s)(1040|1099)(?<next>\s(?:was|is|form|for|from|and|or)\b|[,;?!)]|\.(?:\s|$)|$)",
            |found| Some(format!("{}{}", found.get(1), pairs(found.region, found.get(2)))),
        ),
        (r"\b(1040|109[5-9])-(?<next>[A-Z]{1,4}\b)", |found| {
            Some(format!("{} ", pairs(found.region, found.get(1))))
        }),
        // Trucks: "F-150"
        (r"\bF-([1-6]50)\b", |found| Some(format!("F {}", pairs(found.region, found.get(1))))),
        (r"\b([Yy]ear\s)(10[0-9]{2})(?<next>[\s.,;!?)]|$)", |found| {
            (!counts(found.after())).then(|| format!("{}{}", found.get(1), pairs(found.region, found.get(2))))
        }),
        (
            r"\b((?i:numbers?|serial|id|vin|code|iccid|imei|meid|pin|card|account)\s(?:starts?|begins?)\s(?:with|in)\s|[Mm]ailbox\s)([0-9]{2,8})(?<next>[\s,;!?)]|\.(?:\s|$)|$)",
            |found| (!counts(found.after())).then(|| format!("{}{}", found.get(1), digits(found.get(2)))),
        ),
        // The limits of a policy
        (
            r"\b([0-9]{2,3})/([0-9]{2,3})(?:/([0-9]{2,3}))?(?<next>\s(?:coverage|limits?|liability|policy|split)\b)",
            |found| {
                let third =
                    if found.get(3).is_empty() { String::new() } else { format!(", {}", number(found, 3)) };
                (!is_glued(found.before()) && !found.before().ends_with(['/', '-', '$']))
                    .then(|| format!("{}, {}{third}", number(found, 1), number(found, 2)))
            },
        ),
        // "2 x 500ml"
        (
            r"\b([0-9]{1,2})\s?[xX×]\s?(?<next>[0-9]{1,4}(?:\.[0-9]{1,2})?\s?(?:ml|mL|cl|L|g|kg|mg|oz|lbs?|GB|TB)\b)",
            |found| {
                (!is_glued(found.before()) && !found.before().ends_with(['/', '-', '$', '.', ',']))
                    .then(|| format!("{} times ", number(found, 1)))
            },
        ),
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
        // "32 mpg city/40 hwy"
        (r"\b(city|hwy)\s?[/,]\s?([0-9]{2})\s(hwy|highway|city)\b", |found| {
            let name = |group: usize| if found.get(group) == "hwy" { "highway" } else { found.get(group) };
            Some(format!("{}, {} {}", name(1), found.get(2), name(3)))
        }),
        // "1.5 Gbps down/50 Mbps up"
        (r"\b(down|up)\s?/\s?(?<next>[0-9])", |found| Some(format!("{}, ", found.get(1)))),
        (r"\b([0-9]{2})/([0-9]{2})\s?(?<next>mpg\b)", |found| {
            Some(format!("{}, {} ", number(found, 1), found.get(2)))
        }),
        (r"\b([0-9]{1,3}\s?(?:mos?|yrs?|wks?|months?))\.?/(?<next>[0-9])", |found| {
            Some(format!("{}, ", found.get(1)))
        }),
        // "$88.12/6 mo.", "$0.50/1M tokens"
        (
            r"([$€£¥₹]\s?AMOUNT)\s?/\s?(?:([0-9]{1,3}\s?[kKMB]\b)|([0-9]{1,3})(?<next>\s?(?:mos?|months?|yrs?|years?|days?|wks?|weeks?|hrs?|hours?|min|mins|minutes|people|persons|pax|nights?|kg|lbs?|oz|GB|TB|MB|million|thousand|tokens|requests|calls|users|seats|messages|texts|credits|pages|words|pieces|pcs|sessions|classes|visits|lessons|miles|units)\b))",
            |found| Some(format!("{} per {}{}", found.get(1), found.get(2), found.get(3))),
        ),
        (r"([$€£¥₹][0-9]{1,4}(?:\.[0-9]{1,2})?)(b|\s?MM)\b", |found| {
            Some(format!("{}{}", found.get(1), if found.get(2) == "b" { "bn" } else { "M" }))
        }),
        (r"\b([Rr]unways?\s)([0-3]?[0-9])([LRC])\b(?:(\s(?:and|or)\s)([0-3]?[0-9])([LRC])\b)?", |found| {
            let side = |group: usize| match found.get(group) {
                "L" => " left",
                "R" => " right",
                "C" => " center",
                _ => "",
            };
            let [first, last] =
                [2, 5].map(|group| format!("{}{}", digits(found.get(group)), side(group + 1)));
            Some(format!("{}{first}{}{last}", found.get(1), found.get(4)))
        }),
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
        // Lumber: "2x4s"
        (r"\b([0-9]{1,2})[x×]([0-9]{1,2})s\b", |found| {
            Some(format!("{} by {}", number(found, 1), plural(&number(found, 2))))
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
        // "The Chiefs are 9-2 and lead the division."
        (
            r"\b([A-Z][a-z]+s\s(?:are|sit at|were)\s)([0-9]{1,2})[-–]([0-9]{1,2})(?<next>\s(?:and|after|through|at|on|in)\s|[.;]\s|\.?$)",
            |found| Some(format!("{}{} and {}", found.get(1), number(found, 2), number(found, 3))),
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

/// "a wait time of 02:30": minutes and seconds, not an hour of the day
fn lasting(found: &Found<'_>) -> Option<String> {
    let clock = is_in("am pm AM PM a p minutes mins min hours hrs seconds secs", next_word(found.after()))
        || found.after().starts_with(':');
    let words = |group: usize, unit: &str| match found.get(group).trim_start_matches('0') {
        "" => String::new(),
        "1" => format!("one {unit}"),
        number => format!("{} {unit}s", amount(found.region, number)),
    };
    let (minutes, seconds) = (words(2, "minute"), words(3, "second"));
    let gap = if minutes.is_empty() || seconds.is_empty() { "" } else { " " };
    (!clock && minutes.len() + seconds.len() > 0).then(|| format!("{}{minutes}{gap}{seconds}", found.get(1)))
}

fn number(found: &Found<'_>, group: usize) -> String {
    amount(found.region, found.get(group))
}
