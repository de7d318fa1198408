use super::*;
use crate::{
    Audit, Engine,
    test::{TestDb, TestResult, on_both},
};

async fn write(t: &TestDb, entries: usize) -> TestResult {
    for _ in 0..entries {
        let mut tx = t.cx.write().await?;
        let record: RecordId = t.cx.id();
        tx.audit(Audit::new("test.thing.do", "thing", record.0).because("duty", Some("因工作需要")))
            .await?;
        tx.commit().await?;
        t.clock.advance(1000);
    }
    t.clock.advance(SETTLED);
    Ok(())
}

/// What somebody with the database's own password can do.
async fn tamper(t: &TestDb, sql: &'static str) -> TestResult {
    let mut tx = t.cx.write().await?;
    let off: &[&'static str] = match t.db.engine() {
        Engine::Sqlite => &[
            "drop trigger if exists audit_entry_stays",
            "drop trigger if exists audit_entry_closed_once",
            "drop trigger if exists audit_entry_kept",
            "drop trigger if exists audit_batch_stays",
            "drop trigger if exists audit_batch_kept",
        ],
        Engine::Postgres => &[
            "alter table audit_entry disable trigger all",
            "alter table audit_batch disable trigger all",
        ],
    };
    for sql in off {
        execute!(tx, *sql)?;
    }
    assert_eq!(execute!(tx, sql)?, 1);
    tx.commit().await?;
    Ok(())
}

#[tokio::test]
async fn a_whole_chain_verifies() {
    on_both(|t| async move {
        assert_eq!(close_all(&t.cx).await?, 0);
        write(&t, 5).await?;
        assert_eq!(close_all(&t.cx).await?, 5);
        write(&t, 3).await?;
        assert_eq!(close_all(&t.cx).await?, 3);
        let seen = verify(&t.cx).await?;
        assert_eq!((seen.batches, seen.entries, seen.broken), (2, 8, None));
        let mut tx = t.cx.write().await?;
        tx.audit(Audit::new("test.thing.do", "thing", None)).await?;
        tx.commit().await?;
        assert_eq!(
            close(&t.cx).await?,
            0,
            "a transaction of the same moment may still be under way"
        );
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn the_database_refuses_to_change_or_delete() {
    on_both(|t| async move {
        write(&t, 2).await?;
        for sql in [
            "update audit_entry set action = 'x'",
            "update audit_entry set user_id = null",
            "delete from audit_entry",
            "update audit_entry set batch = null",
        ] {
            let mut tx = t.cx.write().await?;
            assert!(execute!(tx, sql).is_err(), "open: {sql}");
        }
        close(&t.cx).await?;
        for sql in [
            "update audit_entry set batch = 7",
            "update audit_entry set hash = 'x'",
            "delete from audit_batch",
            "update audit_batch set hash = 'x'",
        ] {
            let mut tx = t.cx.write().await?;
            assert!(execute!(tx, sql).is_err(), "closed: {sql}");
        }
        let mut tx = t.cx.write().await?;
        assert_eq!(execute!(tx, "delete from audit_words")?, 2, "words can go");
        tx.commit().await?;
        assert_eq!(verify(&t.cx).await?.broken, None);
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn whatever_is_changed_past_the_database_is_found_and_named() {
    type Expected = fn(&Break) -> bool;
    let cases: [(&'static str, Expected); 7] = [
        (
            "update audit_entry set action = 'test.thing.undo' where number = 4",
            |b| {
                matches!(
                    b,
                    Break::ChangedEntry {
                        batch: 2,
                        number: 4,
                        ..
                    }
                )
            },
        ),
        (
            "update audit_entry set created_at = created_at - 1 where number = 1",
            |b| {
                matches!(
                    b,
                    Break::ChangedEntry {
                        batch: 1,
                        number: 1,
                        ..
                    }
                )
            },
        ),
        ("delete from audit_entry where number = 5", |b| {
            matches!(b, Break::MissingEntry { batch: 2, number: 5 })
        }),
        ("delete from audit_entry where number = 6", |b| {
            matches!(b, Break::MissingEntry { batch: 2, number: 6 })
        }),
        ("delete from audit_batch where number = 1", |b| {
            *b == Break::MissingBatch(1)
        }),
        ("delete from audit_batch where number = 2", |b| {
            *b == Break::Stray(4)
        }),
        ("update audit_batch set hash = 'x' where number = 2", |b| {
            *b == Break::BatchHash(2)
        }),
    ];
    for (sql, expected) in cases {
        on_both(move |t| async move {
            for _ in 0..2 {
                write(&t, 3).await?;
                close(&t.cx).await?;
            }
            let mut tx = t.cx.write().await?;
            execute!(tx, "delete from audit_words")?;
            tx.commit().await?;
            tamper(&t, sql).await?;
            let broken = verify(&t.cx).await?.broken.ok_or(sql)?;
            assert!(expected(&broken), "{sql}: {broken}");
            Ok(())
        })
        .await;
    }
}
