//! Sixteen who ask at once, each again as soon as there is an answer, with their access tokens in hand: the pillar's own call and the bare
//! SQL of the same in turns. Prints one JSON object: 95th percentiles in ms.

use std::{error::Error, sync::Arc, time::Instant};

use accounts::server::session;
use db::{Cx, House, access::Request};
use grid::server::tiles::Tile;
use reports::{
    model::{Filter, MatterId},
    server::{
        figures, list,
        reading::{self, Asked, PublicAsked, Way},
        search::Query,
        tiles,
    },
};
use serde::Deserialize;
use serde_json::json;
use shared::{Actor, Cursor, Permission, Timestamp, scope::PathRange};

use crate::{Outcome, bare};

const CALLERS: usize = 16;
const STATES: [&str; 4] = ["handling", "answered", "reported", "accepted"];
const KINDS: [&str; 3] = ["problem", "complaint", "question"];
const CATEGORIES: [&str; 4] = ["parking", "noise", "hygiene", "facility"];
/// Two words each, of what is published.
const WORDS: [&str; 8] = [
    "路灯 不亮",
    "车位 被占",
    "电梯 坏了",
    "东门 下水道",
    "楼道 太脏",
    "水管 漏水",
    "充电桩 不够用",
    "幼儿园 减速带",
];
/// Of tiles: from where a town is seen whole to where a street is.
const LEVELS: [u32; 3] = [12, 13, 14];

#[derive(Deserialize)]
struct Viewers {
    staff: Vec<Viewer>,
    towns: Vec<Viewer>,
}

#[derive(Deserialize)]
struct Viewer {
    code: String,
    token: String,
}

/// One thing that somebody asks for.
#[derive(Clone)]
enum Thing {
    Work(Filter),
    Box(Tile),
    Public {
        node: String,
        category: String,
        q: String,
        from: String,
    },
    Figures {
        code: String,
        year: i64,
        path: String,
    },
}

/// Somebody who asks, and what for.
struct Caller {
    cx: Cx,
    things: Vec<Thing>,
}

pub async fn ask(house: &House, viewers: &str, case: &str, runs: usize, rounds: usize) -> Outcome {
    let viewers: Viewers = serde_json::from_str(&std::fs::read_to_string(viewers)?)?;
    let mut callers = Vec::new();
    for number in 0..CALLERS {
        callers.push(Arc::new(caller(house, &viewers, case, number).await?));
    }
    // What is compiled, planned and read at the first request is not what is measured; both give the same rows.
    let mut rows = 0;
    for caller in &callers {
        for thing in &caller.things {
            let (store, sql) = (
                by_store(&caller.cx, thing).await?,
                by_sql(&caller.cx, thing).await?,
            );
            let alike = matches!(thing, Thing::Figures { .. }) || store == sql;
            if !alike {
                return Err(format!("{store} rows by the call, {sql} by the bare SQL").into());
            }
            rows += store;
        }
    }
    let (mut values, mut baseline) = (Vec::new(), Vec::new());
    for _ in 0..runs {
        values.push(
            p95(&callers, rounds, |cx, thing| async move {
                by_store(&cx, &thing).await
            })
            .await?,
        );
        baseline.push(
            p95(
                &callers,
                rounds,
                |cx, thing| async move { by_sql(&cx, &thing).await },
            )
            .await?,
        );
    }
    let things: usize = callers.iter().map(|caller| caller.things.len()).sum();
    println!(
        "{}",
        json!({ "values": values, "baseline": baseline, "rows": rows as f64 / things.max(1) as f64 })
    );
    Ok(())
}

/// The time in ms that 95 of 100 calls do not exceed.
async fn p95<F, Fut>(callers: &[Arc<Caller>], rounds: usize, call: F) -> Outcome<f64>
where
    F: Fn(Cx, Thing) -> Fut + Clone + Send + 'static,
    Fut: Future<Output = Outcome<usize>> + Send,
{
    let tasks: Vec<_> = callers
        .iter()
        .map(|caller| {
            let (caller, call) = (Arc::clone(caller), call.clone());
            tokio::spawn(async move {
                let mut times = Vec::new();
                for round in 0..rounds {
                    let thing = caller.things[round % caller.things.len()].clone();
                    let start = Instant::now();
                    call(caller.cx.clone(), thing).await?;
                    times.push(start.elapsed().as_secs_f64() * 1_000.0);
                }
                Ok::<_, Box<dyn Error + Send + Sync>>(times)
            })
        })
        .collect();
    let mut times = Vec::new();
    for task in tasks {
        times.extend(task.await??);
    }
    times.sort_by(f64::total_cmp);
    let rank = (times.len() * 95).div_ceil(100).saturating_sub(1);
    times
        .get(rank)
        .copied()
        .ok_or_else(|| "nothing was measured".into())
}

