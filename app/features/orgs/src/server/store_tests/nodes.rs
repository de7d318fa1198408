use db::test::on_both;
use shared::{AppError, FieldError, Permission};

use super::*;
use crate::{
    model::{
        Change, NodeKind, Order,
        change::{self, Afterwards, Founding, Merge, Move, Rename, Split},
    },
    server::{
        history,
        page::{self, Asked},
        service::{self, NewGrid},
        store,
    },
};

const TODAY: &str = "2026-11-23";

fn fields(result: Result<impl std::fmt::Debug, AppError>) -> Vec<String> {
    match result {
        Err(AppError::Invalid(fields)) => fields.into_iter().map(|FieldError { field, .. }| field).collect(),
        other => panic!("{other:?}"),
    }
}

fn renaming(name: &str, on: &str, version: i64) -> Rename {
    Rename::read(name, on, "虞政发〔2026〕1 号", version, day(TODAY)).expect("right")
}

#[tokio::test]
async fn a_name_changes_from_a_day_on() {
    on_both(|t| async move {
        furnished(&t).await?;
        let street = code("320581101");
        service::rename(&t.cx, &street, &renaming("梅李街道", "2025-03-01", 1)).await?;
        let again = service::rename(&t.cx, &street, &renaming("梅花街道", "2025-04-01", 1)).await;
        assert!(matches!(again, Err(AppError::Conflict(_))), "{again:?}");
        assert_eq!(
            fields(service::rename(&t.cx, &street, &renaming("梅花街道", "2025-02-01", 2)).await),
            ["on"]
        );
        assert_eq!(
            fields(service::rename(&t.cx, &street, &renaming("梅李街道", "2025-04-01", 2)).await),
            ["name"]
        );
        let id = node(&t.cx, "320581101").await?.id;
        let mut tx = t.cx.read().await?;
        let mut names = Vec::new();
        for date in ["2023-06-29", "2023-06-30", "2025-02-28", "2025-03-01", TODAY] {
            names.push(history::as_of(&mut tx, id, day(date)).await?.map(|v| v.name));
        }
        let name = |text: &str| Some(text.to_owned());
        assert_eq!(
            names,
            [
                None,
                name("梅李镇"),
                name("梅李镇"),
                name("梅李街道"),
                name("梅李街道")
            ]
        );
        let versions = history::versions(&mut tx, id).await?;
        assert_eq!(versions.len(), 2);
        assert_eq!(
            (versions[0].cause, versions[1].ended_by),
            (Change::Renamed, Some(Change::Renamed))
        );
        assert_eq!(versions[0].basis.as_deref(), Some("虞政发〔2026〕1 号"));
        assert_eq!(
            count(
                &t.cx,
                "select count(*) from audit_entry where action = 'orgs.node.rename'"
            )
            .await?,
            1
        );
        assert_eq!(
            count(
                &t.cx,
                "select count(*) from event where kind = 'orgs.node.rename'"
            )
            .await?,
            1
        );
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn a_move_rewrites_the_paths_below_and_keeps_the_past() {
    on_both(|t| async move {
        furnished(&t).await?;
        let order = Move::read("320582", "320582009", "2025-01-01", "", 1, day(TODAY))?;
        service::move_to(&t.cx, &code("320581001"), &order).await?;
        let moved = node(&t.cx, "320582009").await?;
        assert_eq!(moved.path, "32/3205/320582/320582009/");
        assert_eq!(
            node(&t.cx, "320581001001").await?.path,
            "32/3205/320582/320582009/320581001001/"
        );
        assert!(node(&t.cx, "320581001").await.is_err());
        let mut tx = t.cx.read().await?;
        let community = store::by_code(&mut tx, &code("320581001001"))
            .await?
            .ok_or("gone")?;
        let then = history::ancestors_as_of(&mut tx, community.id, day("2024-01-01")).await?;
        assert_eq!(
            then.iter().map(|c| c.code.as_str()).collect::<Vec<_>>(),
            ["32", "3205", "320581", "320581001"]
        );
        let now = store::ancestors(&mut tx, &community.path).await?;
        assert_eq!(
            now.iter().map(|c| c.code.as_str()).collect::<Vec<_>>(),
            ["32", "3205", "320582", "320582009"]
        );
        let parts = history::children_as_of(
            &mut tx,
            node(&t.cx, "320581").await?.id,
            day("2024-01-01"),
            None,
            50,
        )
        .await?;
        assert_eq!(parts.rows.len(), 3);
        assert_eq!(parts.rows[0].parts, 2);
        assert_eq!(
            history::bearer(&mut tx, &code("320581001"), day("2024-01-01")).await?,
            Some(moved.id)
        );
        let wrong = Move::read("320581001001", "", "2025-02-01", "", 2, day(TODAY))?;
        assert_eq!(
            fields(service::move_to(&t.cx, &code("320582009"), &wrong).await),
            ["parent"]
        );
        let taken = Move::read("320581", "320581002", "2025-02-01", "", 2, day(TODAY))?;
        assert_eq!(
            fields(service::move_to(&t.cx, &code("320582009"), &taken).await),
            ["new_code"]
        );
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn merging_hands_over_the_parts() {
    on_both(|t| async move {
        furnished(&t).await?;
        let merge = Merge::read(
            "320581002",
            "320581003",
            "琴川街道",
            "2025-01-01",
            "",
            1,
            day(TODAY),
        )?;
        service::merge(&t.cx, &code("320581001"), &merge).await?;
        assert_eq!(
            node(&t.cx, "320581002001").await?.path,
            "32/3205/320581/320581003/320581002001/"
        );
        assert_eq!(
            node(&t.cx, "320581001001").await?.path,
            "32/3205/320581/320581003/320581001001/"
        );
        let into = node(&t.cx, "320581003").await?;
        let mut tx = t.cx.read().await?;
        let from: Vec<_> = history::successions(&mut tx, into.id)
            .await?
            .into_iter()
            .map(|s| s.from_name)
            .collect();
        assert_eq!(from, ["虞山街道", "常福街道"]);
        let old = store::latest_by_code(&mut tx, &code("320581001"))
            .await?
            .ok_or("gone")?;
        assert_eq!(old.valid_to, Some(day("2025-01-01")));
        assert_eq!(
            history::in_force(&mut tx, old.id).await?.map(|node| node.id),
            Some(into.id)
        );
        drop(tx);
        let unlike = Merge::read(
            "320581101",
            "320581003001",
            "甲社区",
            "2025-02-01",
            "",
            1,
            day(TODAY),
        )?;
        assert_eq!(
            fields(service::merge(&t.cx, &code("320581003"), &unlike).await),
            ["others"]
        );
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn splitting_leaves_no_part_behind() {
    on_both(|t| async move {
        furnished(&t).await?;
        let split = |parts: &str, afterwards| Split::read(parts, afterwards, "2025-01-01", "", 1, day(TODAY));
        let short = split(
            "320581011 东街道 320581001001\n320581012 西街道",
            Afterwards::Ends,
        )?;
        assert_eq!(
            fields(service::split(&t.cx, &code("320581001"), &short).await),
            ["parts"]
        );
        assert!(node(&t.cx, "320581011").await.is_err(), "all or nothing");
        let whole = split(
            "320581011 东街道 320581001001\n320581012 西街道 320581001002",
            Afterwards::Ends,
        )?;
        service::split(&t.cx, &code("320581001"), &whole).await?;
        assert!(node(&t.cx, "320581001").await.is_err());
        assert_eq!(
            node(&t.cx, "320581001002").await?.path,
            "32/3205/320581/320581012/320581001002/"
        );
        let off = split("320581013 新区街道", Afterwards::Continues)?;
        service::split(&t.cx, &code("320581002"), &off).await?;
        assert_eq!(
            node(&t.cx, "320581002001").await?.path,
            "32/3205/320581/320581002/320581002001/"
        );
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn only_what_has_no_parts_is_abolished_and_its_page_stays() {
    on_both(|t| async move {
        furnished(&t).await?;
        let order = change::Order::read("2025-01-01", "", 1, day(TODAY))?;
        assert!(matches!(
            service::abolish(&t.cx, &code("320581001"), &order).await,
            Err(AppError::Conflict(_))
        ));
        service::abolish(&t.cx, &code("320581101"), &order).await?;
        let asked = |as_of: Option<&str>| Asked {
            code: code("320581101"),
            as_of: as_of.map(day),
            order: Order::Code,
            after: None,
        };
        let shown = page::node(&t.cx, &asked(None)).await?;
        assert_eq!(
            (shown.node.valid_to, shown.state.ended_by),
            (Some(day("2025-01-01")), Some(Change::Abolished))
        );
        assert_eq!(shown.ancestors.len(), 3);
        assert!(matches!(
            page::node(&t.cx, &asked(Some("2020-01-01"))).await,
            Err(AppError::NotFound)
        ));
        // The code may be given again.
        let founding = Founding::read("320581101", "新梅李镇", "2025-06-01", "", day(TODAY))?;
        service::found(&t.cx, &code("320581"), &founding).await?;
        assert_eq!(page::node(&t.cx, &asked(None)).await?.state.name, "新梅李镇");
        assert_eq!(
            page::node(&t.cx, &asked(Some("2024-01-01"))).await?.state.name,
            "梅李镇"
        );
        assert_eq!(
            fields(service::found(&t.cx, &code("320581"), &founding).await),
            ["new_code"]
        );
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn outside_the_scope_there_is_nothing() {
    on_both(|t| async move {
        furnished(&t).await?;
        let cx = cx_below(&t, "32/3205/320582/", Permission::OrgEdit)?;
        let foreign = code("320581001");
        let order = change::Order::read("2025-01-01", "", 1, day(TODAY))?;
        let not_found = |result: Result<(), AppError>| assert_eq!(result, Err(AppError::NotFound));
        not_found(service::rename(&cx, &foreign, &renaming("别处", "2025-01-01", 1)).await);
        not_found(service::abolish(&cx, &foreign, &order).await);
        not_found(
            service::move_to(
                &cx,
                &foreign,
                &Move::read("320582", "", "2025-01-01", "", 1, day(TODAY))?,
            )
            .await,
        );
        not_found(
            service::merge(
                &cx,
                &foreign,
                &Merge::read("", "320581002", "", "2025-01-01", "", 1, day(TODAY))?,
            )
            .await,
        );
        let split = Split::read(
            "320581009 某街道",
            Afterwards::Continues,
            "2025-01-01",
            "",
            1,
            day(TODAY),
        )?;
        not_found(service::split(&cx, &foreign, &split).await);
        let founding = Founding::read("320581001009", "某社区", "2025-01-01", "", day(TODAY))?;
        not_found(service::found(&cx, &foreign, &founding).await.map(|_| ()));
        not_found(page::edit(&cx, &foreign).await.map(|_| ()));
        let outward = Move::read("320581", "", "2025-01-01", "", 1, day(TODAY))?;
        assert_eq!(
            fields(service::move_to(&cx, &code("320582100"), &outward).await),
            ["parent"]
        );
        let mut tx = cx.write().await?;
        let grid = NewGrid {
            code: code("320581001001001"),
            name: "第1网格".into(),
        };
        assert!(matches!(
            service::create_grids(&cx, &mut tx, &[grid], day(TODAY)).await,
            Err(AppError::NotFound)
        ));
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn grids_come_in_bulk_and_coming_again_changes_nothing() {
    on_both(|t| async move {
        furnished(&t).await?;
        let grid = |text: &str, name: &str| NewGrid {
            code: code(text),
            name: name.into(),
        };
        let list = [
            grid("32058100100100101", "第1微网格"),
            grid("320581001001001", "第1网格"),
            grid("320581001001002", "第2网格"),
        ];
        let mut ids = Vec::new();
        for _ in 0..2 {
            let mut tx = t.cx.write().await?;
            ids.push(service::create_grids(&t.cx, &mut tx, &list, day(TODAY)).await?);
            tx.commit().await?;
        }
        assert_eq!(ids[0], ids[1]);
        assert_eq!(
            node(&t.cx, "32058100100100101").await?.path,
            "32/3205/320581/320581001/320581001001/320581001001001/32058100100100101/"
        );
        let mut tx = t.cx.write().await?;
        service::create_grids(&t.cx, &mut tx, &[grid("320581001001002", "湖滨网格")], day(TODAY)).await?;
        let orphan =
            service::create_grids(&t.cx, &mut tx, &[grid("320581999001001", "无主网格")], day(TODAY)).await;
        assert_eq!(fields(orphan), ["320581999001001"]);
        tx.commit().await?;
        assert_eq!(node(&t.cx, "320581001001002").await?.name, "湖滨网格");
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn children_page_by_code_and_by_pinyin() {
    on_both(|t| async move {
        furnished(&t).await?;
        let parent = node(&t.cx, "320581").await?.id;
        let mut tx = t.cx.read().await?;
        for (order, wanted) in [
            (Order::Code, ["虞山街道", "常福街道", "梅李镇"]),
            (Order::Name, ["常福街道", "梅李镇", "虞山街道"]),
        ] {
            let (mut names, mut after) = (Vec::new(), None);
            loop {
                let page = store::children(&mut tx, Some(parent), order, after.as_ref(), 2).await?;
                names.extend(page.rows.into_iter().map(|row| row.name));
                match page.next {
                    Some(next) => after = next.parse::<shared::Cursor>().ok(),
                    None => break,
                }
            }
            assert_eq!(names, wanted);
        }
        let roots = store::children(&mut tx, None, Order::Code, None, 10).await?;
        assert_eq!((roots.rows.len(), roots.rows[0].parts), (1, 1));
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn an_administrator_is_told_what_stands_below_their_own_place_and_nobody_else_is() {
    on_both(|t| async move {
        furnished(&t).await?;
        let district = node(&t.cx, "320581").await?;
        let told = |role| {
            let mut actor = admin(&t, &district.path);
            for grant in &mut actor.grants {
                grant.role = role;
                grant.code = "320581".into();
                grant.node_name = "常熟市".into();
            }
            t.request(Some(actor)).require(Permission::OrgEdit)
        };
        let overseen = page::overseen(&told(Role::DistrictAdmin)?)
            .await?
            .ok_or("told nothing")?;
        assert_eq!(
            (overseen.code, overseen.name.as_str()),
            (code("320581"), "常熟市")
        );
        let counts: Vec<_> = overseen
            .counts
            .iter()
            .map(|count| (count.kind, count.count))
            .collect();
        assert_eq!(counts, [(NodeKind::Street, 3), (NodeKind::Community, 3)]);
        // Who keeps the records of one place administers nothing below it.
        assert_eq!(page::overseen(&told(Role::Staff)?).await?, None);
        Ok(())
    })
    .await;
}
