//! What the pillar does, on both engines.

mod late;
mod personal;

use std::sync::atomic::{AtomicU32, Ordering};

use accounts::server::{service, session};
use db::{
    Cx, on,
    test::{TestDb, on_both},
};
use orgs::model::{Code, change::Founding};
use shared::{Actor, AppError, Permission, Role, UserId};

use super::{answer, holding, jobs, list, opening, page, proposal};
use crate::model::{NewForm, Phase, ProposalId, SurveyPage, Verdict};

type Outcome<T = ()> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

const DIVISIONS: &str = "code,name,level,parent_code\n\
    32,江苏省,province,\n\
    3205,苏州市,city,32\n\
    320581,常熟市,district,3205\n\
    320581001,虞山街道,street,320581\n\
    320581001001,花园浜社区居委会,community,320581001\n\
    320581001002,四丈湾社区居委会,community,320581001\n";
const COMMUNITY: &str = "320581001001";
const ELSEWHERE: &str = "320581001002";
const STREET: &str = "320581001";
const GRID: &str = "320581001001001";

async fn founded(t: &TestDb) -> Outcome {
    let plan = orgs::server::import::plan_on(&t.cx, DIVISIONS.as_bytes(), "2023-06-30".parse()?).await?;
    orgs::server::import::apply(&t.cx, plan).await?;
    let founding = Founding::read(GRID, "花园浜第一网格", "2023-07-01", "", t.cx.now().date())?;
    let community: Code = COMMUNITY.parse().expect("a code");
    orgs::server::service::found(&t.cx, &community, &founding).await?;
    Ok(())
}

async fn somebody(t: &TestDb, role: Role, place: &str) -> Outcome<Actor> {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let phone = format!("138{:08}", NEXT.fetch_add(1, Ordering::Relaxed));
    let user = service::add_user(&t.cx, "赵小明", &phone, None).await?;
    service::grant(&t.cx, &phone, role, place, None, None).await?;
    let mut tx = t.cx.write().await?;
    let opened = session::open(&mut tx, user, &session::Browser::default()).await?;
    session::show_factor(&mut tx, opened.id).await?;
    tx.commit().await?;
    Ok(session::resolve(&t.house, &opened.token)
        .await?
        .ok_or("no actor")?
        .actor)
}

fn signed_in(t: &TestDb, who: &Actor) -> Result<Cx, AppError> {
    t.request(Some(who.clone())).signed_in()
}

fn keeper(t: &TestDb, who: &Actor) -> Result<Cx, AppError> {
    t.request(Some(who.clone())).require(Permission::SurveyKeep)
}

fn form(t: &TestDb, kind: &str) -> NewForm {
    let today = t.cx.now().date();
    NewForm {
        kind: kind.into(),
        node: COMMUNITY.into(),
        title: "小区环境怎么改".into(),
        words: "逐条答复".into(),
        per: "person".into(),
        from: today.to_string(),
        to: today.plus_days(10).to_string(),
        titles: vec!["好不好".into(), "为什么".into()],
        asks: vec!["yes".into(), "words".into()],
        choices: Vec::new(),
        needs: vec!["yes".into(), "no".into()],
        confirmed: String::new(),
    }
}

/// Its last day is over.
async fn close(t: &TestDb) -> Outcome {
    let mut tx = t.cx.write().await?;
    let passed = tx.now().date().plus_days(-1);
    db::execute!(tx, "update survey set from_on = $1, to_on = $1", passed)?;
    tx.commit().await?;
    Ok(())
}

async fn sees(t: &TestDb, who: &Actor, code: &str) -> Result<SurveyPage, AppError> {
    page::survey(&t.request(Some(who.clone())).public(), code, "").await
}

fn acts(action: &str) -> proposal::ActForm {
    proposal::ActForm {
        action: action.into(),
        words: "已经看过".into(),
        into: "1".into(),
        verdict: "adopted".into(),
        confirmed: String::new(),
    }
}

