//! Chance that is the same for the same seed.

/// Numbers of SplitMix64.
pub(super) struct Random(u64);

impl Random {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// A number from 1 to 100.
    pub(super) fn percent(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (mixed ^ (mixed >> 31)) % 100 + 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_percentage_comes_about_as_often_as_the_others() {
        let mut random = Random::new(7);
        let mut counts = [0; 101];
        for _ in 0..100_000 {
            counts[usize::try_from(random.percent()).unwrap()] += 1;
        }
        assert_eq!(counts[0], 0);
        assert!(counts[1..].iter().all(|count| (850..1150).contains(count)), "{counts:?}");
    }
}