async fn actor(house: &House, token: &str) -> Outcome<Actor> {
    let visit = session::resolve(house, token).await?;
    Ok(visit.ok_or("a session has ended")?.actor)
}

fn request(house: &House, actor: Option<Actor>) -> Request {
    Request {
        house: house.clone(),
        actor: actor.map(Arc::new),
        address: None,
        trace: "crowd".into(),
    }
}

async fn caller(house: &House, viewers: &Viewers, case: &str, number: usize) -> Outcome<Caller> {
    let of = |viewers: &'_ [Viewer]| -> Outcome<(String, String)> {
        let viewer = viewers.get(number % viewers.len().max(1)).ok_or("nobody asks")?;
        Ok((viewer.code.clone(), viewer.token.clone()))
    };
    let (code, token) = of(&viewers.staff)?;
    let staff = request(house, Some(actor(house, &token).await?)).require(Permission::ReportHandle)?;
    match case {
        "staff-list" => work(staff, number).await,
        "map-box" => boxes(staff, &code).await,
        "public-list" => published(request(house, None).public(), &code, number, false).await,
        "full-text" => published(request(house, None).public(), &code, number, true).await,
        "statistics" => {
            let (code, token) = of(&viewers.towns)?;
            let actor = actor(house, &token).await?;
            let path = actor.home().map(|grant| grant.path.clone()).ok_or("no town")?;
            let cx = request(house, Some(actor)).require(Permission::ReportHandle)?;
            let year = cx.now().date().year();
            let things = [year, year - 1].map(|year| Thing::Figures {
                code: code.clone(),
                year,
                path: path.clone(),
            });
            Ok(Caller {
                cx,
                things: things.into(),
            })
        }
        _ => Err(format!("no case {case}").into()),
    }
}

/// Lists by three filters, the first page and the next.
async fn work(cx: Cx, number: usize) -> Outcome<Caller> {
    let mut things = Vec::new();
    for n in 0..6 {
        let at = number + n;
        let filter = Filter {
            state: STATES[at % STATES.len()].into(),
            kind: KINDS[at % KINDS.len()].into(),
            category: CATEGORIES[(at / 2) % CATEGORIES.len()].into(),
            ..Filter::default()
        };
        let page = list::work(&cx, &filter).await?;
        things.push(Thing::Work(filter.clone()));
        if let Some(after) = page.rows.next {
            things.push(Thing::Work(Filter { after, ..filter }));
        }
    }
    Ok(Caller { cx, things })
}

/// Tiles over the viewer's unit, as they lie on a screen.
async fn boxes(cx: Cx, code: &str) -> Outcome<Caller> {
    let middle: (i64, i64) = {
        let mut tx = cx.read().await?;
        db::on!(tx, |c| {
            sqlx::query_as(
            "select (a.min_lon + a.max_lon) / 2, (a.min_lat + a.max_lat) / 2 from area a join node n on n.id = a.node_id \
             where n.code = $1 and n.valid_to is null and a.valid_to is null"
        )
        .bind(code)
        .fetch_one(c)
        .await
        })?
    };
    let (lon, lat) = (middle.0 as f64 / 1e7, middle.1 as f64 / 1e7);
    let mut things = Vec::new();
    for level in LEVELS {
        let many = f64::from(1_u32 << level);
        // The rule of slippy maps.
        let x = ((lon + 180.0) / 360.0 * many) as u32;
        let y = ((1.0 - lat.to_radians().tan().asinh() / std::f64::consts::PI) / 2.0 * many) as u32;
        for (east, south) in [(0, 0), (1, 0), (0, 1)] {
            let file = format!("{level}-{}-{}.mvt", x + east, y + south);
            things.push(Thing::Box(file.parse().map_err(|_| "no tile")?));
        }
    }
    Ok(Caller { cx, things })
}

