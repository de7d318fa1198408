//! The pillar's part of the demonstration: 2,000 matters of a year in the twelve communities of 虞山街道, made up from a seed, named as a
//! demonstration in their words. They hang on today, so that what is late is late.
//!
//! Most lives are drawn (`lives`); what happens seldom, and what lies open with the demonstration's own people, is told one by one
//! (`scenes`). That is little and young: nobody is reminded of it while things are tried out.

mod course;
mod desk;
pub mod lives;
mod making;
mod meetings;
mod orders;
mod photos;
pub mod random;
mod scenes;
mod topics;
mod words;

use std::collections::{BTreeMap, HashMap};

use accounts::{
    model::Phone,
    server::{
        account,
        role::{self, NewGrant},
        service,
    },
};
use db::{Cx, DbError, Tx, counter, on};
use orgs::{
    model::{Code, Node},
    server::store as units,
};
use shared::{AppError, Date, NodeId, Role, UserId};

use self::{
    making::{Making, People},
    random::Random,
};
use crate::{
    model::built_in,
    server::{
        bulk::{self, Whole},
        figures,
    },
};

const SEED: u64 = 0x7265_706f_7274_3231;
const MATTERS: usize = 2_000;
const STREET: &str = "320581001";
const COMMUNITIES: usize = 12;
/// Made up for this: nobody signs in as one of them.
const RESIDENTS: usize = 40;
/// The demonstration's own resident.
const RESIDENT: &str = "13900000001";
/// For how long those have gone round who do so no more, in days.
const ROUNDS: i64 = 400;

// Who has a post today; of several the first.
const POSTS: &str = "select g.node_id, g.role, g.user_id from role_grant g where g.role <> 'resident' and g.valid_from <= $1 \
    and (g.valid_to is null or g.valid_to >= $1) order by g.created_at desc, g.id desc";

/// Where grids are, in 1e-7 degrees, by their code.
pub type Places = HashMap<String, (i64, i64)>;

/// Loads it, unless there are matters already. Needs the organisation, the grids and the accounts. Returns how many came.
///
/// # Errors
/// What the database answers.
pub async fn load(cx: &Cx, places: &Places) -> Result<usize, AppError> {
    let her = service::user_by_phone(cx, &Phone::parse("phone", RESIDENT)?).await?;
    let town = {
        let mut tx = cx.read().await?;
        let any: i64 = on!(tx, |c| sqlx::query_scalar("select count(*) from matter")
            .fetch_one(c)
            .await)?;
        if any > 0 {
            return Ok(0);
        }
        town(&mut tx).await?
    };
    let Some(town) = town else {
        return Ok(0);
    };
    // Before the transaction: each is taken in by one of its own.
    let photos = photos::receive(cx).await?;
    let mut tx = cx.write().await?;
    let people = people(cx, &mut tx, &town, her).await?;
    let now = tx.now();
    let mut making = Making {
        random: Random::new(SEED ^ 1),
        places,
        people,
        town,
        categories: built_in(),
        matters: Vec::new(),
        followers: Vec::new(),
        hangs: Vec::new(),
        phones: 0,
    };
    for life in lives::lives(SEED, MATTERS - scenes::many(), now) {
        making.settle(life);
    }
    for scene in scenes::SCENES {
        making.stage(scene, now);
    }
    making.matters.sort_by_key(|matter| matter.at);
    number(&mut tx, &mut making.matters).await?;
    desk::load(cx, &mut tx, &making.town, &making.people).await?;
    bulk::write(cx, &mut tx, &making.matters).await?;
    bulk::follow(&mut tx, &making.followers).await?;
    for (photo, shows) in &making.hangs {
        if let Some(photo) = photos.get(*photo) {
            bulk::attach(&mut tx, *photo, *shows).await?;
        }
    }
    let codes: Vec<String> = (0..COMMUNITIES).map(|_| making.code()).collect();
    meetings::load(&mut tx, &making.town.communities, &making.matters, &codes).await?;
    let (street, platform) = (making.town.street.id, making.people.platform);
    orders::load(cx, &mut tx, street, platform, &making.matters).await?;
    tx.commit().await?;
    figures::gather(cx).await?;
    Ok(making.matters.len())
}

