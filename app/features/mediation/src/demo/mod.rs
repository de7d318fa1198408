//! The pillar's part of the demonstration: twelve cases in 虞山街道, one for each way in which a case can stand, with people made up for it. They
//! hang on today, so that what runs has run for some days.
//!
//! They have neither tasks nor notices: the lists of the demonstration's own accounts are for those who try things out. 综治中心 has taken
//! them, and one of them, long kept, is the resident's own.

mod tales;

use accounts::{
    model::Phone,
    server::{account, service},
};
use db::{Cx, Tx, access, counter, execute, on};
use orgs::{
    model::{Code, Node},
    server::store as units,
};
use shared::{AppError, Timestamp, UserId};

use self::tales::{TALES, Tale};
use crate::{
    model::{Action, Agreement, By, CaseId, Clause, Kept, Part, Person, Shape, Sitting, Standing, State},
    server::demo as write,
};

const STREET: &str = "320581001";
const COMMUNITIES: usize = 12;
/// The demonstration's own resident, and 综治中心.
const RESIDENT: &str = "13900000001";
const CLERK: &str = "13900000012";
/// Made up for this: nobody signs in as one.
const MEDIATOR: &str = "演示·金人和";

const ENDED: &str = "update mediation set state = $2, steps = $3, created_at = $4, updated_at = $5, ended_at = $6, clerk_id = $7 where id = $1";
const NAMED: &str = "update mediation_person set created_at = $2, declared_at = case when part = 'mediator' then $3 else null end \
    where mediation_id = $1";
const KEPT: &str = "update mediation_clause set kept = $2, asked_at = $3 where mediation_id = $1";

/// Loads it, unless there are cases already. Needs the organisation and the accounts. Returns how many came.
///
/// # Errors
/// What the database answers.
pub async fn load(cx: &Cx) -> Result<usize, AppError> {
    let resident = service::user_by_phone(cx, &Phone::parse("phone", RESIDENT)?).await?;
    let clerk = service::user_by_phone(cx, &Phone::parse("phone", CLERK)?).await?;
    let mut tx = cx.write().await?;
    let any: i64 = on!(tx, |c| sqlx::query_scalar("select count(*) from mediation")
        .fetch_one(c)
        .await)?;
    let mut communities = Vec::new();
    for n in 1..=COMMUNITIES {
        let code: Code = format!("{STREET}{n:03}")
            .parse()
            .map_err(|_| AppError::NotFound)?;
        communities.extend(units::by_code(&mut tx, &code).await?);
    }
    let (Some(clerk), 0, false) = (clerk, any, communities.is_empty()) else {
        return Ok(0);
    };
    let mediator = account::insert(&mut tx, cx.keys(), MEDIATOR, None).await?;
    let mut told = 0;
    for (tale, community) in TALES.iter().zip(communities.iter().cycle()) {
        let teller = Teller {
            resident: resident.filter(|_| tale.hers),
            clerk,
            mediator,
        };
        told += usize::from(teller.tell(cx, &mut tx, tale, community).await?);
    }
    tx.commit().await?;
    Ok(told)
}

/// Who is who in a tale.
struct Teller {
    resident: Option<UserId>,
    clerk: UserId,
    mediator: UserId,
}

impl Teller {
    /// Writes one down; not where nobody would take it.
    async fn tell(&self, cx: &Cx, tx: &mut Tx, tale: &Tale, community: &Node) -> Result<bool, AppError> {
        let Some(desk) = write::desk(tx, &community.path).await? else {
            return Ok(false);
        };
        let begins = tx.now().plus(-tale.ago * Timestamp::DAY);
        let year = begins.date().year();
        let number = counter::next(tx, "mediation", community.id, year).await?;
        let code = access::random_trace();
        let title = format!("{}（{}）", tale.kind.label(), community.name);
        let case = write::New {
            code: &code,
            node: community.id,
            year,
            number,
            kind: tale.kind,
            title: &title,
            desk,
            words: tale.words,
            wish: tale.wish,
        };
        let id = write::insert(tx, &case).await?;
        self.name(cx, tx, id, tale).await?;
        let (standing, held) = self.walk(tx, id, tale, begins).await?;
        let taken = tale.steps.contains(&Action::Take).then_some(self.clerk);
        let ended = standing.state.has_ended().then_some(standing.at);
        execute!(
            tx,
            ENDED,
            id,
            standing.state,
            standing.steps,
            begins,
            standing.at,
            ended,
            taken
        )?;
        execute!(tx, NAMED, id, begins, held)?;
        Ok(true)
    }

