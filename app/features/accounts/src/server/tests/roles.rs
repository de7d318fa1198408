//! Roles at a node, their dates, the three administrators, delegation, the directory.

use db::{on, test::on_both};
use shared::{AppError, Date, Role, Timestamp};

use super::*;
use crate::server::{delegation, directory, role, staffing};

fn today(t: &TestDb) -> Date {
    t.cx.now().date()
}

#[tokio::test]
async fn a_role_is_held_from_its_first_to_its_last_day() {
    on_both(|t| async move {
        places(&t).await?;
        let user = person(&t, 1).await?;
        let (from, to) = (today(&t).plus_days(2), today(&t).plus_days(3));
        service::grant(
            &t.cx,
            phone(1).as_str(),
            Role::GridWorker,
            GRID,
            Some(from),
            Some(to),
        )
        .await?;
        let mut held = Vec::new();
        for _ in 0..5 {
            held.push(enter(&t, user).await?.holds(Role::GridWorker));
            t.clock.advance(Timestamp::DAY);
        }
        assert_eq!(held, [false, false, true, true, false]);
        Ok(())
    })
    .await;
}

/// How often everybody was told that somebody works elsewhere now, and nothing else.
async fn told(t: &TestDb) -> Outcome<i64> {
    const TOLD: &str = "select count(*) from event where topic = 'staff' and kind = 'accounts.staff.changed' and subject is null \
        and cast(data as text) = '{}'";
    let mut tx = t.cx.read().await?;
    Ok(on!(tx, |c| sqlx::query_scalar(TOLD).fetch_one(c).await)?)
}

