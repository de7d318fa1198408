//! The form of a report, and a matter's page: as much of it as the viewer sees.

use accounts::server::{account, residency};
use db::{Cx, Tx, crypt::Field, on, upload};
use orgs::model::Code;
use shared::{AppError, Permission, RecordId, Role, UserId, mask, scope::PathRange};
use tasks::server::task;

use super::{
    act, deadline, list, photo,
    sight::{self, Sight},
    store::{self, Step, Stored, Told},
    tell,
};
use crate::model::{
    Action, By, Category, Due, FormPage, HOLDERS, Held, MatterId, MatterPage, Offer, Photo, Reporter, Seen,
    StepRow, Target, Unit,
};

/// Names that are shown of those who hold a post.
const NAMES: usize = 5;
const FOLLOWERS: &str = "select count(*) from matter_follower where matter_id = $1";
const POSTS: &str = "select distinct n.path, n.code, n.name, g.role from role_grant g join node n on n.id = g.node_id \
    join user_account ua on ua.id = g.user_id and ua.state = 'active' where n.path >= $1 and n.path < $2 and n.valid_to is null \
    and g.valid_from <= $3 and (g.valid_to is null or g.valid_to >= $3) order by n.path, g.role limit 500";

/// What a report begins with.
///
/// # Errors
/// What the database answers.
pub async fn form(cx: &Cx) -> Result<FormPage, AppError> {
    let (user, subject) = (cx.user()?, cx.subject()?);
    let mut tx = cx.read().await?;
    let mut categories = store::categories(&mut tx).await?;
    categories.retain(|category| category.offered);
    let recent = store::recent(&mut tx, subject).await?;
    let lives = residency::of_user(&mut tx, cx, subject).await?;
    let lives = lives.map(|lives| Unit {
        code: lives.node_code,
        name: lives.node_name,
    });
    // Where one works is no home of the resident for whom one acts.
    let works = cx
        .actor
        .as_ref()
        .filter(|_| user == subject)
        .and_then(|actor| actor.home());
    let works = works.map(|grant| Unit {
        code: grant.code.clone(),
        name: grant.node_name.clone(),
    });
    Ok(FormPage {
        categories,
        recent,
        home: lives.or(works),
        phone: phone_of(cx, &mut tx, subject).await?,
        key: cx.id::<uuid::Uuid>().to_string(),
    })
}

/// The number of an account, masked.
async fn phone_of(cx: &Cx, tx: &mut Tx, user: UserId) -> Result<Option<String>, AppError> {
    let Some(account) = account::by_id(tx, user).await? else {
        return Ok(None);
    };
    Ok(account.phone(cx.keys())?.map(|phone| mask::phone(&phone)))
}

/// A matter.
///
/// # Errors
/// [`AppError::NotFound`] for who may not see it.
pub async fn matter(cx: &Cx, code: &str) -> Result<MatterPage, AppError> {
    let mut tx = cx.read().await?;
    let code = code.trim();
    if code.is_empty() || !code.bytes().all(|b| b.is_ascii_alphanumeric()) {
        return Err(AppError::NotFound);
    }
    let matter = store::by_code(&mut tx, code).await?.ok_or(AppError::NotFound)?;
    let sight = sight::of(cx, &mut tx, &matter).await?;
    if !sight.any() {
        return Err(AppError::NotFound);
    }
    let (whole, staff) = (sight.whole(), sight.staff());
    let told = if whole { matter.open(cx)? } else { Told::default() };
    let categories = store::categories(&mut tx).await?;
    let category = categories.iter().find(|one| one.code == matter.category);
    let steps = store::steps(&mut tx, matter.id).await?;
    let standing = store::standing(&steps)?;
    let offers = if cx.actor.is_some() {
        let now = sight::circumstances(cx, &mut tx, &matter, sight).await?;
        standing.offers(&now)
    } else {
        Vec::new()
    };
    let passes = offers
        .iter()
        .any(|action| matches!(action, Action::Dispatch | Action::Reassign));
    let targets = if passes {
        targets(cx, &mut tx, &matter).await?
    } else {
        Vec::new()
    };
    let photos = if whole {
        photos(&mut tx, photo::MATTER, RecordId(matter.id.0)).await?
    } else {
        Vec::new()
    };
    let reporter = if staff || sight.own {
        Some(reporter(cx, &mut tx, &matter, &told).await?)
    } else {
        None
    };
    let page = MatterPage {
        now: tx.now(),
        number: matter.shown_number(),
        kind: matter.kind,
        category: category.map_or_else(|| matter.category.clone(), |one| one.label.clone()),
        urgency: matter.urgency,
        state: matter.state,
        at: matter.created_at,
        place: matter.place(),
        pin: matter.pin().filter(|_| whole),
        answers: answers(category, &told),
        address: told.address,
        words: if whole {
            told.words
        } else {
            matter.public_text.clone().unwrap_or_default()
        },
        photos,
        reporter,
        held: held(&mut tx, &matter, whole).await?,
        first: if whole {
            first(&mut tx, &matter).await?
        } else {
            None
        },
        due: list::due(&matter),
        rating: matter.rating,
        time_asked: act::asked(&steps).filter(|_| standing.time_asked && (staff || sight.holds)),
        steps: step_rows(cx, &mut tx, steps, sight).await?,
        published: matter.public_text.clone(),
        followers: followers(&mut tx, matter.id).await?,
        own: sight.own,
        follows: sight.follows,
        staff,
        offers: offers
            .into_iter()
            .map(|action| Offer {
                action,
                needs: action.rule().needs.to_vec(),
            })
            .collect(),
        targets,
        code: matter.code,
        title: matter.title,
    };
    Ok(page)
}

