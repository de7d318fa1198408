//! Random lives of many tasks: each reminder and escalation is done once, none is lost, and none comes after the end or while the
//! clock stands. Two nodes look for them at the same time.

use std::collections::BTreeSet;

use db::{Tx, on, test::on_both};
use rand::{Rng, SeedableRng, rngs::StdRng};
use shared::{Role, Timestamp};

use super::{COMMUNITY, GRID, House, NEXT_YEAR, Outcome, house, load};
use crate::{
    model::{Course, Kind, Limit, Pause, Step, TaskId, When, WorkingClock},
    server::{clocks, steps, task},
};

const STEPS: &[Step] = &[
    Step::remind(When::HalfTime),
    Step::remind(When::DaysBefore(1)),
    Step::remind(When::HoursBefore(4)),
    Step::remind(When::Overdue),
    Step::escalate(When::Overdue, Role::GridLead),
    Step::escalate(When::HoursAfter(30), Role::Secretary),
    Step::escalate(When::DaysAfter(3), Role::DistrictAdmin),
];
const KIND: Kind = Kind::new("test.random", "随机").steps(STEPS);
/// Lives a database, and what happens in each.
const LIVES: u64 = 6;
const HAPPENINGS: usize = 70;

/// A task as it should be.
struct Told {
    id: TaskId,
    limit: Limit,
    from: Timestamp,
    pauses: Vec<Pause>,
    ended: bool,
    done: BTreeSet<i64>,
}

impl Told {
    fn stands(&self) -> bool {
        self.pauses.last().is_some_and(|pause| pause.until.is_none())
    }

    /// What has to be done by `now`.
    fn sweep(&mut self, clock: &WorkingClock, now: Timestamp) {
        if self.ended {
            return;
        }
        let course = Course {
            limit: self.limit,
            from: self.from,
            pauses: &self.pauses,
        };
        for (number, step) in (0..).zip(STEPS) {
            if course.due(clock, step.when).is_some_and(|due| due <= now) {
                self.done.insert(number);
            }
        }
    }
}

fn random_limit(random: &mut StdRng, now: Timestamp) -> Limit {
    match random.random_range(0..4) {
        0 => Limit::WorkingDays(random.random_range(1..6)),
        1 => Limit::WorkingMinutes(random.random_range(1..1500)),
        2 => Limit::Hours(random.random_range(1..72)),
        _ => Limit::Until(now.date().plus_days(random.random_range(0..10))),
    }
}

async fn clock(h: &House) -> Outcome<WorkingClock> {
    let node = h.node(GRID).await?;
    let mut tx = h.cx().read().await?;
    Ok(clocks::clock(&mut tx, node).await?)
}

#[tokio::test(flavor = "multi_thread")]
async fn each_step_is_done_once_and_in_time() {
    on_both(|t| async move {
        let h = house(&t).await?;
        h.person(1, Role::GridWorker, GRID).await?;
        h.person(2, Role::GridLead, GRID).await?;
        h.person(3, Role::Secretary, COMMUNITY).await?;
        let mut now_loaded = clock(&h).await?;
        for seed in 0..LIVES {
            let mut random = StdRng::seed_from_u64(seed);
            let mut tasks = Vec::new();
            for turn in 0..HAPPENINGS {
                if seed == 2 && turn == HAPPENINGS / 2 {
                    let mut tx = h.cx().write().await?;
                    load(h.cx(), &mut tx, NEXT_YEAR.as_bytes()).await?;
                    tx.commit().await?;
                    h.run_reckoning().await?;
                    now_loaded = clock(&h).await?;
                }
                happen(&h, &mut random, &mut tasks, &now_loaded).await?;
            }
            sweep(&h, &mut tasks, &now_loaded).await?;
            check(&h, &tasks).await?;
            // The next life begins with nothing open.
            for told in tasks.iter().filter(|told| !told.ended) {
                let mut tx = h.cx().write().await?;
                task::finish(h.cx(), &mut tx, told.id, None).await?;
                tx.commit().await?;
            }
            h.t.clock.advance(Timestamp::DAY);
            assert_eq!(steps::run(h.cx()).await?, 0);
        }
        Ok(())
    })
    .await;
}