#[tokio::test]
async fn every_proposal_is_answered_before_it_is_done() {
    on_both(|t| async move {
        founded(&t).await?;
        let staff = somebody(&t, Role::Staff, COMMUNITY).await?;
        let other = somebody(&t, Role::Staff, ELSEWHERE).await?;
        let (one, two) = (
            somebody(&t, Role::Resident, GRID).await?,
            somebody(&t, Role::Resident, GRID).await?,
        );
        let code = opening::open(&keeper(&t, &staff)?, &form(&t, "proposals")).await?;
        assert!(
            opening::open(&keeper(&t, &other)?, &form(&t, "proposals"))
                .await
                .is_err()
        );
        assert_eq!(list::waiting(&signed_in(&t, &one)?).await?.yours.len(), 1);
        proposal::propose(&signed_in(&t, &one)?, &code, "路灯太暗").await?;
        proposal::propose(&signed_in(&t, &two)?, &code, "路灯换亮").await?;
        assert!(
            proposal::propose(&signed_in(&t, &one)?, &code, "再来")
                .await
                .is_err(),
            "one each"
        );
        assert!(
            proposal::propose(&signed_in(&t, &staff)?, &code, "不住这里")
                .await
                .is_err()
        );
        assert_eq!(list::waiting(&signed_in(&t, &one)?).await?.yours.len(), 0);

        // Unpublished, each sees their own.
        let rows = sees(&t, &one, &code).await?.proposals.rows;
        assert_eq!(rows.len(), 1);
        let rows = sees(&t, &staff, &code).await?.proposals.rows;
        assert_eq!(rows.len(), 2);
        let (first, second): (ProposalId, ProposalId) = (rows[0].id.parse()?, rows[1].id.parse()?);
        assert!(
            proposal::support(&signed_in(&t, &two)?, first).await.is_err(),
            "not published"
        );
        assert_eq!(
            proposal::act(&keeper(&t, &other)?, first, &acts("publish")).await,
            Err(AppError::NotFound)
        );
        proposal::act(&keeper(&t, &staff)?, first, &acts("publish")).await?;
        proposal::act(&keeper(&t, &staff)?, second, &acts("join")).await?;
        // Who proposed the like one supports this one, and counts once.
        proposal::support(&signed_in(&t, &two)?, first).await?;
        let page = sees(&t, &two, &code).await?;
        assert_eq!(page.proposals.rows[0].supports, 2);
        assert_eq!(page.proposals.rows[1].into, Some(1));

        assert!(
            opening::end(&keeper(&t, &staff)?, &code, true, "结果", "")
                .await
                .is_err(),
            "it runs"
        );
        close(&t).await?;
        assert_eq!(list::waiting(&signed_in(&t, &staff)?).await?.overdue.len(), 1);
        assert!(
            proposal::support(&signed_in(&t, &two)?, first).await.is_err(),
            "closed"
        );
        assert!(
            opening::end(&keeper(&t, &staff)?, &code, true, "结果", "")
                .await
                .is_err(),
            "no answer"
        );
        proposal::act(&keeper(&t, &staff)?, first, &acts("decide")).await?;
        let mut tx = t.cx.read().await?;
        let told: i64 = on!(tx, |c| sqlx::query_scalar(
            "select count(*) from notice where kind = 'surveys.decided'"
        )
        .fetch_one(c)
        .await)?;
        drop(tx);
        assert_eq!(told, 2, "both who proposed it");
        opening::end(&keeper(&t, &staff)?, &code, true, "结果", "").await?;
        let page = sees(&t, &one, &code).await?;
        assert_eq!(
            (page.phase, page.proposals.rows[0].verdict),
            (Phase::Done, Some(Verdict::Adopted))
        );
        assert!(
            holding::gather(&signed_in(&t, &one)?)
                .await?
                .to_string()
                .contains("路灯太暗")
        );
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn answers_are_counts_and_told_once_it_has_closed() {
    on_both(|t| async move {
        founded(&t).await?;
        let staff = somebody(&t, Role::Staff, COMMUNITY).await?;
        let code = opening::open(&keeper(&t, &staff)?, &form(&t, "questions")).await?;
        let mut last: Option<UserId> = None;
        for at in 0..6 {
            let who = somebody(&t, Role::Resident, GRID).await?;
            let cx = signed_in(&t, &who)?;
            assert!(
                answer::give(&cx, &code, &[], &[String::new()]).await.is_err(),
                "needed"
            );
            let said = if at == 0 { "方便" } else { "" };
            answer::give(&cx, &code, &["0:0".to_owned()], &[said.into()]).await?;
            assert!(
                answer::give(&cx, &code, &["0:1".to_owned()], &[String::new()])
                    .await
                    .is_err(),
                "one each"
            );
            last = Some(who.user);
        }
        let page = sees(&t, &staff, &code).await?;
        assert!(page.results.is_empty() && page.answered.is_none(), "it runs");
        close(&t).await?;
        let page = page::survey(&t.request(None).public(), &code, "").await?;
        assert_eq!(page.answered, Some(6));
        assert_eq!(page.results[0].rows[0].1, Some(6));
        assert_eq!(page.results[0].rows[1].1, None);
        assert!(page.results[1].said.is_empty(), "words are for staff");
        assert_eq!(sees(&t, &staff, &code).await?.results[1].said, ["方便"]);

        // Who is gone leaves that a place was taken, and nobody's name.
        let mut tx = t.cx.write().await?;
        db::execute!(tx, "update user_account set state = 'erased' where id = $1", last)?;
        tx.commit().await?;
        jobs::forget(&t.cx).await?;
        let mut tx = t.cx.read().await?;
        let nameless: i64 = on!(tx, |c| sqlx::query_scalar(
            "select count(*) from survey_taken where user_id is null"
        )
        .fetch_one(c)
        .await)?;
        assert_eq!(nameless, 1);
        Ok(())
    })
    .await;
}