async fn followers(tx: &mut Tx, id: MatterId) -> Result<i64, AppError> {
    Ok(on!(tx, |c| sqlx::query_scalar(FOLLOWERS)
        .bind(id)
        .fetch_one(c)
        .await)?)
}

fn answers(category: Option<&Category>, told: &Told) -> Vec<(String, String)> {
    let questions = category.map_or(&[][..], |category| category.questions.as_slice());
    let answer = |question: &crate::model::Attribute| {
        let answer = told.answers.get(&question.code)?;
        Some((question.label.clone(), question.shown(answer)))
    };
    questions.iter().filter_map(answer).collect()
}

/// Whose matter it is, masked; the door in full, for somebody has to go there.
async fn reporter(cx: &Cx, tx: &mut Tx, matter: &Stored, told: &Told) -> Result<Reporter, AppError> {
    let name = match matter.reporter_id {
        Some(user) => name(tx, user).await?,
        None => None,
    };
    let phone = match (&matter.phone, matter.reporter_id) {
        (Some(sealed), _) => {
            let phone = cx.keys().open_for(Field::Phone, RecordId(matter.id.0), sealed)?;
            Some(mask::phone(&phone))
        }
        (None, Some(user)) => phone_of(cx, tx, user).await?,
        (None, None) => None,
    };
    Ok(Reporter {
        name: name.unwrap_or_else(|| "已注销".into()),
        phone,
        door: Some(told.door.clone()).filter(|door| !door.is_empty()),
    })
}

/// Staff whole, anybody else masked.
async fn name(tx: &mut Tx, user: UserId) -> Result<Option<String>, AppError> {
    Ok(account::by_id(tx, user).await?.map(|account| account.shown_name))
}

async fn held(tx: &mut Tx, matter: &Stored, whole: bool) -> Result<Held, AppError> {
    let mut people = Vec::new();
    if whole {
        for user in tell::holders(tx, matter.unit_id, matter.role())
            .await?
            .into_iter()
            .take(NAMES)
        {
            people.extend(name(tx, user).await?);
        }
    }
    Ok(Held {
        unit: matter.unit(),
        role: matter.role(),
        people,
    })
}

/// Until when it is said whether it is taken.
async fn first(tx: &mut Tx, matter: &Stored) -> Result<Option<Due>, AppError> {
    let running = task::running_at(tx, matter.unit_id).await?;
    let its = running
        .into_iter()
        .find(|task| task.subject == matter.record() && task.kind == deadline::FIRST.key);
    Ok(its.and_then(|task| task.due).map(|at| Due {
        at,
        provisional: false,
    }))
}

async fn photos(tx: &mut Tx, kind: &str, record: RecordId) -> Result<Vec<Photo>, AppError> {
    let found = upload::of_record(tx, kind, record).await?;
    let shown = |upload: upload::Upload| {
        Some(Photo {
            id: upload.id,
            width: upload.width?,
            height: upload.height?,
        })
    };
    Ok(found.into_iter().filter_map(shown).collect())
}

/// Whether a step is the viewer's to see; what was said in it is for those only who see the whole.
pub(super) const fn sees(sight: Sight, seen: Seen) -> bool {
    match seen {
        Seen::All => sight.any(),
        Seen::Parties => sight.whole(),
        Seen::Staff => sight.staff(),
    }
}

async fn step_rows(cx: &Cx, tx: &mut Tx, steps: Vec<Step>, sight: Sight) -> Result<Vec<StepRow>, AppError> {
    let whole = sight.whole();
    let mut rows = Vec::new();
    for step in steps.into_iter().filter(|step| sees(sight, step.seen)) {
        let who = match step.user_id.filter(|_| whole && step.capacity != By::Reporter) {
            Some(user) => name(tx, user).await?,
            None => None,
        };
        let photos = if whole {
            photos(tx, photo::STEP, RecordId(step.id.0)).await?
        } else {
            Vec::new()
        };
        rows.push(StepRow {
            action: step.action,
            state: step.state,
            at: step.at,
            by: step.capacity,
            who,
            words: if whole { step.open(cx)? } else { None },
            unit: step.unit,
            role: step.role.and_then(|role| role.parse().ok()),
            days: step.days,
            door: step.elsewhere,
            rating: step.rating.filter(|_| whole),
            urgency: step.urgency.filter(|_| whole),
            seen: step.seen,
            photos,
        });
    }
    Ok(rows)
}

/// The posts where the viewer dispatches what the unit has: everywhere that they may give it to.
async fn targets(cx: &Cx, tx: &mut Tx, matter: &Stored) -> Result<Vec<Target>, AppError> {
    let Some(actor) = cx.actor.as_ref() else {
        return Ok(Vec::new());
    };
    let scope = actor.scope_of(Permission::ReportDispatch);
    let within = scope
        .paths()
        .iter()
        .find(|path| matter.unit_path.starts_with(path.as_str()));
    let range = PathRange::below(within.unwrap_or(&matter.unit_path));
    let today = tx.now().date();
    let posts: Vec<(String, Code, String, String)> = on!(tx, |c| sqlx::query_as(POSTS)
        .bind(&range.lo)
        .bind(&range.hi)
        .bind(today)
        .fetch_all(c)
        .await)?;
    let target = |(path, code, unit, role): (String, Code, String, String)| {
        let role = role.parse::<Role>().ok().filter(|role| HOLDERS.contains(role))?;
        act::may_go(cx, matter, &path).then(|| Target {
            value: format!("{code}:{}", role.code()),
            label: format!("{unit} · {}", role.label()),
        })
    };
    Ok(posts.into_iter().filter_map(target).collect())
}
