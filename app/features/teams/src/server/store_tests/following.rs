//! Posts and planned handovers of a grid that is no more.

use std::collections::BTreeMap;

use db::test::on_both;
use orgs::model::change::{Merge, Order};

use super::{
    handing::{furnished, told},
    *,
};
use crate::{
    model::{Fault, HandoverState},
    server::{follow, handover, ordered},
};

type Ended = BTreeMap<NodeId, Option<NodeId>>;

/// A grid merges into another today; as a job would be told.
async fn merged(t: &TestDb, from: &str, into: &str) -> Outcome<Ended> {
    let ended = Ended::from([(node(&t.cx, from).await?, Some(node(&t.cx, into).await?))]);
    let merge = Merge {
        others: Vec::new(),
        into: code(into),
        name: None,
        order: order(t),
    };
    orgs::server::service::merge(&t.cx, &code(from), &merge).await?;
    Ok(ended)
}

/// A grid is abolished today, and nothing takes over.
async fn abolished(t: &TestDb, grid: &str) -> Outcome<Ended> {
    let ended = Ended::from([(node(&t.cx, grid).await?, None)]);
    orgs::server::service::abolish(&t.cx, &code(grid), &order(t)).await?;
    Ok(ended)
}

fn order(t: &TestDb) -> Order {
    Order {
        on: t.cx.now().date(),
        basis: None,
        version: 1,
    }
}

async fn team_then(cx: &Cx, place: &str, on: Date) -> Outcome<TeamPage> {
    let page = team::page(cx, &code(place), Some(on), Show::All, "").await?;
    Ok(page.team.ok_or("no team")?)
}

