//! The demonstration's accounts: one for each role, at places of 常熟市.

use db::Cx;
use shared::{AppError, Role};

use crate::{
    model::{DemoAccount, Phone},
    server::{
        account, basis, factor, residency,
        role::{self, NewGrant},
    },
};

/// The second factor of the demonstration's administrators; its code is shown on the page in demo mode only.
pub const FACTOR_SECRET: &str = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";

struct Invented {
    role: Role,
    name: &'static str,
    phone: &'static str,
    node: &'static str,
    place: &'static str,
}

const fn invented(
    role: Role,
    name: &'static str,
    phone: &'static str,
    node: &'static str,
    place: &'static str,
) -> Invented {
    Invented {
        role,
        name,
        phone,
        node,
        place,
    }
}

const CITY: &str = "3205";
const DISTRICT: &str = "320581";
const STREET: &str = "320581001";
const COMMUNITY: &str = "320581001001";
const GRID: &str = "320581001001001";

const PEOPLE: &[Invented] = &[
    invented(
        Role::Resident,
        "演示·陈阿婆",
        "13900000001",
        GRID,
        "花园浜社区第一网格",
    ),
    invented(
        Role::GroupLead,
        "演示·季春生",
        "13900000002",
        GRID,
        "花园浜社区第一网格",
    ),
    invented(
        Role::GridWorker,
        "演示·汤小禾",
        "13900000003",
        GRID,
        "花园浜社区第一网格",
    ),
    invented(
        Role::GridLead,
        "演示·许念真",
        "13900000004",
        GRID,
        "花园浜社区第一网格",
    ),
    invented(Role::Staff, "演示·邵一凡", "13900000005", COMMUNITY, "花园浜社区"),
    invented(
        Role::Secretary,
        "演示·沈知行",
        "13900000006",
        COMMUNITY,
        "花园浜社区",
    ),
    invented(Role::TownAdmin, "演示·孙亦安", "13900000007", STREET, "虞山街道"),
    invented(
        Role::DistrictAdmin,
        "演示·陆清和",
        "13900000008",
        DISTRICT,
        "常熟市",
    ),
    invented(Role::CityAdmin, "演示·方远山", "13900000009", CITY, "苏州市"),
    invented(
        Role::Supervisor,
        "演示·龚守正",
        "13900000010",
        COMMUNITY,
        "花园浜社区",
    ),
    invented(
        Role::OwnersCommittee,
        "演示·郭怀谷",
        "13900000011",
        COMMUNITY,
        "花园浜社区",
    ),
    invented(Role::Mediation, "演示·严和平", "13900000012", STREET, "虞山街道"),
    invented(
        Role::Property,
        "演示·蒋自立",
        "13900000013",
        COMMUNITY,
        "花园浜社区",
    ),
    invented(
        Role::SocialOrg,
        "演示·叶向阳",
        "13900000014",
        COMMUNITY,
        "花园浜社区",
    ),
    invented(Role::SystemAdmin, "演示·钟维", "13900000015", DISTRICT, "常熟市"),
    invented(
        Role::SecurityAdmin,
        "演示·安守",
        "13900000016",
        DISTRICT,
        "常熟市",
    ),
    invented(Role::Auditor, "演示·鉴明", "13900000017", DISTRICT, "常熟市"),
];

/// Somebody who registered and waits for the grid worker.
const WAITING: Invented = invented(
    Role::Resident,
    "演示·新居民",
    "13900000018",
    GRID,
    "花园浜社区第一网格（待核实）",
);

fn shown(person: &Invented) -> DemoAccount {
    DemoAccount {
        role: person.role,
        name: person.name.into(),
        phone: person.phone.into(),
        place: person.place.into(),
    }
}

/// The accounts, in the order of the roles; the last one is a resident who is not confirmed yet.
pub fn accounts() -> Vec<DemoAccount> {
    PEOPLE
        .iter()
        .chain(std::iter::once(&WAITING))
        .map(shown)
        .collect()
}

/// Makes the accounts that are not there yet. Where no grids are loaded, residents and grid workers stand at the community.
///
/// # Errors
/// [`AppError::Invalid`] if the divisions of the demonstration are not loaded.
pub async fn load(cx: &Cx) -> Result<(), AppError> {
    for person in PEOPLE {
        add(cx, person, true).await?;
    }
    add(cx, &WAITING, false).await
}

async fn add(cx: &Cx, person: &Invented, confirmed: bool) -> Result<(), AppError> {
    let phone = Phone::parse("phone", person.phone)?;
    let mut tx = cx.write().await?;
    if account::by_phone(&mut tx, cx.keys(), &phone).await?.is_some() {
        return Ok(());
    }
    let place = match role::place_by_code(&mut tx, person.node).await? {
        Some(place) => Some(place),
        None if person.node == GRID => role::place_by_code(&mut tx, COMMUNITY).await?,
        None => None,
    };
    let missing = || {
        AppError::invalid(
            "node",
            format!("没有代码为 {} 的机构，请先载入演示区划。", person.node),
        )
    };
    let place = place.ok_or_else(missing)?;
    let user = account::insert(&mut tx, cx.keys(), person.name, Some(&phone)).await?;
    for kind in crate::model::DataKind::REGISTRATION {
        basis::give(&mut tx, user, *kind, None).await?;
    }
    if person.role == Role::Resident {
        if confirmed {
            residency::insert_confirmed(&mut tx, cx, user, &place, "3 幢 2 单元 501 室").await?;
        } else if place.code == GRID {
            residency::declare(&mut tx, cx, user, place.id, "5 幢 1 单元 302 室").await?;
        }
    } else {
        let from = tx.now().date();
        let grant = NewGrant {
            user,
            role: person.role,
            node: place.id,
            from,
            to: None,
            delegation: None,
        };
        role::give(&mut tx, cx.keys(), grant, None).await?;
    }
    if person.role.needs_second_factor() {
        factor::put(&mut tx, cx.keys(), user, FACTOR_SECRET).await?;
    }
    tx.commit().await?;
    Ok(())
}
