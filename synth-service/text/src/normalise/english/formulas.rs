//! Greek letters and factorials, as formulas have them. Never units.

use std::sync::LazyLock;

use super::context::named;
use super::rule::{Found, Rule, remains, rules};

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

pub(super) static RULES: LazyLock<Vec<Rule>> = LazyLock::new(|| {
    rules(&[
        (r"\b([0-9]{1,2}|n)!(?<next>\s?(?:=|equals?\b|is\b))", |found| {
            Some(format!("{} factorial", found.get(1)))
        }),
        // "x^n", "2^(3+1)"
        (r"(\b[A-Za-z]|[0-9]|\))\s?\^\s?(?:\(([^(){}]{1,16})\)|\{([^(){}]{1,16})\}|([A-Za-z])\b)", |found| {
            let raised = [found.get(2), found.get(3), found.get(4)].concat();
            let raised = raised.replace('-', " minus ").trim().to_owned();
            Some(format!("{} to the power of {raised}", found.get(1)))
        }),
    ])
});

/// Formulas as documents write them.
pub(super) static MARKUP: LazyLock<Vec<Rule>> = LazyLock::new(|| {
    rules(&[
        (r"\$\$([^$]{1,120})\$\$|\$([A-Za-z\\(][^$]{0,80})\$", |found| {
            let inside = [found.get(1), found.get(2)].concat();
            inside.contains(['=', '^', '_', '\\']).then_some(inside)
        }),
        (r"\\d?frac\{([^{}]{1,40})\}\{([^{}]{1,40})\}", |found| {
            Some(format!("{} over {}", found.get(1), found.get(2)))
        }),
        (r"\\sqrt\{([^{}]{1,40})\}", |found| Some(format!("√{}", found.get(1)))),
        (r"\\(times|cdot|div|pm|leq?|geq?|neq?|approx|pi|theta|alpha|beta|infty|quad)\b", command),
    ])
});

fn command(found: &Found<'_>) -> Option<String> {
    let sign = match found.get(1) {
        "times" | "cdot" => "×",
        "div" => "÷",
        "pm" => "±",
        "le" | "leq" => "≤",
        "ge" | "geq" => "≥",
        "ne" | "neq" => "≠",
        "approx" => "≈",
        "infty" => "∞",
        "quad" => " ",
        greek => greek,
    };
    Some(sign.to_owned())
}
