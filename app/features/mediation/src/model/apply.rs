//! An application as it was typed, checked once.

use accounts::model::Phone;
use orgs::model::Code;
use serde::{Deserialize, Serialize};
use shared::{AppError, FieldErrors};

use super::{Kind, text};

/// An application as a form has it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NewCaseForm {
    pub kind: String,
    /// A community, or a unit in it.
    pub node: String,
    pub words: String,
    pub wish: String,
    /// The other side.
    pub other_name: String,
    pub other_phone: String,
    pub other_address: String,
    /// Where the applicant lives, for the agreement.
    pub address: String,
    /// Somebody else applies; then by name and number.
    pub behalf: bool,
    pub name: String,
    pub phone: String,
    /// The applicant wants it, and knows that the other side will see who asks.
    pub agreed: bool,
    /// The code of the reported matter that it comes of.
    pub matter: String,
}

/// One side of a dispute.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    pub name: String,
    pub phone: Option<String>,
    pub address: String,
}

/// An application that was checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewCase {
    pub kind: Kind,
    pub node: Code,
    pub words: String,
    pub wish: String,
    pub other: Person,
    pub address: String,
    /// The applicant, where somebody else writes it down.
    pub applicant: Option<Person>,
    pub matter: Option<String>,
}

fn phone(errors: &mut FieldErrors, field: &str, typed: &str) -> Option<String> {
    if typed.trim().is_empty() {
        return None;
    }
    match Phone::parse(field, typed) {
        Ok(phone) => Some(phone.as_str().to_owned()),
        Err(error) => {
            errors.add(field, error.message());
            None
        }
    }
}

impl NewCaseForm {
    /// # Errors
    /// [`AppError::Invalid`] by field.
    pub fn read(&self) -> Result<NewCase, AppError> {
        let mut errors = FieldErrors::default();
        let kind = self.kind.parse::<Kind>().ok();
        errors.check(kind.is_some(), "kind", "请选是哪一类纠纷，说不清就选“其他纠纷”。");
        let node = self.node.trim().parse::<Code>().ok();
        errors.check(node.is_some(), "node", "请选在哪个社区。");
        let words = text::words(&mut errors, "words", &self.words);
        errors.check(!words.is_empty(), "words", "请写明发生了什么。");
        let wish = text::words(&mut errors, "wish", &self.wish);
        errors.check(!wish.is_empty(), "wish", "请写明您希望怎么解决。");
        let other = Person {
            name: text::line(&mut errors, "other_name", &self.other_name),
            phone: phone(&mut errors, "other_phone", &self.other_phone),
            address: text::line(&mut errors, "other_address", &self.other_address),
        };
        errors.check(!other.name.is_empty(), "other_name", "请写对方的姓名或者名称。");
        errors.check(
            other.phone.is_some() || !other.address.is_empty() || !self.other_phone.trim().is_empty(),
            "other_phone",
            "电话和住处至少填一样，不然没法去问对方。",
        );
        let address = text::line(&mut errors, "address", &self.address);
        let applicant = self.behalf.then(|| Person {
            name: text::line(&mut errors, "name", &self.name),
            phone: phone(&mut errors, "phone", &self.phone),
            address: address.clone(),
        });
        if let Some(applicant) = &applicant {
            errors.check(!applicant.name.is_empty(), "name", "请写申请人的姓名。");
        }
        errors.check(
            self.agreed,
            "agreed",
            "请确认是本人要申请，也知道对方会看到是谁申请的。",
        );
        let matter = self.matter.trim();
        errors.check(
            matter.bytes().all(|b| b.is_ascii_alphanumeric()),
            "matter",
            "没有这件反映的事。",
        );
        errors.finish()?;
        let missing = || AppError::invalid("", "填写的内容读不出来，请检查后再试。");
        Ok(NewCase {
            kind: kind.ok_or_else(missing)?,
            node: node.ok_or_else(missing)?,
            words,
            wish,
            other,
            address,
            applicant,
            matter: (!matter.is_empty()).then(|| matter.to_owned()),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_is_told_beside_its_field() {
        let Err(AppError::Invalid(errors)) = (NewCaseForm {
            behalf: true,
            other_phone: "12345".into(),
            ..NewCaseForm::default()
        })
        .read() else {
            panic!("it was taken");
        };
        let fields: Vec<&str> = errors.iter().map(|error| error.field.as_str()).collect();
        assert_eq!(
            fields,
            [
                "kind",
                "node",
                "words",
                "wish",
                "other_phone",
                "other_name",
                "name",
                "agreed"
            ]
        );
    }

    #[test]
    fn a_whole_one_is_read() {
        let read = NewCaseForm {
            kind: "neighbours".into(),
            node: "320581001001".into(),
            words: "楼上渗水".into(),
            wish: "修好，赔偿".into(),
            other_name: "李四".into(),
            other_address: "3 幢 602 室".into(),
            agreed: true,
            ..NewCaseForm::default()
        }
        .read()
        .unwrap();
        assert_eq!((read.kind, read.applicant), (Kind::Neighbours, None));
        assert_eq!(read.other.phone, None);
    }
}
