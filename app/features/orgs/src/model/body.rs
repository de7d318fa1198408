//! What stands beside a node: bodies, their terms and posts.

use serde::{Deserialize, Serialize};
use shared::{AppError, Date, FieldErrors, NodeId, UserId, coded};

use super::{form, name::name_fault};

shared::id! {
    /// A body beside a node.
    BodyId,
    /// A body's term (第×届).
    TermId,
    /// A post that somebody holds.
    PostId,
}

coded! {
    /// What a body is.
    BodyKind {
        PartyCommittee = "party_committee", "党委";
        GeneralBranch = "general_branch", "党总支";
        PartyBranch = "party_branch", "党支部";
        PartyGroup = "party_group", "党小组";
        Government = "government", "政府或办事处";
        ResidentsCommittee = "residents_committee", "居（村）委会";
        SupervisionCommittee = "supervision_committee", "居（村）务监督委员会";
        ResidentsGroup = "residents_group", "居（村）民小组";
        OwnersCommittee = "owners_committee", "业委会";
        Property = "property", "物业企业";
        SocialOrg = "social_org", "社会组织";
        Unit = "unit", "辖区单位";
    }
}

impl BodyKind {
    /// Whether it is part of the party's organisation.
    pub const fn is_party(self) -> bool {
        matches!(
            self,
            Self::PartyCommittee | Self::GeneralBranch | Self::PartyBranch | Self::PartyGroup
        )
    }

    /// Whether it is elected or appointed for terms.
    pub const fn has_terms(self) -> bool {
        matches!(
            self,
            Self::PartyCommittee
                | Self::GeneralBranch
                | Self::PartyBranch
                | Self::ResidentsCommittee
                | Self::SupervisionCommittee
                | Self::OwnersCommittee
        )
    }
}

/// A body beside a node.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(sqlx::FromRow))]
pub struct Body {
    pub id: BodyId,
    pub node_id: NodeId,
    pub kind: BodyKind,
    pub name: String,
    /// Of the office, as it is made public.
    pub phone: Option<String>,
    pub address: Option<String>,
    pub valid_from: Date,
    pub valid_to: Option<Date>,
    pub version: i64,
}

/// A body's term.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(sqlx::FromRow))]
pub struct Term {
    pub id: TermId,
    pub body_id: BodyId,
    /// From 1.
    pub number: i64,
    pub valid_from: Date,
    pub valid_to: Option<Date>,
    pub version: i64,
}

impl Term {
    /// `第 12 届`
    pub fn label(&self) -> String {
        format!("第 {} 届", self.number)
    }
}

/// A post that somebody holds, as it is made public.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(sqlx::FromRow))]
pub struct Post {
    pub id: PostId,
    pub node_id: NodeId,
    pub body_id: Option<BodyId>,
    pub term_id: Option<TermId>,
    pub title: String,
    pub person_name: String,
    pub user_id: Option<UserId>,
    /// The order in which posts are listed.
    pub position: i64,
    pub valid_from: Date,
    pub valid_to: Option<Date>,
    pub version: i64,
}

/// A body as it was filled in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BodyForm {
    pub kind: BodyKind,
    pub name: String,
    pub phone: Option<String>,
    pub address: Option<String>,
    pub valid_from: Date,
    pub valid_to: Option<Date>,
}

impl BodyForm {
    /// # Errors
    /// [`AppError::Invalid`] with a message a field.
    pub fn read(
        kind: &str,
        name: &str,
        phone: &str,
        address: &str,
        from: &str,
        to: &str,
    ) -> Result<Self, AppError> {
        let mut errors = FieldErrors::default();
        let kind = form::choice(&mut errors, "kind", kind);
        if let Some(fault) = name_fault(name) {
            errors.add("name", fault);
        }
        let phone = form::optional(phone);
        if let Some(phone) = &phone {
            let fits = (7..=20).contains(&phone.len())
                && phone
                    .bytes()
                    .all(|b| b.is_ascii_digit() || b == b'-' || b == b' ');
            errors.check(fits, "phone", "请填办公电话，如 0512-52000000。");
        }
        let address = form::short_text(&mut errors, "address", address);
        let span = form::span(&mut errors, from, to);
        errors.finish()?;
        let (Some(kind), Some((valid_from, valid_to))) = (kind, span) else {
            return Err(form::unread());
        };
        Ok(Self {
            kind,
            name: name.trim().to_owned(),
            phone,
            address,
            valid_from,
            valid_to,
        })
    }
}

/// A term as it was filled in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TermForm {
    pub number: i64,
    pub valid_from: Date,
    pub valid_to: Option<Date>,
}

impl TermForm {
    /// # Errors
    /// [`AppError::Invalid`] with a message a field.
    pub fn read(number: &str, from: &str, to: &str) -> Result<Self, AppError> {
        let mut errors = FieldErrors::default();
        let number = number
            .trim()
            .parse::<i64>()
            .ok()
            .filter(|n| (1..=999).contains(n));
        errors.check(number.is_some(), "number", "请填第几届，1 到 999。");
        let span = form::span(&mut errors, from, to);
        errors.finish()?;
        let (Some(number), Some((valid_from, valid_to))) = (number, span) else {
            return Err(form::unread());
        };
        Ok(Self {
            number,
            valid_from,
            valid_to,
        })
    }
}

/// A post as it was filled in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PostForm {
    pub title: String,
    pub person_name: String,
    pub body_id: Option<BodyId>,
    pub term_id: Option<TermId>,
    pub position: i64,
    pub valid_from: Date,
    pub valid_to: Option<Date>,
}

impl PostForm {
    /// `body` and `term` are ids or empty.
    ///
    /// # Errors
    /// [`AppError::Invalid`] with a message a field.
    pub fn read(
        title: &str,
        person: &str,
        body: &str,
        term: &str,
        position: &str,
        from: &str,
        to: &str,
    ) -> Result<Self, AppError> {
        let mut errors = FieldErrors::default();
        let title_fits = name_fault(title).is_none() && title.chars().count() <= 30;
        errors.check(title_fits, "title", "请填职务，不超过 30 个字。");
        let person_fits = name_fault(person).is_none() && person.chars().count() <= 30;
        errors.check(person_fits, "person_name", "请填姓名，不超过 30 个字。");
        let body_id = form::choice_or_none(&mut errors, "body", body);
        let term_id = form::choice_or_none(&mut errors, "term", term);
        let position = if position.trim().is_empty() {
            Some(100)
        } else {
            position.trim().parse().ok()
        };
        let position = position.filter(|n| (0..=9999_i64).contains(n));
        errors.check(
            position.is_some(),
            "position",
            "排序请填 0 到 9999 的数，小的在前。",
        );
        let span = form::span(&mut errors, from, to);
        errors.finish()?;
        let (Some(position), Some((valid_from, valid_to))) = (position, span) else {
            return Err(form::unread());
        };
        Ok(Self {
            title: title.trim().to_owned(),
            person_name: person.trim().to_owned(),
            body_id,
            term_id,
            position,
            valid_from,
            valid_to,
        })
    }
}

#[cfg(test)]
#[path = "body_tests.rs"]
mod tests;
