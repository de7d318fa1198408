//! The persons: new ones, and what is corrected of known ones.

use accounts::model::Phone;
use db::{Cx, DbError, EngineSql, Json, Tx, crypt::Field, execute, rows};
use serde::Serialize;
use shared::{AppError, Date};

use super::{
    besides,
    living::{arrive, change_residences, leave, represent},
    who,
};
use crate::{
    model::{Born, Consent, IdentityNumber, PersonId, ResidenceKind, Sex},
    server::{
        import::{
            line::Who,
            plan::{Change, How, Plan, born_differs},
        },
        write::{self, NewConsent, NewOwnership, NewPerson, NewResidence, Source},
    },
};

pub(super) async fn people(cx: &Cx, tx: &mut Tx, plan: &Plan) -> Result<(), AppError> {
    let today = tx.now().date();
    let mut new = Vec::new();
    let mut residences = Vec::new();
    let mut consents = Vec::new();
    let mut owners = Vec::new();
    for change in &plan.people {
        let Some(who) = who(plan, change) else { continue };
        let lives = NewResidence {
            id: tx.id(),
            person_id: change.id,
            household_id: change.household,
            kind: who.kind.unwrap_or(ResidenceKind::Living),
            relation: who.relation,
            valid_from: today,
        };
        match &change.how {
            How::New => {
                new.push(person(plan, change, who));
                residences.push(lives);
            }
            How::Moved(_) => residences.push(lives),
            How::Same(_) | How::Changed(_) => {}
        }
        let holds = change.identity_blind.is_some() || (change.apart && matches!(change.how, How::New));
        if holds {
            consents.push(NewConsent {
                person_id: change.id,
                kind: Consent::Identity,
                age: who.born.map(|born| today.year() - born.year()),
            });
        }
        if change.own {
            owners.push(NewOwnership {
                id: tx.id(),
                room_id: change.room,
                person_id: change.id,
                valid_from: today,
            });
        }
    }
    let taken = |error: DbError| {
        if error.is_unique_violation() {
            AppError::Conflict("登记在这期间变过了，请看过新的差异后再导入。".into())
        } else {
            error.into()
        }
    };
    leave(tx, plan, today).await?;
    write::persons(cx, tx, &new).await.map_err(taken)?;
    besides::hold_apart(cx, tx, plan).await?;
    update(cx, tx, plan).await.map_err(taken)?;
    write::residences(tx, &residences).await.map_err(taken)?;
    arrive(tx, plan).await?;
    change_residences(tx, plan, today).await?;
    represent(tx, plan, today).await?;
    write::ownerships(tx, &owners).await?;
    write::consents(tx, &consents, cx.who().user).await?;
    Ok(())
}

fn person(plan: &Plan, change: &Change, who: &Who) -> NewPerson {
    NewPerson {
        id: change.id,
        name: who.name.clone(),
        sex: who.sex,
        birth_year: who.born.map(Born::year),
        adult_from: who.born.and_then(Born::adult_from),
        phone: who.phone.clone(),
        identity: who.identity.clone().filter(|_| !change.apart),
        care: Vec::new(),
        user_id: None,
        node_id: change.node,
        path: plan.paths.get(&change.node).cloned().unwrap_or_default(),
        source: Source::Import,
        confirmed_at: None,
    }
}

// What the line leaves empty stays: the row holds what is to be in the end, sealed anew only where it is new.
const UPDATE: EngineSql = rows!(
    "update person set name = r.name, pinyin = r.pinyin, initials = r.initials, sex = r.sex, birth_year = r.birth_year, \
     adult_from = r.adult_from, phone = coalesce(r.phone, person.phone), phone_blind = coalesce(r.phone_blind, person.phone_blind), \
     identity = coalesce(r.identity, person.identity), identity_blind = coalesce(r.identity_blind, person.identity_blind), \
     confirmed_at = null, confirmed_by = null, version = person.version + 1, updated_at = $2 from ",
    (id: uuid, name: text, pinyin: text, initials: text, sex: text, birth_year: bigint, adult_from: text, phone: text,
     phone_blind: text, identity: text, identity_blind: text),
    " where person.id = r.id"
);

async fn update(cx: &Cx, tx: &mut Tx, plan: &Plan) -> Result<(), DbError> {
    #[derive(Serialize)]
    struct Row<'a> {
        id: PersonId,
        name: &'a str,
        pinyin: String,
        initials: String,
        sex: Option<Sex>,
        birth_year: Option<i64>,
        adult_from: Option<Date>,
        phone: Option<String>,
        phone_blind: Option<&'a str>,
        identity: Option<String>,
        identity_blind: Option<&'a str>,
    }
    let keys = cx.keys();
    let (mut list, mut renamed) = (Vec::new(), Vec::new());
    for change in &plan.people {
        let (How::Changed(known) | How::Moved(known)) = &change.how else {
            continue;
        };
        let Some(who) = who(plan, change) else { continue };
        let (birth_year, adult_from) = match who.born.filter(|born| born_differs(known, *born)) {
            Some(born) => (Some(born.year()), born.adult_from()),
            None => (known.birth_year, known.adult_from),
        };
        let spelled = shared::text::pinyin(&who.name);
        let new_phone = change
            .phone_blind
            .as_deref()
            .filter(|blind| known.phone_blind.as_deref() != Some(blind));
        let new_identity = change
            .identity_blind
            .as_deref()
            .filter(|_| known.identity_blind.is_none());
        let phone = who
            .phone
            .as_ref()
            .filter(|_| new_phone.is_some())
            .map(Phone::as_str);
        let identity = who
            .identity
            .as_ref()
            .filter(|_| new_identity.is_some())
            .map(IdentityNumber::as_str);
        if who.name != known.name {
            let path = plan.paths.get(&change.node).cloned().unwrap_or_default();
            renamed.push((change.id, who.name.clone(), path));
        }
        list.push(Row {
            id: change.id,
            name: &who.name,
            pinyin: spelled.full,
            initials: spelled.initials,
            sex: who.sex.or(known.sex),
            birth_year,
            adult_from,
            phone: phone.map(|phone| keys.seal_for(Field::Phone, change.id.0, phone)),
            phone_blind: new_phone,
            identity: identity.map(|number| keys.seal_for(Field::IdentityNumber, change.id.0, number)),
            identity_blind: new_identity,
        });
    }
    let (sql, now) = (tx.sql(UPDATE), tx.now());
    for chunk in list.chunks(2000) {
        execute!(tx, sql, Json(chunk), now)?;
    }
    write::index(tx, &renamed).await
}