async fn happen(h: &House, random: &mut StdRng, tasks: &mut Vec<Told>, clock: &WorkingClock) -> Outcome<()> {
    let now = h.cx().now();
    match random.random_range(0..10) {
        0 | 1 => {
            let limit = random_limit(random, now);
            let opened = h.open(KIND, limit).await?;
            tasks.push(Told {
                id: opened.id,
                limit,
                from: now,
                pauses: Vec::new(),
                ended: false,
                done: BTreeSet::new(),
            });
        }
        2..=4 => h.t.clock.advance(random.random_range(0..20 * Timestamp::HOUR)),
        5 | 6 => sweep(h, tasks, clock).await?,
        turn => {
            let running: Vec<&mut Told> = tasks.iter_mut().filter(|told| !told.ended).collect();
            if running.is_empty() {
                return Ok(());
            }
            let at = random.random_range(0..running.len());
            let Some(told) = running.into_iter().nth(at) else {
                return Ok(());
            };
            let mut tx = h.cx().write().await?;
            if turn == 9 && random.random_bool(0.5) {
                task::finish(h.cx(), &mut tx, told.id, None).await?;
                told.ended = true;
            } else if told.stands() {
                task::resume(h.cx(), &mut tx, told.id).await?;
                if let Some(pause) = told.pauses.last_mut() {
                    pause.until = Some(now);
                }
            } else {
                task::pause(h.cx(), &mut tx, told.id, "等").await?;
                told.pauses.push(Pause {
                    from: now,
                    until: None,
                });
            }
            tx.commit().await?;
        }
    }
    Ok(())
}

/// Two nodes at once.
async fn sweep(h: &House, tasks: &mut [Told], clock: &WorkingClock) -> Outcome<()> {
    let now = h.cx().now();
    let before: usize = tasks.iter().map(|told| told.done.len()).sum();
    for told in tasks.iter_mut() {
        told.sweep(clock, now);
    }
    let after: usize = tasks.iter().map(|told| told.done.len()).sum();
    let (one, other) = (h.cx().clone(), h.cx().clone());
    let one = tokio::spawn(async move { steps::run(&one).await });
    let other = tokio::spawn(async move { steps::run(&other).await });
    let done = one.await?? + other.await??;
    assert_eq!(done, after - before, "done by the two together");
    Ok(())
}

async fn check(h: &House, tasks: &[Told]) -> Outcome<()> {
    let mut tx = h.cx().read().await?;
    for told in tasks {
        let done: BTreeSet<i64> = fired(&mut tx, told.id).await?.into_iter().collect();
        assert_eq!(done, told.done, "{:?} {:?}", told.limit, told.pauses);
        assert_eq!(entries(&mut tx, told.id).await?, told.done.len() as i64);
        assert_eq!(events(&mut tx, told.id).await?, told.done.len() as i64);
    }
    Ok(())
}

async fn fired(tx: &mut Tx, id: TaskId) -> Outcome<Vec<i64>> {
    const SQL: &str = "select number from task_step where task_id = $1 and fired_at is not null";
    Ok(on!(tx, |c| sqlx::query_scalar(SQL).bind(id).fetch_all(c).await)?)
}

async fn entries(tx: &mut Tx, id: TaskId) -> Outcome<i64> {
    const SQL: &str =
        "select count(*) from task_entry where task_id = $1 and what in ('reminded', 'escalated')";
    Ok(on!(tx, |c| sqlx::query_scalar(SQL).bind(id).fetch_one(c).await)?)
}

/// On the unit's topic, where each is told once.
async fn events(tx: &mut Tx, id: TaskId) -> Outcome<i64> {
    const SQL: &str = "select count(*) from event where subject = $1 and topic like 'path/%' \
        and kind in ('tasks.task.reminded', 'tasks.task.escalated')";
    Ok(on!(tx, |c| sqlx::query_scalar(SQL).bind(id).fetch_one(c).await)?)
}