/// Where they are.
pub struct Town {
    pub street: Node,
    pub communities: Vec<(Node, Vec<Node>)>,
}

/// Nothing without the grids of the demonstration.
async fn town(tx: &mut Tx) -> Result<Option<Town>, AppError> {
    let code = |text: &str| text.parse::<Code>().map_err(|_| AppError::NotFound);
    let Some(street) = units::by_code(tx, &code(STREET)?).await? else {
        return Ok(None);
    };
    let mut communities = Vec::new();
    for n in 1..=COMMUNITIES {
        let Some(community) = units::by_code(tx, &code(&format!("{STREET}{n:03}"))?).await? else {
            continue;
        };
        let grids = units::parts(tx, community.id).await?;
        if !grids.is_empty() {
            communities.push((community, grids));
        }
    }
    // Somebody has to have what is open.
    if communities.len() < 2 {
        return Ok(None);
    }
    Ok(Some(Town { street, communities }))
}

/// Residents, and those who went round until yesterday: who began what is told by what they were that day, and today their posts are nobody's.
async fn people(cx: &Cx, tx: &mut Tx, town: &Town, her: Option<UserId>) -> Result<People, AppError> {
    let mut residents = Vec::new();
    for number in 1..=RESIDENTS {
        let name = format!("演示·居民{number:02}");
        residents.push(account::insert(tx, cx.keys(), &name, None).await?);
    }
    let street = town.street.id;
    Ok(People {
        residents,
        her,
        patrol: went(cx, tx, street, ("演示·街道巡查员", Role::Staff)).await?,
        property: went(cx, tx, street, ("演示·物业巡查员", Role::Property)).await?,
        society: went(cx, tx, street, ("演示·公益服务社", Role::SocialOrg)).await?,
        program: tx.id(),
        platform: tx.id(),
        posts: posts(tx).await?,
    })
}

async fn went(cx: &Cx, tx: &mut Tx, node: NodeId, (name, role): (&str, Role)) -> Result<UserId, AppError> {
    let user = account::insert(tx, cx.keys(), name, None).await?;
    let today = tx.now().date();
    let grant = NewGrant {
        user,
        role,
        node,
        from: today.plus_days(-ROUNDS),
        to: Some(today.plus_days(-1)),
        delegation: None,
    };
    role::give(tx, cx.keys(), grant, None).await?;
    Ok(user)
}

async fn posts(tx: &mut Tx) -> Result<HashMap<(NodeId, Role), UserId>, DbError> {
    let today: Date = tx.now().date();
    let rows: Vec<(NodeId, String, UserId)> =
        on!(tx, |c| sqlx::query_as(POSTS).bind(today).fetch_all(c).await)?;
    let post =
        |(node, role, user): (NodeId, String, UserId)| Some(((node, role.parse::<Role>().ok()?), user));
    Ok(rows.into_iter().filter_map(post).collect())
}

/// Numbers them, the oldest first, from the counters of their communities.
async fn number(tx: &mut Tx, matters: &mut [Whole]) -> Result<(), AppError> {
    let mut counts = BTreeMap::<(NodeId, i64), i64>::new();
    for matter in &*matters {
        *counts.entry((matter.number_node, matter.year)).or_default() += 1;
    }
    let mut next = BTreeMap::new();
    for ((node, year), many) in counts {
        next.insert(
            (node, year),
            counter::reserve(tx, "report", node, year, many).await?,
        );
    }
    for matter in matters {
        if let Some(number) = next.get_mut(&(matter.number_node, matter.year)) {
            matter.number = *number;
            *number += 1;
        }
    }
    Ok(())
}
