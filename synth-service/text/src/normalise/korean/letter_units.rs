//! Units of one letter, which the words around decide: spoons of a recipe, amperes, newtons, joules.

use std::sync::LazyLock;

use super::rule::{Found, Rule, Text, apply, compile};

/// Things that go into a pot; one of them makes a text a recipe.
const INGREDIENTS: &str = "간장|설탕|소금|고춧가루|고추장|된장|마늘|식초|참기름|들기름|식용유|물엿|맛술|액젓|후추|밀가루|버터|올리고당|매실|전분|반죽|파우더|양념|올리브유|굴소스|꿀|다시다|생강|청주|이스트|우유";

const CURRENTS: &str = "볼트|전류|차단기|콘센트|누전|충전|암페어|퓨즈|멀티탭|V";

const ENERGIES: &str = "칼로리|에너지|열량|cal|비열";

const FORCES: &str = "힘|뉴턴|장력|마찰력|무게|하중";

static RULES: LazyLock<Vec<Rule>> = LazyLock::new(|| {
    compile(&[
        (r"(\d+(?:\.\d+)?(?:/\d)?) ?(Ts|ts|tbsp|tsp|T|t|C)", |found| {
            let spoon = match found.group(2) {
                "T" | "Ts" | "tbsp" => "큰술",
                "C" => "컵",
                _ => "작은술",
            };
            (speaks_of(found, INGREDIENTS) && is_unit(found)).then(|| format!("{}{spoon}", found.group(1)))
        }),
        (r"(\d+(?:\.\d+)?) ?A", |found| {
            (speaks_of(found, CURRENTS) && is_unit(found)).then(|| format!("{} 암페어", found.group(1)))
        }),
        (r"(\d+(?:\.\d+)?) ?J", |found| {
            (speaks_of(found, ENERGIES) && is_unit(found)).then(|| format!("{} 줄", found.group(1)))
        }),
        (r"(\d+(?:\.\d+)?) ?N", |found| {
            (speaks_of(found, FORCES) && is_unit(found)).then(|| format!("{} 뉴턴", found.group(1)))
        }),
    ])
});

/// The text with the names of such units.
pub(super) fn read(text: &mut Text) {
    apply(&RULES, text);
}

fn speaks_of(found: &Found<'_>, words: &str) -> bool {
    words.split('|').any(|word| found.before().contains(word) || found.after().contains(word))
}

fn is_unit(found: &Found<'_>) -> bool {
    let goes_on = found.after().starts_with(|it: char| it.is_ascii_alphanumeric() || it == '/');
    !goes_on && !found.before().ends_with(|it: char| it.is_ascii_alphanumeric() || it == '.')
}
