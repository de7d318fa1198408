//! What can be told of something that is not drawn to the end yet.

use super::{
    Coverage, Named, Op, Refusal,
    cut::{readable, segments},
    segment::{NEAR, distance},
};
use crate::model::Place;

impl Coverage {
    /// What is wrong with a line so far along which a part is to be cut. That it does not come through yet is nothing wrong: only what
    /// further points would not mend is told.
    ///
    /// It may begin and end beyond the outline, for it cuts only what lies within; in between it has to stay there.
    pub fn line_so_far(&self, code: &str, line: &[Place]) -> Option<Refusal> {
        let line = match readable(line, 2, false) {
            Ok(line) => line,
            Err(Refusal::TooShort) => return None,
            Err(refusal) => return Some(refusal),
        };
        let mut next = self.clone();
        let laid = match next.lay(&line, false) {
            Ok(laid) => laid,
            Err(refusal) => return Some(refusal),
        };
        let mut onward = segments(&laid, false)
            .into_iter()
            .skip_while(|piece| next.runs_beyond(*piece))
            .skip_while(|piece| !next.runs_beyond(*piece));
        if let Some((at, _)) = onward.next()
            && onward.any(|piece| !next.runs_beyond(piece))
        {
            return Some(Refusal::Outside { at });
        }
        let refusal = next.cut(&next.unit(code)?.border, &laid).err()?;
        matches!(refusal, Refusal::TooManyPieces { .. }).then_some(refusal)
    }

    /// What is wrong with the corners so far of a part that is being drawn: what it would be if it were closed now, and of one or two
    /// whether they lie beyond the outline.
    pub fn ring_so_far(&self, ring: &[Place]) -> Option<Refusal> {
        if ring.len() > 2 {
            let unit = Named {
                // No part bears it.
                code: String::new(),
                name: "新".to_owned(),
            };
            let ring = ring.to_vec();
            return self.apply(&Op::Draw { unit, ring }).err();
        }
        if self.outline.0.is_empty() {
            return None;
        }
        // What has snapped onto a side lies beside it by the rounding of a unit.
        let within = |at: Place| {
            self.outline.contains(at) || self.outline.sides().any(|side| distance(at, side) <= NEAR)
        };
        let beyond = ring.iter().copied().find(|at| !within(*at))?;
        Some(Refusal::Outside { at: beyond })
    }
}

#[cfg(test)]
mod tests {
    use super::{
        super::{
            Ground,
            tests::{Random, lattice, named, unit},
        },
        *,
    };
    use crate::model::border::{
        Border,
        tests::{at, rectangle},
    };

    /// One part around a bay that is open to the north, between two arms.
    fn bay() -> Coverage {
        let around = Border(vec![vec![vec![
            at(0, 0),
            at(3_000, 0),
            at(3_000, 2_000),
            at(2_000, 2_000),
            at(2_000, 1_000),
            at(1_000, 1_000),
            at(1_000, 2_000),
            at(0, 2_000),
        ]]]);
        Coverage::new(&Ground {
            outline: Some(around.clone()),
            units: vec![unit("001", around)],
            bare: Vec::new(),
        })
    }

    fn split(coverage: &Coverage, line: &[Place]) -> Result<Coverage, Refusal> {
        coverage.apply(&Op::Split {
            code: "001".to_owned(),
            line: line.to_vec(),
            left: named("001"),
            right: named("009"),
        })
    }

    #[test]
    fn a_line_may_overshoot_but_not_leave_the_outline_in_between() {
        let bay = bay();
        let west = [at(-50, 1_500), at(500, 1_600), at(1_050, 1_500)];
        for so_far in 0..=west.len() {
            assert_eq!(bay.line_so_far("001", &west[..so_far]), None, "{so_far}");
        }
        assert!(split(&bay, &west).is_ok(), "both ends are beyond the outline");
        let left = Some(Refusal::Outside { at: at(1_000, 1_500) });
        let across = [at(500, 1_500), at(1_500, 1_500), at(2_500, 1_500), at(2_500, -50)];
        assert_eq!(bay.line_so_far("001", &across[..2]), None);
        assert_eq!(bay.line_so_far("001", &across[..3]), left);
        assert_eq!(bay.line_so_far("001", &across), left);
        // In one go.
        let straight = [at(-50, 1_500), at(3_050, 1_500)];
        assert_eq!(bay.line_so_far("001", &straight), left);
        // Along the outline, and by a unit beside it.
        let along = [at(500, 500), at(1_000, 1_000), at(2_000, 999), at(2_500, -50)];
        assert_eq!(bay.line_so_far("001", &along), None);
    }