#[tokio::test]
async fn posts_go_on_in_the_grid_that_took_over_and_the_past_stays() {
    on_both(|t| async move {
        organised(&t).await?;
        let staff = worker(&t, 1, "邵一凡", Role::Staff, COMMUNITY).await?;
        let (keep, see) = (with(&t, &staff, Permission::TeamKeep)?, own(&t, &staff)?);
        let (today, yesterday) = (t.cx.now().date(), t.cx.now().date().plus_days(-1));
        let police = EntryForm {
            duty: "周一、周三".into(),
            to: "2027-06-30".into(),
            ..form(Post::Police, "赵警官", "0512-52700001")
        };
        add(&keep, GRID, &police).await?;
        let of_today = EntryForm {
            from: String::new(),
            ..form(Post::Volunteer, "今天来的", "15400000002")
        };
        add(&keep, GRID, &of_today).await?;
        let past = EntryForm {
            to: "2026-03-01".into(),
            ..form(Post::Volunteer, "早就走的", "15400000003")
        };
        add(&keep, GRID, &past).await?;
        // One person for two grids, and for a third.
        for place in [GRID, NEXT_GRID] {
            add(&keep, place, &form(Post::GridWorker, "汤小禾", "15400000004")).await?;
        }
        add(
            &t.cx,
            OTHER_GRID,
            &form(Post::GridWorker, "汤小禾", "15400000004"),
        )
        .await?;

        let ended = merged(&t, GRID, NEXT_GRID).await?;
        assert_eq!(follow(&t.cx, &ended, today).await?, 3);
        let next = team_of(&see, NEXT_GRID).await?;
        let went_on = next.of(Post::Police).next().ok_or("no police")?;
        assert_eq!(
            (
                went_on.name.as_str(),
                went_on.duty.as_str(),
                went_on.phone.as_deref()
            ),
            ("赵警官", "周一、周三", Some("051252700001"))
        );
        assert_eq!((went_on.from, went_on.to), (today, Some(day("2027-06-30"))));
        assert_eq!(names(&next, Post::Volunteer), ["今天来的"]);
        let workers: Vec<_> = next
            .of(Post::GridWorker)
            .map(|who| (&*who.name, who.elsewhere))
            .collect();
        assert_eq!(
            workers,
            [("汤小禾", 1), ("汤小禾", 1)],
            "nothing is lost, and the third grid is told of"
        );
        assert!(team_of(&see, GRID).await?.members.is_empty());

        let then = team_then(&see, GRID, yesterday).await?;
        assert_eq!(names(&then, Post::Police), ["赵警官"]);
        assert_eq!(
            then.of(Post::Police).next().and_then(|who| who.to),
            Some(yesterday)
        );
        assert!(names(&then, Post::Volunteer).is_empty(), "came today");
        let then = team_then(&see, NEXT_GRID, yesterday).await?;
        assert!(names(&then, Post::Police).is_empty());
        let then = team_then(&see, GRID, day("2026-03-01")).await?;
        assert_eq!(names(&then, Post::Volunteer), ["早就走的"]);

        assert_eq!(follow(&t.cx, &ended, today).await?, 0, "a job may run twice");
        assert_eq!(team_of(&see, NEXT_GRID).await?, next);
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn a_job_that_comes_late_finds_the_grid_that_took_over_since() {
    on_both(|t| async move {
        organised(&t).await?;
        let third = "320581001001003";
        let founding = Founding::read(third, "花园浜第三网格", "2023-07-01", "", t.cx.now().date())?;
        orgs::server::service::found(&t.cx, &code(COMMUNITY), &founding).await?;
        add(&t.cx, GRID, &form(Post::Police, "赵警官", "15400000001")).await?;
        let first = merged(&t, GRID, NEXT_GRID).await?;
        let second = merged(&t, NEXT_GRID, third).await?;
        let today = t.cx.now().date();
        assert_eq!(follow(&t.cx, &second, today).await?, 0);
        assert_eq!(follow(&t.cx, &first, today).await?, 1);
        let staff = worker(&t, 1, "邵一凡", Role::Staff, COMMUNITY).await?;
        let team = team_of(&own(&t, &staff)?, third).await?;
        assert_eq!(names(&team, Post::Police), ["赵警官"]);
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn where_nothing_took_over_a_post_ends() {
    on_both(|t| async move {
        organised(&t).await?;
        let staff = worker(&t, 1, "邵一凡", Role::Staff, COMMUNITY).await?;
        let see = own(&t, &staff)?;
        add(&t.cx, GRID, &form(Post::Police, "赵警官", "15400000001")).await?;
        let of_today = EntryForm {
            from: String::new(),
            ..form(Post::Volunteer, "今天来的", "15400000002")
        };
        add(&t.cx, GRID, &of_today).await?;
        add(&t.cx, NEXT_GRID, &form(Post::Police, "钱警官", "15400000003")).await?;
        let (today, yesterday) = (t.cx.now().date(), t.cx.now().date().plus_days(-1));
        let ended = abolished(&t, GRID).await?;
        assert_eq!(follow(&t.cx, &ended, today).await?, 2);
        assert_eq!(follow(&t.cx, &ended, today).await?, 0);
        assert!(team_of(&see, GRID).await?.members.is_empty());
        let then = team_then(&see, GRID, yesterday).await?;
        assert_eq!(names(&then, Post::Police), ["赵警官"]);
        assert_eq!(names(&team_of(&see, NEXT_GRID).await?, Post::Police), ["钱警官"]);
        // A grid that is still there is nobody's to follow.
        let there = Ended::from([(node(&t.cx, NEXT_GRID).await?, None)]);
        assert_eq!(follow(&t.cx, &there, today).await?, 0);
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn a_handover_that_was_planned_there_is_off_and_says_why() {
    on_both(|t| async move {
        let house = furnished(&t).await?;
        let later = t.cx.now().date().plus_days(30);
        let id = house.hand(&t, house.coming, &later.to_string()).await?;
        let ended = merged(&t, GRID, NEXT_GRID).await?;
        let today = t.cx.now().date();
        for _ in 0..2 {
            follow(&t.cx, &ended, today).await?;
        }
        let page = handover::page(&own(&t, &house.secretary)?, &beside(), id).await?;
        assert_eq!(page.row.state, HandoverState::Failed);
        assert_eq!(page.fault.as_deref(), Some(Fault::GridEnded.label()));
        assert!(!page.may_withdraw);
        let words = told(&t, house.secretary.user).await?;
        let failed = words.iter().filter(|words| words.contains("没有交接成"));
        assert_eq!(failed.count(), 1, "{words:?}");
        // Roles of accounts stay where they were given.
        let mut tx = t.cx.read().await?;
        let old = *ended.keys().next().ok_or("nothing ended")?;
        assert!(ordered::planned_at(&mut tx, old).await?.is_empty());
        let roles = role::of_user(&mut tx, house.leaving).await?;
        assert!(roles.iter().any(|role| role.node == old && role.in_force));
        Ok(())
    })
    .await;
}
