//! Registrations go with the ground that they are about.

use db::test::on_both;
use shared::{RecordId, Role};

use super::*;
use crate::server::{
    residency::{
        self,
        follow::{self, Going, Moved},
    },
    role,
};

/// Somebody who was confirmed at a grid.
async fn resident(t: &TestDb, n: u32, code: &str) -> Outcome<(UserId, RecordId)> {
    let user = person(t, n).await?;
    let grid = node(t, code).await?;
    let mut tx = t.cx.write().await?;
    let id = residency::declare(&mut tx, &t.cx, user, grid, "3 幢 2 单元 501 室").await?;
    tx.commit().await?;
    residency::confirm(&t.cx, id).await?;
    Ok((user, id))
}

/// Where somebody is registered, and where they hold a role.
async fn stands(t: &TestDb, user: UserId) -> Outcome<(String, Vec<String>)> {
    let actor = enter(t, user).await?;
    let mut tx = t.cx.read().await?;
    let home = residency::of_user(&mut tx, &t.cx, user)
        .await?
        .ok_or("not registered")?;
    let roles = actor.grants.into_iter().map(|grant| grant.code).collect();
    Ok((home.node_code, roles))
}

#[tokio::test]
async fn the_role_goes_along_where_it_was_held() {
    on_both(|t| async move {
        places(&t).await?;
        let (from, to) = (node(&t, GRID).await?, node(&t, NEXT_GRID).await?);
        let (holds, first) = resident(&t, 1, GRID).await?;
        let (lost, second) = resident(&t, 2, GRID).await?;
        let held = {
            let mut tx = t.cx.read().await?;
            role::of_user(&mut tx, lost).await?
        };
        let keeper = worker(&t, 3, Role::SecurityAdmin, "320581").await?;
        role::revoke(&with(&t, &keeper, Permission::RoleGrant)?, held[0].id).await?;
        let list: Vec<Going> = [first, second]
            .into_iter()
            .map(|id| Going { id, from, to })
            .collect();
        let mut tx = t.cx.write().await?;
        assert_eq!(follow::go(&t.cx, &mut tx, list.clone()).await?, 2);
        assert_eq!(follow::go(&t.cx, &mut tx, list).await?, 0, "they have gone");
        tx.commit().await?;
        assert_eq!(
            stands(&t, holds).await?,
            (NEXT_GRID.to_owned(), vec![NEXT_GRID.to_owned()])
        );
        assert_eq!(stands(&t, lost).await?, (NEXT_GRID.to_owned(), Vec::new()));
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn what_was_merged_twice_is_followed_to_the_end() {
    const END: &str = "update node set valid_to = '2024-02-01' where id = $1";
    const SUCCESSION: &str = "insert into node_succession (from_node, to_node, kind, on_date) values ($1, $2, 'merged', '2024-02-01')";
    on_both(|t| async move {
        places(&t).await?;
        let (user, _) = resident(&t, 1, GRID).await?;
        let grids = [
            node(&t, GRID).await?,
            node(&t, NEXT_GRID).await?,
            node(&t, OTHER_GRID).await?,
        ];
        let mut tx = t.cx.write().await?;
        for pair in grids.windows(2) {
            execute!(tx, END, pair[0])?;
            execute!(tx, SUCCESSION, pair[0], pair[1])?;
        }
        for went in [1, 1, 0] {
            assert_eq!(follow::merged(&t.cx, &mut tx).await?, went);
        }
        tx.commit().await?;
        assert_eq!(
            stands(&t, user).await?,
            (OTHER_GRID.to_owned(), vec![OTHER_GRID.to_owned()])
        );
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn who_went_to_the_largest_part_of_a_split_goes_with_the_building_that_is_placed_later() {
    const END: &str = "update node set valid_to = '2024-02-01' where id = $1";
    const SUCCESSION: &str = "insert into node_succession (from_node, to_node, kind, on_date) values ($1, $2, 'split', '2024-02-01')";
    on_both(|t| async move {
        places(&t).await?;
        let (old, largest, other) = (
            node(&t, GRID).await?,
            node(&t, NEXT_GRID).await?,
            node(&t, OTHER_GRID).await?,
        );
        // It had gone there while it waited.
        let (user, _) = resident(&t, 1, NEXT_GRID).await?;
        let moved = [Moved {
            user,
            from: old,
            to: other,
        }];
        let mut tx = t.cx.write().await?;
        follow::persons(&t.cx, &mut tx, &moved).await?;
        tx.commit().await?;
        assert_eq!(stands(&t, user).await?.0, NEXT_GRID, "another home");
        let mut tx = t.cx.write().await?;
        execute!(tx, END, old)?;
        for part in [largest, other] {
            execute!(tx, SUCCESSION, old, part)?;
        }
        follow::persons(&t.cx, &mut tx, &moved).await?;
        tx.commit().await?;
        assert_eq!(
            stands(&t, user).await?,
            (OTHER_GRID.to_owned(), vec![OTHER_GRID.to_owned()])
        );
        Ok(())
    })
    .await;
}
