//! Classes of a figure for a coloured map: natural breaks.
//!
//! The values are parted so that they differ least within each class (W. D. Fisher, "On Grouping for Maximum Homogeneity",
//! 1958, known to map makers as Jenks). Counts in a city are skewed: classes of equal width would put nearly all areas
//! into the first.

use crate::model::Class;

/// Classes that an eye can tell apart, by tone and by pattern.
pub const MOST: usize = 5;

/// Different values that are compared; more are thinned first, evenly by rank, so that time stays bounded.
const VALUES: usize = 400;

/// Parts values into at most `most` classes, ascending; none where there are no values. Values that are no numbers
/// are left out.
pub fn natural(values: impl IntoIterator<Item = f64>, most: usize) -> Vec<Class> {
    let mut sorted: Vec<f64> = values.into_iter().filter(|value| value.is_finite()).collect();
    sorted.sort_by(f64::total_cmp);
    let mut different = sorted.clone();
    different.dedup();
    let wanted = most.clamp(1, MOST).min(different.len());
    if wanted == 0 {
        return Vec::new();
    }
    let starts = starts(&thinned(&sorted), wanted);
    let decimals = decimals(&sorted);
    let mut classes: Vec<Class> = Vec::with_capacity(wanted);
    let bounds = starts.iter().skip(1).copied().map(Some).chain([None]);
    let mut rest = sorted.as_slice();
    for end in bounds {
        let split = end.map_or(rest.len(), |end| rest.partition_point(|value| *value < end));
        let (here, after) = rest.split_at(split);
        rest = after;
        if let (Some(from), Some(to)) = (here.first(), here.last()) {
            classes.push(Class {
                from: *from,
                to: *to,
                label: String::new(),
                count: here.len(),
            });
        }
    }
    let last = classes.len() - 1;
    for (number, class) in classes.iter_mut().enumerate() {
        class.label = label(class.from, class.to, decimals, number == last && last > 0);
    }
    classes
}

/// The class that a value belongs to.
pub fn class_of(classes: &[Class], value: f64) -> Option<u8> {
    let after = classes.partition_point(|class| class.from <= value);
    u8::try_from(after.checked_sub(1)?)
        .ok()
        .filter(|_| value.is_finite())
}

/// Different values with how often each occurs, at most [`VALUES`] of them.
fn thinned(sorted: &[f64]) -> Vec<(f64, f64)> {
    let mut values: Vec<(f64, f64)> = Vec::new();
    for value in sorted {
        match values.last_mut() {
            Some((last, times)) if last == value => *times += 1.0,
            _ => values.push((*value, 1.0)),
        }
    }
    if values.len() > VALUES {
        let step = values.len().div_ceil(VALUES);
        values = values
            .chunks(step)
            .filter_map(|chunk| {
                let times = chunk.iter().map(|(_, times)| times).sum();
                chunk.first().map(|(value, _)| (*value, times))
            })
            .collect();
    }
    values
}

/// The smallest value of each class: `cost[n]` is the least sum of squares for the first n values in so many classes.
fn starts(values: &[(f64, f64)], wanted: usize) -> Vec<f64> {
    // Sums over the first n values make each class's sum of squares one subtraction.
    let mut sums = vec![(0.0, 0.0, 0.0)];
    for (value, times) in values {
        let (n, sum, squares) = sums.last().copied().unwrap_or_default();
        sums.push((n + times, sum + times * value, squares + times * value * value));
    }
    let spread = |from: usize, to: usize| {
        let ((n0, s0, q0), (n1, s1, q1)) = (sums[from], sums[to]);
        let (n, sum, squares) = (n1 - n0, s1 - s0, q1 - q0);
        (squares - sum * sum / n).max(0.0)
    };
    let count = values.len();
    let mut cost: Vec<f64> = (0..=count)
        .map(|to| if to == 0 { 0.0 } else { spread(0, to) })
        .collect();
    let mut cuts: Vec<Vec<usize>> = Vec::new();
    for class in 1..wanted {
        let mut next = vec![f64::INFINITY; count + 1];
        let mut cut = vec![0; count + 1];
        for to in class + 1..=count {
            for (from, before) in cost.iter().enumerate().take(to).skip(class) {
                let whole = before + spread(from, to);
                if whole < next[to] {
                    (next[to], cut[to]) = (whole, from);
                }
            }
        }
        cost = next;
        cuts.push(cut);
    }
    let mut starts = Vec::with_capacity(wanted);
    let mut end = count;
    for cut in cuts.iter().rev() {
        end = cut[end];
        starts.push(values[end].0);
    }
    starts.push(values[0].0);
    starts.reverse();
    starts
}

/// As many decimals as tell the values apart: none for counts, more for small measures than for large ones.
fn decimals(values: &[f64]) -> usize {
    let largest = values.iter().fold(0.0_f64, |most, value| most.max(value.abs()));
    match () {
        () if values.iter().all(|value| value.fract() == 0.0) => 0,
        () if largest < 10.0 => 2,
        () => 1,
    }
}

fn label(from: f64, to: f64, decimals: usize, last: bool) -> String {
    let number = |value: f64| format!("{value:.decimals$}");
    let (from, to) = (number(from), number(to));
    match () {
        () if from == to => from,
        () if last => format!("{from} 以上"),
        () => format!("{from}–{to}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(values: &[f64], most: usize) -> Vec<String> {
        natural(values.iter().copied(), most)
            .into_iter()
            .map(|class| class.label)
            .collect()
    }

    #[test]
    fn values_part_where_they_are_far_apart() {
        let values = [0.0, 1.0, 2.0, 2.0, 10.0, 11.0, 12.0, 50.0, 51.0, 90.0];
        assert_eq!(labels(&values, 4), ["0–2", "10–12", "50–51", "90"]);
        let classes = natural(values, 4);
        assert_eq!(
            classes.iter().map(|class| class.count).sum::<usize>(),
            values.len()
        );
        assert_eq!(classes[0].count, 4);
        for value in values {
            let class = &classes[usize::from(class_of(&classes, value).unwrap())];
            assert!(class.from <= value && value <= class.to);
        }
        assert_eq!(class_of(&classes, -1.0), None);
        assert_eq!(class_of(&classes, f64::NAN), None);
        assert_eq!(class_of(&classes, 1_000.0), Some(3));
    }

    #[test]
    fn few_values_make_few_classes() {
        assert!(labels(&[], 5).is_empty());
        assert_eq!(labels(&[3.0, 3.0, 3.0], 5), ["3"]);
        assert_eq!(labels(&[3.0, f64::NAN, 4.0], 5), ["3", "4"]);
        assert_eq!(labels(&[0.25, 0.5, 7.0, 8.5], 2), ["0.25–0.50", "7.00 以上"]);
        assert_eq!(labels(&(0..9_000).map(f64::from).collect::<Vec<_>>(), 5).len(), 5);
    }
}
