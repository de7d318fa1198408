//! Who stands for others: for a term, of a place, and as long as they may.

use db::test::on_both;
use orgs::model::{BodyKind, TermForm};
use shared::AppError;

use super::{
    roll::{body, counts, names},
    *,
};
use crate::{
    model::{Part, ResidenceKind, Standing},
    server::{
        household::{self, Ended},
        mine, roll, standing,
    },
};

#[tokio::test]
async fn deputies_stand_for_the_term_that_elected_them() {
    on_both(|t| async move {
        furnished(&t).await?;
        let committee = body(&t.cx, BodyKind::ResidentsCommittee, "居委会").await?;
        let term = |number: &str, from: &str, to: &str| TermForm::read(number, from, to);
        orgs::server::bodies::save_term(&t.cx, committee, None, &term("12", "2024-01-01", "2026-12-01")?)
            .await?;
        let group = body(&t.cx, BodyKind::ResidentsGroup, "第一居民小组").await?;
        household::group(&t.cx, home(&t.cx, "王芳").await?, Some(group), None).await?;
        let id = person(&t.cx, "王芳").await?;
        for wrong in ["2026-11-24", "2026-11-22", "2023-12-31"] {
            let refused = standing::set_deputy(&t.cx, id, true, Some(day(wrong))).await;
            assert_eq!(refused.unwrap_err().for_field("on").count(), 1, "{wrong}");
        }
        standing::set_deputy(&t.cx, id, true, None).await?;
        assert_eq!(counts(&t.cx, COMMUNITY, "2026-11-30").await?.deputies, 1);
        assert_eq!(
            counts(&t.cx, COMMUNITY, "2026-12-01").await?.deputies,
            0,
            "the term is over"
        );

        t.clock.advance(shared::Timestamp::DAY * 10);
        let page = household::page(&t.cx, home(&t.cx, "王芳").await?).await?;
        assert!(!page.members[0].deputy);
        orgs::server::bodies::save_term(&t.cx, committee, None, &term("13", "2026-12-01", "")?).await?;
        let early = standing::set_deputy(&t.cx, id, true, Some(day("2026-11-30"))).await;
        assert_eq!(early.unwrap_err().for_field("on").count(), 1);
        standing::set_deputy(&t.cx, id, true, Some(day("2026-12-01"))).await?;
        assert!(matches!(
            standing::set_deputy(&t.cx, id, true, None).await,
            Err(AppError::Conflict(_))
        ));
        for on in ["2026-11-30", "2026-12-01", "2026-12-03"] {
            assert_eq!(counts(&t.cx, COMMUNITY, on).await?.deputies, 1, "{on}");
            assert_eq!(
                names(&t.cx, COMMUNITY, on, Part::Deputies, false).await?,
                ["王* 第一居民小组"]
            );
        }
        let groups = roll::page(&t.cx, Some(&code(COMMUNITY)), None, Part::Groups, None)
            .await?
            .groups;
        assert_eq!(groups[0].deputies, 1);

        // One who was elected in a term of which no end was noted stands until the next begins.
        let other = person(&t.cx, "李国强").await?;
        standing::set_deputy(&t.cx, other, true, Some(day("2026-12-02"))).await?;
        t.clock.advance(shared::Timestamp::DAY * 10);
        orgs::server::bodies::save_term(&t.cx, committee, None, &term("14", "2026-12-10", "")?).await?;
        assert_eq!(counts(&t.cx, COMMUNITY, "2026-12-09").await?.deputies, 2);
        assert_eq!(counts(&t.cx, COMMUNITY, "2026-12-10").await?.deputies, 0);
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn who_may_no_longer_stand_for_others_does_not() {
    on_both(|t| async move {
        furnished(&t).await?;
        let open = "select count(*) from representation where valid_to is null";
        let id = person(&t.cx, "王芳").await?;
        standing::set_deputy(&t.cx, id, true, None).await?;
        t.clock.advance(shared::Timestamp::DAY);
        let stays = form(false, "", "", "13812349999");
        let (_, ended) = household::correct(&t.cx, id, version(&t.cx, id).await?, &stays).await?;
        assert_eq!(ended, Ended::default());
        let mut away = form(false, "", "", "");
        away.kind = ResidenceKind::Temporary;
        let (_, ended) = household::correct(&t.cx, id, version(&t.cx, id).await?, &away).await?;
        let deputy_only = Ended {
            representative: false,
            deputy: true,
        };
        assert_eq!(ended, deputy_only, "a lodger may stand for the household");
        away.kind = ResidenceKind::Away;
        let (_, ended) = household::correct(&t.cx, id, version(&t.cx, id).await?, &away).await?;
        assert!(ended.representative && !ended.deputy);
        assert_eq!(
            (count(&t.cx, open).await?, ended.done()),
            (3, "ended-representative")
        );
        assert_eq!(counts(&t.cx, COMMUNITY, "2026-11-24").await?.deputies, 0);
        assert_eq!(
            counts(&t.cx, COMMUNITY, "2026-11-23").await?.represented,
            3,
            "until then they did"
        );

        let other = person(&t.cx, "张伟").await?;
        let mut minor = form(false, "", "2015", "");
        minor.kind = ResidenceKind::Living;
        let (_, ended) = household::correct(&t.cx, other, version(&t.cx, other).await?, &minor).await?;
        assert!(ended.representative);
        let (_, ended) =
            household::identify(&t.cx, person(&t.cx, "赵磊").await?, "320581201503020013", true).await?;
        assert!(ended.representative, "the number says when somebody was born");

        // Oneself, too.
        let user = service::add_user(&t.cx, "李国强", "13812340002", None).await?;
        let own = person(&t.cx, "李国强").await?;
        let mut tx = t.cx.write().await?;
        db::execute!(tx, "update person set user_id = $1 where id = $2", user, own)?;
        tx.commit().await?;
        let cx = t.request(Some(enter(&t, user).await?)).signed_in()?;
        let ended = mine::correct(&cx, version(&t.cx, own).await?, &form(false, "", "2014", "")).await?;
        assert!(ended.representative);
        assert_eq!(count(&t.cx, open).await?, 0);
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn the_roll_of_a_grid_tells_of_those_who_live_there() {
    on_both(|t| async move {
        furnished(&t).await?;
        let committee = body(&t.cx, BodyKind::ResidentsCommittee, "居委会").await?;
        let term = TermForm::read("12", "2024-01-01", "2029-01-01")?;
        orgs::server::bodies::save_term(&t.cx, committee, None, &term).await?;
        let first = body(&t.cx, BodyKind::ResidentsGroup, "第一居民小组").await?;
        let second = body(&t.cx, BodyKind::ResidentsGroup, "第二居民小组").await?;
        household::group(&t.cx, home(&t.cx, "王芳").await?, Some(first), None).await?;
        household::group(&t.cx, home(&t.cx, "张伟").await?, Some(second), None).await?;
        let id = person(&t.cx, "王芳").await?;
        standing::set_deputy(&t.cx, id, true, None).await?;
        let branch = body(&t.cx, BodyKind::PartyBranch, "第一党支部").await?;
        standing::set_party(&t.cx, id, Some(branch), Standing::Full, true, None).await?;

        let page = |place: &'static str, part: Part| {
            let t = t.clone();
            async move { Outcome::Ok(roll::page(&t.cx, Some(&code(place)), None, part, None).await?) }
        };
        let here = page(GRID, Part::Groups).await?;
        assert!(!here.whole);
        assert_eq!(here.term.as_deref(), Some("第 12 届"));
        assert_eq!((here.counts.deputies, here.groups.len()), (1, 1));
        assert_eq!(
            (
                here.groups[0].name.as_str(),
                here.groups[0].households,
                here.groups[0].deputies
            ),
            ("第一居民小组", 1, 1)
        );
        let there = page(NEXT_GRID, Part::Groups).await?;
        assert_eq!((there.counts.deputies, there.groups[0].deputies), (0, 0));
        assert_eq!(there.groups[0].name, "第二居民小组");
        for (part, place, rows) in [
            (Part::Deputies, GRID, 1),
            (Part::Deputies, NEXT_GRID, 0),
            (Part::Party, GRID, 1),
            (Part::Party, NEXT_GRID, 0),
        ] {
            assert_eq!(
                page(place, part).await?.rows.rows.len(),
                rows,
                "{part} in {place}"
            );
        }
        let secretary = worker(&t, 1, Role::Secretary, COMMUNITY).await?;
        let cx = with(&t, &secretary, Permission::PeopleView)?;
        let branches = roll::page(&cx, Some(&code(GRID)), None, Part::Party, None)
            .await?
            .branches;
        assert_eq!((branches.len(), branches[0].persons), (1, 1));
        let whole = page(COMMUNITY, Part::Groups).await?;
        assert!(whole.whole);
        assert_eq!((whole.groups.len(), whole.counts.deputies), (2, 1));
        Ok(())
    })
    .await;
}
