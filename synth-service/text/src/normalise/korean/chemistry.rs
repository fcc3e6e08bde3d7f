//! Formulas of compounds and ions: H2SO4, NaCl, Ca²⁺. Letters are spelled, numbers of atoms said.

use std::sync::LazyLock;

use super::{
    letters,
    numerals::sino,
    rule::{Found, Rule, Text, apply, compile},
    words,
};

const ELEMENTS: &str = "H|He|Li|B|C|N|O|F|Na|Mg|Al|Si|P|S|Cl|K|Ca|Ti|Cr|Mn|Fe|Ni|Cu|Zn|Br|Ag|I|Ba|Au|Hg|Pb";

/// Words without which capitals and digits are a code.
const CHEMISTRY: &str = "화학|분자|이온|반응|기체|물질|원소|화합|용액|산화|연소|염산|황산|질산|암모니아|메탄|에탄올|\
    알코올|포도당|촉매|배출|오염|질소|탄산|수소|산소|중화|광합성";

static RULES: LazyLock<Vec<Rule>> = LazyLock::new(|| {
    compile(&[
        (r"(?-u:\b)((?:[A-Z][a-z]?\d{0,2}){1,9})([²³]?)([⁺⁻])", |found| {
            let charge = if found.group(2) == "²" { " 이" } else { "" };
            let charge = if found.group(2) == "³" { " 삼" } else { charge };
            let sign = if found.group(3) == "⁺" { "플러스" } else { "마이너스" };
            formula(found.group(1)).map(|formula| format!("{}{charge} {sign}", formula.words))
        }),
        (r"(?-u:\b)(?:[A-Z][a-z]?\d{0,2}){2,9}", compound),
    ])
});

/// The text with formulas in words.
pub(super) fn read(text: &mut Text) {
    apply(&RULES, text);
}

struct Formula {
    words: String,
    elements: usize,
    /// Letters of two cases, as no code has them.
    is_mixed: bool,
    has_number: bool,
}

fn compound(found: &Found<'_>) -> Option<String> {
    let written = found.group(0);
    let goes_on = |it: char| it.is_ascii_alphanumeric() || "-_.@/&+".contains(it);
    let is_part =
        found.before().ends_with(goes_on) || found.after().starts_with(|it: char| it.is_ascii_alphanumeric());
    if is_part || words::reading(written).is_some() {
        return None;
    }
    let formula = formula(written).filter(|it| it.elements > 1)?;
    let speaks = || CHEMISTRY.split('|').any(|it| found.before().contains(it) || found.after().contains(it));
    (formula.is_mixed || (formula.has_number && speaks())).then_some(formula.words)
}

/// `None` where a part is no element.
fn formula(written: &str) -> Option<Formula> {
    let mut formula = Formula { words: String::new(), elements: 0, is_mixed: false, has_number: false };
    let mut rest = written;
    while !rest.is_empty() {
        let length = 1 + rest[1..].bytes().take_while(u8::is_ascii_lowercase).count();
        let (element, behind) = rest.split_at(length);
        let digits = behind.bytes().take_while(u8::is_ascii_digit).count();
        if !ELEMENTS.split('|').any(|it| it == element) {
            return None;
        }
        formula.words.push_str(&letters::spell(element));
        if digits > 0 {
            formula.words = format!("{} {} ", formula.words, sino(&behind[..digits]));
        }
        formula.elements += 1;
        formula.is_mixed |= element.len() > 1;
        formula.has_number |= digits > 0;
        rest = &behind[digits..];
    }
    formula.words.truncate(formula.words.trim_end().len());
    Some(formula)
}
