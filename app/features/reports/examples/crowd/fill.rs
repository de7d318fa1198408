//! Matters of a year, spread over every grid, with lives from a seed as those of the demonstration, and texts of their own.

use std::collections::BTreeMap;

use accounts::server::account;
use db::{Cx, House, counter, execute, on};
use grid::model::Place;
use reports::{
    demo::{
        lives::{self, Life},
        random::Random,
    },
    model::{Action, By, MatterId, Origin, StepId, built_in},
    server::{
        bulk::{self, More, Taken, Whole},
        figures,
    },
};
use serde_json::json;
use shared::{NodeId, Role, Timestamp, UserId};

use crate::{Outcome, people::somebody, system};

const SEED: u64 = 0x6372_6f77_6400_0031;
/// Matters of one transaction.
const CHUNK: usize = 10_000;
const RESIDENTS: usize = 2_000;
/// Numbers of those who ask begin here: no resident has one.
const VIEWERS: usize = 50_000_000;

const WHERE: [&str; 24] = [
    "东门",
    "西门",
    "南门",
    "北门",
    "中心花园",
    "地下车库",
    "幼儿园旁",
    "菜场口",
    "三幢前",
    "五幢后",
    "八幢边",
    "十二幢楼下",
    "物业旁",
    "公交站边",
    "河边",
    "学校门口",
    "凉亭边",
    "快递柜旁",
    "健身场",
    "岗亭边",
    "临街店面前",
    "垃圾房旁",
    "二号楼道",
    "连廊下",
];
const WHAT: [&str; 40] = [
    "路灯",
    "电梯",
    "垃圾桶",
    "车位",
    "充电桩",
    "健身器材",
    "井盖",
    "围墙",
    "消防通道",
    "单元门",
    "楼道",
    "绿化带",
    "监控",
    "水管",
    "电线",
    "雨篷",
    "信箱",
    "石凳",
    "门禁",
    "下水道",
    "空调外机",
    "广告牌",
    "花坛",
    "路面",
    "斑马线",
    "停车棚",
    "排风机",
    "音响",
    "油烟",
    "装修",
    "台阶",
    "扶手",
    "窨井",
    "树枝",
    "积水",
    "护栏",
    "道闸",
    "减速带",
    "公告栏",
    "灯箱",
];
const HOW: [&str; 20] = [
    "不亮",
    "坏了",
    "被占",
    "太脏",
    "漏水",
    "堵塞",
    "松动",
    "生锈",
    "倾斜",
    "有异味",
    "没人管",
    "太吵",
    "开裂",
    "不通",
    "老化",
    "停用",
    "缺失",
    "损坏",
    "不够用",
    "要更换",
];

const GRIDS: &str = "select n.id, n.name, c.id, c.code, s.id, s.code, d.code, a.min_lon, a.min_lat, a.max_lon, a.max_lat from node n \
    join node c on c.id = n.parent_id join node s on s.id = c.parent_id join node d on d.id = s.parent_id \
    join area a on a.node_id = n.id and a.valid_to is null where n.kind = 'grid' and n.valid_to is null order by n.code";

#[derive(sqlx::FromRow)]
struct Row(
    NodeId,
    String,
    NodeId,
    String,
    NodeId,
    String,
    String,
    i64,
    i64,
    i64,
    i64,
);

/// A grid, and what it is part of.
struct Grid {
    id: NodeId,
    name: String,
    community: NodeId,
    street: NodeId,
    /// West, south, east, north.
    bounds: [i64; 4],
}

/// Fills the database, and prints who may ask for what it holds.
pub async fn fill(house: &House, matters: usize) -> Outcome {
    let cx = system(house);
    let rows: Vec<Row> = {
        let mut tx = cx.read().await?;
        on!(tx, |c| sqlx::query_as(GRIDS).fetch_all(c).await)?
    };
    let viewers = viewers(&cx, &rows).await?;
    let grids: Vec<Grid> = rows
        .into_iter()
        .map(|row| Grid {
            id: row.0,
            name: row.1,
            community: row.2,
            street: row.4,
            bounds: [row.7, row.8, row.9, row.10],
        })
        .collect();
    let residents = residents(&cx).await?;
    let mut making = Making {
        random: Random::new(SEED),
        grids: &grids,
        residents: &residents,
        labels: built_in().into_iter().map(|one| (one.code, one.label)).collect(),
        numbers: BTreeMap::new(),
    };
    let mut written = 0;
    while written < matters {
        let many = CHUNK.min(matters - written);
        let mut tx = cx.write().await?;
        let lives = lives::lives(SEED ^ written as u64, many, tx.now());
        let wholes: Vec<Whole> = lives.into_iter().map(|life| making.settle(life)).collect();
        bulk::write(&cx, &mut tx, &wholes).await?;
        tx.commit().await?;
        written += many;
        eprintln!("{written}");
    }
    let mut tx = cx.write().await?;
    for ((node, year), many) in &making.numbers {
        counter::reserve(&mut tx, "report", *node, *year, *many).await?;
    }
    tx.commit().await?;
    figures::gather(&cx).await?;
    let mut tx = cx.write().await?;
    execute!(tx, "analyze")?;
    tx.commit().await?;
    println!("{viewers}");
    Ok(())
}

