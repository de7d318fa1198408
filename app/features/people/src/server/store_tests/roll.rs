use db::test::on_both;
use orgs::model::{BodyForm, BodyId, BodyKind, TermForm, change::Split};
use shared::AppError;

use super::*;
use crate::{
    model::{Part, RollCounts, Standing},
    server::{figures, household, places, rehouse, roll, standing},
};

pub async fn counts(cx: &Cx, place: &str, on: &str) -> Outcome<RollCounts> {
    let node = node(cx, place).await?;
    let mut tx = cx.read().await?;
    Ok(roll::counts(&mut tx, &node, day(on)).await?.0)
}

pub async fn names(cx: &Cx, place: &str, on: &str, part: Part, all: bool) -> Outcome<Vec<String>> {
    let node = node(cx, place).await?;
    let mut tx = cx.read().await?;
    let rows = roll::list(&mut tx, &node, day(on), part, None, all).await?.rows;
    Ok(rows
        .into_iter()
        .map(|row| format!("{} {}", row.name, row.detail))
        .collect())
}

pub async fn body(cx: &Cx, kind: BodyKind, name: &str) -> Outcome<BodyId> {
    let form = BodyForm {
        kind,
        name: name.to_owned(),
        phone: None,
        address: None,
        valid_from: day("2024-01-01"),
        valid_to: None,
    };
    Ok(orgs::server::bodies::save_body(cx, &code(COMMUNITY), None, &form).await?)
}

