//! The form of a report, and a matter's page: as much of it as the viewer sees.

use accounts::{
    model::Phone,
    server::{account, residency},
};
use db::{Cx, Tx, crypt::Field, on, upload};
use orgs::model::Code;
use shared::{AppError, Permission, RecordId, Role, UserId, mask, scope::PathRange};

use super::{
    act, deadline,
    hand::Hand,
    joint, list, mediated, orders, part_rows, photo, recusal, share, shown,
    sight::{self, Sight},
    standard,
    store::{self, Step, Stored, Told},
    tell, voice,
};
use crate::model::{
    Action, By, Category, Due, FormPage, HOLDERS, Held, MatterId, MatterPage, MergedRef, Need, Offer, Origin,
    Photo, Seen, StepRow, Target, Unit, Whose, is_petition,
};

/// Names that are shown of those who hold a post.
const NAMES: usize = 5;
const FOLLOWERS: &str = "select count(*) from matter_follower where matter_id = $1";
pub(super) const POSTS: &str = "select distinct n.path, n.code, n.name, g.role from role_grant g join node n on n.id = g.node_id \
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
        whose: Some(subject),
    })
}

/// What a report begins with for a visitor without an account: they have no home and chose nothing before.
///
/// # Errors
/// What the database answers.
pub async fn open_form(cx: &Cx, hand: &Hand) -> Result<FormPage, AppError> {
    let mut tx = cx.read().await?;
    let mut categories = store::categories(&mut tx).await?;
    categories.retain(|category| category.offered);
    Ok(FormPage {
        categories,
        recent: Vec::new(),
        home: None,
        phone: hand.phone.as_ref().map(Phone::masked),
        key: cx.id::<uuid::Uuid>().to_string(),
        whose: None,
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
    matter_by(cx, &Hand::default(), code).await
}

/// As [`matter`], also for a reporter without an account who has it in hand.
///
/// # Errors
/// As [`matter`].
pub async fn matter_by(cx: &Cx, hand: &Hand, code: &str) -> Result<MatterPage, AppError> {
    let mut tx = cx.read().await?;
    let code = code.trim();
    if code.is_empty() || !code.bytes().all(|b| b.is_ascii_alphanumeric()) {
        return Err(AppError::NotFound);
    }
    let matter = store::by_code(&mut tx, code).await?.ok_or(AppError::NotFound)?;
    let sight = sight::with(cx, &mut tx, hand, &matter).await?;
    if !sight.any() {
        return Err(AppError::NotFound);
    }
    let (whole, staff) = (sight.whole(), sight.staff());
    let told = if whole { matter.open(cx)? } else { Told::default() };
    let categories = store::categories(&mut tx).await?;
    let category = categories.iter().find(|one| one.code == matter.category);
    let steps = store::steps(&mut tx, matter.id).await?;
    let standing = store::standing(&steps)?;
    let now = if cx.actor.is_some() || sight.own {
        Some(sight::circumstances(cx, &mut tx, &matter, sight).await?)
    } else {
        None
    };
    let mut offers = now.as_ref().map(|now| standing.offers(now)).unwrap_or_default();
    // What is done with a part stands beside the part.
    offers.retain(|action| !action.rule().wants(Need::Part));
    let parts = if whole {
        let inner = staff || sight.holds || sight.partakes;
        part_rows::rows(cx, &mut tx, &matter, &steps, &standing, now.as_ref(), inner).await?
    } else {
        Vec::new()
    };
    let sets = offers.contains(&Action::Recuse) && (sight.dispatches || sight.oversees);
    let asides = if sets {
        recusal::candidates(&mut tx, &matter).await?
    } else {
        Vec::new()
    };
    let standards = if offers.contains(&Action::Answer) {
        standard::of(&mut tx, &matter.unit_path).await?
    } else {
        Vec::new()
    };
    let classes = if offers.contains(&Action::Reclass) {
        classes(&categories, &matter)
    } else {
        Vec::new()
    };
    let passes = offers
        .iter()
        .any(|action| matches!(action, Action::Dispatch | Action::Reassign | Action::Involve));
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
    let shown = if sight.public {
        self::photos(&mut tx, shown::SHOWN, RecordId(matter.id.0)).await?
    } else {
        Vec::new()
    };
    let voice = if voice::hears(sight) {
        voice::of(&mut tx, voice::MATTER, RecordId(matter.id.0)).await?
    } else {
        None
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
        urgency: Some(matter.urgency).filter(|_| whole),
        state: matter.state,
        petition: matter.petition,
        at: matter.created_at,
        place: matter.place(),
        pin: matter.pin().filter(|_| whole),
        instead: (whole && told.words.is_empty())
            .then(|| told.said().to_owned())
            .filter(|said| !said.is_empty()),
        answers: answers(category, &told),
        address: told.address,
        words: if whole {
            told.words
        } else {
            matter.public_text.clone().unwrap_or_default()
        },
        photos,
        shown,
        voice,
        reporter,
        entered_by: match matter.entered_by.filter(|_| staff || sight.own) {
            Some(user) => name(&mut tx, user).await?,
            None => None,
        },
        order: if staff {
            orders::numbered(&mut tx, matter.id).await?
        } else {
            None
        },
        origin: matter.origin,
        held: held(&mut tx, &matter, whole).await?,
        first: if whole {
            first(&mut tx, &matter).await?
        } else {
            None
        },
        due: list::due(&matter),
        rating: matter.rating.filter(|_| whole),
        time_asked: act::asked(&steps).filter(|_| standing.time_asked && (staff || sight.holds)),
        paused: matter.paused_at.filter(|_| whole),
        urged: matter.urged_at.filter(|_| whole),
        classes,
        class: matter.category.clone(),
        steps: step_rows(cx, &mut tx, &matter, &categories, steps, sight).await?,
        published: matter.public_text.clone(),
        followers: followers(&mut tx, matter.id).await?,
        merged: merged(cx, &mut tx, hand, &matter, whole).await?,
        whose: cx.subject().ok(),
        mediated: whole && mediated::is_mediated(&mut tx, matter.id).await?,
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
        standards,
        parts,
        joints: joint::of_matter(cx, &mut tx, matter.id).await?,
        asides,
        code: matter.code,
        title: matter.title,
    };
    Ok(page)
}

/// The matter that this one went into, and the way to it for whoever sees that.
async fn merged(
    cx: &Cx,
    tx: &mut Tx,
    hand: &Hand,
    matter: &Stored,
    whole: bool,
) -> Result<Option<MergedRef>, AppError> {
    let Some(into) = matter.merged_into else {
        return Ok(None);
    };
    let Some(into) = store::by_id(tx, into).await? else {
        return Ok(None);
    };
    let seen = sight::with(cx, tx, hand, &into).await?.any();
    Ok((whole || seen).then(|| MergedRef {
        number: into.shown_number(),
        code: seen.then_some(into.code),
    }))
}

async fn followers(tx: &mut Tx, id: MatterId) -> Result<i64, AppError> {
    Ok(on!(tx, |c| sqlx::query_scalar(FOLLOWERS)
        .bind(id)
        .fetch_one(c)
        .await)?)
}

/// As it was asked; what was reported before that was kept stands under what is asked now.
fn answers(category: Option<&Category>, told: &Told) -> Vec<(String, String)> {
    if told.asked.is_empty() {
        return category
            .map(|category| category.asked(&told.answers))
            .unwrap_or_default();
    }
    told.asked.clone()
}

/// What a matter may be called: what is offered, and what it is called now.
fn classes(categories: &[Category], matter: &Stored) -> Vec<Target> {
    let known = categories
        .iter()
        .filter(|one| one.offered || one.code == matter.category);
    known
        .map(|one| Target {
            value: one.code.clone(),
            label: one.label.clone(),
        })
        .collect()
}

/// Whose matter it is, masked; the door in full, for somebody has to go there.
async fn reporter(cx: &Cx, tx: &mut Tx, matter: &Stored, told: &Told) -> Result<Whose, AppError> {
    let name = match matter.reporter_id {
        Some(user) => name(tx, user).await?,
        None => None,
    };
    let caller = match matter.origin {
        Origin::Client => orders::caller(cx, tx, matter.id).await?,
        _ => None,
    };
    let called = caller.map(|caller| caller.name).filter(|name| !name.is_empty());
    let name = name.or(called);
    let phone = match (&matter.phone, matter.reporter_id) {
        (Some(sealed), _) => {
            let phone = cx.keys().open_for(Field::Phone, RecordId(matter.id.0), sealed)?;
            Some(mask::phone(&phone))
        }
        (None, Some(user)) => phone_of(cx, tx, user).await?,
        (None, None) => None,
    };
    Ok(Whose {
        // Also of those who work here, whose names are otherwise told: what they report is their own.
        name: name.map_or_else(|| unnamed(matter.origin).into(), |name| mask::name(&name)),
        phone,
        door: Some(told.door.clone()).filter(|door| !door.is_empty()),
    })
}

/// What stands in the place of a name.
pub(super) const fn unnamed(origin: Origin) -> &'static str {
    match origin {
        Origin::Account => "已注销",
        Origin::Phone | Origin::Anonymous | Origin::Client => origin.label(),
    }
}

/// Staff whole, anybody else masked.
async fn name(tx: &mut Tx, user: UserId) -> Result<Option<String>, AppError> {
    Ok(account::by_id(tx, user).await?.map(|account| account.shown_name))
}

async fn held(tx: &mut Tx, matter: &Stored, whole: bool) -> Result<Held, AppError> {
    let mut people = Vec::new();
    if whole {
        let mut all = tell::holders_but(tx, Some(matter.id), matter.unit_id, matter.role()).await?;
        let named = share::named(tx, matter.id, matter.unit_id, matter.role()).await?;
        if let Some(named) = named.filter(|user| all.contains(user)) {
            all.retain(|user| *user == named);
        }
        for user in all.into_iter().take(NAMES) {
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
    Ok(deadline::first(tx, matter).await?.map(|at| Due {
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

/// As [`sees`], of a step. Whoever's matter went into this one reads its answer, and who has it by post what was said of their own wishes.
const fn sees_step(sight: Sight, step: &Step) -> bool {
    sees(sight, step.seen)
        || match step.action {
            Action::Answer => sight.merged,
            Action::AskTime | Action::DenyTime | Action::Return => sight.holds,
            _ => false,
        }
}

async fn step_rows(
    cx: &Cx,
    tx: &mut Tx,
    matter: &Stored,
    categories: &[Category],
    steps: Vec<Step>,
    sight: Sight,
) -> Result<Vec<StepRow>, AppError> {
    let whole = sight.whole();
    let asides = if sight.staff() {
        recusal::of(tx, matter.id).await?
    } else {
        Vec::new()
    };
    let mut rows = Vec::new();
    for step in steps.into_iter().filter(|step| sees_step(sight, step)) {
        let theirs = step.capacity == By::Reporter;
        // Whoever takes the reporter's steps for them is named to those only who know who that is.
        let named = step.user_id.filter(|user| match matter.reporter_id {
            _ if !theirs => whole,
            Some(reporter) => reporter != *user && (sight.staff() || sight.own),
            None => false,
        });
        // What went to the petition office says so, and why it did is for those only who handle matters.
        let kept = is_petition(step.action, step.elsewhere) && !sight.staff();
        let reads = (whole && !kept) || (sight.merged && step.action == Action::Answer);
        let who = match named {
            Some(user) => name(tx, user).await?,
            None => None,
        };
        let photos = if whole && !kept {
            photos(tx, photo::STEP, RecordId(step.id.0)).await?
        } else {
            Vec::new()
        };
        let voice = if theirs && voice::hears(sight) {
            voice::of(tx, voice::STEP, RecordId(step.id.0)).await?
        } else {
            None
        };
        let category = step.category.as_deref();
        let category = category.and_then(|code| categories.iter().find(|one| one.code == code));
        rows.push(StepRow {
            class: step
                .kind
                .zip(category)
                .map(|(kind, category)| format!("{} · {}", category.label, kind.label())),
            action: step.action,
            state: step.state,
            at: step.at,
            by: step.capacity,
            who,
            words: if reads { step.open(cx)? } else { None },
            unit: step.unit,
            role: step.role.and_then(|role| role.parse().ok()),
            days: step.days,
            door: step.elsewhere,
            rating: step.rating.filter(|_| whole),
            urgency: step.urgency.filter(|_| whole),
            seen: step.seen,
            photos,
            voice,
            aside: asides
                .iter()
                .find(|(id, _)| *id == step.id)
                .map(|(_, name)| name.clone()),
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
