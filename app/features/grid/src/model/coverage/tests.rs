use super::{
    check::{Wrong, check},
    *,
};
use crate::model::border::tests::{at, rectangle};

/// Numbers that are the same in every run: a xorshift.
pub struct Random(pub u64);

impl Random {
    pub fn below(&mut self, most: i32) -> i32 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        ((self.0 >> 11) % u64::from(most.unsigned_abs())) as i32
    }

    fn between(&mut self, from: i32, to: i32) -> i32 {
        from + self.below(to - from + 1)
    }
}

/// A unit's side in units: 400 m.
const SIDE: i32 = 40_000;
const WEST: i32 = 1_207_000_000;
const SOUTH: i32 = 316_000_000;

pub fn unit(code: &str, border: Border) -> Unit {
    Unit {
        code: code.to_owned(),
        name: format!("第{code}网格"),
        border,
        from: None,
    }
}

pub fn named(code: &str) -> Named {
    Named {
        code: code.to_owned(),
        name: format!("第{code}网格"),
    }
}

/// So many by so many parts with crooked sides between them, and a straight outline.
pub fn lattice(random: &mut Random, across: i32, up: i32) -> Ground {
    let mut bent = std::collections::HashMap::new();
    let mut corner = |x: i32, y: i32| {
        *bent.entry((x, y)).or_insert_with(|| {
            // Corners on the outline stay on it; the quarter steps between corners are crooked too.
            let by = SIDE / 10;
            let (mut dx, mut dy) = (random.between(-by, by), random.between(-by, by));
            if x == 0 || x == 4 * across {
                dx = 0;
            }
            if y == 0 || y == 4 * up {
                dy = 0;
            }
            at(WEST + x * SIDE / 4 + dx, SOUTH + y * SIDE / 4 + dy)
        })
    };
    let mut units = Vec::new();
    for row in 0..up {
        for column in 0..across {
            let (x, y) = (4 * column, 4 * row);
            let mut ring = Vec::new();
            ring.extend((0..4).map(|i| corner(x + i, y)));
            ring.extend((0..4).map(|i| corner(x + 4, y + i)));
            ring.extend((0..4).map(|i| corner(x + 4 - i, y + 4)));
            ring.extend((0..4).map(|i| corner(x, y + 4 - i)));
            units.push(unit(
                &format!("{:03}", row * across + column + 1),
                Border(vec![vec![ring]]),
            ));
        }
    }
    Ground {
        outline: Some(rectangle(WEST, SOUTH, WEST + across * SIDE, SOUTH + up * SIDE)),
        units,
        bare: Vec::new(),
    }
}

/// From scratch, and by asking of random places who has them.
pub fn assert_coverage(coverage: &Coverage, random: &mut Random, told: &str) {
    let parts: Vec<(&str, &Border)> = coverage
        .units()
        .iter()
        .map(|unit| (unit.code.as_str(), &unit.border))
        .collect();
    let faults: Vec<_> = check(coverage.outline(), &parts, 10)
        .into_iter()
        .filter(|fault| fault.kind != Wrong::Gap)
        .collect();
    assert!(faults.is_empty(), "{told}: {faults:?}");
    let gaps = Border(coverage.gaps().to_vec());
    let bounds = coverage.outline().bounds().unwrap();
    for _ in 0..20 {
        let place = at(
            random.between(bounds.min.lon, bounds.max.lon),
            random.between(bounds.min.lat, bounds.max.lat),
        );
        let on_a_side = parts.iter().any(|(_, border)| {
            border
                .sides()
                .any(|(a, b)| crate::model::border::on_side(place, a, b))
        });
        if on_a_side || !coverage.outline().contains(place) {
            continue;
        }
        let owners = parts.iter().filter(|(_, border)| border.contains(place)).count();
        let free = usize::from(!gaps.0.is_empty() && gaps.contains(place));
        assert_eq!(owners + free, 1, "{told}: {place:?}");
    }
    let sum: f64 = parts
        .iter()
        .map(|(_, border)| area::square_metres(border))
        .sum::<f64>()
        + if gaps.0.is_empty() {
            0.0
        } else {
            area::square_metres(&gaps)
        };
    let whole = area::square_metres(coverage.outline());
    assert!((sum / whole - 1.0).abs() < 1e-6, "{told}: {sum} of {whole}");
}

