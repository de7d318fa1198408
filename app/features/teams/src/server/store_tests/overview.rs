//! Gaps and double posts, marked, counted and listed page by page.

use std::collections::HashMap;

use db::test::on_both;
use shared::{AppError, Permission, Role};

use super::*;
use crate::model::{Counts, Overview};

async fn overview(cx: &Cx, place: &str, show: Show) -> Outcome<Overview> {
    let page = team::page(cx, &code(place), None, show, "").await?;
    Ok(page.overview.ok_or("no overview")?)
}

/// As a map of `place` is coloured by them.
async fn empty_posts(cx: &Cx, place: &str) -> Outcome<HashMap<String, i64>> {
    let mut tx = cx.read().await?;
    let node = orgs::server::store::by_code(&mut tx, &code(place)).await?;
    drop(tx);
    let path = node.ok_or("no such place")?.path;
    Ok(crate::server::empty_posts(cx, &path).await?)
}

fn codes(overview: &Overview) -> Vec<String> {
    overview
        .rows
        .rows
        .iter()
        .map(|row| row.code.to_string())
        .collect()
}

#[tokio::test]
async fn gaps_and_double_posts_are_told() {
    on_both(|t| async move {
        organised(&t).await?;
        let staff = worker(&t, 1, "邵一凡", Role::Staff, COMMUNITY).await?;
        let see = own(&t, &staff)?;
        let empty = overview(&see, COMMUNITY, Show::All).await?;
        let expected = Counts {
            grids: 2,
            no_worker: 2,
            no_lead: 2,
            doubled: 0,
        };
        assert_eq!(empty.counts, expected);
        assert_eq!(empty_posts(&t.cx, COMMUNITY).await?.get(GRID), Some(&2));
        assert_eq!(codes(&empty), [GRID, NEXT_GRID]);

        account(&t, 2, "汤小禾", Role::GridWorker, GRID).await?;
        account(&t, 3, "许念真", Role::GridLead, GRID).await?;
        let keep = with(&t, &staff, Permission::TeamKeep)?;
        add(&keep, NEXT_GRID, &form(Post::GridWorker, "李代管", "15400000001")).await?;
        let counts = overview(&see, COMMUNITY, Show::All).await?.counts;
        assert_eq!((counts.no_worker, counts.no_lead, counts.doubled), (0, 1, 0));
        let left = empty_posts(&t.cx, COMMUNITY).await?;
        assert_eq!((left.get(GRID), left.get(NEXT_GRID)), (None, Some(&1)));
        assert_eq!(empty_posts(&t.cx, "320581001").await?.get(COMMUNITY), Some(&1));
        assert_eq!(
            codes(&overview(&see, COMMUNITY, Show::NoLead).await?),
            [NEXT_GRID]
        );
        assert!(codes(&overview(&see, COMMUNITY, Show::NoWorker).await?).is_empty());

        // The same number in another community's grid: one person, whoever entered them; and as an account beside an entry.
        add(
            &t.cx,
            OTHER_GRID,
            &form(Post::GridWorker, "李代管", "15400000001"),
        )
        .await?;
        let doubled = overview(&see, COMMUNITY, Show::Double).await?;
        assert_eq!(codes(&doubled), [NEXT_GRID]);
        assert_eq!(doubled.rows.rows[0].workers[0].elsewhere, 1);
        add(&t.cx, OTHER_GRID, &form(Post::GridWorker, "汤小禾", &phone(2))).await?;
        let doubled = overview(&see, COMMUNITY, Show::Double).await?;
        assert_eq!(codes(&doubled), [GRID, NEXT_GRID]);
        assert_eq!(doubled.counts.doubled, 2);
        let team = team_of(&see, GRID).await?;
        assert_eq!(team.of(Post::GridWorker).next().map(|one| one.elsewhere), Some(1));
        let over = overview(&t_street(&t).await?, "320581001", Show::Double).await?;
        assert_eq!(codes(&over), [GRID, NEXT_GRID, OTHER_GRID]);
        assert_eq!(over.parts.len(), 2);

        // A grid worker sees the own grid of the community, no other.
        let worker = worker(&t, 9, "小陈", Role::GridWorker, NEXT_GRID).await?;
        let narrow = overview(&own(&t, &worker)?, COMMUNITY, Show::All).await?;
        assert_eq!(codes(&narrow), [NEXT_GRID]);
        assert_eq!(
            teams(&own(&t, &worker)?, OTHER_GRID).await,
            Err(AppError::NotFound)
        );
        Ok(())
    })
    .await;
}

async fn t_street(t: &TestDb) -> Outcome<Cx> {
    let admin = worker(t, 8, "孙亦安", Role::TownAdmin, "320581001").await?;
    Ok(own(t, &admin)?)
}

#[tokio::test]
async fn what_is_delegated_for_a_leave_is_no_double_post() {
    on_both(|t| async move {
        organised(&t).await?;
        let one = worker(&t, 1, "汤小禾", Role::GridWorker, GRID).await?;
        account(&t, 2, "小陈", Role::GridWorker, NEXT_GRID).await?;
        let grant = grant_of(&t.cx, one.user, Role::GridWorker, GRID).await?;
        let cx = with(&t, &one, Permission::RoleDelegate)?;
        let today = t.cx.now().date();
        let colleague = accounts::model::Phone::parse("phone", &phone(2))?;
        accounts::server::delegation::start(&cx, &colleague, &[grant], today, today.plus_days(3)).await?;
        let see = own(&t, &worker(&t, 3, "邵一凡", Role::Staff, COMMUNITY).await?)?;
        let seen = overview(&see, COMMUNITY, Show::All).await?;
        assert_eq!((seen.counts.doubled, seen.counts.no_worker), (0, 0));
        let workers: Vec<(&str, bool)> = seen.rows.rows[0]
            .workers
            .iter()
            .map(|one| (one.name.as_str(), one.delegated))
            .collect();
        assert_eq!(workers, [("汤小禾", false), ("小陈", true)]);
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn many_grids_come_page_by_page() {
    on_both(|t| async move {
        organised(&t).await?;
        for n in 3..70 {
            let grid = format!("{COMMUNITY}{n:03}");
            let founding = Founding::read(&grid, &format!("第{n}网格"), "2023-07-01", "", t.cx.now().date())?;
            orgs::server::service::found(&t.cx, &code(COMMUNITY), &founding).await?;
        }
        let staff = worker(&t, 1, "邵一凡", Role::Staff, COMMUNITY).await?;
        let see = own(&t, &staff)?;
        let (mut after, mut seen) = (String::new(), Vec::new());
        loop {
            let page = team::page(&see, &code(COMMUNITY), None, Show::NoWorker, &after).await?;
            let overview = page.overview.ok_or("no overview")?;
            assert_eq!(overview.counts.grids, 69);
            seen.extend(codes(&overview));
            match overview.rows.next {
                Some(next) => after = next,
                None => break,
            }
        }
        let mut sorted = seen.clone();
        sorted.sort();
        sorted.dedup();
        assert!(seen.len() == 69 && seen == sorted, "each once, in order");
        let bad = team::page(&see, &code(COMMUNITY), None, Show::All, "x").await;
        assert_eq!(faults(bad), ["after"]);
        Ok(())
    })
    .await;
}
