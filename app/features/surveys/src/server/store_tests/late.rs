//! What nobody answers finds its people, also where whoever opened it has left.

use db::{
    execute, on,
    test::{TestDb, on_both},
};
use shared::{Actor, AppError, Role, Timestamp};
use tasks::server::steps;

use super::{COMMUNITY, ELSEWHERE, GRID, Outcome, STREET, close, form, founded, keeper, signed_in, somebody};
use crate::server::{list, opening};

/// How many home pages' cards would show.
async fn waits(t: &TestDb, who: &Actor) -> Result<usize, AppError> {
    Ok(list::waiting(&signed_in(t, who)?).await?.overdue.len())
}

#[tokio::test]
async fn what_waits_is_shown_to_those_who_keep_it_and_once_it_is_late_to_those_above() {
    on_both(|t| async move {
        founded(&t).await?;
        let staff = somebody(&t, Role::Staff, COMMUNITY).await?;
        let secretary = somebody(&t, Role::Secretary, COMMUNITY).await?;
        let town = somebody(&t, Role::TownAdmin, STREET).await?;
        let others = [
            somebody(&t, Role::Secretary, ELSEWHERE).await?,
            somebody(&t, Role::GridLead, GRID).await?,
            somebody(&t, Role::Resident, GRID).await?,
        ];
        opening::open(&keeper(&t, &staff)?, &form(&t, "proposals")).await?;
        assert_eq!(waits(&t, &staff).await?, 0, "it runs");
        close(&t).await?;
        let mut tx = t.cx.write().await?;
        // As the job does once the account is no more.
        execute!(tx, "update survey set opened_by = null")?;
        tx.commit().await?;
        assert_eq!(waits(&t, &secretary).await?, 1);
        assert_eq!(waits(&t, &town).await?, 0, "it has time");

        let mut tx = t.cx.write().await?;
        let late = tx.now().date().plus_days(-opening::ANSWERS - 1);
        execute!(tx, "update survey set from_on = $1, to_on = $1", late)?;
        tx.commit().await?;
        assert_eq!(waits(&t, &secretary).await?, 1);
        assert_eq!(waits(&t, &town).await?, 1);
        for other in &others {
            assert_eq!(waits(&t, other).await?, 0, "{:?}", other.grants);
        }
        Ok(())
    })
    .await;
}

/// How many tasks a post has.
async fn has(t: &TestDb, role: Role) -> Outcome<i64> {
    let mut tx = t.cx.read().await?;
    Ok(on!(tx, |c| sqlx::query_scalar(
        "select count(*) from task_holder where role = $1"
    )
    .bind(role.code())
    .fetch_one(c)
    .await)?)
}

#[tokio::test]
async fn what_nobody_answers_goes_up() {
    on_both(|t| async move {
        founded(&t).await?;
        let staff = somebody(&t, Role::Staff, COMMUNITY).await?;
        somebody(&t, Role::Secretary, COMMUNITY).await?;
        somebody(&t, Role::TownAdmin, STREET).await?;
        // Until Thursday, 3 December; the answers are due on Friday, 18 December.
        opening::open(&keeper(&t, &staff)?, &form(&t, "proposals")).await?;
        t.clock.advance(26 * Timestamp::DAY);
        steps::run(&t.cx).await?;
        assert_eq!(has(&t, Role::Secretary).await?, 0, "reminded");
        t.clock.advance(5 * Timestamp::DAY);
        steps::run(&t.cx).await?;
        assert_eq!(
            (has(&t, Role::Secretary).await?, has(&t, Role::TownAdmin).await?),
            (1, 0)
        );
        t.clock.advance(7 * Timestamp::DAY);
        steps::run(&t.cx).await?;
        assert_eq!(has(&t, Role::TownAdmin).await?, 1);
        Ok(())
    })
    .await;
}