fn some<'a, T>(random: &mut Random, list: &'a [T]) -> Option<&'a T> {
    if list.is_empty() {
        return None;
    }
    list.get(random.below(i32::try_from(list.len()).unwrap()) as usize)
}

#[test]
fn a_proof_from_scratch_finds_what_is_wrong_and_nothing_else() {
    let ground = lattice(&mut Random(17), 4, 3);
    let outline = ground.outline.unwrap();
    let kinds = |units: &[Unit]| {
        let parts: Vec<(&str, &Border)> = units
            .iter()
            .map(|unit| (unit.code.as_str(), &unit.border))
            .collect();
        let mut kinds: Vec<Wrong> = check(&outline, &parts, 50)
            .iter()
            .map(|fault| fault.kind)
            .collect();
        kinds.dedup();
        kinds
    };
    // The outline has four corners, its parts have more along it.
    assert_eq!(kinds(&ground.units), []);
    assert_eq!(kinds(&ground.units[1..]), [Wrong::Gap]);
    let mut twice = ground.units.clone();
    twice.push(unit("099", ground.units[5].border.clone()));
    assert!(kinds(&twice).contains(&Wrong::Overlap));
    let mut bent = ground.units.clone();
    bent[5].border.0[0][0][6].lon += SIDE / 20;
    assert!(!kinds(&bent).is_empty());
    let mut beyond = ground.units.clone();
    beyond[0].border.0[0][0][0].lat -= SIDE;
    assert!(kinds(&beyond).contains(&Wrong::Outside));
}

/// A place so many tenths along a side, in whole units.
pub fn part_way((a, b): Segment, tenths: i32) -> Place {
    let between = |a: i32, b: i32| a + (f64::from(b - a) * f64::from(tenths) / 10.0).round() as i32;
    at(between(a.lon, b.lon), between(a.lat, b.lat))
}

/// What is done with uncovered ground: a neighbour has it, or it is a part of its own.
fn covering(random: &mut Random, coverage: &Coverage, new: &Named) -> Option<Op> {
    let gap = some(random, coverage.gaps())?.clone();
    let around = coverage.around_gap(&gap);
    let at = inside_of(&Border(vec![gap]))?;
    if random.below(2) == 0 {
        let into = some(random, &around)?.code.clone();
        return Some(Op::Fill { at, into });
    }
    let unit = coverage.bare().first().unwrap_or(new).clone();
    Some(Op::Found { at, unit })
}

/// Something that somebody might do, sensible or not.
fn something(random: &mut Random, coverage: &Coverage, fresh: &mut u32) -> Op {
    let unit = some(random, coverage.units()).unwrap().clone();
    let ring = unit.border.0[0][0].clone();
    let corner = *some(random, &ring).unwrap();
    let reach = SIDE / 2;
    let mut near = |place: Place| {
        at(
            place.lon + random.between(-reach, reach),
            place.lat + random.between(-reach, reach),
        )
    };
    let (moved, first, second) = (near(corner), near(corner), near(corner));
    let line: Vec<Place> = vec![first, near(corner), second];
    let drawn: Vec<Place> = (0..4).map(|_| near(corner)).collect();
    *fresh += 1;
    let new = named(&format!("{}", 900 + *fresh));
    let neighbours = coverage.neighbours(&unit.code);
    let other = some(random, &neighbours).map_or_else(|| unit.code.clone(), |unit| unit.code.clone());
    let opposite = *some(random, &ring).unwrap();
    let sides: Vec<Segment> = unit.border.sides().collect();
    let side = *some(random, &sides).unwrap();
    // Not at once, so that other things are done beside uncovered ground.
    if random.below(8) == 0
        && let Some(op) = covering(random, coverage, &new)
    {
        return op;
    }
    match random.below(12) {
        0..=1 => Op::Move {
            from: corner,
            to: moved,
        },
        2 => Op::Insert {
            a: side.0,
            b: side.1,
            at: moved,
        },
        3 => Op::Remove { at: corner },
        // From corner to corner, as a finger that snaps draws it, and anyhow.
        4 => Op::Split {
            code: unit.code.clone(),
            line: vec![corner, opposite],
            left: named(&unit.code),
            right: new,
        },
        5 => Op::Split {
            code: unit.code.clone(),
            line,
            left: new,
            right: named(&unit.code),
        },
        6 => Op::Give {
            code: unit.code.clone(),
            line: vec![corner, opposite],
            to: other,
        },
        7 => Op::Merge {
            code: unit.code.clone(),
            into: other,
        },
        // Onto the next corner, or the side after it, or one far away.
        8..=9 => {
            let here = ring.iter().position(|one| *one == corner).unwrap();
            let far = here + [1, 1, 2, 7][random.below(4) as usize];
            let onto = (ring[far % ring.len()], ring[(far + 1) % ring.len()]);
            Op::Join {
                from: corner,
                to: part_way(onto, (random.below(11) - 4).max(0)),
            }
        }
        // A corner that was moved elsewhere, in all parts that have it.
        10 => {
            let shift = Op::Move {
                from: corner,
                to: part_way((corner, moved), 3),
            };
            let Ok(elsewhere) = coverage.apply(&shift) else {
                return shift;
            };
            let changed = |unit: &&Unit| coverage.unit(&unit.code) != Some(*unit);
            Op::Put {
                units: elsewhere.units().iter().filter(changed).cloned().collect(),
            }
        }
        _ => Op::Draw {
            unit: new,
            ring: drawn,
        },
    }
}

