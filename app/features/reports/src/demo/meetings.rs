//! Meetings about what came up again and again (联席会): one in each of some communities, with what came of what was promised there.

use std::collections::BTreeMap;

use db::Tx;
use orgs::model::Node;
use shared::AppError;

use crate::{
    model::{Joint, MatterId, Party, Promise, PromiseState, RECURS, State, built_in},
    server::{
        bulk::Whole,
        joint::{Past, note},
    },
};

/// Communities that held one.
const MEETINGS: usize = 4;
/// Matters that one was about, at most.
const ABOUT: usize = 6;
/// How long ago the first was held, in days, and how much later the others.
const AGO: i64 = 75;
const LATER: i64 = 15;

/// What is promised, by whom, how many days afterwards, and what came of it.
const PROMISES: [(Party, &str, &str, i64, PromiseState, &str); 3] = [
    (
        Party::Property,
        "演示·物业经理",
        "把标线和提示牌补齐，每周巡查两次。",
        20,
        PromiseState::Kept,
        "标线和提示牌都补好了，巡查记在物业的本子上。",
    ),
    (
        Party::Owners,
        "演示·业委会",
        "在业主群里说明规定，征求大家的意见。",
        25,
        PromiseState::Kept,
        "征求了意见，多数人同意。",
    ),
    (
        Party::Residents,
        "演示·居民代表",
        "劝身边的邻居照着做。",
        40,
        PromiseState::Open,
        "",
    ),
];

/// Notes them, about the matters that most came again in each.
///
/// # Errors
/// What the database answers.
pub async fn load(
    tx: &mut Tx,
    communities: &[(Node, Vec<Node>)],
    matters: &[Whole],
    codes: &[String],
) -> Result<(), AppError> {
    let today = tx.now().date();
    let labels = built_in();
    for (at, ((community, grids), code)) in communities.iter().take(MEETINGS).zip(codes).enumerate() {
        let mut groups: BTreeMap<(&str, &str), Vec<MatterId>> = BTreeMap::new();
        for matter in matters {
            let counts = !matches!(
                matter.standing.state,
                State::Refused | State::Withdrawn | State::Merged
            );
            let grid = grids.iter().find(|grid| grid.id == matter.node);
            if let (Some(grid), true, None) = (grid, counts, matter.accused) {
                let group = (grid.name.as_str(), matter.category);
                groups.entry(group).or_default().push(matter.id);
            }
        }
        let most = groups.iter().max_by_key(|(_, found)| found.len());
        let Some(((grid, category), found)) = most else {
            continue;
        };
        if i64::try_from(found.len()).unwrap_or_default() < RECURS {
            continue;
        }
        let label = labels.iter().find(|one| one.code == *category);
        let label = label.map_or("其他", |one| one.label.as_str());
        let on = today.plus_days(i64::try_from(at).unwrap_or_default() * LATER - AGO);
        let promise = |(party, who, what, days, ..): &(Party, &str, &str, i64, PromiseState, &str)| Promise {
            party: *party,
            who: (*who).to_owned(),
            what: (*what).to_owned(),
            to: None,
            due: on.plus_days(*days),
        };
        let joint = Joint {
            title: format!("{grid}的{label}"),
            on,
            place: "社区会议室".into(),
            words: format!(
                "一年里{grid}有 {} 件{label}方面的反映。大家说了各自的难处，商量了办法。（演示）",
                found.len()
            ),
            matters: Vec::new(),
            present: vec![
                (Party::Community, "演示·社区".into()),
                (Party::Owners, "演示·业委会".into()),
                (Party::Property, "演示·物业经理".into()),
                (Party::Residents, "演示·居民代表".into()),
            ],
            promises: PROMISES.iter().map(promise).enumerate().collect(),
        };
        let results: Vec<(PromiseState, &str)> = PROMISES
            .iter()
            .map(|(.., state, result)| (*state, *result))
            .collect();
        let public = format!("为{grid}的{label}开了联席会，物业补标线，业委会征求意见。（演示）");
        let about: Vec<MatterId> = found.iter().rev().take(ABOUT).copied().collect();
        let past = Past {
            code,
            node: community.id,
            joint: &joint,
            about: &about,
            results: &results,
            public: (at % 2 == 0).then_some(public.as_str()),
        };
        note(tx, &past).await?;
    }
    Ok(())
}
