use db::test::on_both;
use shared::{AppError, Permission};
use ui::sending::Phase;

use super::*;
use crate::{
    demo,
    model::NodeKind,
    server::{
        import::{plan, staged},
        sent::Steps,
    },
};

#[tokio::test]
async fn the_second_import_changes_nothing() {
    on_both(|t| async move {
        let first = import_on(&t.cx, SOME, "2023-06-30").await?;
        assert_eq!((first.new, first.changes()), (12, 12));
        let second = import_on(&t.cx, SOME, "2023-06-30").await?;
        assert_eq!((second.changes(), second.unchanged), (0, 12));
        assert_eq!(count(&t.cx, "select count(*) from node_version").await?, 12);
        assert_eq!(
            count(
                &t.cx,
                "select count(*) from event where kind = 'orgs.divisions.imported'"
            )
            .await?,
            1
        );
        assert_eq!(
            count(
                &t.cx,
                "select count(*) from audit_entry where action = 'orgs.divisions.import'"
            )
            .await?,
            2
        );
        assert_eq!(
            node(&t.cx, "320581001001").await?.path,
            "32/3205/320581/320581001/320581001001/"
        );
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn shows_what_is_new_renamed_moved_and_gone_before_it_happens() {
    on_both(|t| async move {
        furnished(&t).await?;
        let next = SOME
            .replace("梅李镇", "梅李街道")
            .replace("320581001002,四丈湾社区居委会,community,320581001\n", "320581001003,学前社区居委会,community,320581001\n")
            .replace("320581002001,常福社区居委会,community,320581002", "320581002001,常福社区居委会,community,320581101");
        let plan = plan_on(&t.cx, next.as_bytes(), day("2026-01-01")).await?;
        let told = |list: &[crate::model::Difference]| list.iter().map(|d| format!("{}→{}", d.before, d.after)).collect::<Vec<_>>();
        assert_eq!(told(&plan.differences.new), ["→学前社区居委会"]);
        assert_eq!(told(&plan.differences.renamed), ["梅李镇→梅李街道"]);
        assert_eq!(told(&plan.differences.gone), ["四丈湾社区居委会→"]);
        assert_eq!(told(&plan.differences.moved), ["常福社区居委会 · 常福街道→常福社区居委会 · 梅李街道"]);
        assert_eq!(plan.counts, Counts { new: 1, renamed: 1, moved: 1, gone: 1, unchanged: 9 });
        assert_eq!(node(&t.cx, "320581101").await?.name, "梅李镇");
        apply(&t.cx, plan).await?;
        assert_eq!(node(&t.cx, "320581101").await?.name, "梅李街道");
        assert_eq!(node(&t.cx, "320581002001").await?.path, "32/3205/320581/320581101/320581002001/");
        assert!(node(&t.cx, "320581001002").await.is_err());
        let open = "select count(*) from node_version v join node n on n.id = v.node_id where (v.valid_to is null) <> (n.valid_to is null and v.number = n.version)";
        assert_eq!(count(&t.cx, open).await?, 0);
        assert_eq!(import_on(&t.cx, &next, "2026-01-01").await?.changes(), 0);
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn a_moved_subtree_takes_its_grids_along() {
    on_both(|t| async move {
        furnished(&t).await?;
        let mut tx = t.cx.write().await?;
        let grid = crate::server::service::NewGrid {
            code: code("320581001001001"),
            name: "第1网格".into(),
        };
        crate::server::service::create_grids(&t.cx, &mut tx, &[grid], t.cx.now().date()).await?;
        tx.commit().await?;
        // Both the street and the community below it move at once.
        let next = SOME
            .replace(
                "320581001,虞山街道,street,320581\n",
                "320581001,虞山街道,street,320582\n",
            )
            .replace(
                "320581001001,花园浜社区居委会,community,320581001",
                "320581001001,花园浜社区居委会,community,320582100",
            );
        let counts = import_on(&t.cx, &next, "2026-01-01").await?;
        assert_eq!(counts.moved, 2);
        assert_eq!(node(&t.cx, "320581001").await?.path, "32/3205/320582/320581001/");
        assert_eq!(
            node(&t.cx, "320581001002").await?.path,
            "32/3205/320582/320581001/320581001002/"
        );
        assert_eq!(
            node(&t.cx, "320581001001001").await?.path,
            "32/3205/320582/320582100/320581001001/320581001001001/"
        );
        // And a community that goes takes its grids with it.
        let without = next.replace("320581001001,花园浜社区居委会,community,320582100\n", "");
        assert_eq!(import_on(&t.cx, &without, "2026-02-01").await?.gone, 1);
        assert!(node(&t.cx, "320581001001001").await.is_err());
        assert_eq!(
            count(
                &t.cx,
                "select count(*) from node_version where ended_by = 'abolished'"
            )
            .await?,
            2
        );
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn a_file_speaks_only_of_its_own_subtree_and_kinds() {
    on_both(|t| async move {
        furnished(&t).await?;
        let street = format!(
            "{HEAD}320581001,虞山街道,street,320581\n320581001001,花园浜社区居委会,community,320581001\n"
        );
        let plan = plan(&t.cx, street.as_bytes()).await?;
        assert_eq!(
            (plan.counts.gone, plan.differences.gone[0].code.clone()),
            (1, code("320581001002"))
        );
        let one = format!("{HEAD}320581001009,烟雨社区居委会,community,320581001\n");
        let plan = plan_on(&t.cx, one.as_bytes(), day("2024-01-01")).await?;
        assert_eq!((plan.counts.new, plan.counts.gone), (1, 0));
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn nothing_is_stored_of_a_faulty_file() {
    on_both(|t| async move {
        for (row, fault) in [
            (
                "320581001001,花园浜社区,community,320581999\n",
                "第 5 行 parent_code：上级 320581999 不在文件里，也不在现有区划里",
            ),
            (
                "320581001001,花园浜社区,community,\n",
                "第 5 行 parent_code：缺少上级编码；只有最高一级可以不填",
            ),
            (
                "320581001001,=HYPERLINK(\"x\"),community,320581\n",
                "第 5 行 name：单元格里是公式",
            ),
            (
                "320581,常熟市,district,3205\n",
                "第 5 行 code：编码 320581 与第 4 行重复",
            ),
            (
                "320581001,虞山街道,street,320581001\n",
                "第 5 行 parent_code：上级不能是它自己",
            ),
        ] {
            let text =
                format!("{HEAD}32,江苏省,province,\n3205,苏州市,city,32\n320581,常熟市,district,3205\n{row}");
            let plan = plan(&t.cx, text.as_bytes()).await?;
            let found: Vec<String> = plan.faults.iter().map(ToString::to_string).collect();
            assert!(found.len() == 1 && found[0].starts_with(fault), "{found:?}");
            assert!(matches!(apply(&t.cx, plan).await, Err(AppError::Invalid(_))));
        }
        assert_eq!(count(&t.cx, "select count(*) from node").await?, 0);
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn a_change_cannot_take_effect_before_what_it_changes() {
    on_both(|t| async move {
        furnished(&t).await?;
        let next = SOME.replace("梅李镇", "梅李街道");
        let plan = plan_on(&t.cx, next.as_bytes(), day("2020-01-01")).await?;
        assert_eq!(
            (plan.faults.len(), plan.faults[0].line),
            (1, 8),
            "{:?}",
            plan.faults
        );
        assert!(plan_on(&t.cx, next.as_bytes(), day("2030-01-01")).await.is_err());
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn a_plan_that_time_has_overtaken_is_a_conflict() {
    on_both(|t| async move {
        furnished(&t).await?;
        let stale = plan(&t.cx, SOME.replace("梅李镇", "梅李街道").as_bytes()).await?;
        import_on(&t.cx, &SOME.replace("梅李镇", "梅里镇"), "2024-01-01").await?;
        assert!(matches!(apply(&t.cx, stale).await, Err(AppError::Conflict(_))));
        assert_eq!(node(&t.cx, "320581101").await?.name, "梅里镇");
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn an_administrator_changes_their_own_subtree_only() {
    on_both(|t| async move {
        furnished(&t).await?;
        let cx = cx_below(&t, "32/3205/320581/", Permission::OrgImport)?;
        let own = plan(&cx, SOME.replace("梅李镇", "梅李街道").as_bytes()).await?;
        assert!(own.faults.is_empty(), "{:?}", own.faults);
        let foreign = SOME.replace("杨舍镇", "杨舍街道") + "3206,南通市,city,32\n";
        let plan = plan(&cx, foreign.as_bytes()).await?;
        let lines: Vec<u64> = plan.faults.iter().map(|f| f.line).collect();
        assert_eq!(lines, [9, 14], "{:?}", plan.faults);
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn a_file_waits_for_its_sender_and_is_applied_once() {
    on_both(|t| async move {
        let actor = admin(&t, "32/");
        let cx = t.request(Some(actor)).require(Permission::OrgImport)?;
        let id = staged::keep(&cx, "区划.csv", SOME.as_bytes().to_vec(), day("2023-06-30")).await?;
        let preview = staged::preview(&cx, id).await?;
        assert_eq!(
            (preview.counts.new, preview.fault_count, preview.applied),
            (12, 0, None)
        );
        let stranger = t.request(Some(admin(&t, "32/"))).require(Permission::OrgImport)?;
        assert!(matches!(
            staged::preview(&stranger, id).await,
            Err(AppError::NotFound)
        ));
        assert_eq!(staged::differences(&stranger, id).await, Err(AppError::NotFound));
        let told = staged::differences(&cx, id).await?;
        assert!(
            told.lines().count() == 13 && told.contains("\"新增\",\"320581101\","),
            "{told}"
        );
        assert!(matches!(
            staged::apply(&cx, id, Counts::default(), &Steps::default()).await,
            Err(AppError::Conflict(_))
        ));
        assert_eq!(
            staged::apply(&cx, id, preview.counts, &Steps::default())
                .await?
                .new,
            12
        );
        assert!(matches!(
            staged::apply(&cx, id, preview.counts, &Steps::default()).await,
            Err(AppError::Conflict(_))
        ));
        let after = staged::preview(&cx, id).await?;
        assert_eq!(after.applied.map(|(_, counts)| counts.new), Some(12));
        t.clock.advance(2 * shared::Timestamp::DAY);
        staged::keep(&cx, "另一个.csv", SOME.as_bytes().to_vec(), day("2023-06-30")).await?;
        assert_eq!(count(&t.cx, "select count(*) from division_import").await?, 2);
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn stopping_before_the_end_changes_nothing_whichever_server_is_asked() {
    on_both(|t| async move {
        let actor = admin(&t, "32/");
        let cx = t.request(Some(actor)).require(Permission::OrgImport)?;
        let (steps, mut heard) = Steps::told();
        let (id, preview) = staged::receive(&cx, "区划.csv", SOME.into(), day("2023-06-30"), &steps).await?;
        let counts = preview.ok_or("a preview for who watches")?.counts;
        assert_eq!(counts, staged::preview(&cx, id).await?.counts);
        drop(steps);
        let mut phases = Vec::new();
        while let Some(phase) = heard.recv().await {
            phases.push(phase);
        }
        assert_eq!(phases, [Phase::Read, Phase::Check, Phase::Compare]);

        // The connection breaks: the work is dropped wherever it stands.
        let (steps, mut heard) = Steps::told();
        tokio::select! {
            biased;
            _ = async { while heard.recv().await != Some(Phase::Compare) {} } => {}
            applied = staged::apply(&cx, id, counts, &steps) => return Err(format!("{applied:?}").into()),
        }
        assert_eq!(count(&t.cx, "select count(*) from node").await?, 0);

        // Whoever is told to stop before beginning finds nothing to apply.
        let stranger = t.request(Some(admin(&t, "32/"))).require(Permission::OrgImport)?;
        assert_eq!(staged::stop(&stranger, id).await, Err(AppError::NotFound));
        let before = staged::stop(&cx, id).await?;
        assert_ne!(before, id);
        assert_eq!(
            staged::apply(&cx, id, counts, &Steps::default()).await,
            Err(AppError::NotFound)
        );

        // The connection does not break, but somebody says stop in the middle, perhaps to another server. Both go on
        // side by side (one that rests might hold the only writer), so either may be first; both say the same.
        let (steps, mut heard) = Steps::told();
        let (applied, now) = tokio::join!(staged::apply(&cx, before, counts, &steps), async {
            while heard.recv().await != Some(Phase::Compare) {}
            staged::stop(&cx, before).await
        });
        let now = now?;
        if now == before {
            assert_eq!(applied?.new, 12);
            assert_eq!(count(&t.cx, "select count(*) from node").await?, 12);
            return Ok(());
        }
        assert!(matches!(applied, Err(AppError::Conflict(_))));
        assert_eq!(count(&t.cx, "select count(*) from node").await?, 0);

        // It waits on under its new id. Stopping what is done says so.
        assert_eq!(staged::apply(&cx, now, counts, &Steps::default()).await?.new, 12);
        assert_eq!(staged::stop(&cx, now).await?, now);
        assert_eq!(count(&t.cx, "select count(*) from node").await?, 12);
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn all_of_jiangsu_and_the_demonstration_beside_it() {
    on_both(|t| async move {
        let counts = demo::load(&t.cx).await?;
        assert_eq!(counts.new, 23_389);
        assert_eq!(demo::load(&t.cx).await?.changes(), 0);
        let again = plan(&t.cx, demo::DIVISIONS).await?;
        assert_eq!((again.counts.changes(), again.counts.unchanged), (0, 23_389));
        let mut tx = t.cx.read().await?;
        let below = crate::server::store::counts_below(&mut tx, "32/3205/320581/").await?;
        let below: Vec<(NodeKind, i64)> = below.into_iter().map(|c| (c.kind, c.count)).collect();
        assert_eq!(below, [(NodeKind::Street, 17), (NodeKind::Community, 356)]);
        let found = |hits: Vec<crate::model::Hit>| hits.into_iter().map(|hit| hit.name).collect::<Vec<_>>();
        for q in ["css", "changshu", "常熟", "常熟市", "320581", "Chang Shu"] {
            let hits = found(crate::server::search::search(&mut tx, q, "").await?);
            assert_eq!(hits.first().map(String::as_str), Some("常熟市"), "{q}: {hits:?}");
        }
        Ok(())
    })
    .await;
}
