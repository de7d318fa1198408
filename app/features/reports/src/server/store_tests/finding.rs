//! Finding matters: by words, on the map, and in lists that are read in several ways.

use db::{
    Cx,
    test::{TestDb, on_both},
};
use grid::{
    model::Place as Pin,
    server::{
        Settings,
        tiles::{Labelled, Tile},
    },
};
use orgs::model::change::Founding;
use shared::{AppError, Permission, Timestamp, scope::PathRange};

use super::{
    COMMUNITY, ELSEWHERE, GRID, Outcome, Place, code, does, everything, form, node, place, send, signed_in,
    step, take, with,
};
use crate::{
    model::{ActForm, Action, Filter, Kind, MatterId, NewReport, PublicFilter, State},
    server::{
        list,
        reading::{self, Asked, PublicAsked, Way},
        search::Query,
        tiles,
    },
};

/// Where the pin of these tests is, and the tile of the last level that it lies on.
const AT: &str = "120.7512,31.6541";
const TILE: &str = "14-13687-6671.mvt";

fn publish(words: &str) -> ActForm {
    ActForm {
        words: words.into(),
        ..step(Action::Publish)
    }
}

async fn finds(cx: &Cx, q: &str) -> Result<usize, AppError> {
    Ok(list::search(cx, "", "", q, "").await?.rows.rows.len())
}

async fn handles(cx: &Cx, q: &str) -> Result<usize, AppError> {
    let filter = Filter {
        q: q.into(),
        ..everything()
    };
    Ok(list::work(cx, &filter).await?.rows.rows.len())
}

