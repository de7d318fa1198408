//! The pillar's part of the demonstration: points in the twelve communities of 虞山街道, made up. Numbers are public lines.

use std::collections::HashMap;

use db::{Cx, on};
use grid::model::Place;
use orgs::{model::Code, server::store as units};
use shared::AppError;

use crate::{
    model::{Access, Checked, Kind},
    server,
};

const STREET: &str = "320581001";
const COMMUNITIES: usize = 12;

struct Invented {
    kind: Kind,
    name: &'static str,
    /// From the middle of the grid, in metres east and north: near enough to stay inside.
    off: (i32, i32),
    hours: &'static str,
    phone: &'static str,
    access: &'static [Access],
    note: &'static str,
}

const fn invented(kind: Kind, name: &'static str, off: (i32, i32), hours: &'static str) -> Invented {
    Invented {
        kind,
        name,
        off,
        hours,
        phone: "",
        access: &[],
        note: "",
    }
}

const CENTRE: Invented = Invented {
    phone: "12345",
    access: &[Access::Ramp, Access::Toilet],
    note: "一楼窗口可以办事，二楼可以借场地。演示。",
    ..invented(Kind::Centre, "党群服务中心", (0, 0), "每天 8:30—20:30")
};
const HEALTH: Invented = Invented {
    phone: "12320",
    access: &[Access::Ramp],
    ..invented(Kind::Health, "卫生服务站", (30, 10), "每天 8:00—17:00")
};
const MEALS: Invented = Invented {
    phone: "12345",
    access: &[Access::Ramp],
    note: "走不动的老人可以送餐上门。演示。",
    ..invented(
        Kind::Meals,
        "老年助餐点",
        (-25, 15),
        "午餐 10:45—12:30，晚餐 16:45—18:00",
    )
};

/// What each community has in its first grid, and what every grid has.
const COMMUNITY: [Invented; 5] = [
    CENTRE,
    HEALTH,
    MEALS,
    invented(Kind::PartyHome, "党员中心户", (10, -25), "晚上和周末"),
    invented(Kind::Venue, "百姓戏台", (-10, -30), "每天 6:00—21:00"),
];
const GRID: [Invented; 3] = [
    invented(Kind::Charger, "电动自行车充电棚", (20, 25), "全天"),
    invented(Kind::Hydrant, "室外消火栓", (-20, -15), ""),
    invented(Kind::Camera, "路口监控", (15, -10), ""),
];

/// Loads it, unless there are points already.
///
/// # Errors
/// What the database answers.
pub async fn load(cx: &Cx, places: &HashMap<String, (i64, i64)>) -> Result<(), AppError> {
    let mut tx = cx.write().await?;
    let any: i64 = on!(tx, |c| sqlx::query_scalar("select count(*) from poi")
        .fetch_one(c)
        .await)?;
    if any > 0 {
        return Ok(());
    }
    for n in 1..=COMMUNITIES {
        let code: Code = format!("{STREET}{n:03}")
            .parse()
            .map_err(|_| AppError::NotFound)?;
        let Some(community) = units::by_code(&mut tx, &code).await? else {
            continue;
        };
        let short = community
            .name
            .trim_end_matches("居委会")
            .trim_end_matches("社区")
            .to_owned();
        let grids = units::parts(&mut tx, community.id).await?;
        for (at, grid) in grids.iter().enumerate() {
            let Some((lon, lat)) = places.get(grid.code.as_str()) else {
                continue;
            };
            let own: &[Invented] = if at == 0 { &COMMUNITY } else { &[] };
            for one in own.iter().chain(&GRID) {
                let point = point(one, &short, at, (*lon, *lat));
                server::insert(&mut tx, grid.id, &point, None).await?;
            }
        }
    }
    tx.commit().await?;
    Ok(())
}

fn point(one: &Invented, short: &str, grid: usize, (lon, lat): (i64, i64)) -> Checked {
    // In units of 1e-7 degrees; a degree of longitude is shorter up here.
    let (east, north) = (i64::from(one.off.0) * 106, i64::from(one.off.1) * 90);
    let whose = if GRID.iter().any(|each| each.kind == one.kind) {
        format!("{short}第 {} 网格", grid + 1)
    } else {
        short.to_owned()
    };
    Checked {
        kind: one.kind,
        name: format!("{whose}{}", one.name),
        place: Place {
            lon: i32::try_from(lon + east).unwrap_or_default(),
            lat: i32::try_from(lat + north).unwrap_or_default(),
        },
        address: String::new(),
        hours: one.hours.to_owned(),
        phone: one.phone.to_owned(),
        access: one.access.to_vec(),
        note: one.note.to_owned(),
    }
}
