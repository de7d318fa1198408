//! The demonstration: 2,000 matters, of everything some, so that each list, map and chart has something to show.

use std::collections::BTreeMap;

use db::{
    on,
    test::{TestDb, on_both},
};
use orgs::model::change::Founding;
use shared::{AppError, Permission, Role};

use super::{
    COMMUNITY, ELSEWHERE, GRID, Outcome, Place, STREET, code, everything, form, place, send, signed_in,
    somebody, with,
};
use crate::{
    model::{Action, Filter, MinePage, NewReport, Origin, State, Urgency, figures::Party},
    server::{
        figures::{self, Wanted},
        joint, list, tiles, waiting,
    },
};

/// Where the pins lie: the tile to the north begins at 31.6534 degrees.
const TILE: &str = "10-855-417.mvt";

/// How many there are of each, by what `sql` names first.
async fn counts(t: &TestDb, sql: &'static str) -> Outcome<BTreeMap<String, i64>> {
    let mut tx = t.cx.read().await?;
    let rows: Vec<(String, i64)> = on!(tx, |c| sqlx::query_as(sql).fetch_all(c).await)?;
    Ok(rows.into_iter().collect())
}

async fn count(t: &TestDb, sql: &'static str) -> Outcome<i64> {
    let mut tx = t.cx.read().await?;
    Ok(on!(tx, |c| sqlx::query_scalar(sql).fetch_one(c).await)?)
}

#[tokio::test]
async fn the_demonstration_has_something_of_everything_once() {
    on_both(|t| async move {
        let p = place(&t).await?;
        let founding = Founding::read(
            "320581001002001",
            "四丈湾第一网格",
            "2023-07-01",
            "",
            t.cx.now().date(),
        )?;
        orgs::server::service::found(&t.cx, &code(ELSEWHERE), &founding).await?;
        let property = somebody(&t, Some((Role::Property, COMMUNITY))).await?;
        let places: crate::demo::Places = [(GRID.to_owned(), (1_207_500_000, 316_500_000))].into();
        assert_eq!(crate::demo::load(&t.cx, &places).await?, 2_000);
        assert_eq!(crate::demo::load(&t.cx, &places).await?, 0);

        of_each(&t).await?;
        lists(&t, &p).await?;
        charts_and_maps(&t, &p).await?;

        // The demonstration's own people have something when they sign in.
        let of = async |actor: &shared::Actor| -> Result<MinePage, AppError> {
            list::mine(&signed_in(&t, actor)?, "").await
        };
        for actor in [&p.worker, &p.staff, &p.secretary, &property, &p.town] {
            assert!(!of(actor).await?.held.is_empty(), "{:?}", actor.grants);
        }
        assert!(!of(&property).await?.partaken.is_empty());
        let waits = waiting::count(&with(&t, &p.staff, Permission::ReportHandle)?).await?;
        assert!(
            waits.held > 0 && waits.reported > 0 && waits.answered > 0,
            "{waits:?}"
        );
        let narrow = with(&t, &p.staff, Permission::ReportHandle)?;
        let there = list::work(&narrow, &everything()).await?.rows.rows;
        assert!(
            there
                .iter()
                .all(|row| !row.title.starts_with("社区工作") || row.kind.code() != "complaint")
        );

        // And a new one has the next number.
        let there = NewReport {
            node: ELSEWHERE.into(),
            ..form("help", "other")
        };
        send(&t, &p.resident, "device-key-1", &there).await?;
        Ok(())
    })
    .await;
}

