//! A case's page and its printed agreement, as much of either as the viewer sees. That they looked is noted.

use std::collections::BTreeSet;

use accounts::server::account;
use db::{Audit, Cx, DbError, Tx, on, upload};
use reports::server::mediated;
use shared::{AppError, Role, UserId, scope::PathRange};

use super::{
    people::Named,
    record::{self, Step, StoredClause},
    scan,
    sight::{self, Sight},
    store::{self, Stored},
};
use crate::model::{
    Action, Agreement, AgreementPage, COURT_DAYS, Candidate, CasePage, ClauseRow, Offer, Part, Party, Scan,
    Seen, SessionRow, State, StepRow,
};

const CANDIDATES: &str = "select distinct a.id, a.shown_name, g.role from role_grant g join node n on n.id = g.node_id \
    join user_account a on a.id = g.user_id and a.state = 'active' where g.role in ('mediation', 'secretary', 'staff', 'grid_lead') \
    and n.valid_to is null and g.valid_from <= $4 and (g.valid_to is null or g.valid_to >= $4) \
    and ((n.path >= $2 and n.path < $3) or substr(cast($1 as text), 1, length(n.path)) = n.path) order by a.shown_name, a.id limit 100";

/// A code as it stands in an address.
fn code(text: &str) -> Result<&str, AppError> {
    let code = text.trim();
    if code.is_empty() || !code.bytes().all(|b| b.is_ascii_alphanumeric()) {
        return Err(AppError::NotFound);
    }
    Ok(code)
}

async fn looked(tx: &mut Tx, action: &'static str, case: &Stored) -> Result<(), DbError> {
    tx.audit(Audit::new(action, "mediation", case.id.0).at(&case.path))
        .await
}

/// A case.
///
/// # Errors
/// [`AppError::NotFound`] for who is not named in it.
pub async fn case(cx: &Cx, text: &str) -> Result<CasePage, AppError> {
    let mut tx = cx.write().await?;
    let case = store::by_code(&mut tx, code(text)?)
        .await?
        .ok_or(AppError::NotFound)?;
    let (sight, named) = sight::of(cx, &mut tx, &case).await?;
    if !sight.named() && !sight.desk {
        return Err(AppError::NotFound);
    }
    let clauses = record::clauses(&mut tx, case.id).await?;
    let steps = record::steps(&mut tx, case.id).await?;
    let standing = record::standing(&steps)?;
    let offers = standing.offers(&sight::circumstances(cx, &case, sight, &clauses));
    let mut page = outline(&tx, &case, sight, &offers);
    // Who holds the post sees that there is one, and takes it before they read it.
    if sight.named() {
        fill(cx, &mut tx, &case, sight, &named, &mut page).await?;
        page.clauses = clause_rows(page.agreement.as_ref(), &clauses);
        if sight.reads() {
            page.steps = step_rows(cx, steps, sight)?;
        }
        if offers.contains(&Action::Name) {
            page.candidates = candidates(&mut tx, &case, &named).await?;
        }
    }
    looked(&mut tx, "mediation.case.read", &case).await?;
    tx.commit().await?;
    Ok(page)
}

/// What names nobody.
fn outline(tx: &Tx, case: &Stored, sight: Sight, offers: &[Action]) -> CasePage {
    CasePage {
        now: tx.now(),
        code: case.code.clone(),
        number: case.shown_number(),
        title: case.title.clone(),
        kind: case.kind,
        state: case.state,
        at: case.created_at,
        place: case.place(),
        words: String::new(),
        wish: String::new(),
        people: Vec::new(),
        clerk: None,
        of_matter: case.matter_id.is_some(),
        due: case.due(),
        sessions: Vec::new(),
        shape: case.shape,
        agreement: None,
        clauses: Vec::new(),
        effective: case.effective_on,
        court_until: case.effective_on.map(|on| on.plus_days(COURT_DAYS)),
        scans: Vec::new(),
        steps: Vec::new(),
        staff: sight.staff(),
        side: sight.side(),
        desk: sight.desk,
        offers: offers
            .iter()
            .map(|action| Offer {
                action: *action,
                needs: action.rule().needs.to_vec(),
            })
            .collect(),
        candidates: Vec::new(),
    }
}

async fn fill(
    cx: &Cx,
    tx: &mut Tx,
    case: &Stored,
    sight: Sight,
    named: &[Named],
    page: &mut CasePage,
) -> Result<(), AppError> {
    let told = case.open(cx)?;
    // The other side is told who asks for what. What they are said to have done they read once they want to talk about it.
    let asked = matches!(
        case.state,
        State::Applied | State::Accepted | State::Declined | State::Refused | State::Withdrawn
    );
    if sight.staff() || sight.applicant || (sight.respondent && !asked) {
        page.words = told.words;
    }
    page.wish = told.wish;
    page.people = parties(cx, named, sight)?;
    page.clerk = match case.clerk_id {
        Some(clerk) => account::by_id(tx, clerk).await?.map(|clerk| clerk.shown_name),
        None => None,
    };
    if !sight.reads() {
        return Ok(());
    }
    for session in record::sessions(tx, case.id).await? {
        let noted = session.open(cx)?;
        page.sessions.push(SessionRow {
            number: session.number,
            at: session.held_at,
            place: noted.place,
            there: noted.there,
            words: noted.words,
        });
    }
    page.agreement = case.agreed(cx)?;
    page.scans = scans(tx, case).await?;
    Ok(())
}

