//! Laying a corner onto another one, or onto a side: how a border comes to meet what runs beside it.

use std::collections::BTreeSet;

use super::{
    Coverage, Refusal,
    segment::{NEAR, Segment, beside, distance, same},
    trace,
};
use crate::model::{Place, border::Border};

impl Coverage {
    /// Lays a corner onto another one, or onto a side, which has it too from then on. What then runs there and back falls away: a line slides
    /// along the border on which it ends, and uncovered ground is closed. Refused where a part would be tied off at that place.
    pub(super) fn join(&mut self, from: Place, to: Place) -> Result<(), Refusal> {
        if self.outline.corners().any(|corner| corner == from) {
            return Err(Refusal::OuterBorder { at: from });
        }
        let corners: BTreeSet<Place> = self.borders().flat_map(Border::corners).collect();
        if !corners.contains(&from) {
            return Err(Refusal::NoCorner { at: from });
        }
        if from == to {
            return Err(Refusal::Occupied { at: to });
        }
        if !corners.contains(&to) {
            let side = self.side_under(from, to)?;
            self.put(&[(side, [to].into())].into());
        }
        let moved = |corner: Place| if corner == from { to } else { corner };
        for unit in &mut self.units {
            if !unit.border.corners().any(|corner| corner == from) {
                continue;
            }
            let sides = unit.border.sides().map(|(a, b)| (moved(a), moved(b)));
            let border = trace::dissolve(sides.filter(|(a, b)| a != b)).filter(|border| !border.0.is_empty());
            let Some(border) = border else {
                return Err(Refusal::Folded {
                    name: unit.name.clone(),
                    at: to,
                });
            };
            let (was, is) = (&unit.border, &border);
            if is.0.len() != was.0.len() || is.rings().count() > was.rings().count() {
                return Err(Refusal::TiedOff {
                    name: unit.name.clone(),
                    at: to,
                });
            }
            unit.border = border;
        }
        self.void = self.uncovered().ok_or_else(|| Refusal::Folded {
            name: "空白处".to_owned(),
            at: to,
        })?;
        Ok(())
    }

    /// The side that a place lies on, other than those of the corner that is laid there.
    fn side_under(&self, from: Place, at: Place) -> Result<Segment, Refusal> {
        if self
            .borders()
            .flat_map(Border::corners)
            .any(|corner| same(corner, at))
        {
            return Err(Refusal::Occupied { at });
        }
        self.sides()
            .into_iter()
            .filter(|side| side.0 != from && side.1 != from && beside(at, *side, NEAR))
            .min_by(|a, b| distance(at, *a).total_cmp(&distance(at, *b)))
            .ok_or(Refusal::NoSide { at })
    }
}

#[cfg(test)]
mod tests {
    use super::{
        super::{
            Ground, Op, same_ground,
            tests::{Random, assert_coverage, lattice, unit},
        },
        *,
    };
    use crate::model::border::tests::{at, rectangle};

    fn join(from: Place, to: Place) -> Op {
        Op::Join { from, to }
    }

    /// Two beside each other, with a corner in the middle of their border, below a third.
    fn three() -> Coverage {
        let ground = Ground {
            outline: Some(rectangle(0, 0, 2_000, 2_000)),
            units: vec![
                unit("001", rectangle(0, 0, 1_000, 1_000)),
                unit("002", rectangle(1_000, 0, 2_000, 1_000)),
                unit("003", rectangle(0, 1_000, 2_000, 2_000)),
            ],
            bare: Vec::new(),
        };
        let insert = Op::Insert {
            a: at(1_000, 0),
            b: at(1_000, 1_000),
            at: MIDDLE,
        };
        Coverage::new(&ground).apply(&insert).unwrap()
    }

    const MIDDLE: Place = Place { lon: 1_000, lat: 500 };

    fn has(coverage: &Coverage, code: &str, corner: Place) -> bool {
        let border = &coverage.unit(code).unwrap().border;
        border.corners().any(|one| one == corner)
    }

