//! Random lives of matters through the service: whoever does whatever in whatever order, and whatever the clock does meanwhile, what is
//! stored is what the steps lead to: state and rating, who has it, its parts, what is published, and the tasks behind all of it.

use std::collections::BTreeSet;

use db::test::{TestDb, on_both};
use rand::{Rng, SeedableRng, rngs::StdRng};
use shared::{Actor, RecordId, Role, Timestamp};
use tasks::server::task;

use super::{COMMUNITY, DISTRICT, GRID, Outcome, Place, form, place, sees, send, somebody, step, take};
use crate::{
    model::{ActForm, Action, By, Need, PartState, Rating, Sent, Standing, State, Walked},
    server::{clock, deadline, part, store},
};

/// Lives a database, and what happens in each.
const LIVES: u64 = 3;
const HAPPENINGS: usize = 80;
/// Kinds of steps that all lives together take at least: fewer, and they would prove little.
const KINDS: usize = 12;

/// What a matter may turn out to be about.
const CATEGORIES: [&str; 3] = ["facility", "noise", "parking"];

/// What would end most lives early, or leads nowhere: tried less often.
const RARE: [Action; 11] = [
    Action::Refuse,
    Action::Withdraw,
    Action::Merge,
    Action::Recuse,
    Action::Escalate,
    Action::Pause,
    Action::Urge,
    Action::Add,
    Action::Note,
    Action::Publish,
    Action::Hide,
];

/// Everybody who does something; the second and the third have one post.
struct People {
    all: Vec<Actor>,
    posts: [String; 4],
    /// What others may be merged into.
    other: Sent,
}

/// A matter, and the steps that were seen to be taken.
struct Life {
    seed: u64,
    sent: Sent,
    told: Vec<Walked>,
}

const fn walked(action: Action, rating: Option<Rating>, part: Option<i64>, at: Timestamp) -> Walked {
    Walked {
        action,
        rating,
        part,
        at,
    }
}

async fn people(t: &TestDb) -> Outcome<People> {
    let Place {
        resident,
        worker,
        staff,
        secretary,
        town,
        ..
    } = place(t).await?;
    let other = send(t, &resident, "device-key-other", &form("problem", "noise")).await?;
    let all = vec![
        resident,
        worker,
        somebody(t, Some((Role::GridWorker, GRID))).await?,
        staff,
        secretary,
        town,
        somebody(t, Some((Role::DistrictAdmin, DISTRICT))).await?,
        somebody(t, Some((Role::Property, COMMUNITY))).await?,
        somebody(t, Some((Role::SocialOrg, COMMUNITY))).await?,
    ];
    let posts = [
        format!("{GRID}:grid_worker"),
        format!("{COMMUNITY}:staff"),
        format!("{COMMUNITY}:property"),
        format!("{COMMUNITY}:social_org"),
    ];
    Ok(People { all, posts, other })
}

async fn begin(t: &TestDb, people: &People, seed: u64, turn: usize) -> Outcome<Life> {
    let key = format!("device-key-{seed}-{turn}");
    let sent = send(t, &people.all[0], &key, &form("problem", "facility")).await?;
    let told = vec![walked(Action::Report, None, None, t.cx.now())];
    Ok(Life { seed, sent, told })
}

#[tokio::test]
async fn whatever_is_done_what_is_stored_is_what_the_steps_lead_to() {
    on_both(|t| async move {
        let people = people(&t).await?;
        let mut kinds = BTreeSet::new();
        for seed in 0..LIVES {
            let mut random = StdRng::seed_from_u64(seed);
            let mut life = begin(&t, &people, seed, 0).await?;
            for turn in 1..=HAPPENINGS {
                match random.random_range(0..10) {
                    0 => t.clock.advance(random.random_range(0..4 * Timestamp::DAY)),
                    1 => by_itself(&t, &mut life).await?,
                    _ => happen(&t, &people, &mut random, &mut life).await?,
                }
                let state = check(&t, &life).await?;
                if state.has_ended() && random.random_bool(0.3) {
                    kinds.extend(life.told.iter().map(|step| step.action));
                    life = begin(&t, &people, seed, turn).await?;
                }
            }
            kinds.extend(life.told.iter().map(|step| step.action));
        }
        assert!(kinds.len() >= KINDS, "{kinds:?}");
        Ok(())
    })
    .await;
}

/// What the clock does, which asks nobody.
async fn by_itself(t: &TestDb, life: &mut Life) -> Outcome {
    clock::escalate(&t.cx).await?;
    clock::pass_up(&t.cx).await?;
    clock::end(&t.cx).await?;
    let mut tx = t.cx.read().await?;
    let stored = store::by_code(&mut tx, &life.sent.code).await?.ok_or("none")?;
    let steps = store::steps(&mut tx, stored.id).await?;
    for step in steps.into_iter().skip(life.told.len()) {
        let ours = matches!(
            step.action,
            Action::Escalate | Action::Close | Action::CloseUnrated
        );
        assert!(
            ours && step.capacity == By::System,
            "{}: {:?} by the clock",
            life.seed,
            step.action
        );
        life.told.push(walked(step.action, None, None, t.cx.now()));
    }
    Ok(())
}

