//! Sorting, with one sorter for all types: each would bring its own into the
//! module.

/// Sorts by `key`, the smallest first; what has the same key keeps its order.
pub(super) fn sort_by_key<T>(items: &mut [T], key: impl Fn(&T) -> u64) {
    let mut order: Vec<(u64, u32)> = Vec::new();
    for (at, item) in (0..).zip(items.iter()) {
        order.push((key(item), at));
    }
    sort(&mut order);
    // Each cycle of the permutation, once around.
    for start in 0..order.len() {
        let mut at = start;
        loop {
            let from = std::mem::replace(&mut order[at].1, at as u32) as usize;
            if from == start {
                break;
            }
            items.swap(at, from);
            at = from;
        }
    }
}

#[inline(never)]
fn sort(order: &mut [(u64, u32)]) {
    order.sort_unstable();
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn items_are_sorted_as_std_sorts_them_stably(
            keys in prop::collection::vec(0u64..20, 0..200)
        ) {
            let mut items: Vec<(u64, usize)> = keys.into_iter().zip(0..).collect();
            let mut expected = items.clone();
            expected.sort_by_key(|item| item.0);
            sort_by_key(&mut items, |item| item.0);
            prop_assert_eq!(items, expected);
        }
    }
}
