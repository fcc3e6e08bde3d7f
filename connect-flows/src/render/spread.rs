//! The heights of the cells: as straight as their arrows can be, in the order that they have.

use super::{lanes::Lanes, order::stacked};

/// Rounds of moving columns towards their neighbours.
const ROUNDS: usize = 20;

/// The top of each cell, the highest at 0.
pub(super) fn spread(lanes: &Lanes) -> Vec<f64> {
    let mut tops = stacked(lanes);
    let count = lanes.layers.len();
    for round in 0..ROUNDS {
        // First one side's neighbours alone, or columns would hold each other where they are.
        let side = if round + 6 > ROUNDS { None } else { Some(round % 2 == 0) };
        for step in 0..count {
            let layer = if round % 2 == 0 { step } else { count - 1 - step };
            settle(lanes, layer, side, &mut tops);
        }
    }
    let highest = tops.iter().copied().fold(f64::INFINITY, f64::min);
    tops.iter_mut().for_each(|top| *top -= highest);
    tops
}

/// Moves the cells of a column as near to their wishes as the order lets them: least squares, by pooling.
fn settle(lanes: &Lanes, layer: usize, side: Option<bool>, tops: &mut [f64]) {
    // Blocks of cells that touch: first cell, sum of wishes, weight.
    let mut blocks: Vec<(usize, f64, f64)> = Vec::new();
    let order = &lanes.layers[layer];
    let mut offsets = Vec::with_capacity(order.len());
    let mut offset = 0.0;
    for (index, &cell) in order.iter().enumerate() {
        offsets.push(offset);
        let (wish, weight) = wish(lanes, cell, side, tops);
        blocks.push((index, (wish - offset) * weight, weight));
        offset += lanes.cells[cell].height + lanes.cells[cell].gap;
        while let [.., before, last] = &blocks[..] {
            if before.1 / before.2 <= last.1 / last.2 {
                break;
            }
            let pooled = (before.0, before.1 + last.1, before.2 + last.2);
            blocks.truncate(blocks.len() - 2);
            blocks.push(pooled);
        }
    }
    for (number, block) in blocks.iter().enumerate() {
        let end = blocks.get(number + 1).map_or(order.len(), |next| next.0);
        for index in block.0..end {
            tops[order[index]] = block.1 / block.2 + offsets[index];
        }
    }
}

fn wish(lanes: &Lanes, cell: usize, side: Option<bool>, tops: &[f64]) -> (f64, f64) {
    let layer = lanes.cells[cell].layer;
    let (mut sum, mut weight) = (0.0, 0.0);
    for tie in &lanes.cells[cell].ties {
        let other = lanes.cells[tie.other].layer;
        if other != layer && side.is_none_or(|forth| (other < layer) == forth) {
            sum += (tops[tie.other] + tie.there - tie.here) * tie.weight;
            weight += tie.weight;
        }
    }
    if weight > 0.0 { (sum / weight, weight) } else { (tops[cell], 0.05) }
}