#[test]
fn after_any_sequence_of_edits_the_parts_are_a_coverage() {
    let mut done = BTreeMap::<String, usize>::new();
    for seed in 1..=40 {
        let mut random = Random(seed * 0x9E37_79B9);
        let mut ground = lattice(&mut random, 3, 3);
        // Every other time one of them has no border yet.
        if seed % 2 == 0 {
            let gone = ground.units.remove(random.below(9) as usize);
            ground.bare.push(named(&gone.code));
        }
        let mut coverage = Coverage::new(&ground);
        assert!(!coverage.was_tidied() && coverage.gaps().len() == ground.bare.len());
        let mut fresh = 0;
        for step in 0..40 {
            let op = something(&mut random, &coverage, &mut fresh);
            if let Ok(next) = coverage.apply(&op) {
                assert_coverage(&next, &mut random, &format!("seed {seed}, step {step}, {op:?}"));
                let kind = format!("{op:?}").split(' ').next().unwrap_or_default().to_owned();
                *done.entry(kind).or_default() += 1;
                coverage = next;
            }
        }
        // What is stored and read again is the same coverage.
        let again = Coverage::new(&Ground {
            outline: ground.outline.clone(),
            units: coverage.units().to_vec(),
            bare: Vec::new(),
        });
        assert!(!again.was_tidied(), "seed {seed}");
        for (one, other) in coverage.units().iter().zip(again.units()) {
            assert_eq!(one.code, other.code);
            assert!(
                same_ground(&one.border, &other.border),
                "seed {seed}, {}",
                one.code
            );
        }
    }
    // Each kind was not only tried but done.
    for kind in [
        "Move", "Insert", "Remove", "Split", "Give", "Merge", "Draw", "Join", "Fill", "Found", "Put",
    ] {
        assert!(done.get(kind).is_some_and(|times| *times > 2), "{kind}: {done:?}");
    }
}

/// Two parts side by side, the border between them with a corner in the middle.
fn pair() -> Coverage {
    let west = Border(vec![vec![vec![
        at(0, 0),
        at(1_000, 0),
        at(1_000, 500),
        at(1_000, 1_000),
        at(0, 1_000),
    ]]]);
    let east = Border(vec![vec![vec![
        at(1_000, 0),
        at(2_000, 0),
        at(2_000, 1_000),
        at(1_000, 1_000),
        at(1_000, 500),
    ]]]);
    Coverage::new(&Ground {
        outline: Some(rectangle(0, 0, 2_000, 1_000)),
        units: vec![unit("001", west), unit("002", east)],
        bare: vec![named("003")],
    })
}

