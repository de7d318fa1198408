//! Loading a year, and what follows for deadlines.

use db::test::on_both;
use shared::{AppError, Permission, Role};

use super::{GRID, KIND, NEXT_YEAR, house};
use crate::{
    model::Limit,
    server::calendar::{self, staged},
};

#[tokio::test]
async fn provisional_deadlines_settle_when_their_year_is_loaded() {
    on_both(|t| async move {
        let h = house(&t).await?;
        h.person(1, Role::GridWorker, GRID).await?;
        let admin = h.person(2, Role::SystemAdmin, "320581").await?;
        let cx = h.with(&admin, Permission::CalendarManage)?;
        // 28 working days end on 31 December; the notice of 2027 takes that day off and has the Sunday and the Saturday after worked.
        let moving = h.open(KIND, Limit::WorkingDays(28)).await?.id;
        let settling = h.open(KIND, Limit::WorkingDays(60)).await?.id;
        let settled = h.open(KIND, Limit::WorkingDays(5)).await?.id;
        assert_eq!(h.due(moving).await?, (Some("12 月 31 日 17:30".into()), false));
        assert!(h.due(settling).await?.1, "2027 is not loaded");
        assert_eq!(calendar::page(&cx).await?.provisional, 1);

        let id = staged::keep(
            &cx,
            "2027.csv",
            "国务院办公厅的通知",
            NEXT_YEAR.as_bytes().to_vec(),
        )
        .await?;
        let preview = staged::preview(&cx, id).await?;
        assert_eq!(
            (preview.years.as_slice(), preview.counts.new, preview.counts.years),
            ([2027].as_slice(), 5, 1)
        );
        assert_eq!((preview.looked_at, preview.moving), (3, 1), "{:?}", preview.moves);
        assert_eq!(preview.moves[0].to.zh_short(), "1 月 3 日 17:30");
        assert_eq!(preview.changes[0].before, "工作日");
        assert_eq!(preview.changes[0].after, "元旦放假");
        assert_eq!(
            h.due(moving).await?.0.as_deref(),
            Some("12 月 31 日 17:30"),
            "only a look"
        );

        let mut stale = preview.counts;
        stale.new += 1;
        assert!(matches!(
            staged::apply(&cx, id, stale).await,
            Err(AppError::Conflict(_))
        ));
        staged::apply(&cx, id, preview.counts).await?;
        assert!(matches!(
            staged::apply(&cx, id, preview.counts).await,
            Err(AppError::Conflict(_))
        ));
        assert_eq!(h.run_reckoning().await?, 1);
        assert_eq!(h.due(moving).await?, (Some("1 月 3 日 17:30".into()), false));
        assert_eq!(h.history(moving).await?, ["opened", "moved"]);
        assert!(!h.due(settling).await?.1);
        assert_eq!(
            h.history(settling).await?,
            ["opened"],
            "two days off, two more worked: it stays"
        );
        let told = h.told(settling).await?;
        assert!(
            told.iter().any(|(kind, _)| kind == "tasks.task.settled"),
            "{told:?}"
        );
        assert_eq!(h.told(settled).await?.len(), 2);
        assert_eq!(calendar::page(&cx).await?.provisional, 0);

        // The same file again changes nothing.
        let again = staged::keep(&cx, "2027.csv", "", NEXT_YEAR.as_bytes().to_vec()).await?;
        assert_eq!(staged::preview(&cx, again).await?.counts.changes(), 0);
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn a_file_is_its_sender_s_and_a_broken_one_changes_nothing() {
    on_both(|t| async move {
        let h = house(&t).await?;
        let admin = h.person(1, Role::SystemAdmin, "320581").await?;
        let other = h.person(2, Role::CityAdmin, "3205").await?;
        let worker = h.person(3, Role::GridWorker, GRID).await?;
        assert_eq!(
            h.with(&worker, Permission::CalendarManage).err(),
            Some(AppError::Forbidden)
        );
        let (cx, others) = (
            h.with(&admin, Permission::CalendarManage)?,
            h.with(&other, Permission::CalendarManage)?,
        );
        let id = staged::keep(&cx, "a.csv", "", b"\xff\xfe\0garbage".to_vec()).await?;
        assert_eq!(staged::preview(&others, id).await.err(), Some(AppError::NotFound));
        let preview = staged::preview(&cx, id).await?;
        assert_eq!(preview.faults.len(), 1);
        assert!(matches!(
            staged::apply(&cx, id, preview.counts).await,
            Err(AppError::Invalid(_))
        ));
        assert_eq!(
            staged::keep(&cx, "b", "", vec![b' '; 2 << 20]).await.err(),
            Some(AppError::TooLarge)
        );
        assert_eq!(calendar::page(&cx).await?.years.len(), 7);

        // Another notice for a year replaces the first: what it does not name any more is gone.
        let shorter = "date,kind,name\n2026-01-01,off,元旦\n2026-10-01,off,国庆节\n";
        let id = staged::keep(&cx, "c.csv", "更正", shorter.into()).await?;
        let preview = staged::preview(&cx, id).await?;
        assert_eq!((preview.counts.new, preview.counts.unchanged), (0, 2));
        assert!(preview.counts.gone > 30);
        Ok(())
    })
    .await;
}