/// What is published everywhere, in a town and in a community, by category or by words.
async fn published(cx: Cx, code: &str, number: usize, words: bool) -> Outcome<Caller> {
    let town = code.get(..9).unwrap_or_default();
    let mut things = Vec::new();
    for (n, node) in [String::new(), town.to_owned(), code.to_owned()]
        .into_iter()
        .enumerate()
    {
        for m in 0..2 {
            let at = number + 2 * n + m;
            let category = if words || m == 0 {
                ""
            } else {
                CATEGORIES[at % CATEGORIES.len()]
            };
            let q = if words { WORDS[at % WORDS.len()] } else { "" };
            let page = list::search(&cx, &node, category, q, "").await?;
            let thing = |from: String| Thing::Public {
                node: node.clone(),
                category: category.to_owned(),
                q: q.to_owned(),
                from,
            };
            things.push(thing(String::new()));
            if let Some(next) = page.rows.next.filter(|_| !words) {
                things.push(thing(next));
            }
        }
    }
    Ok(Caller { cx, things })
}

/// How many rows the pillar's call gives.
async fn by_store(cx: &Cx, thing: &Thing) -> Outcome<usize> {
    Ok(match thing {
        Thing::Work(filter) => list::work(cx, filter).await?.rows.rows.len(),
        // A tile says nothing of how many it has; that there is one.
        Thing::Box(tile) => {
            tiles::handled(cx, *tile, &Filter::default()).await?;
            1
        }
        Thing::Public {
            node,
            category,
            q,
            from,
        } => list::search(cx, node, category, q, from).await?.rows.rows.len(),
        Thing::Figures { code, year, .. } => {
            let wanted = figures::Wanted {
                node: code.clone(),
                period: year.to_string(),
                ..figures::Wanted::default()
            };
            figures::page(cx, &wanted).await?.areas.len()
        }
    })
}

/// How many the bare SQL gives; a page shows one less than was read, where there is another.
async fn by_sql(cx: &Cx, thing: &Thing) -> Outcome<usize> {
    match thing {
        Thing::Work(filter) => {
            let mut tx = cx.read().await?;
            let after = match filter.after.as_str() {
                "" => MatterId(uuid::Uuid::max()),
                text => MatterId(text.parse::<Cursor>().map_err(|()| "no cursor")?.id),
            };
            let asked = Asked {
                after,
                ..list::asked(cx, filter, &filter.category, tx.now())
            };
            // What one who writes the text knows: few units, or all of them.
            let way = if cx.scope.paths().iter().all(|path| path.matches('/').count() > 3) {
                Way::Places
            } else {
                Way::Walk
            };
            reading::by_index(&mut tx, way).await?;
            let which = reading::handled_by(&mut tx, &asked, way).await?;
            Ok(bare::told(&mut tx, &which).await?.min(reading::PAGE))
        }
        Thing::Box(tile) => {
            let mut tx = cx.read().await?;
            let filter = Filter::default();
            let asked = list::asked(cx, &filter, "", tx.now());
            // What one who writes the text knows: a community has few, a tile of this level has more.
            let cells =
                tile.level() > 12 || cx.scope.paths().iter().any(|path| path.matches('/').count() < 5);
            reading::by_index(&mut tx, Way::Places).await?;
            let at = tiles::Where {
                bounds: tile.bounds(0.0),
                asked,
                cells,
            };
            let found = tiles::singles(&mut tx, &at).await?.len();
            if !tiles::has_room(*tile, found) {
                tiles::together(&mut tx, &at).await?;
            }
            Ok(1)
        }
        Thing::Public {
            node,
            category,
            q,
            from,
        } => {
            let (before, after) = match from.as_str() {
                "" => (Timestamp(i64::MAX), MatterId(uuid::Uuid::max())),
                text => {
                    let cursor: Cursor = text.parse().map_err(|()| "no cursor")?;
                    (Timestamp(cursor.key.parse()?), MatterId(cursor.id))
                }
            };
            let mut tx = cx.read().await?;
            let words = Query::read(q)?;
            let way = match (node.len(), &words) {
                (12.., _) => Way::Places,
                (_, Some(_)) => Way::Words,
                _ => Way::Walk,
            };
            let asked = PublicAsked {
                here: PathRange::below(&path_of(node)),
                category,
                state: "",
                kind: "",
                before,
                after,
                words,
            };
            reading::by_index(&mut tx, way).await?;
            let which = reading::published_by(&mut tx, &asked, way).await?;
            Ok(bare::published_told(&mut tx, &which).await?.min(reading::PAGE))
        }
        Thing::Figures { path, year, .. } => bare::figures(cx, path, year * 12, year * 12 + 11).await,
    }
}

/// The path of a unit that lies where its code says: `329901001001` is `32/3299/329901/329901001/329901001001/`.
fn path_of(code: &str) -> String {
    [2, 4, 6, 9, 12]
        .into_iter()
        .filter_map(|digits| code.get(..digits))
        .map(|code| format!("{code}/"))
        .collect()
}