#[test]
fn a_shared_border_moves_in_both() {
    let moved = pair()
        .apply(&Op::Move {
            from: at(1_000, 500),
            to: at(1_200, 400),
        })
        .unwrap();
    for code in ["001", "002"] {
        assert!(
            moved
                .unit(code)
                .unwrap()
                .border
                .corners()
                .any(|corner| corner == at(1_200, 400))
        );
        assert!(
            !moved
                .unit(code)
                .unwrap()
                .border
                .corners()
                .any(|corner| corner == at(1_000, 500))
        );
    }
    let told = differences(pair().units(), moved.units(), moved.ended());
    assert_eq!(
        told.iter().map(|one| one.code.as_str()).collect::<Vec<_>>(),
        ["001", "002"]
    );
}

#[test]
fn what_would_break_the_coverage_is_refused_and_says_why() {
    let pair = pair();
    let shift = |to| {
        pair.apply(&Op::Move {
            from: at(1_000, 500),
            to,
        })
    };
    assert!(matches!(shift(at(2_500, 500)), Err(Refusal::Outside { .. })));
    assert!(matches!(shift(at(1_000, 0)), Err(Refusal::Occupied { .. })));
    let outer = pair.apply(&Op::Move {
        from: at(0, 0),
        to: at(10, 10),
    });
    assert!(matches!(outer, Err(Refusal::OuterBorder { .. })));
    let junction = pair.apply(&Op::Remove { at: at(1_000, 0) });
    assert!(matches!(junction, Err(Refusal::OuterBorder { .. })));
    let gone = pair.apply(&Op::Move {
        from: at(5, 5),
        to: at(6, 6),
    });
    assert!(matches!(gone, Err(Refusal::NoCorner { .. })));
    assert!(pair.apply(&Op::Remove { at: at(1_000, 500) }).is_ok());
    // Over a third part's ground.
    let mut random = Random(3);
    let many = Coverage::new(&lattice(&mut random, 3, 1));
    let shared = many.unit("001").unwrap().border.corners().find(|corner| {
        corner.lat > SOUTH
            && corner.lat < SOUTH + SIDE
            && many
                .unit("002")
                .unwrap()
                .border
                .corners()
                .any(|other| other == *corner)
    });
    let over = many.apply(&Op::Move {
        from: shared.unwrap(),
        to: at(WEST + 5 * SIDE / 2, SOUTH + SIDE / 2),
    });
    assert!(
        matches!(over, Err(Refusal::Overlap { .. } | Refusal::Folded { .. })),
        "{over:?}"
    );
}

#[test]
fn a_split_keeps_one_half_or_none_and_a_merge_ends_one() {
    let line = vec![at(-10, 250), at(1_010, 260)];
    let split = |left: &str, right: &str| {
        pair().apply(&Op::Split {
            code: "001".into(),
            line: line.clone(),
            left: named(left),
            right: named(right),
        })
    };
    let kept = split("001", "010").unwrap();
    assert_eq!(kept.units().len(), 3);
    assert_eq!(kept.unit("010").unwrap().from.as_deref(), Some("001"));
    assert!(kept.ended().is_empty());
    // Left of the way east lies the north.
    assert!(kept.unit("001").unwrap().border.contains(at(500, 900)));
    // The neighbour has the corner where the line meets the shared border.
    assert!(kept.unit("002").unwrap().border.corners().count() > 5);

    let both = split("010", "011").unwrap();
    assert_eq!(both.ended().get("001"), Some(&Ended::SplitUp));
    let joined = both
        .apply(&Op::Merge {
            code: "010".into(),
            into: "002".into(),
        })
        .unwrap();
    assert_eq!(
        joined.ended().get("001"),
        Some(&Ended::SplitUp),
        "011 is still there"
    );
    let all = joined
        .apply(&Op::Merge {
            code: "011".into(),
            into: "002".into(),
        })
        .unwrap();
    assert_eq!(all.ended().get("001"), Some(&Ended::Into("002".into())));
    assert_eq!(all.units().len(), 1);

    assert!(matches!(split("001", "002"), Err(Refusal::CodeTaken { .. })));
    let merged = pair()
        .apply(&Op::Merge {
            code: "001".into(),
            into: "002".into(),
        })
        .unwrap();
    assert!(same_ground(
        &merged.unit("002").unwrap().border,
        &rectangle(0, 0, 2_000, 1_000)
    ));
    assert_eq!(merged.ended().get("001"), Some(&Ended::Into("002".into())));
    assert!(matches!(
        merged.apply(&Op::Draw {
            unit: named("001"),
            ring: vec![at(1, 1), at(50, 1), at(50, 50)]
        }),
        Err(Refusal::CodeTaken { .. })
    ));
}