#[tokio::test]
async fn counts_who_votes_and_says_who_does_not() {
    on_both(|t| async move {
        furnished(&t).await?;
        bring(
            &t.cx,
            "网格编码,地址,姓名,出生年份,居住情况\n\
             320581001001001,花园浜3幢2单元501,王新,2008,户籍常住\n\
             320581001001001,花园浜3幢2单元501,王成,2008-11-23,户籍常住\n\
             320581001001001,花园浜3幢2单元501,王远,1980,户籍不住\n\
             320581001001001,花园浜3幢2单元501,王谜,,常住\n",
        )
        .await?;
        let seen = counts(&t.cx, COMMUNITY, "2026-11-23").await?;
        let wanted = RollCounts {
            households: 3,
            represented: 3,
            // 王芳, 李国强, 张伟, and 王成, who is 18 today.
            adults: 4,
            temporary: 1,
            away: 1,
            unknown_age: 1,
            turning: 1,
            deputies: 0,
            ungrouped: 3,
        };
        assert_eq!(seen, wanted);
        assert_eq!(counts(&t.cx, GRID, "2026-11-23").await?.households, 2);
        assert_eq!(
            counts(&t.cx, COMMUNITY, "2026-11-22").await?,
            RollCounts::default()
        );
        assert_eq!(
            counts(&t.cx, COMMUNITY, "2027-01-01").await?.adults,
            5,
            "王新 is of age by then"
        );
        assert_eq!(
            names(&t.cx, COMMUNITY, "2026-11-23", Part::Adults, false).await?,
            ["李** 户籍常住", "王* 户籍常住", "王* 户籍常住", "张* 常住"]
        );
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn the_roll_of_a_day_is_what_it_was_on_that_day() {
    on_both(|t| async move {
        furnished(&t).await?;
        t.clock.advance(shared::Timestamp::DAY * 30);
        let today = t.cx.now().date();
        let id = person(&t.cx, "李国强").await?;
        household::leave(&t.cx, id, 1, crate::model::Leaving::Moved, today).await?;
        let before = counts(&t.cx, COMMUNITY, "2026-12-01").await?;
        let after = counts(&t.cx, COMMUNITY, "2026-12-23").await?;
        assert_eq!((before.households, before.adults), (3, 3));
        assert_eq!((after.households, after.adults), (2, 2));
        assert_eq!(
            names(&t.cx, COMMUNITY, "2026-12-01", Part::Representatives, false)
                .await?
                .len(),
            3
        );
        assert_eq!(
            names(&t.cx, COMMUNITY, "2026-12-23", Part::Representatives, false)
                .await?
                .len(),
            2
        );
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn a_split_grid_gives_each_half_its_buildings_and_the_past_stays() {
    on_both(|t| async move {
        furnished(&t).await?;
        bring(
            &t.cx,
            "网格编码,地址,姓名,出生年份\n320581001001001,花园浜7幢101,孙一,1970\n",
        )
        .await?;
        t.clock.advance(shared::Timestamp::DAY * 20);
        let today = t.cx.now().date();
        let old = node(&t.cx, GRID).await?;
        let split = Split::read(
            "320581001001011 甲网格\n320581001001012 乙网格",
            orgs::model::change::Afterwards::Ends,
            &today.to_string(),
            "",
            old.version,
            today,
        )?;
        orgs::server::service::split(&t.cx, &code(GRID), &split).await?;
        // Given to none yet: they are counted all the same, and said to hang.
        let community = node(&t.cx, COMMUNITY).await?;
        let mut tx = t.cx.read().await?;
        let (seen, orphaned) = roll::counts(&mut tx, &community, today).await?;
        assert_eq!((seen.households, orphaned), (4, 3));
        let points = places::points(&mut tx, old.id).await?;
        assert_eq!(points.len(), 2);
        drop(tx);
        let (first, second) = (
            id_of(&t.cx, "320581001001011").await?,
            id_of(&t.cx, "320581001001012").await?,
        );
        let mut tx = t.cx.write().await?;
        let given = [(points[0].id, first), (points[1].id, second)];
        rehouse::buildings(&t.cx, &mut tx, &given, today).await?;
        tx.commit().await?;
        let day_of = today.to_string();
        let halves = counts(&t.cx, "320581001001011", &day_of).await?.households
            + counts(&t.cx, "320581001001012", &day_of).await?.households;
        assert_eq!(halves, 3);
        let mut tx = t.cx.read().await?;
        let (seen, orphaned) = roll::counts(&mut tx, &community, today).await?;
        assert_eq!((seen.households, orphaned), (4, 0));
        let (seen, _) = roll::counts(&mut tx, &old, today.plus_days(-1)).await?;
        assert_eq!(seen.households, 3, "the old grid as it was yesterday");
        let (seen, _) = roll::counts(&mut tx, &old, today).await?;
        assert_eq!(seen.households, 0);
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn members_are_seen_by_consent_or_from_a_post() {
    on_both(|t| async move {
        furnished(&t).await?;
        let branch = body(&t.cx, BodyKind::PartyBranch, "第一党支部").await?;
        let (open, quiet) = (person(&t.cx, "王芳").await?, person(&t.cx, "李国强").await?);
        standing::set_party(&t.cx, open, Some(branch), Standing::Full, true, None).await?;
        standing::set_party(&t.cx, quiet, Some(branch), Standing::Probationary, false, None).await?;
        let staff = worker(&t, 1, Role::Staff, COMMUNITY).await?;
        let secretary = worker(&t, 2, Role::Secretary, COMMUNITY).await?;
        let page = |actor: Actor| {
            let t = t.clone();
            async move {
                let cx = with(&t, &actor, Permission::PeopleView)?;
                Outcome::Ok(roll::page(&cx, Some(&code(COMMUNITY)), None, Part::Party, None).await?)
            }
        };
        let seen = page(staff.clone()).await?;
        assert_eq!(seen.rows.rows.len(), 1);
        assert_eq!(seen.rows.rows[0].detail, "第一党支部，正式党员");
        assert!(seen.branches.is_empty(), "nor are they counted");
        let seen = page(secretary).await?;
        assert_eq!(
            (
                seen.rows.rows.len(),
                seen.branches[0].persons,
                seen.branches[0].households
            ),
            (2, 2, 1)
        );
        let cx = with(&t, &staff, Permission::PeopleView)?;
        let home_ = household::page(&cx, home(&t.cx, "李国强").await?).await?;
        assert!(home_.members[0].party.is_none());
        let elsewhere = body(&t.cx, BodyKind::ResidentsGroup, "一组").await?;
        let wrong = standing::set_party(&t.cx, open, Some(elsewhere), Standing::Full, true, None).await;
        assert_eq!(wrong.unwrap_err().for_field("branch").count(), 1);
        standing::set_party(&t.cx, open, None, Standing::Full, true, None).await?;
        assert_eq!(
            count(
                &t.cx,
                "select count(*) from person_consent where withdrawn_at is null"
            )
            .await?,
            0
        );
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn deputies_stand_for_a_term_and_groups_are_counted() {
    on_both(|t| async move {
        furnished(&t).await?;
        let committee = body(&t.cx, BodyKind::ResidentsCommittee, "居委会").await?;
        let term = TermForm::read("12", "2024-01-01", "2029-01-01")?;
        orgs::server::bodies::save_term(&t.cx, committee, None, &term).await?;
        let group = body(&t.cx, BodyKind::ResidentsGroup, "第一居民小组").await?;
        household::group(&t.cx, home(&t.cx, "王芳").await?, Some(group), None).await?;
        let wrong = household::group(&t.cx, home(&t.cx, "王芳").await?, Some(committee), None).await;
        assert_eq!(wrong.unwrap_err().for_field("group").count(), 1);
        let id = person(&t.cx, "王芳").await?;
        standing::set_deputy(&t.cx, id, true, None).await?;
        assert!(matches!(
            standing::set_deputy(&t.cx, id, true, None).await,
            Err(AppError::Conflict(_))
        ));
        let child = person(&t.cx, "王小明").await?;
        assert!(matches!(
            standing::set_deputy(&t.cx, child, true, None).await,
            Err(AppError::Conflict(_))
        ));
        let page = roll::page(&t.cx, Some(&code(COMMUNITY)), None, Part::Groups, None).await?;
        assert_eq!(page.term.as_deref(), Some("第 12 届"));
        assert_eq!((page.counts.deputies, page.counts.ungrouped), (1, 2));
        assert_eq!(
            (
                page.groups[0].households,
                page.groups[0].persons,
                page.groups[0].deputies
            ),
            (1, 2, 1)
        );
        standing::set_deputy(&t.cx, id, false, None).await?;
        assert_eq!(counts(&t.cx, COMMUNITY, "2026-11-23").await?.deputies, 0);
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn a_roll_is_for_those_who_work_in_the_whole_of_the_place() {
    on_both(|t| async move {
        furnished(&t).await?;
        let grid_worker = worker(&t, 1, Role::GridWorker, GRID).await?;
        let cx = with(&t, &grid_worker, Permission::PeopleView)?;
        let refused = roll::page(&cx, Some(&code(COMMUNITY)), None, Part::Counts, None).await;
        assert_eq!(refused.err(), Some(AppError::NotFound));
        let own = roll::page(&cx, None, None, Part::Counts, None).await?;
        assert_eq!((own.here.code.as_str(), own.counts.households), (GRID, 2));
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn what_is_counted_part_by_part_is_what_each_part_comes_to() {
    on_both(|t| async move {
        furnished(&t).await?;
        let today = day("2026-11-23");
        for above in ["320581", COMMUNITY] {
            let path = node(&t.cx, above).await?.path;
            let mut tx = t.cx.read().await?;
            let parts = figures::of_parts(&mut tx, &path, today).await?;
            assert!(!parts.is_empty(), "{above}");
            let mut households = 0;
            for (code, part) in parts {
                let alone = figures::of(&mut tx, &format!("{path}{code}/"), today).await?;
                assert_eq!(part, alone, "{code}");
                assert_eq!(part.public(), alone.public(), "{code}");
                households += part.households;
            }
            assert_eq!(households, figures::of(&mut tx, &path, today).await?.households);
        }
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn the_public_is_told_of_no_small_group() {
    on_both(|t| async move {
        furnished(&t).await?;
        let path = node(&t.cx, GRID).await?.path;
        let mut tx = t.cx.read().await?;
        let whole = figures::of(&mut tx, &path, day("2026-11-23")).await?;
        assert_eq!((whole.households, whole.persons, whole.alone), (2, 3, 1));
        assert_eq!(whole.bands, [0, 1, 0, 1, 1, 0]);
        drop(tx);
        let stranger = t.request(None).public();
        let told = figures::page(&stranger, &code(GRID)).await?;
        assert!(!told.whole);
        assert_eq!((told.figures.households, told.figures.alone), (None, None));
        // Nor does it follow from the community less its other grids.
        let above = figures::page(&stranger, &code(COMMUNITY)).await?.figures;
        let beside = figures::page(&stranger, &code(NEXT_GRID)).await?.figures;
        assert_eq!((above.households, beside.households), (Some(5), None));
        let staff = worker(&t, 1, Role::Staff, COMMUNITY).await?;
        let cx = t.request(Some(staff)).public();
        assert_eq!(figures::page(&cx, &code(GRID)).await?.figures.alone, Some(1));
        assert_eq!(
            figures::page(&stranger, &code("320581")).await.err(),
            Some(AppError::NotFound)
        );
        Ok(())
    })
    .await;
}
