//! The history answers any date: whatever was drawn, approved and put into effect, what is stored for each day is what held on it.

use std::collections::BTreeMap;

use super::*;
use crate::{
    model::coverage::{
        check::check,
        differences,
        tests::{Random, lattice, part_way},
    },
    server::{import::stored_border, scene::Scene, sight::Sight},
};

const SEEDS: u64 = 20;
/// On each of these days somebody may draw; the last two are for what was approved ahead.
const DAYS: i64 = 6;
const STREET: &str = "320581001";

/// A community with random grids, and what was drawn there, as it is remembered.
struct Community {
    code: String,
    random: Random,
    /// From which day on which borders hold.
    states: Vec<(Date, Vec<Unit>)>,
    /// Approved ahead of its day.
    waits: Option<(Date, Vec<Unit>)>,
    /// New grids so far.
    fresh: u32,
}

impl Community {
    fn new(seed: u64) -> Self {
        Self {
            code: format!("{STREET}{:03}", 100 + seed),
            random: Random(seed * 0x9E37_79B9),
            states: Vec::new(),
            waits: None,
            fresh: 0,
        }
    }

    /// Its map: grids with crooked sides, beside those of the other communities.
    fn map(&mut self, seed: u64) -> Vec<String> {
        let ground = lattice(&mut self.random, 2, 2);
        let east = i32::try_from(seed).unwrap() * 200_000;
        let ring = |border: &Border| {
            let places: Vec<Place> = border.corners().collect();
            places.into_iter().map(move |place| Place {
                lon: place.lon + east,
                ..place
            })
        };
        let mut features = vec![feature(&self.code, "社区", ring(&ground.outline.unwrap()))];
        for unit in &ground.units {
            let code = format!("{}{}", self.code, unit.code);
            features.push(feature(&code, &unit.name, ring(&unit.border)));
        }
        features
    }

    fn pick<T: Clone>(&mut self, list: &[T]) -> Option<T> {
        let count = i32::try_from(list.len()).ok().filter(|count| *count > 0)?;
        list.get(usize::try_from(self.random.below(count)).ok()?).cloned()
    }

    /// Something that somebody might do, sensible or not.
    fn something(&mut self, now: &Coverage) -> Option<Op> {
        let unit = self.pick(now.units())?;
        let ring: Vec<Place> = unit.border.corners().collect();
        let sides: Vec<(Place, Place)> = unit.border.sides().collect();
        let (corner, opposite, side) = (self.pick(&ring)?, self.pick(&ring)?, self.pick(&sides)?);
        let mut near = |lon: i32, lat: i32, reach: i32| Place {
            lon: lon + self.random.below(2 * reach) - reach,
            lat: lat + self.random.below(2 * reach) - reach,
        };
        let moved = near(corner.lon, corner.lat, 8_000);
        let bent = near(
            i32::midpoint(side.0.lon, side.1.lon),
            i32::midpoint(side.0.lat, side.1.lat),
            2_000,
        );
        let neighbours: Vec<String> = now
            .neighbours(&unit.code)
            .into_iter()
            .map(|unit| unit.code.clone())
            .collect();
        let line = vec![corner, opposite];
        // Around the corner, over whatever meets there.
        let [west, south, east, north] = [(); 4].map(|()| 2_000 + self.random.below(6_000));
        let by = |lon: i32, lat: i32| Place {
            lon: corner.lon + lon,
            lat: corner.lat + lat,
        };
        let drawn = vec![by(-west, 0), by(0, -south), by(east, 0), by(0, north)];
        // The next corner, or a place on the side after it.
        let after = |corner: Place| sides.iter().find(|side| side.0 == corner).map(|side| side.1);
        let next = after(corner)?;
        let onward = part_way((next, after(next)?), (self.random.below(11) - 4).max(0));
        Some(match self.random.below(11) {
            0..=2 => Op::Move {
                from: corner,
                to: moved,
            },
            3 => Op::Insert {
                a: side.0,
                b: side.1,
                at: bent,
            },
            4 => {
                self.fresh += 1;
                let new = format!("{}{:03}", self.code, 100 + self.fresh);
                Op::Split {
                    left: named(&unit.code, ""),
                    right: named(&new, "新设网格"),
                    code: unit.code,
                    line,
                }
            }
            5 => Op::Give {
                to: self.pick(&neighbours)?,
                code: unit.code,
                line,
            },
            6..=7 => Op::Join {
                from: corner,
                to: onward,
            },
            8 => Op::Remove { at: corner },
            9 => {
                self.fresh += 1;
                let new = format!("{}{:03}", self.code, 100 + self.fresh);
                Op::Draw {
                    unit: named(&new, "新设网格"),
                    ring: drawn,
                }
            }
            _ => Op::Merge {
                into: self.pick(&neighbours)?,
                code: unit.code,
            },
        })
    }

    /// A few steps that can be done and change something, with what they lead to.
    fn drawn(&mut self, begun: &Coverage) -> (Vec<Op>, Coverage) {
        let (mut ops, mut now) = (Vec::new(), begun.clone());
        let wanted = 1 + usize::try_from(self.random.below(2)).unwrap();
        for _ in 0..80 {
            let Some(op) = self.something(&now) else { continue };
            if let Ok(next) = now.apply(&op) {
                now = next;
                ops.push(op);
            }
            let told = differences(begun.units(), now.units(), now.ended());
            if ops.len() >= wanted && !told.is_empty() {
                break;
            }
        }
        (ops, now)
    }