#[test]
fn a_piece_goes_to_the_neighbour_it_borders_on() {
    let given = pair()
        .apply(&Op::Give {
            code: "001".into(),
            line: vec![at(900, -5), at(900, 1_005)],
            to: "002".into(),
        })
        .unwrap();
    assert!(given.unit("002").unwrap().border.contains(at(950, 500)));
    assert!(given.ended().is_empty() && given.units().len() == 2);
}

#[test]
fn broken_shapes_are_refused_in_words() {
    let pair = pair();
    let draw = |ring: Vec<Place>| {
        pair.apply(&Op::Draw {
            unit: named("009"),
            ring,
        })
    };
    // A line, there and back too.
    assert_eq!(draw(vec![at(10, 10), at(500, 500)]), Err(Refusal::NoArea));
    assert!(matches!(
        draw(vec![at(10, 10), at(500, 500), at(250, 250)]),
        Err(Refusal::NoArea | Refusal::CrossesItself { .. })
    ));
    // Across the outline.
    let across = draw(vec![at(500, 500), at(2_500, 500), at(2_500, 800)]);
    assert!(matches!(across, Err(Refusal::Outside { .. })), "{across:?}");
    // Outside altogether.
    let beyond = draw(vec![at(5_000, 0), at(5_500, 0), at(5_500, 800)]);
    assert!(matches!(beyond, Err(Refusal::Outside { .. })));
    // A hundred thousand corners are counted, not reckoned with.
    let many: Vec<Place> = (0..100_000).map(|i| at(i % 1_000, i / 1_000)).collect();
    assert_eq!(
        draw(many.clone()),
        Err(Refusal::TooManyCorners { count: 100_000 })
    );
    let cut = Op::Split {
        code: "001".into(),
        line: many,
        left: named("001"),
        right: named("009"),
    };
    assert_eq!(pair.apply(&cut), Err(Refusal::TooManyCorners { count: 100_000 }));
    // A bow tie.
    let bow = draw(vec![at(100, 100), at(800, 800), at(800, 100), at(100, 800)]);
    assert!(matches!(bow, Err(Refusal::CrossesItself { .. })));
    // All of a part.
    assert!(matches!(
        draw(vec![at(0, 0), at(1_000, 0), at(1_000, 1_000), at(0, 1_000)]),
        Err(Refusal::Covers { .. })
    ));
    // A split that ends inside, or misses.
    let split = |line: Vec<Place>| {
        pair.apply(&Op::Split {
            code: "001".into(),
            line,
            left: named("001"),
            right: named("009"),
        })
    };
    assert_eq!(split(vec![at(0, 500), at(500, 500)]), Err(Refusal::NotThrough));
    assert_eq!(
        split(vec![at(1_500, 100), at(1_800, 500)]),
        Err(Refusal::BesideThePart)
    );
    assert_eq!(split(vec![at(1, 1)]), Err(Refusal::TooShort));
    let zigzag = split(vec![at(-10, 200), at(1_010, 300), at(1_010, 600), at(-10, 700)]);
    assert_eq!(zigzag, Err(Refusal::TooManyPieces { count: 3 }));
}

#[test]
fn a_drawn_part_takes_from_all_below_it_and_an_island_leaves_a_hole() {
    let drawn = pair()
        .apply(&Op::Draw {
            unit: named("003"),
            ring: vec![at(800, 200), at(1_200, 200), at(1_200, 800), at(800, 800)],
        })
        .unwrap();
    assert!(drawn.bare().is_empty(), "the part that had no border has one now");
    assert_eq!(drawn.units().len(), 3);
    let island = pair()
        .apply(&Op::Draw {
            unit: named("004"),
            ring: vec![at(200, 200), at(400, 200), at(400, 400), at(200, 400)],
        })
        .unwrap();
    assert_eq!(island.unit("001").unwrap().border.0[0].len(), 2);
    assert_eq!(island.unit("004").unwrap().from.as_deref(), Some("001"));
    let mut random = Random(5);
    assert_coverage(&drawn, &mut random, "drawn");
    assert_coverage(&island, &mut random, "island");
}