fn parties(cx: &Cx, named: &[Named], sight: Sight) -> Result<Vec<Party>, AppError> {
    let me = cx.who().user;
    named
        .iter()
        .map(|one| {
            let person = one.open(cx)?;
            let staff = sight.staff();
            Ok(Party {
                id: one.id,
                part: one.part,
                name: person.name,
                phone: person.phone.filter(|_| staff && one.part != Part::Mediator),
                address: if staff { person.address } else { String::new() },
                declared: one.declared_at,
                left: one.left_why,
                me: one.user_id.is_some() && one.user_id == me,
            })
        })
        .collect()
}

async fn scans(tx: &mut Tx, case: &Stored) -> Result<Vec<Scan>, AppError> {
    let uploads = upload::of_record(tx, scan::CASE, case.record()).await?;
    Ok(uploads
        .into_iter()
        .map(|upload| Scan {
            id: upload.id,
            width: upload.width.unwrap_or_default(),
            height: upload.height.unwrap_or_default(),
        })
        .collect())
}

fn clause_rows(agreement: Option<&Agreement>, clauses: &[StoredClause]) -> Vec<ClauseRow> {
    let agreed = agreement.map_or(&[][..], |agreement| agreement.clauses.as_slice());
    clauses
        .iter()
        .zip(agreed)
        .map(|(stored, clause)| ClauseRow {
            number: stored.number,
            words: clause.words.clone(),
            how: clause.how.clone(),
            due: stored.due_on,
            kept: stored.kept,
            asked: stored.asked_at,
        })
        .collect()
}

fn step_rows(cx: &Cx, steps: Vec<Step>, sight: Sight) -> Result<Vec<StepRow>, AppError> {
    steps
        .into_iter()
        .filter(|step| step.seen == Seen::Parties || sight.staff())
        .map(|step| {
            Ok(StepRow {
                action: step.action,
                state: step.state,
                at: step.at,
                by: step.capacity,
                how: step.how,
                door: step.elsewhere,
                clause: step.clause,
                kept: step.kept,
                words: step.open(cx)?,
                seen: step.seen,
            })
        })
        .collect()
}

/// Those who work at or around the community, but for who is named already, is a side, or handled the matter.
async fn candidates(tx: &mut Tx, case: &Stored, named: &[Named]) -> Result<Vec<Candidate>, AppError> {
    let mut not: BTreeSet<UserId> = named.iter().filter_map(|one| one.user_id).collect();
    if let Some(matter) = case.matter_id {
        not.extend(mediated::handlers(tx, matter).await?);
    }
    let (range, today) = (PathRange::below(&case.path), tx.now().date());
    let found: Vec<(UserId, String, String)> = on!(tx, |c| sqlx::query_as(CANDIDATES)
        .bind(&case.path)
        .bind(&range.lo)
        .bind(&range.hi)
        .bind(today)
        .fetch_all(c)
        .await)?;
    let mut candidates: Vec<Candidate> = Vec::new();
    for (user, name, role) in found {
        let Ok(role) = role.parse::<Role>() else {
            continue;
        };
        if !not.contains(&user) && candidates.iter().all(|known| known.user != user) {
            candidates.push(Candidate { user, name, role });
        }
    }
    Ok(candidates)
}

/// What a community is called without its committee, for the name of its mediation committee.
fn committee(name: &str) -> String {
    let bare = ["居民委员会", "村民委员会", "居委会", "村委会"]
        .into_iter()
        .find_map(|tail| name.strip_suffix(tail))
        .unwrap_or(name);
    format!("{bare}人民调解委员会")
}

/// The agreement as it is printed, to be signed.
///
/// # Errors
/// [`AppError::NotFound`] for who is not named in it, and while there is none.
pub async fn agreement(cx: &Cx, text: &str) -> Result<AgreementPage, AppError> {
    let mut tx = cx.write().await?;
    let case = store::by_code(&mut tx, code(text)?)
        .await?
        .ok_or(AppError::NotFound)?;
    let (sight, named) = sight::of(cx, &mut tx, &case).await?;
    if !sight.reads() {
        return Err(AppError::NotFound);
    }
    let agreement = case.agreed(cx)?.ok_or(AppError::NotFound)?;
    let shape = case.shape.ok_or(AppError::NotFound)?;
    // The addresses of both stand on the paper that each of them gets.
    let every = Sight { clerk: true, ..sight };
    let people = parties(cx, &named, every)?;
    let mediators = people
        .iter()
        .filter(|one| one.part == Part::Mediator && one.left.is_none() && one.declared.is_some())
        .map(|one| one.name.clone())
        .collect();
    let sides = people
        .into_iter()
        .filter(|one| one.part != Part::Mediator)
        .map(|one| Party { phone: None, ..one })
        .collect();
    looked(&mut tx, "mediation.case.print", &case).await?;
    tx.commit().await?;
    Ok(AgreementPage {
        number: case.shown_number(),
        committee: committee(&case.node_name),
        kind: case.kind,
        shape,
        sides,
        mediators,
        agreement,
        effective: case.effective_on,
        code: case.code,
    })
}

#[cfg(test)]
mod tests {
    use super::committee;

    #[test]
    fn a_committee_is_called_by_its_community() {
        assert_eq!(committee("花园浜社区居委会"), "花园浜社区人民调解委员会");
        assert_eq!(committee("莫城村"), "莫城村人民调解委员会");
    }
}
