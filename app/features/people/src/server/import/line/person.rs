//! The person of a line.

use accounts::model::{Phone, check_name};
use shared::Date;

use super::{
    Reading, Who,
    columns::{Column, name_of},
};
use crate::model::{Born, IdentityNumber, Relation, ResidenceKind, Sex};

impl Reading<'_> {
    /// A line about a room only must not hold half a person.
    pub(super) fn nobody(&mut self) -> Option<Who> {
        let personal = [
            Column::Sex,
            Column::Born,
            Column::Phone,
            Column::Identity,
            Column::Relation,
        ];
        if let Some(column) = personal.into_iter().find(|column| !self.cell(*column).is_empty()) {
            self.fault(Column::Name, format!("有{}，却没有姓名", name_of(column)));
        }
        None
    }

    pub(super) fn who(&mut self, today: Date) -> Option<Who> {
        let name = check_name("", self.cell(Column::Name));
        if let Err(error) = &name {
            self.fault(Column::Name, error.message().trim_end_matches('。'));
        }
        let sex = self.choice(Column::Sex, Sex::told, &["男", "女"]);
        let labels: Vec<&str> = ResidenceKind::ALL.iter().map(|kind| kind.label()).collect();
        let kind = self.choice(Column::Kind, ResidenceKind::told, &labels);
        let labels: Vec<&str> = Relation::ALL.iter().map(|relation| relation.label()).collect();
        let relation = self.choice(Column::Relation, Relation::told, &labels);
        let identity = self.identity(today);
        let born = match self.cell(Column::Born) {
            "" => identity
                .as_ref()
                .and_then(IdentityNumber::birthday)
                .map(Born::Day),
            cell => match Born::read(cell, today) {
                Ok(born) => Some(born),
                Err(reason) => {
                    self.fault(Column::Born, reason.trim_end_matches('。'));
                    None
                }
            },
        };
        if let (Some(born), Some(day)) = (born, identity.as_ref().and_then(IdentityNumber::birthday))
            && born.year() != day.year()
        {
            self.fault(Column::Born, "与身份证号里的出生日期不一致");
        }
        let phone = match self.cell(Column::Phone) {
            "" => None,
            cell => match Phone::parse("", cell) {
                Ok(phone) => Some(phone),
                Err(error) => {
                    self.fault(Column::Phone, error.message().trim_end_matches('。'));
                    None
                }
            },
        };
        let representative = self.yes(Column::Representative);
        let owner = self.yes(Column::Owner);
        let adult = born.and_then(Born::adult_from).is_some_and(|from| from <= today);
        if representative && born.is_some() && !adult {
            self.fault(Column::Representative, "户代表要年满 18 周岁");
        }
        Some(Who {
            sex: sex.or(identity.as_ref().map(IdentityNumber::sex)),
            name: name.unwrap_or_default(),
            born,
            phone,
            identity,
            kind,
            relation,
            representative,
            owner,
        })
    }

    fn identity(&mut self, today: Date) -> Option<IdentityNumber> {
        let cell = self.cell(Column::Identity);
        if cell.is_empty() {
            return None;
        }
        if cell.contains(['e', 'E']) && cell.contains('.') {
            self.fault(
                Column::Identity,
                "这一格在表格里是数字，末几位已经丢了。请把这一列设成文本，重新填写",
            );
            return None;
        }
        let number = match IdentityNumber::read(cell, today) {
            Ok(number) => number,
            Err(reason) => {
                self.fault(Column::Identity, reason.trim_end_matches('。'));
                return None;
            }
        };
        if !self.yes(Column::Consent) {
            self.fault(
                Column::Consent,
                "身份证号要本人（未满 14 周岁的由监护人）单独同意才能登记，同意的请填“是”",
            );
        }
        Some(number)
    }
}
