//! What a form says of an item, checked.

use serde::{Deserialize, Serialize};
use shared::{AppError, FieldErrors};

use super::{Area, Every, Item, LifeEvent, MovedDown, TimeLimit};

/// The longest name, line and text, in characters.
const NAME: usize = 60;
const LINE: usize = 120;
const TEXT: usize = 2_000;

/// An item as it is typed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ItemForm {
    pub name: String,
    pub area: String,
    pub event: String,
    pub basis: String,
    pub lead: String,
    pub assist: String,
    pub unit: String,
    pub amount: String,
    pub materials: String,
    pub how: String,
    pub place: String,
    pub phone: String,
    pub public: bool,
    pub every: String,
    pub moved_from: String,
    pub moved_means: String,
}

impl ItemForm {
    /// The item, or what is wrong by field.
    ///
    /// # Errors
    /// [`AppError::Invalid`].
    pub fn read(self) -> Result<Item, AppError> {
        let mut errors = FieldErrors::default();
        let name = line(&mut errors, "name", &self.name, NAME);
        errors.check(!name.is_empty(), "name", "请填事项名称。");
        let area = self.area.parse::<Area>().ok();
        errors.check(area.is_some(), "area", "请选类别。");
        let event = chosen::<LifeEvent>(&mut errors, "event", &self.event);
        let every = chosen::<Every>(&mut errors, "every", &self.every);
        let basis = text(&mut errors, "basis", &self.basis);
        errors.check(!basis.is_empty(), "basis", "请写明法律法规或文件依据。");
        let lead = line(&mut errors, "lead", &self.lead, LINE);
        errors.check(!lead.is_empty(), "lead", "请填牵头的单位。");
        let limit = TimeLimit::read(&self.unit, &self.amount).unwrap_or_else(|words| {
            errors.add("amount", words);
            TimeLimit::AtOnce
        });
        let how = text(&mut errors, "how", &self.how);
        errors.check(!how.is_empty(), "how", "请写办理步骤，一步一行。");
        let moved = moved(&mut errors, &self.moved_from, &self.moved_means);
        let item = Item {
            name,
            area: area.unwrap_or(Area::Livelihood),
            event,
            basis,
            lead,
            assist: line(&mut errors, "assist", &self.assist, LINE),
            limit,
            materials: text(&mut errors, "materials", &self.materials),
            how,
            place: line(&mut errors, "place", &self.place, LINE),
            phone: phone(&mut errors, "phone", &self.phone),
            public: self.public,
            every,
            moved,
        };
        errors.finish()?;
        Ok(item)
    }
}

impl From<&Item> for ItemForm {
    fn from(item: &Item) -> Self {
        Self {
            name: item.name.clone(),
            area: item.area.code().into(),
            event: item.event.map_or("", LifeEvent::code).into(),
            basis: item.basis.clone(),
            lead: item.lead.clone(),
            assist: item.assist.clone(),
            unit: item.limit.unit().into(),
            amount: item.limit.amount().map(|n| n.to_string()).unwrap_or_default(),
            materials: item.materials.clone(),
            how: item.how.clone(),
            place: item.place.clone(),
            phone: item.phone.clone(),
            public: item.public,
            every: item.every.map_or("", Every::code).into(),
            moved_from: item
                .moved
                .as_ref()
                .map(|moved| moved.from.clone())
                .unwrap_or_default(),
            moved_means: item
                .moved
                .as_ref()
                .map(|moved| moved.means.clone())
                .unwrap_or_default(),
        }
    }
}

fn moved(errors: &mut FieldErrors, from: &str, means: &str) -> Option<MovedDown> {
    let from = line(errors, "moved_from", from, LINE);
    let means = line(errors, "moved_means", means, LINE);
    if from.is_empty() && means.is_empty() {
        return None;
    }
    errors.check(
        !from.is_empty(),
        "moved_from",
        "下沉的事项，请写明从哪个部门下沉。",
    );
    errors.check(
        !means.is_empty(),
        "moved_means",
        "下沉的事项，请写明随之下来的人、钱、物。",
    );
    Some(MovedDown { from, means })
}

/// One line of at most `most` characters.
pub(super) fn line(errors: &mut FieldErrors, field: &str, typed: &str, most: usize) -> String {
    let typed = typed.trim();
    if typed.chars().count() > most {
        errors.add(field, format!("请写在 {most} 个字以内。"));
    }
    errors.check(
        !typed.chars().any(char::is_control),
        field,
        "请写在一行里，不要用特殊字符。",
    );
    typed.to_owned()
}

/// Lines of at most 2,000 characters in all; empty ones are left out.
pub(super) fn text(errors: &mut FieldErrors, field: &str, typed: &str) -> String {
    errors.check(typed.chars().count() <= TEXT, field, "请写在 2000 个字以内。");
    let odd = typed
        .chars()
        .any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t'));
    errors.check(!odd, field, "请不要用特殊字符。");
    let lines = typed.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.collect::<Vec<_>>().join("\n")
}

/// A number to call: digits, and what stands between them.
pub(super) fn phone(errors: &mut FieldErrors, field: &str, typed: &str) -> String {
    let typed = typed.trim();
    let digits = typed.chars().filter(char::is_ascii_digit).count();
    let well = typed.is_empty()
        || ((3..=16).contains(&digits)
            && typed
                .chars()
                .all(|c| c.is_ascii_digit() || matches!(c, '-' | ' ' | '+')));
    errors.check(well, field, "请填电话号码，例如 0512-52341234 或 12345。");
    typed.to_owned()
}

fn chosen<T: std::str::FromStr>(errors: &mut FieldErrors, field: &str, code: &str) -> Option<T> {
    if code.is_empty() {
        return None;
    }
    let found = code.parse().ok();
    errors.check(found.is_some(), field, "请从列出的里面选。");
    found
}

#[cfg(test)]
mod tests {
    use super::{super::item::tests::item, *};

    #[test]
    fn an_item_survives_its_form() {
        let mut whole = item("居家养老服务补贴申请");
        whole.every = Some(Every::Month);
        whole.moved = Some(MovedDown {
            from: "民政局".into(),
            means: "每年 3 万元工作经费".into(),
        });
        assert_eq!(ItemForm::from(&whole).read(), Ok(whole));
    }

    #[test]
    fn what_is_wrong_is_said_beside_its_field() {
        let form = ItemForm {
            name: "字".repeat(61),
            unit: "hours".into(),
            amount: "0".into(),
            phone: "打这个".into(),
            event: "火星".into(),
            moved_from: "民政局".into(),
            basis: "第\u{7}条".into(),
            ..ItemForm::default()
        };
        let Err(AppError::Invalid(fields)) = form.read() else {
            panic!("accepted")
        };
        let named: Vec<&str> = fields.iter().map(|error| error.field.as_str()).collect();
        for field in [
            "name",
            "area",
            "amount",
            "phone",
            "event",
            "moved_means",
            "basis",
            "lead",
            "how",
        ] {
            assert!(named.contains(&field), "{field}: {named:?}");
        }
    }

    #[test]
    fn lines_are_kept_and_empty_ones_are_not() {
        let mut errors = FieldErrors::default();
        assert_eq!(text(&mut errors, "how", " 一 \r\n\r\n二\n"), "一\n二");
        assert!(errors.finish().is_ok());
    }
}