/// Somebody does something: mostly what their page offers, now and then anything at all.
async fn happen(t: &TestDb, people: &People, random: &mut StdRng, life: &mut Life) -> Outcome {
    let at = random.random_range(0..people.all.len());
    let who = &people.all[at];
    let mut offered: Vec<(Action, Option<i64>)> = Vec::new();
    if random.random_bool(0.8)
        && let Ok(page) = sees(t, who, &life.sent).await
    {
        offered.extend(page.offers.iter().map(|offer| (offer.action, None)));
        for part in &page.parts {
            offered.extend(part.offers.iter().map(|action| (*action, Some(part.number))));
        }
    }
    let (action, part) = if offered.is_empty() {
        let action = Action::ALL[random.random_range(0..Action::ALL.len())];
        let part = action
            .rule()
            .wants(Need::Part)
            .then(|| random.random_range(1..=3));
        (action, part)
    } else {
        offered[random.random_range(0..offered.len())]
    };
    let rare = RARE.contains(&action) && random.random_bool(0.75);
    // If all who dispatch stepped aside, nobody would be left to ask its reporter.
    if rare || (action == Action::Recuse && !(1..=2).contains(&at)) {
        return Ok(());
    }
    let rating = Rating::ALL[random.random_range(0..Rating::ALL.len())];
    let typed = ActForm {
        to: people.posts[random.random_range(0..people.posts.len())].clone(),
        rating: rating.code().into(),
        part: part.map(|part| part.to_string()).unwrap_or_default(),
        matter: people.other.number.clone(),
        category: CATEGORIES[random.random_range(0..CATEGORIES.len())].into(),
        kind: "idea".into(),
        ..step(action)
    };
    let part = if action == Action::Involve {
        Standing::replay(life.told.iter().copied()).map(|before| before.next_part())
    } else {
        part
    };
    if let Err(error) = take(t, who, &life.sent, &typed).await {
        assert!(error.status() < 500, "{}: {action:?}: {error:?}", life.seed);
        return Ok(());
    }
    let now = t.cx.now();
    let rates = action.rule().wants(Need::Rating);
    life.told.push(walked(action, rates.then_some(rating), part, now));
    if action == Action::Rate && rating != Rating::Unhappy {
        life.told.push(walked(Action::Close, None, None, now));
    }
    Ok(())
}

/// Holds what is stored against what the steps lead to; how the matter stands.
async fn check(t: &TestDb, life: &Life) -> Outcome<State> {
    let mut tx = t.cx.read().await?;
    let stored = store::by_code(&mut tx, &life.sent.code).await?.ok_or("none")?;
    let steps = store::steps(&mut tx, stored.id).await?;
    let standing = Standing::replay(life.told.iter().copied()).ok_or("no report")?;
    let (seed, last) = (life.seed, life.told.last().map(|step| step.action));
    assert_eq!(store::standing(&steps)?, standing, "{seed}, {last:?}");
    assert_eq!(
        (stored.state, stored.rating),
        (standing.state, standing.rating),
        "{seed}, {last:?}"
    );
    assert_eq!(
        steps.last().map(|step| step.state),
        Some(standing.state),
        "{seed}, {last:?}"
    );
    assert!(
        steps.windows(2).all(|pair| pair[0].at <= pair[1].at),
        "{seed}, {last:?}: the clock"
    );

    // Who has it is who the last step gave it to.
    let mut latest = steps.iter().rev();
    let went = latest.find(|step| step.part.is_none() && step.unit.is_some());
    let went = went.map(|step| (step.unit.as_deref(), step.role.as_deref()));
    assert_eq!(
        went,
        Some((Some(stored.unit_name.as_str()), Some(stored.holder_role.as_str()))),
        "{seed}, {last:?}"
    );
    let mut latest = steps.iter().rev().map(|step| step.action);
    let shown = latest.find(|action| matches!(action, Action::Publish | Action::Hide));
    assert_eq!(
        stored.published_at.is_some(),
        shown == Some(Action::Publish),
        "{seed}, {last:?}"
    );

    let parts = part::of(&mut tx, stored.id).await?;
    let states: Vec<PartState> = parts.iter().map(|one| one.state).collect();
    assert_eq!(states, standing.parts, "{seed}, {last:?}");
    for one in &parts {
        let runs = task::of_subject(&mut tx, &part::PART, RecordId(one.id.0)).await?;
        assert_eq!(runs.len(), usize::from(one.state.is_open()), "{seed}, {last:?}");
        assert!(
            runs.iter().all(|task| task.node == one.unit_id),
            "{seed}, {last:?}"
        );
    }

    // One task each for what has to be said, done and asked, at the unit that has it; time runs where the state says so.
    let first = task::of_subject(&mut tx, &deadline::FIRST, stored.record()).await?;
    let handle = task::of_subject(&mut tx, &deadline::HANDLE, stored.record()).await?;
    let asks = task::of_subject(&mut tx, &deadline::CHECK, stored.record()).await?;
    let urged = task::of_subject(&mut tx, &deadline::URGED, stored.record()).await?;
    let (runs, stands) = (stored.state.counts(), stored.state == State::Paused);
    assert_eq!(
        (first.len(), handle.len(), asks.len()),
        (
            usize::from(stored.state == State::Reported),
            usize::from(runs || stands),
            usize::from(stored.state == State::Answered)
        ),
        "{seed}, {last:?}: {:?}",
        stored.state
    );
    let mut unanswered = first.iter().chain(&handle);
    assert!(
        unanswered.all(|task| task.node == stored.unit_id),
        "{seed}, {last:?}"
    );
    assert_eq!(
        stored.due_at,
        handle.first().and_then(|task| task.due),
        "{seed}, {last:?}"
    );
    assert_eq!(stored.due_at.is_some(), runs, "{seed}, {last:?}");
    assert!(
        urged.len() <= usize::from(runs || stands),
        "{seed}, {last:?}: urged"
    );
    Ok(stored.state)
}
