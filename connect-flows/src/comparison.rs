//! Connect's comparison of a value with an operand, as the blocks Compare and those with conditions make it.

/// Whether the value fulfils the condition. Texts are compared with their case; a value that is not a number is neither
/// greater nor less than any number. An operator that is not known holds for nothing.
pub(crate) fn holds(operator: &str, value: &str, operand: &str) -> bool {
    let numbers = |compares: fn(&f64, &f64) -> bool| {
        let number = |text: &str| text.trim().parse::<f64>().ok();
        number(value).zip(number(operand)).is_some_and(|(value, operand)| compares(&value, &operand))
    };
    match operator {
        "Equals" => value == operand,
        "TextStartsWith" => value.starts_with(operand),
        "TextEndsWith" => value.ends_with(operand),
        "TextContains" => value.contains(operand),
        "NumberGreaterThan" => numbers(f64::gt),
        "NumberGreaterOrEqualTo" => numbers(f64::ge),
        "NumberLessThan" => numbers(f64::lt),
        "NumberLessOrEqualTo" => numbers(f64::le),
        _ => false,
    }
}