    #[test]
    fn a_line_slides_along_the_side_that_it_is_laid_on() {
        let begun = three();
        let to = at(1_500, 1_000);
        let slid = begun.apply(&join(MIDDLE, to)).unwrap();
        for code in ["001", "002", "003"] {
            assert!(has(&slid, code, to), "{code}");
        }
        // Where the three met only two do now.
        let met = at(1_000, 1_000);
        assert!(has(&slid, "001", met) && has(&slid, "003", met) && !has(&slid, "002", met));
        assert!(slid.unit("001").unwrap().border.contains(at(1_300, 900)));
        assert_coverage(&slid, &mut Random(1), "slid");
        // A place beside the side by the rounding of a unit is on it.
        let beside = begun.apply(&join(MIDDLE, at(1_500, 1_001))).unwrap();
        assert!(has(&beside, "003", at(1_500, 1_001)));
        assert_coverage(&beside, &mut Random(1), "beside");
    }

    #[test]
    fn a_corner_that_is_laid_on_the_next_one_is_one_with_it() {
        let begun = three();
        let one = begun.apply(&join(MIDDLE, at(1_000, 1_000))).unwrap();
        for code in ["001", "002", "003"] {
            let border = |of: &Coverage| of.unit(code).unwrap().border.clone();
            assert!(same_ground(&border(&one), &border(&begun)), "{code}");
            assert!(!has(&one, code, MIDDLE), "{code}");
        }
        assert_coverage(&one, &mut Random(1), "one");
    }

    #[test]
    fn what_would_tie_a_part_off_or_lies_on_nothing_is_refused_in_words() {
        let begun = three();
        let refused = |from, to| begun.apply(&join(from, to)).unwrap_err();
        let west = refused(MIDDLE, at(0, 500));
        assert!(matches!(&west, Refusal::TiedOff { name, at } if name == "第001网格" && at.lon == 0));
        assert!(west.to_string().contains("第001网格") && west.place().is_some());
        assert!(matches!(refused(MIDDLE, at(700, 700)), Refusal::NoSide { .. }));
        assert!(matches!(refused(MIDDLE, at(1, 1)), Refusal::Occupied { .. }));
        assert!(matches!(
            refused(at(1_000, 0), MIDDLE),
            Refusal::OuterBorder { .. }
        ));
        assert!(matches!(refused(at(5, 5), MIDDLE), Refusal::NoCorner { .. }));
    }

    #[test]
    fn uncovered_ground_is_closed_where_a_corner_is_laid_across_it() {
        let ground = Ground {
            outline: Some(rectangle(0, 0, 2_000, 1_000)),
            units: vec![
                unit("001", rectangle(0, 0, 900, 1_000)),
                unit("002", rectangle(1_000, 0, 2_000, 1_000)),
            ],
            bare: Vec::new(),
        };
        let insert = Op::Insert {
            a: at(900, 0),
            b: at(900, 1_000),
            at: at(900, 500),
        };
        let begun = Coverage::new(&ground).apply(&insert).unwrap();
        assert_eq!(begun.gaps().len(), 1);
        let closed = begun.apply(&join(at(900, 500), at(1_000, 500))).unwrap();
        assert_eq!(closed.gaps().len(), 2);
        assert!(has(&closed, "001", at(1_000, 500)) && has(&closed, "002", at(1_000, 500)));
        assert_coverage(&closed, &mut Random(1), "closed");
    }

    #[test]
    fn whatever_is_laid_onto_whatever_the_ground_stays_covered_once() {
        let mut laid = 0;
        for seed in 1..=20 {
            let mut random = Random(seed * 0x9E37_79B9);
            let mut coverage = Coverage::new(&lattice(&mut random, 3, 3));
            for step in 0..30 {
                let count = i32::try_from(coverage.units().len()).unwrap();
                let part = &coverage.units()[random.below(count) as usize];
                let ring = part.border.0[0][0].clone();
                let corner = |number: usize| ring[number % ring.len()];
                let here = random.below(i32::try_from(ring.len()).unwrap()) as usize;
                // The side after the next corner, or one far away.
                let far = here + [1, 2, 7][random.below(3) as usize];
                let (a, b) = (corner(far), corner(far + 1));
                let part = f64::from(random.below(11)) / 10.0;
                let between = |a: i32, b: i32| a + (f64::from(b - a) * part).round() as i32;
                let to = at(between(a.lon, b.lon), between(a.lat, b.lat));
                if let Ok(next) = coverage.apply(&join(corner(here), to)) {
                    assert_coverage(&next, &mut random, &format!("{seed}, {step}"));
                    coverage = next;
                    laid += 1;
                }
            }
        }
        assert!(laid > 20, "{laid}");
    }
}