#[tokio::test]
async fn what_is_published_is_found_by_its_words_and_what_was_told_is_not() {
    on_both(|t| async move {
        let p = place(&t).await?;
        let public = t.request(None).public();
        let matter = send(&t, &p.resident, "device-key-1", &form("problem", "facility")).await?;
        send(&t, &p.resident, "device-key-2", &form("problem", "noise")).await?;
        assert_eq!(finds(&public, "设施损坏").await?, 0, "it is not published");
        take(&t, &p.secretary, &matter, &publish("北门的充电桩不能用")).await?;
        for (q, found) in [
            ("充电桩", 1),
            ("不能用 北门", 1),
            ("桩", 1),
            ("花园浜", 1),
            (matter.number.as_str(), 1),
            ("路灯", 0),
            ("充电桩 噪声", 0),
            ("，。", 0),
            ("\" OR *", 0),
            ("", 1),
        ] {
            assert_eq!(finds(&public, q).await?, found, "{q}");
        }
        let below = list::search(&public, ELSEWHERE, "", "充电桩", "").await?;
        assert!(below.rows.rows.is_empty());
        let long = finds(&public, &"充".repeat(65))
            .await
            .map_err(|error| error.status());
        assert_eq!(long, Err(422));
        take(&t, &p.secretary, &matter, &publish("南门的晾衣架松了")).await?;
        assert_eq!(
            (finds(&public, "充电桩").await?, finds(&public, "晾衣架").await?),
            (0, 1)
        );
        does(&t, &p.resident, &matter, Action::Hide).await?;
        assert_eq!(finds(&public, "晾衣架").await?, 0);
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn staff_find_theirs_by_number_category_and_place() {
    on_both(|t| async move {
        let p = place(&t).await?;
        let matter = send(&t, &p.resident, "device-key-1", &form("problem", "facility")).await?;
        send(&t, &p.resident, "device-key-2", &form("problem", "noise")).await?;
        let about = send(&t, &p.resident, "device-key-3", &form("complaint", "community")).await?;
        let staff = with(&t, &p.staff, Permission::ReportHandle)?;
        for (q, found) in [
            ("设施损坏", 1),
            ("花园浜", 2),
            ("路灯", 0),
            (matter.number.as_str(), 1),
        ] {
            assert_eq!(handles(&staff, q).await?, found, "{q}");
        }
        let town = with(&t, &p.town, Permission::ReportHandle)?;
        // A number of the level above begins as those of the communities below it.
        let finds = async |cx: &Cx| -> Result<bool, AppError> {
            let filter = Filter {
                q: about.number.clone(),
                ..everything()
            };
            let rows = list::work(cx, &filter).await?.rows.rows;
            Ok(rows.iter().any(|row| row.code == about.code))
        };
        assert!(finds(&town).await?);
        assert!(!finds(&staff).await?, "nobody there finds it by its number");
        let elsewhere = with(&t, &p.elsewhere, Permission::ReportHandle)?;
        assert_eq!(handles(&elsewhere, "花园浜").await?, 0);
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn each_way_to_read_a_list_gives_the_same() {
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
        let places: crate::demo::Places = [(GRID.to_owned(), (1_207_500_000, 316_500_000))].into();
        crate::demo::load(&t.cx, &places).await?;
        for actor in [&p.town, &p.staff, &p.elsewhere] {
            let cx = with(&t, actor, Permission::ReportHandle)?;
            for (state, kind, category, late, q) in [
                ("", "", "", false, ""),
                ("all", "", "", false, ""),
                ("ended", "problem", "parking", false, ""),
                ("handling", "problem", "", false, ""),
                ("", "", "", true, ""),
                ("all", "", "noise", false, ""),
                ("all", "", "", false, "停车"),
                ("ended", "problem", "", false, "噪声"),
                ("", "", "", false, "第一网格"),
            ] {
                let filter = Filter {
                    state: state.into(),
                    kind: kind.into(),
                    category: category.into(),
                    late,
                    ..Filter::default()
                };
                let asked = Asked {
                    words: Query::read(q)?,
                    ..list::asked(&cx, &filter, &filter.category, t.cx.now())
                };
                let mut ways = vec![Way::Places, Way::Walk];
                ways.extend((!q.is_empty()).then_some(Way::Words));
                ways.extend(late.then_some(Way::Late));
                let mut tx = cx.read().await?;
                let mut first: Option<Vec<MatterId>> = None;
                for way in ways {
                    reading::by_index(&mut tx, way).await?;
                    let which = reading::handled_by(&mut tx, &asked, way).await?;
                    assert!(which.is_sorted_by(|one, next| one > next));
                    let before = first.get_or_insert_with(|| which.clone());
                    assert_eq!(*before, which, "{way:?} {filter:?} {q}");
                }
            }
        }
        let mut tx = t.cx.read().await?;
        for (category, state, kind, q) in [
            ("", "", "", ""),
            ("parking", "", "", ""),
            ("", "ended", "problem", ""),
            ("", "", "", "已经处理"),
            ("noise", "", "", "演示"),
            ("", "ended", "", "演示"),
        ] {
            let asked = PublicAsked {
                here: PathRange::below(""),
                category,
                state,
                kind,
                before: Timestamp(i64::MAX),
                after: MatterId(uuid::Uuid::max()),
                words: Query::read(q)?,
            };
            let walked = reading::published_by(&mut tx, &asked, Way::Walk).await?;
            assert!(!walked.is_empty(), "{category} {state} {kind} {q}");
            assert_eq!(reading::published_by(&mut tx, &asked, Way::Places).await?, walked);
            if !q.is_empty() {
                assert_eq!(reading::published_by(&mut tx, &asked, Way::Words).await?, walked);
            }
        }
        drop(tx);
        goes_on(&t, &p).await
    })
    .await;
}

#[tokio::test]
async fn those_who_handle_a_matter_see_it_on_the_map() {
    on_both(|t| async move {
        let p = place(&t).await?;
        let pinned = NewReport {
            at: AT.into(),
            ..form("problem", "facility")
        };
        let matter = send(&t, &p.resident, "device-key-1", &pinned).await?;
        let about = NewReport {
            at: AT.into(),
            ..form("complaint", "community")
        };
        let about = send(&t, &p.resident, "device-key-2", &about).await?;
        let tile: Tile = TILE.parse()?;
        let shows = async |cx: &Cx, filter: &Filter, tile: Tile, code: &str| -> Result<bool, AppError> {
            let bytes = tiles::handled(cx, tile, filter).await?;
            Ok(bytes.windows(code.len()).any(|part| part == code.as_bytes()))
        };
        let open = Filter::default();
        let (staff, town) = (
            with(&t, &p.staff, Permission::ReportHandle)?,
            with(&t, &p.town, Permission::ReportHandle)?,
        );
        let elsewhere = with(&t, &p.elsewhere, Permission::ReportHandle)?;
        // On the last level, and from farther away, where it is read in another way.
        for file in [TILE, "12-3421-1667.mvt", "10-855-416.mvt"] {
            let tile: Tile = file.parse()?;
            assert!(shows(&staff, &open, tile, &matter.code).await?, "{file}");
            assert!(
                !shows(&staff, &open, tile, &about.code).await?,
                "those complained about"
            );
            assert!(shows(&town, &open, tile, &about.code).await?);
            assert!(!shows(&elsewhere, &open, tile, &matter.code).await?);
        }
        let beside: Tile = "14-13688-6671.mvt".parse()?;
        assert!(!shows(&staff, &open, beside, &matter.code).await?);
        let noise = Filter {
            category: "noise".into(),
            ..Filter::default()
        };
        assert!(!shows(&staff, &noise, tile, &matter.code).await?);
        does(&t, &p.resident, &matter, Action::Withdraw).await?;
        assert!(!shows(&staff, &open, tile, &matter.code).await?);
        assert!(shows(&staff, &everything(), tile, &matter.code).await?);
        let nowhere = Filter {
            node: "999999".into(),
            ..Filter::default()
        };
        assert_eq!(
            tiles::handled(&staff, tile, &nowhere).await,
            Err(AppError::NotFound)
        );
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn everybody_is_told_how_many_are_published_in_a_unit_and_not_where() {
    on_both(|t| async move {
        let p = place(&t).await?;
        let pinned = NewReport {
            at: AT.into(),
            ..form("problem", "facility")
        };
        let matter = send(&t, &p.resident, "device-key-1", &pinned).await?;
        send(&t, &p.resident, "device-key-2", &pinned).await?;
        take(&t, &p.secretary, &matter, &publish("小区路灯不亮")).await?;
        let mut units = Vec::new();
        for place in [GRID, COMMUNITY, ELSEWHERE] {
            units.push(Labelled {
                node: node(&t, place).await?,
                code: code(place),
                name: place.into(),
                place: Pin { lon: 0, lat: 0 },
            });
        }
        let mut tx = t.cx.read().await?;
        let mut counts = tiles::count_published(&mut tx, &units, &PublicFilter::default()).await?;
        counts.sort_unstable();
        let mut expected = [(units[0].node, 1), (units[1].node, 1)];
        expected.sort_unstable();
        assert_eq!(counts, expected);
        for (state, kind, category, some) in [
            ("open", "problem", "facility", true),
            ("ended", "", "", false),
            ("", "praise", "", false),
            ("", "", "noise", false),
        ] {
            let filter = PublicFilter {
                state: state.into(),
                kind: kind.into(),
                category: category.into(),
                ..PublicFilter::default()
            };
            let counts = tiles::count_published(&mut tx, &units, &filter).await?;
            assert_eq!(!counts.is_empty(), some, "{filter:?}");
        }
        drop(tx);
        // There are no borders here that anybody could see.
        let public = t.request(None).public();
        let (settings, filter) = (Settings::default(), PublicFilter::default());
        let tile = tiles::published(&public, &settings, TILE.parse()?, &filter).await?;
        assert!(tile.is_empty());
        Ok(())
    })
    .await;
}

/// A list goes on where it stopped, and whoever handles nothing has none.
async fn goes_on(t: &TestDb, p: &Place) -> Outcome {
    let cx = with(t, &p.town, Permission::ReportHandle)?;
    let mut filter = Filter {
        node: ELSEWHERE.into(),
        state: "ended".into(),
        kind: "problem".into(),
        ..Filter::default()
    };
    let first = list::work(&cx, &filter).await?.rows;
    filter.after = first.next.ok_or("one page only")?;
    let second = list::work(&cx, &filter).await?.rows;
    let all: Vec<_> = first.rows.iter().chain(&second.rows).collect();
    assert!(
        all.iter()
            .all(|row| row.kind == Kind::Problem && row.state.has_ended())
    );
    assert!(all.iter().all(|row| row.state != State::Reported));
    let distinct: std::collections::BTreeSet<&str> = all.iter().map(|row| row.code.as_str()).collect();
    assert_eq!(distinct.len(), all.len());
    let nobody = signed_in(t, &p.resident)?;
    assert!(
        list::work(&nobody, &Filter::default())
            .await?
            .rows
            .rows
            .is_empty()
    );
    Ok(())
}
