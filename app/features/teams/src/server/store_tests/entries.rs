//! Posts of those who need no account: entered, seen by those who may, corrected, ended, removed.

use db::{on, test::on_both};
use shared::{AppError, Permission, Role};

use super::*;
use crate::{
    model::{EntryId, Source},
    server::entries,
};

fn entry_of(team: &TeamPage, post: Post) -> (EntryId, i64) {
    match team.of(post).next().map(|member| &member.source) {
        Some(Source::Entry { id, version }) => (*id, *version),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn staff_see_all_residents_what_is_public_and_nobody_else_anything() {
    on_both(|t| async move {
        organised(&t).await?;
        let staff = worker(&t, 1, "邵一凡", Role::Staff, COMMUNITY).await?;
        account(&t, 2, "汤小禾", Role::GridWorker, GRID).await?;
        let keep = with(&t, &staff, Permission::TeamKeep)?;
        add(&keep, COMMUNITY, &form(Post::Police, "赵警官", "0512-52700001")).await?;
        add(&keep, GRID, &form(Post::Volunteer, "钱大妈", "15400000002")).await?;
        add(&keep, GRID, &form(Post::Property, "物业老孙", "15400000003")).await?;
        let hidden = EntryForm {
            shown: false,
            ..form(Post::Property, "物业小李", "15400000004")
        };
        add(&keep, GRID, &hidden).await?;

        let seen = team_of(&own(&t, &staff)?, GRID).await?;
        assert!(seen.staff && seen.may_keep && !seen.may_hand_over);
        assert_eq!(names(&seen, Post::GridWorker), ["汤小禾"]);
        assert_eq!(names(&seen, Post::Volunteer), ["钱大妈"]);
        assert_eq!(names(&seen, Post::Property), ["物业老孙", "物业小李"]);
        let police = seen.of(Post::Police).next().ok_or("no police")?;
        assert_eq!(police.of_community.as_deref(), Some("花园浜社区居委会"));
        assert_eq!(police.phone.as_deref(), Some("051252700001"));
        assert!(seen.members.iter().all(|member| member.phone.is_some()));

        let resident = worker(&t, 3, "陈阿婆", Role::Resident, GRID).await;
        // As confirming a registration would.
        let resident = own(&t, &resident?)?;
        let told = team_of(&resident, GRID).await?;
        assert!(!told.staff && !told.may_keep && told.topic.is_none() && told.handovers.is_empty());
        let who: Vec<&str> = told.members.iter().map(|member| member.name.as_str()).collect();
        assert_eq!(who, ["汤小禾", "赵警官", "物业老孙"]);
        assert!(
            told.members
                .iter()
                .all(|member| member.phone.is_some() && member.elsewhere == 0)
        );
        assert_eq!(teams(&resident, NEXT_GRID).await, Err(AppError::NotFound));
        assert!(teams(&resident, COMMUNITY).await?.overview.is_none());

        let stranger = service::add_user(&t.cx, "路人", &phone(4), None).await?;
        let stranger = own(&t, &enter(&t, stranger).await?)?;
        assert_eq!(teams(&stranger, GRID).await, Err(AppError::NotFound));
        // An auditor reads the log, not teams.
        let auditor = worker(&t, 5, "鉴明", Role::Auditor, "320581").await?;
        assert_eq!(teams(&own(&t, &auditor)?, GRID).await, Err(AppError::NotFound));
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn names_and_phones_lie_sealed() {
    on_both(|t| async move {
        organised(&t).await?;
        add(&t.cx, GRID, &form(Post::Police, "赵警官", "15400000001")).await?;
        let mut tx = t.cx.read().await?;
        let rows: Vec<(String, String, Option<String>)> = on!(tx, |c| sqlx::query_as(
            "select name, phone, phone_blind from team_post"
        )
        .fetch_all(c)
        .await)?;
        for (name, phone, blind) in rows {
            assert!(name.starts_with("v1.") && phone.starts_with("v1."));
            assert!(blind.is_some_and(|blind| !blind.contains("1540")));
        }
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn nobody_keeps_a_team_elsewhere_or_twice_the_same() {
    on_both(|t| async move {
        organised(&t).await?;
        let worker = worker(&t, 1, "汤小禾", Role::GridWorker, GRID).await?;
        let keep = with(&t, &worker, Permission::TeamKeep)?;
        let police = form(Post::Police, "赵警官", "15400000001");
        assert_eq!(add(&keep, NEXT_GRID, &police).await, Err(AppError::NotFound));
        assert_eq!(add(&keep, COMMUNITY, &police).await, Err(AppError::NotFound));
        add(&keep, GRID, &police).await?;
        assert_eq!(faults(add(&keep, GRID, &police).await), ["phone"]);
        // An office has one number for all who work there.
        add(&keep, GRID, &form(Post::Property, "老孙", "0512-52700001")).await?;
        add(&keep, GRID, &form(Post::Property, "小李", "0512-52700001")).await?;
        // Who has an account is there already.
        let herself = form(Post::GridWorker, "汤小禾", &phone(1));
        assert_eq!(faults(add(&keep, GRID, &herself).await), ["phone"]);
        let wrong = EntryForm {
            phone: "12".into(),
            ..police
        };
        assert_eq!(faults(add(&keep, GRID, &wrong).await), ["phone"]);
        assert!(matches!(
            add(&t.cx, "320581001", &form(Post::Police, "赵", "15400000001")).await,
            Err(AppError::Conflict(_))
        ));
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn a_post_is_corrected_ended_and_removed_and_its_past_stays() {
    on_both(|t| async move {
        organised(&t).await?;
        let staff = worker(&t, 1, "邵一凡", Role::Staff, COMMUNITY).await?;
        let (keep, see) = (with(&t, &staff, Permission::TeamKeep)?, own(&t, &staff)?);
        add(&keep, GRID, &form(Post::BuildingLead, "老周", "15400000001")).await?;
        let (id, version) = entry_of(&team_of(&see, GRID).await?, Post::BuildingLead);
        let corrected = EntryForm {
            duty: "3、5 幢".into(),
            ..form(Post::BuildingLead, "周建国", "15400000009")
        };
        entries::correct(&keep, &code(GRID), id, version, &corrected).await?;
        let stale = entries::correct(&keep, &code(GRID), id, version, &corrected).await;
        assert!(matches!(stale, Err(AppError::Conflict(_))), "{stale:?}");
        let team = team_of(&see, GRID).await?;
        let lead = team.of(Post::BuildingLead).next().ok_or("nobody")?;
        assert_eq!((lead.name.as_str(), lead.duty.as_str()), ("周建国", "3、5 幢"));
        assert_eq!(lead.phone.as_deref(), Some("15400000009"));

        let (_, version) = entry_of(&team, Post::BuildingLead);
        let early = entries::end(&keep, &code(GRID), id, version, "2025-12-31").await;
        assert_eq!(faults(early), ["last"]);
        let yesterday = team.today.plus_days(-1);
        entries::end(&keep, &code(GRID), id, version, &yesterday.to_string()).await?;
        assert!(names(&team_of(&see, GRID).await?, Post::BuildingLead).is_empty());
        let then = team::page(&see, &code(GRID), Some(yesterday), Show::All, "").await?;
        let then = then.team.ok_or("no team")?;
        assert!(then.is_past());
        assert_eq!(names(&then, Post::BuildingLead), ["周建国"]);
        let before = team::page(&see, &code(GRID), Some(day("2026-01-04")), Show::All, "").await?;
        assert!(names(&before.team.ok_or("no team")?, Post::BuildingLead).is_empty());
        let ahead = team::page(&see, &code(GRID), Some(team.today.plus_days(1)), Show::All, "").await;
        assert_eq!(faults(ahead), ["on"]);

        // Somebody else may come after them, and an entry by mistake leaves nothing.
        let again = form(Post::BuildingLead, "周建国", "15400000009");
        let again = EntryForm {
            from: String::new(),
            ..again
        };
        let id = add(&keep, GRID, &again).await?;
        entries::remove(&keep, &code(GRID), id, 1).await?;
        let twice = entries::remove(&keep, &code(GRID), id, 1).await;
        assert!(matches!(twice, Err(AppError::Conflict(_))), "{twice:?}");
        let elsewhere = entries::remove(&keep, &code(NEXT_GRID), id, 1).await;
        assert!(matches!(elsewhere, Err(AppError::Conflict(_))), "{elsewhere:?}");
        Ok(())
    })
    .await;
}
