//! How long it takes to find which of 500 rules gets a matter. `cargo xtask bench routing` runs it; it prints one JSON object, times in µs.

use std::{error::Error, hint::black_box, time::Instant};

use reports::model::{Facts, Incoming, Kind, Routing, RoutingId, first};
use shared::Role;

const RULES: usize = 500;
/// Of one measurement.
const TIMES: u32 = 2_000;
const UNITS: [&str; 4] = [
    "32/3205/",
    "32/3205/320581/",
    "32/3205/320581/320581001/",
    "32/3205/320581/320581001/320581001001/",
];
const CATEGORIES: [&str; 8] = [
    "safety",
    "parking",
    "noise",
    "space",
    "hygiene",
    "facility",
    "dispute",
    "community",
];
const SAID: [&str; 6] = ["电梯", "燃气", "井盖", "广场舞", "飞线充电", "消防通道"];

/// Rules of a deployment's units, each looking at something else; the last takes all.
fn rules() -> Vec<Routing> {
    let rule = |n: usize| Routing {
        id: RoutingId(uuid::Uuid::from_u128(n as u128 + 1)),
        path: UNITS[n % UNITS.len()].to_owned(),
        position: n as i64,
        facts: Facts {
            category: (!n.is_multiple_of(3)).then(|| CATEGORIES[n / 3 % CATEGORIES.len()].to_owned()),
            kind: n.is_multiple_of(5).then_some(Kind::Complaint),
            hours: n.is_multiple_of(4).then_some((22, 6)),
            contains: SAID
                .iter()
                .skip(n % 4)
                .take(3)
                .map(|said| (*said).to_owned())
                .collect(),
            unit: None,
            role: Role::GridWorker,
            person: None,
        },
    };
    let mut rules: Vec<Routing> = (0..RULES).map(rule).collect();
    if let Some(last) = rules.last_mut() {
        UNITS[0].clone_into(&mut last.path);
        last.facts.category = None;
        last.facts.kind = None;
        last.facts.hours = None;
        last.facts.contains.clear();
    }
    rules
}

fn main() -> Result<(), Box<dyn Error>> {
    let rules = rules();
    let words = "小区北门进来第二个路口两边都停满了车，公交车转不过弯，早上送孩子上学的电动车只能逆行，希望有人来管一管。".repeat(8);
    let matter = Incoming {
        kind: Kind::Problem,
        category: "parking",
        path: "32/3205/320581/320581001/320581001001/320581001001003/",
        hour: 14,
        words: &words,
        spoken: false,
    };
    let found = first(&rules, &matter).ok_or("no rule matches")?;
    if found.path != UNITS[0] {
        return Err("another rule than the last one matches".into());
    }
    let mut times = Vec::new();
    for _ in 0..9 {
        let start = Instant::now();
        for _ in 0..TIMES {
            black_box(first(black_box(&rules), black_box(&matter)));
        }
        times.push(start.elapsed().as_secs_f64() * 1e6 / f64::from(TIMES));
    }
    println!("{}", serde_json::json!({ "times": times, "rules": rules.len() }));
    Ok(())
}
