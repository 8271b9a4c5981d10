//! Sorting, with one sorter for all types: each would bring its own into the
//! module.

/// Sorts by `key`, the smallest first; what has the same key keeps its order.
pub(super) fn sort_by_key<T: Clone>(items: &mut Vec<T>, key: impl Fn(&T) -> u64) {
    let mut order: Vec<(u64, u32)> = Vec::new();
    for (at, item) in (0..).zip(items.iter()) {
        order.push((key(item), at));
    }
    sort(&mut order);
    let mut sorted = Vec::new();
    for (_, at) in order {
        sorted.push(items[at as usize].clone());
    }
    *items = sorted;
}

#[inline(never)]
fn sort(order: &mut [(u64, u32)]) {
    order.sort_unstable();
}