#[test]
fn uncovered_ground_is_told_and_given_away() {
    let ground = Ground {
        outline: Some(rectangle(0, 0, 2_000, 1_000)),
        units: vec![unit("001", rectangle(0, 0, 1_000, 1_000))],
        bare: Vec::new(),
    };
    let half = Coverage::new(&ground);
    assert_eq!(
        half.faults().iter().map(|fault| fault.kind).collect::<Vec<_>>(),
        [Wrong::Gap]
    );
    let filled = half
        .apply(&Op::Fill {
            at: at(1_500, 500),
            into: "001".into(),
        })
        .unwrap();
    assert!(filled.faults().is_empty());
    let founded = half
        .apply(&Op::Found {
            at: at(1_500, 500),
            unit: named("002"),
        })
        .unwrap();
    assert!(founded.faults().is_empty() && founded.units().len() == 2);
    assert_eq!(
        half.apply(&Op::Fill {
            at: at(500, 500),
            into: "001".into()
        }),
        Err(Refusal::NoGap)
    );
    // A unit without any part is one gap.
    let empty = Coverage::new(&Ground {
        units: Vec::new(),
        ..ground
    });
    assert_eq!(empty.gaps().len(), 1);
}

#[test]
fn borders_that_cross_are_put_in_order() {
    let ground = Ground {
        outline: Some(rectangle(0, 0, 2_000, 1_000)),
        units: vec![
            unit(
                "001",
                Border(vec![vec![vec![
                    at(0, 0),
                    at(1_050, 0),
                    at(980, 1_000),
                    at(0, 1_000),
                ]]]),
            ),
            unit(
                "002",
                Border(vec![vec![vec![
                    at(980, 0),
                    at(2_030, 0),
                    at(2_000, 1_000),
                    at(1_040, 1_000),
                ]]]),
            ),
        ],
        bare: Vec::new(),
    };
    let coverage = Coverage::new(&ground);
    assert!(coverage.was_tidied());
    let mut random = Random(11);
    assert_coverage(&coverage, &mut random, "tidied");
    assert_eq!(coverage.units().len(), 2);
    assert!(
        coverage.unit("001").unwrap().border.contains(at(1_000, 300)),
        "the first keeps what both had"
    );
}

#[test]
fn borders_of_elsewhere_are_taken_if_they_keep_the_ground() {
    let moved = pair()
        .apply(&Op::Move {
            from: at(1_000, 500),
            to: at(1_200, 400),
        })
        .unwrap();
    let put = Op::Put {
        units: moved.units().to_vec(),
    };
    let again = pair().apply(&put).unwrap();
    assert!(same_ground(
        &again.unit("001").unwrap().border,
        &moved.unit("001").unwrap().border
    ));
    let one = Op::Put {
        units: vec![moved.unit("001").unwrap().clone()],
    };
    assert_eq!(pair().apply(&one), Err(Refusal::OtherGround));
    // A hundred thousand corners are counted, not reckoned with.
    let ring: Vec<Place> = (0..100_000).map(|i| at(i % 1_000, i / 1_000)).collect();
    let many = Op::Put {
        units: vec![unit("001", Border(vec![vec![ring]]))],
    };
    let refused = pair().apply(&many);
    assert_eq!(refused, Err(Refusal::TooLarge { count: 100_000 }));
    assert!(refused.unwrap_err().to_string().contains("100000 个点"));
}

#[test]
fn what_is_done_travels_as_text() {
    let op = Op::Split {
        code: "1".into(),
        line: vec![at(1, 2), at(3, 4)],
        left: named("1"),
        right: named("2"),
    };
    let text = serde_json::to_string(&op).unwrap();
    assert!(text.starts_with("{\"op\":\"split\""), "{text}");
    assert_eq!(serde_json::from_str::<Op>(&text).unwrap(), op);
    assert_eq!(
        serde_json::to_string(&rectangle(0, 0, 1, 1)).unwrap(),
        "[[[[0,0],[1,0],[1,1],[0,1]]]]"
    );
}