    async fn name(&self, cx: &Cx, tx: &mut Tx, id: CaseId, tale: &Tale) -> Result<(), AppError> {
        let person = |name: &str| Person {
            name: name.to_owned(),
            phone: None,
            address: String::new(),
        };
        let own = match self.resident {
            Some(user) => account::must(tx, user).await?.name(cx.keys())?,
            None => tale.applicant.to_owned(),
        };
        write::add(tx, id, Part::Applicant, self.resident, &person(&own)).await?;
        write::add(tx, id, Part::Respondent, None, &person(tale.other)).await?;
        if tale.steps.contains(&Action::Name) {
            let user = Some(self.mediator);
            write::add(tx, id, Part::Mediator, user, &person(MEDIATOR)).await?;
        }
        Ok(())
    }

    /// Takes its steps, never after now; how it stands, and when the mediator declared.
    async fn walk(
        &self,
        tx: &mut Tx,
        id: CaseId,
        tale: &Tale,
        begins: Timestamp,
    ) -> Result<(Standing, Option<Timestamp>), AppError> {
        let (mut standing, mut declared, mut kept) = (Standing::applied(begins), None, 0);
        let now = tx.now();
        write::step(
            tx,
            id,
            &standing,
            Action::Apply,
            By::Applicant,
            self.resident,
            None,
            None,
        )
        .await?;
        for action in tale.steps {
            let at = standing.at.plus(tales::hours(*action) * Timestamp::HOUR).min(now);
            standing = standing.after(*action, at);
            let by = tales::by(*action);
            let user = match by {
                By::Mediator | By::Invited => Some(self.mediator),
                By::Desk | By::Clerk => Some(self.clerk),
                By::Applicant => self.resident,
                By::Respondent | By::System => None,
            };
            let clause = (*action == Action::Follow).then(|| {
                kept += 1;
                kept
            });
            let words = tales::words(*action);
            write::step(tx, id, &standing, *action, by, user, clause, words).await?;
            match action {
                Action::Declare => declared = Some(at),
                Action::Hold => {
                    let sitting = Sitting {
                        at,
                        place: "社区调解室（演示）".into(),
                        there: "双方当事人、调解员".into(),
                    };
                    write::session(tx, id, &sitting, tale.said, self.mediator).await?;
                }
                Action::Settle => write::agree(tx, id, &agreement(tale, at), Shape::Written).await?,
                Action::SettleOrally => write::agree(tx, id, &agreement(tale, at), Shape::Oral).await?,
                _ => {}
            }
            if standing.state == State::InForce && matches!(action, Action::Sign | Action::SettleOrally) {
                write::effect(tx, id, at.date()).await?;
            }
            if *action == Action::Fulfil {
                execute!(tx, KEPT, id, Kept::Kept, at)?;
            }
        }
        Ok((standing, declared))
    }
}

fn agreement(tale: &Tale, at: Timestamp) -> Agreement {
    let due = at.date().plus_days(tales::DUE);
    Agreement {
        facts: tale.words.to_owned(),
        duty: String::new(),
        clauses: tale
            .clauses
            .iter()
            .map(|(words, how)| Clause {
                words: (*words).to_owned(),
                how: (*how).to_owned(),
                due: Some(due),
            })
            .collect(),
    }
}