    /// Draws, and has it approved, for today or a day ahead. What was done, by kind.
    async fn change(&mut self, author: &Cx, approver: &Cx) -> Result<Vec<String>, AppError> {
        let today = author.now().date();
        let unit = code(&self.code);
        let begun = {
            let mut tx = author.read().await?;
            let node = nodes::by_code(&mut tx, &unit).await?.ok_or(AppError::NotFound)?;
            Coverage::new(&ground::now(&mut tx, node.id).await?.0.ground)
        };
        assert!(!begun.was_tidied(), "{}: what is stored is a coverage", self.code);
        let (ops, led_to) = self.drawn(&begun);
        if differences(begun.units(), led_to.units(), led_to.ended()).is_empty() {
            return Ok(Vec::new());
        }
        let kinds = ops
            .iter()
            .map(|op| format!("{op:?}").split(' ').next().unwrap_or_default().to_owned())
            .collect();
        let on = today.plus_days(i64::from(self.random.below(5)).saturating_sub(2).max(0));
        let done = ops.len();
        let saved = save(author, &unit, None, ops, done).await?;
        let proposal = Proposal::read("随机", "", &on.to_string(), today)?;
        propose(author, saved.id, saved.version, &proposal).await?;
        approve(approver, saved.id, saved.version + 1, "").await?;
        let state = (on, led_to.units().to_vec());
        if on > today {
            self.waits = Some(state);
        } else {
            self.states.push(state);
        }
        Ok(kinds)
    }

    /// What held on a day.
    fn on(&self, day: Date) -> &[Unit] {
        let state = self.states.iter().rev().find(|(from, _)| *from <= day);
        state.map_or(&[], |(_, units)| units.as_slice())
    }
}

#[tokio::test]
async fn every_day_of_every_history_is_answered_as_it_was() {
    on_both(|t| async move {
        let mut places: Vec<Community> = (1..=SEEDS).map(Community::new).collect();
        let mut divisions = format!(
            "code,name,level,parent_code\n32,江苏省,province,\n3205,苏州市,city,32\n320581,常熟市,district,3205\n{STREET},虞山街道,street,320581\n"
        );
        let mut features = Vec::new();
        for (seed, place) in (1..).zip(&mut places) {
            divisions.push_str(&format!("{0},社区{seed},community,{STREET}\n", place.code));
            features.extend(place.map(seed));
        }
        let plan = orgs::server::import::plan(&t.cx, divisions.as_bytes()).await?;
        orgs::server::import::apply(&t.cx, plan).await?;
        import(&t, collection(&features)).await?;
        let first = t.cx.now().date();
        for place in &mut places {
            let mut tx = t.cx.read().await?;
            let node = nodes::by_code(&mut tx, &code(&place.code)).await?.unwrap();
            let begun = Coverage::new(&ground::now(&mut tx, node.id).await?.0.ground);
            assert_eq!((begun.units().len(), begun.faults().len()), (4, 0));
            place.states.push((first, begun.units().to_vec()));
        }
        let author = holder(&t, "13900000001", Role::Staff, STREET).await?;
        let approver = holder(&t, "13900000002", Role::Secretary, STREET).await?;
        let (author, approver) = (
            author.require(Permission::MapPropose)?,
            approver.require(Permission::MapApprove)?,
        );

        let mut done: BTreeMap<String, usize> = BTreeMap::new();
        let mut ahead = 0;
        for day in 0..DAYS {
            t.clock.advance(Timestamp::DAY);
            let today = t.cx.now().date();
            ahead += put_due(&t.cx).await?;
            for place in &mut places {
                let due = place.waits.take_if(|(from, _)| *from <= today);
                place.states.extend(due);
                // Who draws while another draft waits is told so; sometimes nobody does.
                let rests = place.waits.is_some() || place.random.below(4) == 0;
                if rests || day >= DAYS - 2 {
                    continue;
                }
                for kind in place.change(&author, &approver).await? {
                    *done.entry(kind).or_default() += 1;
                }
            }
        }
        for kind in [
            "Move", "Insert", "Split", "Give", "Merge", "Join", "Remove", "Draw",
        ] {
            assert!(done.contains_key(kind), "{kind}: {done:?}");
        }
        assert!(ahead > 3, "{ahead} took effect by themselves");
        assert!(places.iter().all(|place| place.waits.is_none()));

        let today = t.cx.now().date();
        let sight = Sight {
            reviewed: None,
            scope: Scope::everything(),
        };
        for place in &places {
            for day in (0..=DAYS).map(|days| first.plus_days(days)) {
                let told = format!("{} on {day}", place.code);
                let mut tx = t.cx.read().await?;
                let on = (day < today).then_some(day);
                let scene = Scene::of(&mut tx, &sight, &code(&place.code), on).await?;
                let outline = stored_border(&scene.whole.as_ref().unwrap().geometry)?;
                let mut stored = BTreeMap::new();
                for shown in &scene.shown {
                    stored.insert(shown.code.to_string(), stored_border(&shown.geometry)?);
                }
                let expected = place.on(day);
                assert_eq!(
                    stored.keys().collect::<Vec<_>>(),
                    expected.iter().map(|unit| &unit.code).collect::<Vec<_>>(),
                    "{told}"
                );
                for unit in expected {
                    assert!(same_ground(&stored[&unit.code], &unit.border), "{told}: {}", unit.code);
                }
                // From scratch: each place of the community is in one grid.
                let parts: Vec<(&str, &Border)> = stored
                    .iter()
                    .map(|(code, border)| (code.as_str(), border))
                    .collect();
                assert_eq!(check(&outline, &parts, 5), [], "{told}");
            }
        }
        TestResult::Ok(())
    })
    .await;
}
