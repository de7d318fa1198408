//! Putting in order borders that cross, as files made elsewhere have them within their tolerance.
//!
//! All borders are laid on top of each other; each cell between them goes to the first part that covers it, and what lies
//! outside the outline to none.

use std::collections::{BTreeSet, HashMap};

use super::{
    Coverage,
    glue::Corners,
    segment::{Index, Segment, crossing},
    trace,
};
use crate::model::{
    Place,
    border::{Border, Part, sides},
};

/// Rounds of finding crossings: rounding one away may make another.
const ROUNDS: usize = 6;

impl Coverage {
    pub(super) fn tidy(&mut self, outline_follows: bool) {
        self.tidied = true;
        self.void = Border::default();
        for _ in 0..ROUNDS {
            let corners = self.corners_of_crossings();
            if corners.is_empty() {
                break;
            }
            self.put(&corners);
            self.glue();
        }
        let all: Vec<Segment> = self
            .sides()
            .into_iter()
            .flat_map(|(a, b)| [(a, b), (b, a)])
            .collect();
        let mut owned: HashMap<Option<usize>, Vec<Part>> = HashMap::new();
        for cell in cells(&all) {
            let Some(inside) = inside(&cell) else { continue };
            let owner = self.units.iter().position(|unit| covers(&unit.border, inside));
            if owner.is_some() || outline_follows || covers(&self.outline, inside) {
                let out = !outline_follows && !covers(&self.outline, inside);
                if !out {
                    owned.entry(owner).or_default().push(cell);
                }
            }
        }
        let mut join = |owner: Option<usize>| {
            let cells = owned.remove(&owner).unwrap_or_default();
            trace::dissolve(cells.iter().flatten().flat_map(|ring| sides(ring))).unwrap_or_default()
        };
        let borders: Vec<Border> = (0..self.units.len()).map(|number| join(Some(number))).collect();
        if outline_follows {
            self.outline = trace::dissolve(borders.iter().flat_map(Border::sides)).unwrap_or_default();
        } else {
            self.void = join(None);
        }
        for (unit, border) in self.units.iter_mut().zip(borders) {
            unit.border = border;
        }
        // A part that others cover whole has no ground of its own left: it waits for a border anew.
        let (kept, lost) = std::mem::take(&mut self.units)
            .into_iter()
            .partition(|unit| !unit.border.0.is_empty());
        self.units = kept;
        for unit in lost {
            self.began.remove(&unit.code);
            self.bare.push(super::Named {
                code: unit.code,
                name: unit.name,
            });
        }
    }

    fn corners_of_crossings(&self) -> Corners {
        let all: Vec<Segment> = self.sides().into_iter().collect();
        let index = Index::of(&all);
        let mut found: HashMap<Segment, BTreeSet<Place>> = Corners::new();
        for (number, side) in (0..).zip(&all) {
            for other in index.near(*side).into_iter().filter(|other| *other > number) {
                if let Some(other) = all.get(other as usize)
                    && let Some(at) = crossing(*side, *other)
                {
                    for one in [side, other] {
                        if at != one.0 && at != one.1 {
                            found.entry(*one).or_default().insert(at);
                        }
                    }
                }
            }
        }
        found
    }
}

/// The cells between sides that run both ways.
fn cells(all: &[Segment]) -> Vec<Part> {
    let rings = trace::rings(all);
    // The outermost rings run around nothing; so does what is around an island that stands alone.
    let (outer, holes): (Vec<_>, Vec<_>) = rings
        .into_iter()
        .partition(|ring| crate::model::border::doubled_area(ring) > 0);
    let mut cells: Vec<Part> = outer.into_iter().map(|ring| vec![ring]).collect();
    cells.sort_by_key(|part| part.first().map(|ring| crate::model::border::doubled_area(ring)));
    for hole in holes {
        let area = -crate::model::border::doubled_area(&hole);
        let Some(at) = sides(&hole).next().map(trace::half) else {
            continue;
        };
        let around = cells.iter_mut().find(|part| {
            part.first()
                .is_some_and(|ring| crate::model::border::doubled_area(ring) > area && trace::holds(ring, at))
        });
        if let Some(part) = around {
            part.push(hole);
        }
    }
    cells
}

/// A place inside a cell, in units, between corners' latitudes: no corner is met there.
pub(super) fn inside(cell: &Part) -> Option<(f64, f64)> {
    let mut heights: Vec<i32> = cell.iter().flatten().map(|corner| corner.lat).collect();
    heights.sort_unstable();
    heights.dedup();
    let widest = heights.windows(2).filter_map(|pair| match pair {
        [low, high] => Some((
            f64::from(*high) - f64::from(*low),
            f64::midpoint(f64::from(*low), f64::from(*high)),
        )),
        _ => None,
    });
    let y = widest.max_by(|a, b| a.0.total_cmp(&b.0))?.1;
    let mut met: Vec<f64> = cell
        .iter()
        .flat_map(|ring| sides(ring))
        .filter_map(|side| at_height(side, y))
        .collect();
    met.sort_by(f64::total_cmp);
    let span = met.chunks(2).filter_map(|pair| match pair {
        [from, to] => Some((to - from, f64::midpoint(*from, *to))),
        _ => None,
    });
    Some((span.max_by(|a, b| a.0.total_cmp(&b.0))?.1, y))
}

/// Where a side meets a height that no corner has.
fn at_height((a, b): Segment, y: f64) -> Option<f64> {
    let (low, high) = (f64::from(a.lat), f64::from(b.lat));
    if (low > y) == (high > y) {
        return None;
    }
    Some(f64::from(a.lon) + (f64::from(b.lon) - f64::from(a.lon)) * (y - low) / (high - low))
}

fn covers(border: &Border, (x, y): (f64, f64)) -> bool {
    border
        .sides()
        .filter_map(|side| at_height(side, y))
        .filter(|met| *met < x)
        .count()
        % 2
        == 1
}
