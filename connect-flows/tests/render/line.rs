//! Points on the line of an arrow.

type Point = (f64, f64);

/// Points on a path of absolute lines and curves, close enough to find a card under them.
pub(crate) fn points(d: &str) -> Vec<Point> {
    let mut points = Vec::new();
    let mut at = (0.0, 0.0);
    for (letter, numbers) in commands(d) {
        let ends: Vec<Point> = numbers.chunks(2).map(|pair| (pair[0], pair[1])).collect();
        if letter != 'M' {
            let handles: Vec<Point> = std::iter::once(at).chain(ends.iter().copied()).collect();
            points.extend((0..=60).map(|step| bezier(&handles, f64::from(step) / 60.0)));
        }
        at = *ends.last().unwrap();
    }
    points
}

/// Each command with its numbers.
fn commands(d: &str) -> Vec<(char, Vec<f64>)> {
    let starts: Vec<usize> =
        d.char_indices().filter(|(_, c)| c.is_ascii_alphabetic()).map(|(at, _)| at).collect();
    let ends = starts.iter().skip(1).copied().chain([d.len()]);
    let command = |(start, end): (&usize, usize)| {
        let letter = d[*start..].chars().next().unwrap();
        (letter, d[start + 1..end].split_whitespace().map(|number| number.parse().unwrap()).collect())
    };
    starts.iter().zip(ends).map(command).collect()
}

/// The point of a Bézier curve, a straight line included, by its handles.
fn bezier(handles: &[Point], share: f64) -> Point {
    match handles {
        [point] => *point,
        _ => {
            let between = |pair: &[Point]| {
                let along = |from: f64, to: f64| from + (to - from) * share;
                (along(pair[0].0, pair[1].0), along(pair[0].1, pair[1].1))
            };
            bezier(&handles.windows(2).map(between).collect::<Vec<_>>(), share)
        }
    }
}
