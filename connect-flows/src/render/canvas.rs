//! Rectangles, and lines as SVG writes them.

use std::fmt::Write;

/// A point: pixels to the right, pixels down.
pub(super) type Point = (f64, f64);

/// A rectangle between two corners.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Rect {
    pub left: f64,
    pub top: f64,
    pub right: f64,
    pub bottom: f64,
}

impl Rect {
    /// A rectangle that is this much larger on each side.
    pub(super) fn grown(self, by: f64) -> Self {
        Self { left: self.left - by, top: self.top - by, right: self.right + by, bottom: self.bottom + by }
    }

    /// Whether a point lies inside, not on the edge.
    pub(super) fn holds(&self, (x, y): Point) -> bool {
        x > self.left && x < self.right && y > self.top && y < self.bottom
    }

    /// Whether two rectangles share more than an edge.
    pub(super) fn meets(&self, other: &Self) -> bool {
        self.left < other.right
            && other.left < self.right
            && self.top < other.bottom
            && other.top < self.bottom
    }

    /// Whether the line between two points runs through the inside.
    pub(super) fn cut_by(&self, (x, y): Point, (to_x, to_y): Point) -> bool {
        // Most lines are nowhere near: that is decided first.
        let beside =
            |one: f64, other: f64, low: f64, high: f64| one.max(other) <= low || one.min(other) >= high;
        if beside(x, to_x, self.left, self.right) || beside(y, to_y, self.top, self.bottom) {
            return false;
        }
        let (mut enter, mut leave) = (0.0_f64, 1.0_f64);
        for (at, step, low, high) in
            [(x, to_x - x, self.left, self.right), (y, to_y - y, self.top, self.bottom)]
        {
            if step.abs() < 1e-9 {
                if at <= low || at >= high {
                    return false;
                }
                continue;
            }
            let (one, other) = ((low - at) / step, (high - at) / step);
            enter = enter.max(one.min(other));
            leave = leave.min(one.max(other));
        }
        leave - enter > 1e-9
    }

    /// The smallest rectangle around both.
    pub(super) fn with(self, other: Self) -> Self {
        Self {
            left: self.left.min(other.left),
            top: self.top.min(other.top),
            right: self.right.max(other.right),
            bottom: self.bottom.max(other.bottom),
        }
    }
}

/// A line that grows point by point.
#[derive(Clone, Debug)]
pub(super) struct Line {
    /// The attribute `d` of a path.
    pub d: String,
    /// The rectangle around it.
    pub bounds: Rect,
    at: Point,
}

impl Line {
    pub(super) fn from(at: Point) -> Self {
        let d = format!("M{} {}", short(at.0), short(at.1));
        Self { d, bounds: Rect { left: at.0, top: at.1, right: at.0, bottom: at.1 }, at }
    }

    pub(super) fn to(&mut self, point: Point) {
        if distance(self.at, point) > 0.05 {
            let _ = write!(self.d, "L{} {}", short(point.0), short(point.1));
            self.reach(point);
        }
    }

    /// A curve that leaves to the right and arrives from the left.
    pub(super) fn flow_to(&mut self, point: Point) {
        let bend = ((point.0 - self.at.0).abs() * 0.5).clamp(12.0, 140.0);
        self.bend_to(point, bend, -bend);
    }

    /// A curve that leaves to the left and arrives from the right.
    pub(super) fn ebb_to(&mut self, point: Point) {
        let bend = ((point.0 - self.at.0).abs() * 0.5).clamp(12.0, 140.0);
        self.bend_to(point, -bend, bend);
    }

    /// A curve whose ends are level; its handles are this far to the right of its ends.
    pub(super) fn bend_to(&mut self, point: Point, first: f64, second: f64) {
        if (point.1 - self.at.1).abs() < 0.6 && first * second < 0.0 {
            self.to(point);
            return;
        }
        let (one, two) = ((self.at.0 + first, self.at.1), (point.0 + second, point.1));
        for (x, y) in [one, two] {
            let command = if (x, y) == one { "C" } else { " " };
            let _ = write!(self.d, "{command}{} {}", short(x), short(y));
        }
        let _ = write!(self.d, " {} {}", short(point.0), short(point.1));
        // Half of a handle is the furthest that the curve gets beyond its ends.
        let reach = (first.abs()).max(second.abs()) * 0.76;
        let (left, right) = (self.at.0.min(point.0), self.at.0.max(point.0));
        self.bounds = self.bounds.with(Rect {
            left: if first < 0.0 && second < 0.0 { left - reach } else { left },
            right: if first > 0.0 && second > 0.0 { right + reach } else { right },
            top: point.1,
            bottom: point.1,
        });
        self.reach(point);
    }

    /// The line through these points, with round corners.
    pub(super) fn through(points: &[Point], radius: f64) -> Self {
        let mut line = Self::from(points.first().copied().unwrap_or_default());
        for trio in points.windows(3) {
            let [before, corner, after] = [trio[0], trio[1], trio[2]];
            let cut = radius.min(distance(before, corner) / 2.0).min(distance(corner, after) / 2.0);
            line.to(towards(corner, before, cut));
            let end = towards(corner, after, cut);
            let _ =
                write!(line.d, "Q{} {} {} {}", short(corner.0), short(corner.1), short(end.0), short(end.1));
            line.reach(corner);
            line.reach(end);
        }
        if let Some(&last) = points.last() {
            line.to(last);
        }
        line
    }

    fn reach(&mut self, point: Point) {
        let (x, y) = point;
        self.bounds = self.bounds.with(Rect { left: x, top: y, right: x, bottom: y });
        self.at = point;
    }
}

pub(super) fn distance(one: Point, other: Point) -> f64 {
    (one.0 - other.0).hypot(one.1 - other.1)
}

fn towards(from: Point, to: Point, by: f64) -> Point {
    let length = distance(from, to).max(1e-9);
    (from.0 + (to.0 - from.0) / length * by, from.1 + (to.1 - from.1) / length * by)
}

/// A number with at most one digit after the full stop.
pub(super) fn short(number: f64) -> String {
    let rounded = (number * 10.0).round() / 10.0;
    if rounded == 0.0 { "0".to_owned() } else { rounded.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_cuts_a_rectangle_only_through_its_inside() {
        let rect = Rect { left: 0.0, top: 0.0, right: 10.0, bottom: 10.0 };
        assert!(rect.cut_by((-5.0, 5.0), (15.0, 5.0)));
        assert!(rect.cut_by((-1.0, -1.0), (11.0, 11.0)));
        assert!(!rect.cut_by((0.0, -5.0), (0.0, 15.0)), "along the edge");
        assert!(!rect.cut_by((-5.0, 5.0), (-1.0, 5.0)), "short of it");
        assert!(!rect.cut_by((-6.0, 5.0), (5.0, -6.0)), "past the corner");
    }

    #[test]
    fn corners_are_round() {
        let line = Line::through(&[(0.0, 0.0), (20.0, 0.0), (20.0, 20.0)], 5.0);
        assert_eq!(line.d, "M0 0L15 0Q20 0 20 5L20 20");
    }
}
