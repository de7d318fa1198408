//! How it goes: figures follow what happens, each sees theirs, and what is taken along holds nobody's number.

use db::{
    on,
    test::{TestDb, on_both},
};
use shared::{Actor, AppError, Permission, Timestamp};

use super::{COMMUNITY, GRID, Outcome, STREET, does, form, place, send, with};
use crate::{
    model::{
        Action, NewReport,
        figures::{FiguresPage, Party, Stage},
    },
    server::figures::{self, Format, Wanted},
};

fn wanted(node: &str) -> Wanted {
    Wanted {
        node: node.into(),
        period: "2026-Q4".into(),
        ..Wanted::default()
    }
}

async fn told(t: &TestDb, actor: Option<&Actor>, wanted: &Wanted) -> Result<FiguresPage, AppError> {
    figures::page(&t.request(actor.cloned()).public(), wanted).await
}

/// All that is counted, by place, code and month.
async fn tallies(t: &TestDb) -> Outcome<Vec<(String, String, i64, i64)>> {
    let mut tx = t.cx.read().await?;
    Ok(on!(tx, |c| sqlx::query_as(
        "select path, what, month, n from matter_tally where n <> 0 order by path, what, month, accused_id"
    )
    .fetch_all(c)
    .await)?)
}

#[tokio::test]
async fn figures_follow_what_happens_and_are_the_same_when_gathered_anew() {
    on_both(|t| async move {
        let p = place(&t).await?;
        let first = send(&t, &p.resident, "device-key-1", &form("problem", "noise")).await?;
        t.clock.advance(Timestamp::HOUR);
        send(&t, &p.resident, "device-key-2", &form("problem", "noise")).await?;
        let gone = send(&t, &p.worker, "device-key-3", &form("idea", "other")).await?;
        does(&t, &p.worker, &gone, Action::Withdraw).await?;
        assert_eq!(figures::gather(&t.cx).await?, 3);
        assert_eq!(figures::gather(&t.cx).await?, 0, "nothing has happened since");
        let page = told(&t, Some(&p.secretary), &wanted(COMMUNITY)).await?;
        let figures = page.figures;
        assert!(page.whole);
        assert_eq!((figures.all, figures.withdrawn), (Some(3), Some(1)));
        assert_eq!(figures.again.part, Some(1), "the same there, an hour before");
        assert_eq!(figures.responded.of, Some(0), "there is time yet");
        let began = |party: Party| {
            figures
                .began
                .iter()
                .find(|one| one.0 == party)
                .map(|one| one.1.part)
        };
        assert_eq!(began(Party::Residents), Some(Some(2)));
        assert_eq!(began(Party::Government), Some(Some(1)), "who works there");
        assert_eq!(page.open.ages[0].1, Some(2));

        for action in [Action::Accept, Action::Begin, Action::Answer] {
            does(&t, &p.worker, &first, action).await?;
        }
        does(&t, &p.resident, &first, Action::Rate).await?;
        assert_eq!(figures::gather(&t.cx).await?, 1);
        let figures = told(&t, Some(&p.town), &wanted(STREET)).await?.figures;
        for rate in [
            figures.responded,
            figures.in_time,
            figures.solved,
            figures.content,
        ] {
            assert_eq!((rate.part, rate.of, rate.share), (Some(1), Some(1), Some(1_000)));
        }
        let taken = figures.stages.iter().find(|one| one.stage == Stage::Taken);
        assert_eq!(taken.map(|one| (one.n, one.median)), Some((Some(1), Some(60))));
        let carried: Vec<_> = figures.carried.iter().map(|one| one.1.part).collect();
        assert_eq!(carried, [Some(1), Some(0), Some(0), Some(0)]);

        let before = tallies(&t).await?;
        let mut tx = t.cx.write().await?;
        db::execute!(tx, "update matter set figured = -1")?;
        tx.commit().await?;
        assert_eq!(figures::gather(&t.cx).await?, 3);
        assert_eq!(tallies(&t).await?, before);

        // A time passes without anybody doing anything.
        t.clock.advance(29 * Timestamp::DAY);
        assert_eq!(figures::gather(&t.cx).await?, 1);
        let page = told(&t, Some(&p.town), &wanted(STREET)).await?;
        assert_eq!(
            (page.figures.responded.part, page.figures.responded.of),
            (Some(1), Some(2))
        );
        assert_eq!(
            (page.figures.in_time.part, page.figures.in_time.of),
            (Some(1), Some(2))
        );
        assert_eq!((page.open.ages[3].1, page.open.late), (Some(1), Some(1)));
        assert_eq!(figures::gather(&t.cx).await?, 0);
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn each_sees_the_figures_of_their_place_and_nobody_a_complaint_about_them() {
    on_both(|t| async move {
        let p = place(&t).await?;
        for n in 0..6 {
            send(
                &t,
                &p.resident,
                &format!("device-key-{n}"),
                &form("problem", "parking"),
            )
            .await?;
        }
        send(&t, &p.resident, "device-key-6", &form("complaint", "community")).await?;
        figures::gather(&t.cx).await?;
        let all = |page: &FiguresPage| (page.figures.all, page.figures.about.of);
        let own = told(&t, Some(&p.secretary), &wanted(COMMUNITY)).await?;
        assert_eq!(all(&own), (Some(6), Some(0)), "they are told of none");
        assert_eq!(own.areas.len(), 1);
        assert!(own.areas[0].rates.is_none(), "a grid is one person's");
        assert_eq!(own.areas[0].all, Some(6));
        let town = told(&t, Some(&p.town), &wanted(STREET)).await?;
        assert_eq!(all(&town), (Some(7), Some(1)));
        assert_eq!(town.figures.about.percent(), "100%");
        assert!(town.areas.len() == 2 && town.areas.iter().all(|area| area.rates.is_some()));
        assert_eq!((town.hot[0].unit.code.as_str(), town.hot[0].all), (GRID, Some(7)));
        assert_eq!(town.hot[0].most.as_deref(), Some("停车"));
        let grid = told(&t, Some(&p.worker), &wanted(GRID)).await?;
        assert_eq!(all(&grid), (Some(6), Some(0)));

        // Days of one's own come to the same, whether they are counted already or not.
        let days = Wanted {
            period: String::new(),
            from: "2026-11-20".into(),
            to: "2026-11-25".into(),
            ..wanted(STREET)
        };
        let some = told(&t, Some(&p.town), &days).await?;
        assert_eq!(some.figures, town.figures);
        assert_eq!(some.hot, town.hot);
        let counts = |page: &FiguresPage| page.areas.iter().map(|area| area.all).collect::<Vec<_>>();
        assert_eq!(counts(&some), counts(&town));
        let wide = Wanted {
            from: "2026-10-15".into(),
            to: "2026-12-10".into(),
            ..days.clone()
        };
        assert_eq!(told(&t, Some(&p.town), &wide).await?.figures, town.figures);

        for stranger in [None, Some(&p.elsewhere), Some(&p.resident)] {
            let here = told(&t, stranger, &wanted(COMMUNITY)).await?;
            assert!(!here.whole);
            assert_eq!(all(&here), (Some(5), Some(0)), "by fives, and none about them");
            let above = told(&t, stranger, &wanted(STREET)).await?;
            assert_eq!(
                above.figures.about.of, None,
                "one complaint is too few to tell of"
            );
            assert_eq!(above.hot[0].all, Some(5));
            let status = |page: Result<FiguresPage, AppError>| page.map(|_| ()).map_err(|e| e.status());
            assert_eq!(status(told(&t, stranger, &wanted(GRID)).await), Err(404));
            assert_eq!(status(told(&t, stranger, &days).await), Err(422));
            assert_eq!(status(told(&t, stranger, &wanted("320599")).await), Err(404));
        }
        // Without a place: one's own, or that of the deployment.
        let none = Wanted::default();
        assert_eq!(told(&t, Some(&p.worker), &none).await?.here.code, GRID);
        assert_eq!(told(&t, None, &none).await?.here.code, "320581");
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn a_ledger_has_no_number_no_formula_and_no_complaint_about_whoever_takes_it_along() {
    on_both(|t| async move {
        let p = place(&t).await?;
        let words = NewReport {
            words: "=HYPERLINK(1)，打 13812341234 找我".into(),
            ..form("problem", "noise")
        };
        let sent = send(&t, &p.resident, "device-key-1", &words).await?;
        let accused = send(&t, &p.resident, "device-key-2", &form("complaint", "community")).await?;
        for action in [Action::Accept, Action::Begin, Action::Answer] {
            does(&t, &p.worker, &sent, action).await?;
        }
        figures::gather(&t.cx).await?;
        let cx = with(&t, &p.secretary, Permission::ReportHandle)?;
        let (file, name) = figures::ledger(&cx, &wanted(COMMUNITY), Format::Csv).await?;
        let text = String::from_utf8(file)?;
        assert_eq!(name, format!("ledger-{COMMUNITY}-2026-Q4.csv"));
        assert!(text.contains(&sent.number) && !text.contains(&accused.number));
        assert!(text.contains("'=HYPERLINK(1)，打 138****1234 找我"), "{text}");
        assert!(text.contains("赵**") && !text.contains("赵小明") && !text.contains("甲栋"));
        assert_eq!(text.lines().count(), 2);
        let above = with(&t, &p.town, Permission::ReportHandle)?;
        let (file, _) = figures::ledger(&above, &wanted(COMMUNITY), Format::Csv).await?;
        assert!(String::from_utf8(file)?.contains(&accused.number));
        let (file, name) = figures::export(&cx, &wanted(COMMUNITY), Format::Xlsx).await?;
        assert!(file.starts_with(b"PK") && name.ends_with(".xlsx"));
        let elsewhere = with(&t, &p.elsewhere, Permission::ReportHandle)?;
        let refused = figures::ledger(&elsewhere, &wanted(COMMUNITY), Format::Csv).await;
        assert_eq!(refused.map(|_| ()), Err(AppError::NotFound));
        let refused = figures::export(&elsewhere, &wanted(COMMUNITY), Format::Csv).await;
        assert_eq!(refused.map(|_| ()), Err(AppError::NotFound));
        let mut tx = t.cx.read().await?;
        let noted: Vec<(String, Option<String>)> = on!(tx, |c| sqlx::query_as(
            "select action, reason from audit_entry where action in ('reports.ledger.export', 'reports.figures.export') order by action, id"
        )
        .fetch_all(c)
        .await)?;
        let told: Vec<&str> = noted.iter().filter_map(|one| one.1.as_deref()).collect();
        assert_eq!(told, ["xlsx/2026-Q4", "csv/2026-Q4", "csv/2026-Q4"]);
        Ok(())
    })
    .await;
}
