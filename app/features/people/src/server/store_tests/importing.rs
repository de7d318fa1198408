use db::test::on_both;
use orgs::model::change::{Merge, Order};
use shared::AppError;

use super::*;
use crate::server::import::staged;

fn reasons(plan: &Plan) -> Vec<(u64, String, String)> {
    plan.faults
        .iter()
        .map(|fault| (fault.line, fault.field.clone(), fault.reason.clone()))
        .collect()
}

#[tokio::test]
async fn a_file_makes_places_households_and_people_and_again_nothing() {
    on_both(|t| async move {
        let counts = furnished(&t).await?;
        let wanted = Counts {
            estates: 2,
            buildings: 3,
            rooms: 4,
            areas: 0,
            places: 0,
            services: 0,
            groups: 0,
            households: 4,
            new: 6,
            changed: 0,
            moved: 0,
            unchanged: 0,
        };
        assert_eq!(counts, wanted);
        let again = bring(&t.cx, FILE).await?;
        assert_eq!((again.changes(), again.unchanged), (0, 6));
        assert_eq!(count(&t.cx, "select count(*) from person").await?, 6);
        assert_eq!(
            count(
                &t.cx,
                "select count(*) from representation where valid_to is null"
            )
            .await?,
            4
        );
        assert_eq!(count(&t.cx, "select count(*) from ownership").await?, 3);
        assert_eq!(
            count(&t.cx, "select count(*) from room where area = 8950").await?,
            1
        );
        assert_eq!(
            count(&t.cx, "select count(*) from person where phone like '%1381234%'").await?,
            0
        );
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn one_household_under_two_spellings_is_one() {
    on_both(|t| async move {
        organised(&t).await?;
        let text = "网格编码,地址,姓名,出生年份\n\
            320581001001001,花园浜小区3幢2单元501室,王芳,1950\n\
            320581001001001,花园浜三栋二单元五零一,王小明,2015\n\
            320581001001001,花园浜3幢501,王大明,1975\n";
        let plan = look(&t.cx, text).await?;
        assert_eq!(
            (plan.counts.rooms, plan.counts.households, plan.counts.new),
            (1, 1, 3)
        );
        assert_eq!(plan.notes.len(), 2, "{:?}", plan.notes);
        bring(&t.cx, text).await?;
        assert_eq!(
            count(
                &t.cx,
                "select count(*) from room where unit = '2' and door = '501'"
            )
            .await?,
            1
        );
        // Known by now, so the grid need not be said.
        let more = bring(
            &t.cx,
            "地址,姓名,出生年份\n花园浜小区 ３－２－５０１,王小红,2018\n",
        )
        .await?;
        assert_eq!((more.rooms, more.households, more.new), (0, 0, 1));
        let twice = "网格编码,地址,姓名,出生年份\n\
            320581001001001,花园浜9幢101,陈静,1980\n\
            320581001001001,花园浜小区9号楼101室,陈静,1980\n";
        assert_eq!(reasons(&look(&t.cx, twice).await?)[0].1, "姓名");
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn a_single_fault_leaves_everything_as_it_was() {
    on_both(|t| async move {
        organised(&t).await?;
        let text = FILE.replace("1988", "2090");
        let plan = look(&t.cx, &text).await?;
        assert_eq!(reasons(&plan).len(), 1, "{:?}", plan.faults);
        assert_eq!(
            (reasons(&plan)[0].0, reasons(&plan)[0].1.as_str()),
            (5, "出生年份")
        );
        assert_eq!(plan.counts, Counts::default());
        let refused = apply(&t.cx, text.into_bytes(), None, None).await;
        assert!(matches!(refused, Err(AppError::Invalid(_))), "{refused:?}");
        for table in [
            "select count(*) from estate",
            "select count(*) from room",
            "select count(*) from person",
        ] {
            assert_eq!(count(&t.cx, table).await?, 0);
        }
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn a_grid_that_ended_is_refused_and_its_successor_named() {
    on_both(|t| async move {
        organised(&t).await?;
        let first = node(&t.cx, GRID).await?;
        let merge = Merge::read(
            NEXT_GRID,
            "320581001001009",
            "花园浜合并网格",
            "2026-01-01",
            "",
            first.version,
            t.cx.now().date(),
        )?;
        orgs::server::service::merge(&t.cx, &code(GRID), &merge).await?;
        let plan = look(&t.cx, FILE).await?;
        let found = reasons(&plan);
        assert!(
            found
                .iter()
                .any(|(line, field, _)| *line == 2 && field == "网格编码"),
            "{found:?}"
        );
        assert!(
            found[0].2.contains("已经撤销") && found[0].2.contains("320581001001009"),
            "{found:?}"
        );
        let unknown = look(&t.cx, &FILE.replace(GRID, "320581001001777")).await?;
        assert!(
            reasons(&unknown)[0].2.contains("没有编码为"),
            "{:?}",
            unknown.faults
        );
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn who_imports_does_so_in_their_own_part_only() {
    on_both(|t| async move {
        organised(&t).await?;
        let secretary = worker(&t, 1, Role::Secretary, COMMUNITY).await?;
        let cx = with(&t, &secretary, Permission::PeopleImport)?;
        let plan = look(&cx, FILE).await?;
        assert_eq!(reasons(&plan).len(), 1, "{:?}", plan.faults);
        assert!(reasons(&plan)[0].2.contains("不在您负责的范围内"));
        let grid_worker = worker(&t, 2, Role::GridWorker, GRID).await?;
        assert_eq!(
            with(&t, &grid_worker, Permission::PeopleImport).err(),
            Some(AppError::Forbidden)
        );
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn corrections_and_removals_are_shown_and_history_is_kept() {
    on_both(|t| async move {
        furnished(&t).await?;
        t.clock.advance(shared::Timestamp::DAY * 10);
        // 张伟 is registered here by now, 李国强 moved in with 王芳, whose number changed.
        let text = "网格编码,小区,幢,单元,室,姓名,出生年份,手机号,居住情况,与户代表关系,户代表\n\
            320581001001001,花园浜,3,2,501,王芳,1950,13812349999,,,\n\
            320581001001001,花园浜,3,2,501,李国强,1940,13812340002,,其他,\n\
            320581001001002,花园浜,5,,101,张伟,1988,,户籍常住,,\n\
            320581001001002,花园浜,5,,101,周敏,1990,,,,是\n";
        let plan = look(&t.cx, text).await?;
        assert_eq!(
            (plan.counts.changed, plan.counts.moved, plan.counts.new),
            (3, 1, 0),
            "{:?}",
            plan.counts
        );
        assert!(
            plan.differences.iter().all(|d| d.what.contains('*')),
            "{:?}",
            plan.differences
        );
        bring(&t.cx, text).await?;
        assert_eq!(home(&t.cx, "李国强").await?, home(&t.cx, "王芳").await?);
        assert_eq!(
            count(&t.cx, "select count(*) from household where valid_to is not null").await?,
            1
        );
        assert_eq!(
            count(&t.cx, "select count(*) from residence where ended_by = 'changed'").await?,
            1,
            "how 张伟 lived before is still known"
        );
        assert_eq!(bring(&t.cx, text).await?.changes(), 0);
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn identity_numbers_need_consent_and_are_found_again_sealed() {
    on_both(|t| async move {
        organised(&t).await?;
        let text = "网格编码,地址,姓名,身份证号,身份证同意\n320581001001001,花园浜3幢501,老李,11010519491231002X,是\n";
        bring(&t.cx, text).await?;
        assert_eq!(count(&t.cx, "select count(*) from person_consent where kind = 'identity'").await?, 1);
        assert_eq!(count(&t.cx, "select count(*) from person where birth_year = 1949 and sex = 'female'").await?, 1);
        assert_eq!(count(&t.cx, "select count(*) from person where identity like '%1101%'").await?, 0);
        // Under another name in another place: by the number the same.
        let moved = bring(&t.cx, "网格编码,地址,姓名,身份证号,身份证同意\n320581001002001,四丈湾8号,李老,11010519491231002X,是\n").await?;
        assert_eq!((moved.moved, moved.new), (1, 0));
        assert_eq!(count(&t.cx, "select count(*) from person").await?, 1);
        let made_up = look(&t.cx, "网格编码,地址,姓名,身份证号,身份证同意\n320581001001001,花园浜3幢501,老李,110105194912310021,是\n").await?;
        assert!(reasons(&made_up)[0].2.contains("最后一位"), "{:?}", made_up.faults);
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn a_file_waits_sealed_for_its_sender_alone() {
    on_both(|t| async move {
        organised(&t).await?;
        let town = worker(&t, 1, Role::TownAdmin, "320581001").await?;
        let other = worker(&t, 2, Role::TownAdmin, "320581001").await?;
        let (cx, others) = (
            with(&t, &town, Permission::PeopleImport)?,
            with(&t, &other, Permission::PeopleImport)?,
        );
        let id = staged::keep(&cx, "名册.csv", FILE.as_bytes().to_vec(), None).await?;
        assert_eq!(
            count(
                &t.cx,
                "select count(*) from people_import_part where content like '%王芳%'"
            )
            .await?,
            0
        );
        assert_eq!(staged::preview(&others, id).await.err(), Some(AppError::NotFound));
        let preview = staged::preview(&cx, id).await?;
        assert_eq!((preview.counts.new, preview.fault_count), (6, 0));
        let other_counts = Counts {
            new: 7,
            ..preview.counts
        };
        assert!(matches!(
            staged::apply_staged(&cx, id, other_counts, &Steps::default()).await,
            Err(AppError::Conflict(_))
        ));
        // Stopped, it waits on under another id.
        let stopped = id;
        let id = staged::stop(&cx, stopped).await?;
        assert_ne!(id, stopped);
        let gone = staged::apply_staged(&cx, stopped, preview.counts, &Steps::default()).await;
        assert_eq!(gone.err(), Some(AppError::NotFound));
        staged::apply_staged(&cx, id, preview.counts, &Steps::default()).await?;
        assert_eq!(staged::stop(&cx, id).await?, id);
        assert_eq!(count(&t.cx, "select count(*) from people_import_part").await?, 0);
        assert!(matches!(
            staged::apply_staged(&cx, id, preview.counts, &Steps::default()).await,
            Err(AppError::Conflict(_))
        ));
        assert!(staged::preview(&cx, id).await?.applied.is_some());
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn an_abolished_grid_names_no_successor() {
    on_both(|t| async move {
        organised(&t).await?;
        let grid = node(&t.cx, OTHER_GRID).await?;
        let order = Order::read("2026-02-01", "", grid.version, t.cx.now().date())?;
        orgs::server::service::abolish(&t.cx, &code(OTHER_GRID), &order).await?;
        let plan = look(&t.cx, FILE).await?;
        assert!(
            plan.faults[0]
                .reason
                .contains("已经撤销，2026 年 2 月 1 日 起不再使用"),
            "{:?}",
            plan.faults
        );
        Ok(())
    })
    .await;
}