/// Each state, action, origin and urgency, and what few matters have.
async fn of_each(t: &TestDb) -> Outcome {
    let actions = counts(t, "select action, count(*) from matter_step group by action").await?;
    for action in Action::ALL {
        let many = actions.get(action.code()).copied().unwrap_or_default();
        assert!(many >= 3, "{action}: {many}");
    }
    let states = counts(t, "select state, count(*) from matter group by state").await?;
    for state in State::ALL {
        let many = states.get(state.code()).copied().unwrap_or_default();
        assert!(many >= 2, "{state}: {many}");
    }
    let origins = counts(t, "select origin, count(*) from matter group by origin").await?;
    for origin in Origin::ALL {
        let many = origins.get(origin.code()).copied().unwrap_or_default();
        assert!(many >= 10, "{origin}: {many}");
    }
    let open = counts(
        t,
        "select urgency, count(*) from matter where ended_at is null group by urgency",
    )
    .await?;
    for urgency in Urgency::ALL {
        let many = open.get(urgency.code()).copied().unwrap_or_default();
        assert!(many >= 2, "{urgency}: {many}");
    }
    let photos = counts(
        t,
        "select record_kind, count(*) from upload where record_kind is not null group by record_kind",
    )
    .await?;
    let kinds: Vec<(&str, i64)> = photos.iter().map(|(kind, many)| (kind.as_str(), *many)).collect();
    assert_eq!(kinds, [("matter", 3), ("matter_shown", 1), ("matter_step", 2)]);
    for (sql, least) in [
        (
            "select count(*) from matter where ended_at is null and published_at is not null",
            10,
        ),
        ("select count(*) from matter where entered_by is not null", 10),
        ("select count(*) from matter where merged_into is not null", 10),
        (
            "select count(*) from matter where ended_at is null and accused_id is not null",
            1,
        ),
        ("select count(*) from matter_part where ended_at is null", 3),
        ("select count(*) from matter_part where state = 'returned'", 1),
        ("select count(*) from matter_recusal", 5),
        ("select count(*) from report_routing", 4),
        ("select count(*) from report_answer", 6),
        ("select count(*) from report_view", 3),
        ("select count(*) from report_order", 20),
        ("select count(*) from matter_follower", 100),
        ("select count(distinct public_text) from matter", 80),
    ] {
        let many = count(t, sql).await?;
        assert!(many >= least, "{sql}: {many}");
    }
    // A merged one is about the same as what it went into, or at least there.
    let apart = "select count(*) from matter m join matter o on o.id = m.merged_into where o.node_id <> m.node_id and o.category <> m.category";
    let merged = count(t, "select count(*) from matter where merged_into is not null").await?;
    assert!(count(t, apart).await? * 4 < merged);
    let gaps = "select count(*) from (select number_node, number_year from matter group by number_node, number_year \
        having max(number) <> count(*) or min(number) <> 1) as gaps";
    assert_eq!(count(t, gaps).await?, 0);
    Ok(())
}

async fn lists(t: &TestDb, p: &Place) -> Outcome {
    let cx = with(t, &p.town, Permission::ReportHandle)?;
    let all = list::work(&cx, &everything()).await?;
    assert!(all.rows.next.is_some());
    assert!(!all.rows.rows.is_empty() && all.rows.rows.iter().all(|row| row.excerpt.contains("幢")));
    let late = Filter {
        late: true,
        ..Filter::default()
    };
    assert!(!list::work(&cx, &late).await?.rows.rows.is_empty());
    let public = list::published(&t.request(None).public(), "", "", "").await?;
    assert!(!public.rows.rows.is_empty() && public.rows.rows.iter().all(|row| row.text.contains("演示")));
    let meetings = joint::list(&cx, "").await?;
    assert!(
        meetings
            .rows
            .rows
            .iter()
            .any(|row| row.public && row.matters >= 3)
    );
    assert!(!meetings.recurring.is_empty());
    Ok(())
}

async fn charts_and_maps(t: &TestDb, p: &Place) -> Outcome {
    let wanted = Wanted {
        node: STREET.into(),
        period: t.cx.now().date().year().to_string(),
        ..Wanted::default()
    };
    let page = figures::page(&t.request(Some(p.town.clone())).public(), &wanted).await?;
    let figures = page.figures;
    assert!(page.whole && !page.months.is_empty() && !page.hot.is_empty());
    for (party, rate) in figures.began.iter().chain(&figures.carried) {
        assert!(rate.part > Some(0), "{party}");
    }
    let began = |party| {
        let of = figures.began.iter().find(|(one, _)| *one == party);
        of.and_then(|(_, rate)| rate.part).unwrap_or_default()
    };
    assert!(
        began(Party::Government) * 4 > began(Party::Residents),
        "not residents alone"
    );
    for rate in [
        figures.responded,
        figures.in_time,
        figures.solved,
        figures.content,
        figures.again,
        figures.about,
    ] {
        assert!(rate.part > Some(0), "{rate:?}");
    }
    assert!(figures.kinds.iter().all(|(_, many)| *many > Some(0)));
    assert!(page.open.ages.iter().filter(|(_, many)| *many > Some(0)).count() > 2);
    let pinned = count(
        t,
        "select count(*) from matter where cell is not null and ended_at is null",
    )
    .await?;
    assert!(pinned > 10, "{pinned}");
    let cx = with(t, &p.town, Permission::ReportHandle)?;
    assert!(
        !tiles::handled(&cx, TILE.parse()?, &Filter::default())
            .await?
            .is_empty()
    );
    Ok(())
}