#[tokio::test]
async fn everybody_is_told_when_somebody_works_elsewhere_and_nobody_where_somebody_lives() {
    const DUE: &str = "select due_at from job where kind = 'accounts.staff.turn' order by due_at";
    on_both(|t| async move {
        places(&t).await?;
        let (user, grid) = (person(&t, 1).await?, node(&t, GRID).await?);
        let of = |role, from, to| role::NewGrant {
            user,
            role,
            node: grid,
            from,
            to,
            delegation: None,
        };
        let now = today(&t);
        let mut tx = t.cx.write().await?;
        let keys = t.cx.keys();
        let home = role::give(&mut tx, keys, of(Role::Resident, now, None), None).await?;
        role::end(&mut tx, keys, home, user, Role::Resident, None).await?;
        tx.commit().await?;
        assert_eq!(told(&t).await?, 0);

        let mut tx = t.cx.write().await?;
        let work = role::give(&mut tx, keys, of(Role::GridWorker, now, None), None).await?;
        role::give(&mut tx, keys, of(Role::Staff, now, None), None).await?;
        tx.commit().await?;
        assert_eq!(told(&t).await?, 1, "once, however many roles");
        let mut tx = t.cx.write().await?;
        role::end(&mut tx, keys, work, user, Role::GridWorker, None).await?;
        tx.commit().await?;
        assert_eq!(told(&t).await?, 2);
        directory::manage(&t.cx, user, directory::Doing::Suspend).await?;
        assert_eq!(told(&t).await?, 3);

        let (from, to) = (now.plus_days(2), now.plus_days(3));
        let mut tx = t.cx.write().await?;
        role::give(&mut tx, keys, of(Role::GridLead, from, Some(to)), None).await?;
        tx.commit().await?;
        assert_eq!(told(&t).await?, 4);
        let mut tx = t.cx.read().await?;
        let due: Vec<Timestamp> = on!(tx, |c| sqlx::query_scalar(DUE).fetch_all(c).await)?;
        drop(tx);
        assert_eq!(due, [from.start(), to.plus_days(1).start()]);
        staffing::turn(&t.cx).await?;
        assert_eq!(told(&t).await?, 5);
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn the_security_administrator_grants_in_the_subtree_and_not_to_oneself() {
    on_both(|t| async move {
        places(&t).await?;
        let officer = worker(&t, 1, Role::SecurityAdmin, COMMUNITY).await?;
        person(&t, 2).await?;
        let cx = with(&t, &officer, Permission::RoleGrant)?;
        let grant = |role, code: &'static str, n| {
            let (cx, t) = (cx.clone(), t.clone());
            async move {
                let node = node(&t, code).await.map_err(|_| AppError::NotFound)?;
                role::grant(&cx, &phone(n), role, node, t.cx.now().date(), None).await
            }
        };
        assert_eq!(
            grant(Role::GridWorker, OTHER_GRID, 2).await.unwrap_err(),
            AppError::NotFound,
            "another subtree"
        );
        assert_eq!(
            grant(Role::GridWorker, GRID, 1).await.unwrap_err().status(),
            409,
            "oneself"
        );
        assert_eq!(
            grant(Role::GridWorker, GRID, 3)
                .await
                .unwrap_err()
                .for_field("phone")
                .count(),
            1,
            "no account"
        );
        assert_eq!(grant(Role::Resident, GRID, 2).await.unwrap_err().status(), 422);
        let id = grant(Role::GridWorker, GRID, 2).await?;
        assert_eq!(
            grant(Role::GridWorker, GRID, 2).await.unwrap_err().status(),
            409,
            "twice"
        );

        let other = worker(&t, 5, Role::SecurityAdmin, "320581001002").await?;
        let beyond = with(&t, &other, Permission::RoleGrant)?;
        assert_eq!(role::revoke(&beyond, id).await.unwrap_err(), AppError::NotFound);
        role::revoke(&cx, id).await?;
        let user = service::user_by_phone(&t.cx, &phone(2))
            .await?
            .ok_or("no account")?;
        assert!(enter(&t, user).await?.grants.is_empty(), "at once");
        grant(Role::GridWorker, GRID, 2).await?;

        let grid_worker = enter(&t, user).await?;
        assert_eq!(
            with(&t, &grid_worker, Permission::RoleGrant).unwrap_err(),
            AppError::Forbidden
        );
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn the_three_administrators_are_three_people() {
    on_both(|t| async move {
        places(&t).await?;
        for (n, first) in [Role::SystemAdmin, Role::SecurityAdmin, Role::Auditor]
            .into_iter()
            .enumerate()
        {
            let n = u32::try_from(n)? + 1;
            person(&t, n).await?;
            service::grant(&t.cx, phone(n).as_str(), first, "320581", None, None).await?;
            for second in [Role::SystemAdmin, Role::SecurityAdmin, Role::Auditor] {
                let outcome = service::grant(&t.cx, phone(n).as_str(), second, "320581001", None, None).await;
                assert_eq!(outcome.is_ok(), first == second, "{first:?} and {second:?}");
                if let Err(error) = outcome {
                    assert!(error.message().contains("三个人分别担任"), "{error}");
                }
            }
        }
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn two_grants_at_once_do_not_slip_past_the_separation() {
    on_both(|t| async move {
        places(&t).await?;
        person(&t, 1).await?;
        let grant = |role| {
            let t = t.clone();
            tokio::spawn(async move {
                service::grant(&t.cx, phone(1).as_str(), role, "320581", None, None)
                    .await
                    .is_ok()
            })
        };
        let (a, b) = (grant(Role::SystemAdmin), grant(Role::Auditor));
        assert_ne!(a.await?, b.await?, "just one of them");
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn staff_names_are_public_while_the_post_lasts() {
    on_both(|t| async move {
        places(&t).await?;
        let staff = worker(&t, 1, Role::GridWorker, GRID).await?;
        let shown = || {
            let t = t.clone();
            let user = staff.user;
            async move {
                let mut tx = t.cx.read().await?;
                Outcome::Ok(crate::server::account::must(&mut tx, user).await?.shown_name)
            }
        };
        assert_eq!(shown().await?, "李明");
        let officer = worker(&t, 2, Role::SecurityAdmin, "320581").await?;
        let cx = with(&t, &officer, Permission::RoleGrant)?;
        let grant = role::list(&cx, None)
            .await?
            .rows
            .into_iter()
            .find(|row| row.user == staff.user)
            .ok_or("not listed")?;
        role::revoke(&cx, grant.id).await?;
        assert_eq!(shown().await?, "李*");
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn leave_is_delegated_to_a_colleague_for_some_days() {
    on_both(|t| async move {
        places(&t).await?;
        let away = worker(&t, 1, Role::GridWorker, GRID).await?;
        let colleague = worker(&t, 2, Role::GridWorker, NEXT_GRID).await?;
        worker(&t, 3, Role::GridWorker, OTHER_GRID).await?;
        let cx = with(&t, &away, Permission::RoleDelegate)?;
        let mut tx = t.cx.read().await?;
        let own_grant = role::of_user(&mut tx, away.user).await?[0].id;
        let foreign = role::of_user(&mut tx, colleague.user).await?[0].id;
        drop(tx);
        let (from, to) = (today(&t), today(&t).plus_days(2));
        let start = |n, grant| delegation_of(&cx, n, grant, from, to);
        assert_eq!(
            start(3, own_grant).await.unwrap_err().for_field("phone").count(),
            1,
            "another community"
        );
        assert_eq!(
            start(2, foreign).await.unwrap_err().status(),
            422,
            "not one's own"
        );
        assert_eq!(
            start(1, own_grant).await.unwrap_err().for_field("phone").count(),
            1,
            "oneself"
        );
        let id = start(2, own_grant).await?;
        let acting = again(&t, &colleague).await?;
        assert!(
            acting
                .grants
                .iter()
                .any(|grant| grant.code == GRID && grant.delegated)
        );
        let passed_on = with(&t, &acting, Permission::RoleDelegate)?;
        let mut tx = t.cx.read().await?;
        let delegated = role::of_user(&mut tx, colleague.user)
            .await?
            .into_iter()
            .find(|row| row.delegated)
            .ok_or("none")?;
        drop(tx);
        assert!(
            delegation_of(&passed_on, 1, delegated.id, from, to)
                .await
                .is_err(),
            "what was delegated is not passed on"
        );
        delegation::end(&own(&t, &away), id).await?;
        assert!(
            !again(&t, &colleague)
                .await?
                .grants
                .iter()
                .any(|grant| grant.delegated)
        );

        delegation_of(&cx, 2, own_grant, from, to).await?;
        t.clock.advance(3 * Timestamp::DAY);
        assert!(
            !again(&t, &colleague)
                .await?
                .grants
                .iter()
                .any(|grant| grant.delegated),
            "it ends by itself"
        );
        Ok(())
    })
    .await;
}

async fn delegation_of(
    cx: &Cx,
    n: u32,
    grant: shared::GrantId,
    from: Date,
    to: Date,
) -> Result<shared::RecordId, AppError> {
    delegation::start(cx, &phone(n), &[grant], from, to).await
}

#[tokio::test]
async fn the_three_administrators_do_not_delegate() {
    on_both(|t| async move {
        places(&t).await?;
        let auditor = worker(&t, 1, Role::Auditor, "320581").await?;
        assert_eq!(
            with(&t, &auditor, Permission::RoleDelegate).unwrap_err(),
            AppError::Forbidden
        );
        assert!(
            Role::ALL
                .iter()
                .filter(|role| !delegation::may_be_delegated(**role))
                .count()
                == 4
        );
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn accounts_are_managed_in_the_subtree_only() {
    on_both(|t| async move {
        places(&t).await?;
        let officer = worker(&t, 1, Role::SecurityAdmin, COMMUNITY).await?;
        let near = worker(&t, 2, Role::GridWorker, GRID).await?;
        let far = worker(&t, 3, Role::GridWorker, OTHER_GRID).await?;
        let cx = with(&t, &officer, Permission::AccountManage)?;
        assert_eq!(directory::find(&cx, &phone(2)).await?.user, near.user);
        assert_eq!(
            directory::find(&cx, &phone(3)).await.unwrap_err(),
            AppError::NotFound
        );
        assert_eq!(
            directory::manage(&cx, far.user, directory::Doing::Suspend)
                .await
                .unwrap_err(),
            AppError::NotFound
        );
        assert_eq!(
            directory::manage(&cx, officer.user, directory::Doing::Suspend)
                .await
                .unwrap_err()
                .status(),
            409
        );
        directory::manage(&cx, near.user, directory::Doing::ResetFactor).await?;
        Ok(())
    })
    .await;
}