    #[test]
    fn a_line_that_crosses_itself_or_cuts_too_often_is_told_at_once_and_an_unfinished_one_is_not() {
        let coverage = Coverage::new(&Ground {
            outline: Some(rectangle(0, 0, 2_000, 1_000)),
            units: vec![
                unit("001", rectangle(0, 0, 1_000, 1_000)),
                unit("002", rectangle(1_000, 0, 2_000, 1_000)),
            ],
            bare: Vec::new(),
        });
        let tie = [at(100, 100), at(800, 800), at(800, 100), at(100, 800)];
        for so_far in 0..tie.len() {
            assert_eq!(coverage.line_so_far("001", &tie[..so_far]), None, "{so_far}");
        }
        let crossed = coverage.line_so_far("001", &tie);
        assert!(
            matches!(crossed, Some(Refusal::CrossesItself { .. })),
            "{crossed:?}"
        );
        // Turning round in the neighbour's ground.
        let zigzag = [at(-10, 200), at(1_010, 300), at(1_010, 600), at(-10, 700)];
        assert_eq!(coverage.line_so_far("001", &zigzag[..3]), None);
        let cut = coverage.line_so_far("001", &zigzag);
        assert_eq!(cut, Some(Refusal::TooManyPieces { count: 3 }));
        // A press twice at one place, and a line beside the part.
        let (twice, beside) = ([at(500, 500), at(500, 501)], [at(1_500, 100), at(1_800, 500)]);
        assert_eq!(coverage.line_so_far("001", &twice), None);
        assert_eq!(coverage.line_so_far("001", &beside), None);
    }

    #[test]
    fn corners_of_a_new_part_are_told_when_they_lie_beyond_and_as_if_closed_from_three_on() {
        let bay = bay();
        assert_eq!(bay.ring_so_far(&[]), None);
        let first = at(1_500, 1_500);
        assert_eq!(bay.ring_so_far(&[first]), Some(Refusal::Outside { at: first }));
        // On a side, and beside one by a unit.
        assert_eq!(bay.ring_so_far(&[at(1_000, 1_500), at(1_001, 1_600)]), None);
        let around = [at(500, 800), at(500, 300), at(2_500, 300), at(2_500, 1_500)];
        for so_far in 0..around.len() {
            assert_eq!(bay.ring_so_far(&around[..so_far]), None, "{so_far}");
        }
        let closed = bay.ring_so_far(&around);
        assert!(matches!(closed, Some(Refusal::Outside { .. })), "{closed:?}");
        // A further point mends what closing it too early would have taken in.
        let mended: Vec<Place> = around.into_iter().chain([at(2_400, 900)]).collect();
        assert_eq!(bay.ring_so_far(&mended), None);
    }

    #[test]
    fn what_is_told_of_a_line_so_far_is_refused_at_its_end() {
        let mut told = 0;
        for seed in 1..=20 {
            let mut random = Random(seed * 0x9E37_79B9);
            let coverage = Coverage::new(&lattice(&mut random, 2, 2));
            let bounds = coverage.outline().bounds().unwrap();
            let (wide, high) = (bounds.max.lon - bounds.min.lon, bounds.max.lat - bounds.min.lat);
            for _ in 0..10 {
                let mut somewhere = || {
                    at(
                        bounds.min.lon + random.below(wide),
                        bounds.min.lat + random.below(high),
                    )
                };
                let line: Vec<Place> = (0..6).map(|_| somewhere()).collect();
                let early = (2..line.len()).find_map(|so_far| coverage.line_so_far("001", &line[..so_far]));
                if let Some(early) = early {
                    let end = split(&coverage, &line);
                    assert!(end.is_err(), "seed {seed}: {early:?}, {line:?}");
                    told += 1;
                }
            }
        }
        assert!(told > 20, "{told}");
    }
}
