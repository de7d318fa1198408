use db::test::on_both;
use orgs::model::{BodyForm, BodyKind};
use shared::AppError;

use super::*;
use crate::server::{household, places::Placing};

/// Two buildings and nothing in them.
const BUILDINGS: &str = "网格编码,小区,幢,经度,纬度,服务用房面积\n\
    320581001001001,花园浜,7,120.7402,31.6411,300\n\
    320581001001001,花园浜,8幢,120.7404,31.6411,\n";

fn fault(plan: &Plan) -> (u64, &str) {
    let first = plan.faults.first().expect("a fault");
    (first.line, first.field.as_str())
}

#[tokio::test]
async fn a_file_of_buildings_places_them_and_makes_no_rooms() {
    on_both(|t| async move {
        organised(&t).await?;
        let counts = bring(&t.cx, BUILDINGS).await?;
        assert_eq!(
            (counts.estates, counts.buildings, counts.rooms, counts.households),
            (1, 2, 0, 0)
        );
        assert_eq!((counts.places, counts.services), (2, 1));
        assert_eq!(count(&t.cx, "select count(*) from room").await?, 0);
        assert_eq!(
            count(
                &t.cx,
                "select count(*) from building where lon = 1207402000 and lat = 316411000"
            )
            .await?,
            1
        );
        assert_eq!(count(&t.cx, "select service_area from estate").await?, 30_000);
        assert_eq!(bring(&t.cx, BUILDINGS).await?.changes(), 0, "again nothing");

        let elsewhere = BUILDINGS.replace("120.7402", "120.7410");
        let plan = look(&t.cx, &elsewhere).await?;
        assert_eq!((plan.counts.places, plan.counts.changes()), (1, 1));
        assert!(
            plan.differences[0].before.starts_with("120.7402"),
            "{:?}",
            plan.differences
        );
        bring(&t.cx, &elsewhere).await?;
        assert_eq!(
            count(&t.cx, "select count(*) from building where lon = 1207410000").await?,
            1
        );

        // Who drew its outline saw it.
        let id = building(&t.cx, "7").await?;
        let drawn = Placing {
            place: Some((1_207_410_000, 316_411_000)),
            shape: Some("{}".to_owned()),
        };
        places::place_building(&t.cx, id, 2, &drawn).await?;
        assert_eq!(bring(&t.cx, BUILDINGS).await?.changes(), 0);
        let stale = places::place_building(&t.cx, id, 2, &drawn).await;
        assert!(matches!(stale, Err(AppError::Conflict(_))), "{stale:?}");
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn places_that_cannot_be_are_refused_with_their_line() {
    on_both(|t| async move {
        organised(&t).await?;
        let abroad = BUILDINGS.replace("120.7404,31.6411", "139.7,35.6");
        assert_eq!(fault(&look(&t.cx, &abroad).await?), (3, "经度"));
        let apart = BUILDINGS.replace("8幢,120.7404", "7幢,120.7504");
        assert_eq!(fault(&look(&t.cx, &apart).await?), (3, "经度"));
        let unmeasured = plan(
            &t.cx,
            BUILDINGS.as_bytes().to_vec().into(),
            None,
            &Steps::default(),
        )
        .await?;
        assert_eq!(fault(&unmeasured), (0, "坐标系"));
        let two = BUILDINGS.replace("31.6411,\n", "31.6411,400\n");
        assert_eq!(fault(&look(&t.cx, &two).await?), (3, "服务用房面积"));
        let area = look(&t.cx, "网格编码,小区,幢,面积\n320581001001001,花园浜,7,90\n").await?;
        assert_eq!(fault(&area), (2, "面积"));
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn a_file_puts_households_into_their_groups() {
    on_both(|t| async move {
        furnished(&t).await?;
        for name in ["第一居民小组", "第二居民小组"] {
            let form = BodyForm {
                kind: BodyKind::ResidentsGroup,
                name: name.to_owned(),
                phone: None,
                address: None,
                valid_from: day("2024-01-01"),
                valid_to: None,
            };
            orgs::server::bodies::save_body(&t.cx, &code(COMMUNITY), None, &form).await?;
        }
        t.clock.advance(shared::Timestamp::DAY * 2);
        let text = "网格编码,小区,幢,单元,室,姓名,出生年份,居民小组\n\
            320581001001001,花园浜,3,2,501,王芳,1950,第一居民小组\n\
            320581001001001,花园浜,3,2,502,,,第二\n\
            320581001001001,花园浜,3,2,503,新户,1980,第二居民小组\n";
        let counts = bring(&t.cx, text).await?;
        assert_eq!((counts.groups, counts.households), (3, 1));
        assert_eq!(
            count(
                &t.cx,
                "select count(*) from household_span where group_id is not null and valid_to is null"
            )
            .await?,
            3
        );
        assert_eq!(
            count(
                &t.cx,
                "select count(*) from household_span where valid_to is not null"
            )
            .await?,
            2,
            "to which group they belonged before is known"
        );
        assert_eq!(bring(&t.cx, text).await?.changes(), 0);
        let unknown = look(&t.cx, &text.replace("第二居民小组", "第九居民小组")).await?;
        assert_eq!(fault(&unknown), (4, "居民小组"));
        let nobody = "网格编码,小区,幢,室,居民小组\n320581001001001,花园浜,4,101,第一居民小组\n";
        assert_eq!(fault(&look(&t.cx, nobody).await?), (2, "居民小组"));
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn whoever_is_noted_in_anothers_part_is_neither_moved_nor_told_of() {
    on_both(|t| async move {
        furnished(&t).await?;
        let old = home(&t.cx, "李国强").await?;
        let secretary = worker(&t, 1, Role::Secretary, "320581001002").await?;
        let cx = with(&t, &secretary, Permission::PeopleImport)?;
        let text = "网格编码,小区,幢,姓名,出生年份,手机号\n320581001002001,四丈湾,8号,李国强,1940,13812340002\n";
        let seen = look(&cx, text).await?;
        assert_eq!((seen.counts.new, seen.counts.moved), (1, 0));
        assert!(seen.differences.iter().all(|one| one.before.is_empty()), "{:?}", seen.differences);
        bring(&cx, text).await?;
        assert_eq!(
            count(
                &t.cx,
                "select count(*) from residence x join person p on p.id = x.person_id where p.name = '李国强' and x.valid_to is null"
            )
            .await?,
            2,
            "they stay where they are until somebody there has confirmed it"
        );
        let listed = household::list_corrections(&t.cx, None, false, None).await?.rows.rows;
        assert_eq!(listed.len(), 1, "beside what residents wrote");
        assert!(!listed[0].correction.by_resident && listed[0].writer.is_none());
        let asked = household::page(&t.cx, old).await?.corrections;
        assert!(asked.len() == 1 && asked[0].words.contains("四丈湾"), "{asked:?}");
        assert_eq!(
            count(&t.cx, "select count(*) from audit_entry where action = 'people.person.elsewhere'").await?,
            1
        );
        assert_eq!(bring(&cx, text).await?.changes(), 0, "again nothing");
        assert_eq!(count(&t.cx, "select count(*) from household_correction").await?, 1);
        assert!(!asked[0].by_resident);
        assert_eq!(household::handle(&t.cx, asked[0].id, "").await?, (old, false), "nobody is told");
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn an_identity_number_that_finds_anothers_record_is_held_apart() {
    on_both(|t| async move {
        organised(&t).await?;
        let head = "网格编码,地址,姓名,身份证号,身份证同意\n";
        let first = format!("{head}320581001001001,花园浜3幢501,老李,11010519491231002X,是\n");
        bring(&t.cx, &first).await?;
        let secretary = worker(&t, 1, Role::Secretary, "320581001002").await?;
        let cx = with(&t, &secretary, Permission::PeopleImport)?;
        let second = format!("{head}320581001002001,四丈湾8号,老李,11010519491231002X,是\n");
        let counts = bring(&cx, &second).await?;
        assert_eq!((counts.new, counts.moved), (1, 0));
        assert_eq!(
            count(&t.cx, "select count(*) from person where identity is not null").await?,
            2
        );
        assert_eq!(
            count(
                &t.cx,
                "select count(*) from person where identity_blind is not null"
            )
            .await?,
            1
        );
        assert_eq!(bring(&cx, &second).await?.changes(), 0);
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn where_somebody_left_hears_of_it() {
    on_both(|t| async move {
        furnished(&t).await?;
        let text = "网格编码,小区,幢,姓名,出生年份,手机号\n320581001002001,四丈湾,8号,张伟,1988,13812340003\n";
        assert_eq!(bring(&t.cx, text).await?.moved, 1);
        assert_eq!(
            count(
                &t.cx,
                "select count(*) from event where kind = 'people.household.changed' and topic like 'path/%320581001001002/'"
            )
            .await?,
            1
        );
        assert_eq!(
            count(
                &t.cx,
                "select count(*) from audit_entry where action = 'people.person.leave' and path like '%320581001001002/'"
            )
            .await?,
            1
        );
        Ok(())
    })
    .await;
}
