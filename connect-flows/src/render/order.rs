//! The order of the cells in each column, so that few arrows cross.

use super::lanes::Lanes;

/// Rounds of sorting columns by their neighbours.
const ROUNDS: usize = 24;
/// Cells from which on a picture is so large that nobody counts crossings.
const MANY: usize = 4000;

/// Sorts each column by the places of its neighbours, forth and back, and keeps the best order.
pub(super) fn order(lanes: &mut Lanes) {
    let rounds = if lanes.cells.len() > MANY { 2 } else { ROUNDS };
    let mut places = stacked(lanes);
    let mut best = (crossings(lanes, &places), lanes.layers.clone());
    for round in 0..rounds {
        let count = lanes.layers.len();
        for step in 0..count {
            let layer = if round % 2 == 0 { step } else { count - 1 - step };
            sort(lanes, layer, round % 2 == 0, &mut places);
        }
        let found = crossings(lanes, &places);
        if found < best.0 {
            best = (found, lanes.layers.clone());
        }
        if best.0 == 0 {
            break;
        }
    }
    lanes.layers = best.1;
}

/// The tops of all cells when each column is a stack, centred.
pub(super) fn stacked(lanes: &Lanes) -> Vec<f64> {
    let mut places = vec![0.0; lanes.cells.len()];
    for layer in 0..lanes.layers.len() {
        stack(lanes, layer, &mut places);
    }
    places
}

fn stack(lanes: &Lanes, layer: usize, places: &mut [f64]) {
    let size = |cell: &usize| lanes.cells[*cell].height + lanes.cells[*cell].gap;
    let mut top = -lanes.layers[layer].iter().map(size).sum::<f64>() / 2.0;
    for cell in &lanes.layers[layer] {
        places[*cell] = top;
        top += size(cell);
    }
}

fn sort(lanes: &mut Lanes, layer: usize, forth: bool, places: &mut [f64]) {
    let wish = |cell: usize| {
        let (mut sum, mut weight) = (0.0, 0.0);
        for tie in &lanes.cells[cell].ties {
            let other = lanes.cells[tie.other].layer;
            let counts = other == layer || (other < layer) == forth;
            if counts {
                sum += (places[tie.other] + tie.there) * tie.weight;
                weight += tie.weight;
            }
        }
        if weight > 0.0 { sum / weight } else { places[cell] }
    };
    let mut wishes: Vec<(f64, usize)> = lanes.layers[layer].iter().map(|cell| (wish(*cell), *cell)).collect();
    wishes.sort_by(|one, other| one.0.total_cmp(&other.0));
    lanes.layers[layer] = wishes.into_iter().map(|(_, cell)| cell).collect();
    stack(lanes, layer, places);
}

/// Crossings between neighbouring columns.
fn crossings(lanes: &Lanes, places: &[f64]) -> usize {
    if lanes.cells.len() > MANY {
        return 1;
    }
    let mut count = 0;
    for layer in &lanes.layers {
        let mut ties = Vec::new();
        for &cell in layer {
            for tie in &lanes.cells[cell].ties {
                if lanes.cells[tie.other].layer == lanes.cells[cell].layer + 1 {
                    ties.push((places[cell] + tie.here, places[tie.other] + tie.there));
                }
            }
        }
        for (index, one) in ties.iter().enumerate() {
            count +=
                ties[index + 1..].iter().filter(|other| (one.0 - other.0) * (one.1 - other.1) < 0.0).count();
        }
    }
    count
}
