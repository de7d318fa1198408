//! To what a work list is narrowed: the same whichever way it is read, and on the map beside it.

use db::{Cx, test::on_both};
use grid::server::tiles::Tile;
use shared::{AppError, Permission, Role};

use super::{COMMUNITY, Outcome, does, everything, form, place, send, somebody, step, take, with};
use crate::{
    model::{ActForm, Action, Filter, NewReport},
    server::{
        list,
        reading::{self, Asked, Way},
        search::Query,
        tiles,
    },
};

/// What is listed, by code in no order of time; as many whichever way it is read.
async fn listed(cx: &Cx, filter: &Filter) -> Outcome<Vec<String>> {
    let page = list::work(cx, filter).await?;
    let mut codes: Vec<String> = page.rows.rows.into_iter().map(|row| row.code).collect();
    codes.sort_unstable();
    let mut tx = cx.read().await?;
    let asked = Asked {
        words: Query::read(&filter.q)?,
        ..list::asked(cx, filter, &filter.category, tx.now())
    };
    for way in [Way::Places, Way::Walk, Way::Words] {
        if way == Way::Words && asked.words.is_none() {
            continue;
        }
        reading::by_index(&mut tx, way).await?;
        let which = reading::handled_by(&mut tx, &asked, way).await?;
        assert_eq!(which.len(), codes.len(), "{way:?} {filter:?}");
    }
    Ok(codes)
}

#[tokio::test]
async fn a_list_is_narrowed_by_who_has_it_when_it_came_and_what_presses() {
    on_both(|t| async move {
        let p = place(&t).await?;
        somebody(&t, Some((Role::Property, COMMUNITY))).await?;
        let lamp = send(&t, &p.resident, "device-key-1", &form("problem", "facility")).await?;
        let urgent = NewReport {
            urgent: true,
            ..form("problem", "noise")
        };
        let noise = send(&t, &p.resident, "device-key-2", &urgent).await?;
        does(&t, &p.secretary, &lamp, Action::Accept).await?;
        let involve = ActForm {
            to: format!("{COMMUNITY}:{}", Role::Property.code()),
            ..step(Action::Involve)
        };
        take(&t, &p.secretary, &lamp, &involve).await?;
        does(&t, &p.town, &lamp, Action::Urge).await?;

        let (lamp, noise) = (lamp.code.as_str(), noise.code.as_str());
        let town = with(&t, &p.town, Permission::ReportHandle)?;
        let today = t.cx.now().date();
        let (before, after) = (today.plus_days(-1).to_string(), today.plus_days(1).to_string());
        let today = today.to_string();
        let any = Filter::default;
        for (filter, expected) in [
            (any(), vec![noise, lamp]),
            (
                Filter {
                    urgency: "urgent".into(),
                    ..any()
                },
                vec![noise],
            ),
            (
                Filter {
                    urgency: "nonsense".into(),
                    ..any()
                },
                vec![noise, lamp],
            ),
            (
                Filter {
                    holder: "grid_worker".into(),
                    ..any()
                },
                vec![noise, lamp],
            ),
            (
                Filter {
                    holder: "property".into(),
                    ..any()
                },
                vec![],
            ),
            (
                Filter {
                    holder: Filter::MINE.into(),
                    ..any()
                },
                vec![],
            ),
            (
                Filter {
                    since: today.clone(),
                    until: today.clone(),
                    ..any()
                },
                vec![noise, lamp],
            ),
            (
                Filter {
                    since: after,
                    ..any()
                },
                vec![],
            ),
            (
                Filter {
                    until: before,
                    ..any()
                },
                vec![],
            ),
            (Filter { joint: true, ..any() }, vec![lamp]),
            (Filter { urged: true, ..any() }, vec![lamp]),
            (
                Filter {
                    urged: true,
                    urgency: "urgent".into(),
                    ..any()
                },
                vec![],
            ),
            (
                Filter {
                    urged: true,
                    q: "花园浜".into(),
                    ..any()
                },
                vec![lamp],
            ),
            (
                Filter {
                    joint: true,
                    q: "噪声".into(),
                    ..any()
                },
                vec![],
            ),
        ] {
            let mut expected: Vec<&str> = expected;
            expected.sort_unstable();
            assert_eq!(listed(&town, &filter).await?, expected, "{filter:?}");
        }
        let mine = Filter {
            holder: Filter::MINE.into(),
            ..any()
        };
        let worker = with(&t, &p.worker, Permission::ReportHandle)?;
        assert_eq!(listed(&worker, &mine).await?.len(), 2);
        let staff = with(&t, &p.staff, Permission::ReportHandle)?;
        assert!(listed(&staff, &mine).await?.is_empty(), "nothing lies with them");
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn the_map_follows_what_a_list_is_narrowed_to_and_its_words() {
    on_both(|t| async move {
        let p = place(&t).await?;
        let pinned = NewReport {
            at: "120.7512,31.6541".into(),
            ..form("problem", "facility")
        };
        let matter = send(&t, &p.resident, "device-key-1", &pinned).await?;
        let cx = with(&t, &p.town, Permission::ReportHandle)?;
        for (filter, shown) in [
            (
                Filter {
                    q: "花园浜".into(),
                    ..everything()
                },
                true,
            ),
            (
                Filter {
                    q: "电梯".into(),
                    ..everything()
                },
                false,
            ),
            (
                Filter {
                    q: "，".into(),
                    ..everything()
                },
                false,
            ),
            (
                Filter {
                    holder: "grid_worker".into(),
                    ..Filter::default()
                },
                true,
            ),
            (
                Filter {
                    holder: Filter::MINE.into(),
                    ..Filter::default()
                },
                false,
            ),
            (
                Filter {
                    urged: true,
                    ..Filter::default()
                },
                false,
            ),
            (
                Filter {
                    joint: true,
                    ..Filter::default()
                },
                false,
            ),
        ] {
            // Near, where cells are read, and from afar, where units are.
            for file in ["14-13687-6671.mvt", "10-855-416.mvt"] {
                let tile: Tile = file.parse()?;
                let bytes = tiles::handled(&cx, tile, &filter).await?;
                let code = matter.code.as_bytes();
                let found = bytes.windows(code.len()).any(|part| part == code);
                assert_eq!(found, shown, "{file} {filter:?}");
            }
        }
        let long = Filter {
            q: "充".repeat(65),
            ..everything()
        };
        let refused = tiles::handled(&cx, "14-13687-6671.mvt".parse()?, &long).await;
        assert_eq!(refused.map_err(|error: AppError| error.status()), Err(422));
        Ok(())
    })
    .await;
}
