//! The pillar's part of the demonstration: teams of the grids of twelve communities, all of them made up. Phone numbers lie in a range
//! that no operator has been given. Some grids lack somebody, and one person has two, as it is in life.

use accounts::{
    model::Phone,
    server::{role, service},
};
use db::{Cx, on};
use orgs::{
    model::{Code, Node},
    server::store,
};
use shared::{AppError, Role};

use crate::{
    model::{EntryForm, Post},
    server::entries,
};

/// As many communities as the demonstration has people in.
const COMMUNITIES: usize = people::demo::COMMUNITIES;
const STREET: &str = "320581001";
/// Beyond the numbers that the demonstration's residents have.
const FIRST_PHONE: u32 = 50_000;

const FAMILIES: [&str; 24] = [
    "顾", "钱", "陆", "沈", "徐", "周", "吴", "朱", "蒋", "邵", "季", "严", "范", "俞", "薛", "殷", "陶",
    "金", "苏", "潘", "葛", "戴", "邹", "浦",
];
const GIVEN: [&str; 20] = [
    "建明", "晓燕", "国平", "丽华", "志强", "雪芬", "永林", "佳敏", "文忠", "惠琴", "一帆", "静怡", "卫东",
    "秋萍", "海波", "美芳", "正华", "春兰", "明远", "素珍",
];

/// Loads what is not there yet. Needs the grids and the accounts.
///
/// # Errors
/// What the services answer.
pub async fn load(cx: &Cx) -> Result<(), AppError> {
    const ANY: &str = "select count(*) from team_post";
    let known: i64 = {
        let mut tx = cx.read().await?;
        on!(tx, |c| sqlx::query_scalar(ANY).fetch_one(c).await)?
    };
    if known > 0 {
        return Ok(());
    }
    let mut made = Made::default();
    for n in 1..=COMMUNITIES {
        let code: Code = format!("{STREET}{n:03}")
            .parse()
            .map_err(|_| AppError::NotFound)?;
        community(cx, &mut made, &code, n).await?;
    }
    Ok(())
}

/// How many have been made up.
#[derive(Default)]
struct Made(u32);

impl Made {
    fn somebody(&mut self, post: Post, duty: &str) -> EntryForm {
        let at = usize::try_from(self.0).unwrap_or_default();
        self.0 += 1;
        // Steps without a common divisor: neighbours differ in both names.
        let name = format!(
            "演示·{}{}",
            FAMILIES[at * 7 % FAMILIES.len()],
            GIVEN[at * 3 % GIVEN.len()]
        );
        EntryForm {
            post: post.code().into(),
            name,
            phone: format!("154{:08}", FIRST_PHONE + self.0),
            duty: duty.into(),
            from: "2026-01-05".into(),
            to: String::new(),
            shown: post.may_be_shown(),
        }
    }
}

async fn community(cx: &Cx, made: &mut Made, code: &Code, n: usize) -> Result<(), AppError> {
    let (node, grids) = {
        let mut tx = cx.read().await?;
        let Some(node) = store::by_code(&mut tx, code).await? else {
            return Ok(());
        };
        let grids = store::parts(&mut tx, node.id).await?;
        (node, grids)
    };
    if grids.is_empty() {
        return Ok(());
    }
    // The last community waits for its policeman.
    if n < COMMUNITIES {
        let police = made.somebody(Post::Police, "社区民警，全部网格");
        entries::add(cx, &node.code, &police).await?;
    }
    let mut shared_worker: Option<EntryForm> = None;
    for (at, grid) in grids.iter().enumerate() {
        let (lead, worker) = held(cx, grid).await?;
        // Every seventh grid has no 网格长, every ninth no 专职网格员.
        if !lead && (n + at) % 7 != 3 {
            let form = made.somebody(Post::GridLead, "社区“两委”成员");
            entries::add(cx, &grid.code, &form).await?;
        }
        if !worker && (n + at) % 9 != 5 {
            // In the first community one person looks after two grids.
            let form = match shared_worker.take() {
                Some(form) => form,
                None => {
                    let form = made.somebody(Post::GridWorker, "");
                    if n == 1 && at == 1 {
                        shared_worker = Some(form.clone());
                    }
                    form
                }
            };
            entries::add(cx, &grid.code, &form).await?;
        }
        for (post, duty, skips) in [
            (Post::PartyCadre, "每月第一个星期六走访", 5),
            (Post::Volunteer, "助老送餐", 4),
            (Post::BuildingLead, "1 至 6 幢", 6),
            (Post::Property, "物业服务中心", 3),
        ] {
            if (n * 5 + at) % skips != 1 {
                let form = made.somebody(post, duty);
                entries::add(cx, &grid.code, &form).await?;
            }
        }
    }
    Ok(())
}

/// Whether one of the demonstration's accounts is 网格长, or 专职网格员, of the grid.
async fn held(cx: &Cx, grid: &Node) -> Result<(bool, bool), AppError> {
    let mut found = (false, false);
    for account in accounts::demo::accounts() {
        if !matches!(account.role, Role::GridLead | Role::GridWorker) {
            continue;
        }
        let user = service::user_by_phone(cx, &Phone::parse("phone", &account.phone)?).await?;
        let Some(user) = user else { continue };
        let mut tx = cx.read().await?;
        for row in role::of_user(&mut tx, user).await? {
            if row.in_force && row.node == grid.id {
                found.0 |= row.role == Role::GridLead;
                found.1 |= row.role == Role::GridWorker;
            }
        }
    }
    Ok(found)
}