async fn residents(cx: &Cx) -> Outcome<Vec<UserId>> {
    let mut tx = cx.write().await?;
    let mut residents = Vec::new();
    for _ in 0..RESIDENTS {
        residents.push(account::insert(&mut tx, cx.keys(), "某居民", None).await?);
    }
    tx.commit().await?;
    Ok(residents)
}

/// Twelve secretaries of communities, three towns and the district, who look at lists and maps; sixteen towns, which look at figures.
async fn viewers(cx: &Cx, rows: &[Row]) -> Outcome<serde_json::Value> {
    let mut communities: Vec<&str> = rows.iter().map(|row| row.3.as_str()).collect();
    communities.dedup();
    let mut towns: Vec<&str> = rows.iter().map(|row| row.5.as_str()).collect();
    towns.dedup();
    let district = rows.first().map(|row| row.6.as_str()).ok_or("no grid")?;
    let spread = |codes: &[&str], many: usize| -> Vec<String> {
        (0..many)
            .map(|n| codes[n * codes.len() / many].to_owned())
            .collect()
    };
    let mut next = VIEWERS;
    let mut tokens = async |role: Role, codes: Vec<String>| -> Outcome<Vec<serde_json::Value>> {
        let mut all = Vec::new();
        for code in codes {
            let (_, token) = somebody(cx, next, Some((role, &code))).await?;
            next += 1;
            all.push(json!({ "code": code, "token": token }));
        }
        Ok(all)
    };
    let mut staff = tokens(Role::Secretary, spread(&communities, 12)).await?;
    staff.extend(tokens(Role::TownAdmin, spread(&towns, 3)).await?);
    staff.extend(tokens(Role::DistrictAdmin, vec![district.to_owned()]).await?);
    let towns = tokens(Role::TownAdmin, spread(&towns, 16)).await?;
    Ok(json!({ "staff": staff, "towns": towns }))
}

struct Making<'a> {
    random: Random,
    grids: &'a [Grid],
    residents: &'a [UserId],
    labels: BTreeMap<String, String>,
    numbers: BTreeMap<(NodeId, i64), i64>,
}

impl Making<'_> {
    /// An id as if it had been given then.
    fn id(&mut self, at: Timestamp) -> uuid::Uuid {
        let mut bytes = [0; 10];
        for (byte, bits) in bytes.iter_mut().zip(
            [self.random.bits(), self.random.bits()]
                .map(u64::to_le_bytes)
                .as_flattened(),
        ) {
            *byte = *bits;
        }
        let millis = u64::try_from(at.0.div_euclid(1_000)).unwrap_or_default();
        uuid::Builder::from_unix_timestamp_millis(millis, &bytes).into_uuid()
    }

    /// Gives a life a place, people and a unit that has it.
    fn settle(&mut self, life: Life) -> Whole {
        let grids = self.grids;
        let grid = &grids[self.random.below(grids.len())];
        let accuses = life.kind.accuses() && life.category == "community";
        let begins = if accuses {
            (grid.street, Role::TownAdmin)
        } else {
            (grid.id, Role::GridWorker)
        };
        let carried = (grid.community, life.carried.unwrap_or(Role::Property));
        let reporter = *self.random.pick(self.residents);
        let mut holder = begins;
        let mut steps = Vec::new();
        for step in &life.steps {
            let to = match step.action {
                Action::Report => Some(begins),
                Action::Dispatch => Some(carried),
                Action::Escalate | Action::Reopen if !accuses => Some((grid.community, Role::Staff)),
                _ => None,
            };
            holder = to.unwrap_or(holder);
            steps.push(Taken {
                id: StepId(self.id(step.at)),
                action: step.action,
                state: step.state,
                by: step.by,
                user: (step.by == By::Reporter).then_some(reporter),
                at: step.at,
                to,
                days: step.days,
                door: step.door,
                rating: step.rating,
                part: None,
                words: step.words.clone(),
            });
        }
        let label = self
            .labels
            .get(life.category)
            .map_or("其他", String::as_str)
            .to_owned();
        let public_text = life.public.then(|| {
            let (place, what, how) = (
                self.random.pick(&WHERE),
                self.random.pick(&WHAT),
                self.random.pick(&HOW),
            );
            format!("居民反映{place}的{what}{how}，已经到现场看过，处理好了。")
        });
        let year = life.at.date().year();
        // As a report is numbered: a complaint by the unit above.
        let series = if accuses { begins.0 } else { grid.community };
        let number = self.numbers.entry((series, year)).or_default();
        *number += 1;
        let number = *number;
        let [west, south, east, north] = grid.bounds;
        let (lon, lat) = (self.random.between(west, east), self.random.between(south, north));
        let place = i32::try_from(lon).ok().zip(i32::try_from(lat).ok());
        Whole {
            id: MatterId(self.id(life.at)),
            code: format!("{:012x}", self.random.bits() >> 16),
            number_node: series,
            year,
            number,
            kind: life.kind,
            category: life.category,
            urgency: life.urgency,
            title: format!("{label}（{}）", grid.name),
            node: grid.id,
            place: place.map(|(lon, lat)| Place { lon, lat }),
            unit: holder.0,
            role: holder.1,
            accused: accuses.then_some(grid.community),
            origin: Origin::Account,
            reporter: Some(reporter),
            words: life.words,
            may_publish: life.may_publish,
            public_text,
            merged_into: None,
            at: life.at,
            standing: life.standing,
            steps,
            more: More::default(),
        }
    }
}
