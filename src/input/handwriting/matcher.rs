//! How like a drawing is to each template: the cosine of their features, and a small advantage for
//! some characters.
//!
//! Eight templates lie side by side: one word of 64 bits holds the same number of each. A word times
//! a number of the drawing gives four products at once, in lanes of 16 bits that do not overflow
//! (see `feature::LENGTH`). So a match takes a fraction of a millisecond in any build, without
//! instructions of one processor.

use zeroize::Zeroizing;

use super::feature::{DIMENSIONS, Feature};

/// Templates of one word.
const LANES: usize = 8;
/// Every second byte of a word.
const EVEN: u64 = 0x00ff_00ff_00ff_00ff;

/// The templates, ready to be compared.
pub(super) struct Matcher {
    /// [`DIMENSIONS`] words for each eight templates; the last eight are filled up with zeros.
    words: Vec<u64>,
    /// For each template what is added to its likeness.
    advantages: Vec<u16>,
}

impl Matcher {
    /// `features`: [`DIMENSIONS`] bytes for each template; `advantages`: what is added to its
    /// likeness, at most 2,000 (the likeness itself is below 63,500).
    pub fn new(features: &[u8], advantages: Vec<u16>) -> Self {
        let mut words = vec![0; advantages.len().div_ceil(LANES) * DIMENSIONS];
        let groups = features.chunks(LANES * DIMENSIONS);
        for (group, words) in groups.zip(words.chunks_exact_mut(DIMENSIONS)) {
            for (lane, template) in group.chunks_exact(DIMENSIONS).enumerate() {
                for (word, number) in words.iter_mut().zip(template) {
                    *word |= u64::from(*number) << (8 * lane);
                }
            }
        }
        Self { words, advantages }
    }

    /// The indices of the `most` likest templates, likest first, of equals the first.
    pub fn likest(&self, drawn: &Feature, most: usize) -> Zeroizing<Vec<usize>> {
        // Sized at once: a vector that grows leaves copies behind.
        let mut numbers = Zeroizing::new(Vec::with_capacity(DIMENSIONS));
        numbers.extend(drawn.0.iter().map(|number| u64::from(*number)).enumerate());
        numbers.retain(|(_, number)| *number > 0);
        let groups = self.words.chunks_exact(DIMENSIONS);
        let products = groups.flat_map(|words| products(words, &numbers));
        let likeness = products
            .zip(&self.advantages)
            .map(|(product, more)| product.saturating_add(*more));
        let mut ranked = Zeroizing::new(Vec::with_capacity(self.advantages.len()));
        ranked.extend(likeness.zip(0_usize..));
        let order = |(a, first): &(u16, usize), (b, second): &(u16, usize)| b.cmp(a).then(first.cmp(second));
        if most < ranked.len() {
            ranked.select_nth_unstable_by(most, order);
            ranked.truncate(most);
        }
        ranked.sort_unstable_by(order);
        Zeroizing::new(ranked.iter().map(|(_, index)| *index).collect())
    }
}

/// The products of the drawing with eight templates.
fn products(words: &[u64], drawn: &[(usize, u64)]) -> [u16; LANES] {
    let (mut even, mut odd) = (0_u64, 0_u64);
    for &(index, number) in drawn {
        let word = words.get(index).copied().unwrap_or_default();
        even = even.wrapping_add((word & EVEN).wrapping_mul(number));
        odd = odd.wrapping_add(((word >> 8) & EVEN).wrapping_mul(number));
    }
    let lane = |lanes: u64, index: u32| (lanes >> (16 * index)) as u16;
    std::array::from_fn(|index| {
        let pair = index as u32 / 2;
        if index % 2 == 0 {
            lane(even, pair)
        } else {
            lane(odd, pair)
        }
    })
}
