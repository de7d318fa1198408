//! Changes of nodes as they are ordered: from which day, on what basis, seen from which state.

use shared::{AppError, Date, FieldErrors};

use super::{Code, form, name::name_fault};

/// When a change takes effect and on what basis. Changes are recorded once they are in force, never ahead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Order {
    pub on: Date,
    pub basis: Option<String>,
    /// The node's version that the change was made from.
    pub version: i64,
}

impl Order {
    fn collect(errors: &mut FieldErrors, on: &str, basis: &str, version: i64, today: Date) -> Option<Self> {
        let on = form::date(errors, "on", on);
        if let Some(on) = on {
            errors.check(on <= today, "on", "生效日期不能晚于今天；到了那天再来办。");
        }
        let basis = form::short_text(errors, "basis", basis);
        on.map(|on| Self { on, basis, version })
    }

    /// # Errors
    /// [`AppError::Invalid`] for `on` and `basis`.
    pub fn read(on: &str, basis: &str, version: i64, today: Date) -> Result<Self, AppError> {
        let mut errors = FieldErrors::default();
        let order = Self::collect(&mut errors, on, basis, version, today);
        errors.finish()?;
        order.ok_or_else(form::unread)
    }
}

/// A new name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rename {
    pub name: String,
    pub order: Order,
}

impl Rename {
    /// # Errors
    /// [`AppError::Invalid`] with a message a field.
    pub fn read(name: &str, on: &str, basis: &str, version: i64, today: Date) -> Result<Self, AppError> {
        let mut errors = FieldErrors::default();
        if let Some(fault) = name_fault(name) {
            errors.add("name", fault);
        }
        let order = Order::collect(&mut errors, on, basis, version, today);
        errors.finish()?;
        Ok(Self {
            name: name.trim().to_owned(),
            order: order.ok_or_else(form::unread)?,
        })
    }
}

/// A new parent and, if it is given one, a new code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Move {
    pub parent: Code,
    pub code: Option<Code>,
    pub order: Order,
}

impl Move {
    /// # Errors
    /// [`AppError::Invalid`] with a message a field.
    pub fn read(
        parent: &str,
        code: &str,
        on: &str,
        basis: &str,
        version: i64,
        today: Date,
    ) -> Result<Self, AppError> {
        let mut errors = FieldErrors::default();
        let parent = code_field(&mut errors, "parent", parent);
        let code = if code.trim().is_empty() {
            None
        } else {
            code_field(&mut errors, "new_code", code)
        };
        let order = Order::collect(&mut errors, on, basis, version, today);
        errors.finish()?;
        let (Some(parent), Some(order)) = (parent, order) else {
            return Err(form::unread());
        };
        Ok(Self { parent, code, order })
    }
}

/// A node to be founded below another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Founding {
    pub code: Code,
    pub name: String,
    pub on: Date,
    pub basis: Option<String>,
}

impl Founding {
    /// # Errors
    /// [`AppError::Invalid`] with a message a field.
    pub fn read(code: &str, name: &str, on: &str, basis: &str, today: Date) -> Result<Self, AppError> {
        let mut errors = FieldErrors::default();
        let code = code_field(&mut errors, "new_code", code);
        if let Some(fault) = name_fault(name) {
            errors.add("name", fault);
        }
        let order = Order::collect(&mut errors, on, basis, 0, today);
        errors.finish()?;
        let (Some(code), Some(order)) = (code, order) else {
            return Err(form::unread());
        };
        Ok(Self {
            code,
            name: name.trim().to_owned(),
            on: order.on,
            basis: order.basis,
        })
    }
}

/// Several nodes become one: one of them or another, or a new one with a name of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Merge {
    /// The other nodes that end with the one that the change was made from.
    pub others: Vec<Code>,
    pub into: Code,
    /// Wanted if `into` is new.
    pub name: Option<String>,
    pub order: Order,
}

impl Merge {
    /// `others` is a list of codes with commas, spaces or line ends between them.
    ///
    /// # Errors
    /// [`AppError::Invalid`] with a message a field.
    pub fn read(
        others: &str,
        into: &str,
        name: &str,
        on: &str,
        basis: &str,
        version: i64,
        today: Date,
    ) -> Result<Self, AppError> {
        let mut errors = FieldErrors::default();
        let others = code_list(&mut errors, "others", others);
        let into = code_field(&mut errors, "into", into);
        let name = form::optional(name);
        if let Some(fault) = name.as_deref().and_then(name_fault) {
            errors.add("name", fault);
        }
        let order = Order::collect(&mut errors, on, basis, version, today);
        errors.finish()?;
        let (Some(into), Some(order)) = (into, order) else {
            return Err(form::unread());
        };
        Ok(Self {
            others,
            into,
            name,
            order,
        })
    }
}

/// A part that a node is split into, with the parts of the old node that it takes over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    pub code: Code,
    pub name: String,
    pub takes: Vec<Code>,
}

/// What becomes of the node that is split.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Afterwards {
    /// It ends; every part of it must be taken over.
    Ends,
    /// It goes on with what is not taken over (析置).
    Continues,
}

/// A node is split.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Split {
    pub parts: Vec<Part>,
    pub afterwards: Afterwards,
    pub order: Order,
}

impl Split {
    /// `parts` holds a part a line: code, name, then the codes of what it takes over, with spaces or commas between.
    ///
    /// # Errors
    /// [`AppError::Invalid`] with a message a field.
    pub fn read(
        parts: &str,
        afterwards: Afterwards,
        on: &str,
        basis: &str,
        version: i64,
        today: Date,
    ) -> Result<Self, AppError> {
        let mut errors = FieldErrors::default();
        let mut read = Vec::new();
        for (i, line) in parts
            .lines()
            .enumerate()
            .filter(|(_, line)| !line.trim().is_empty())
        {
            match part(line) {
                Ok(part) => read.push(part),
                Err(fault) => errors.add("parts", format!("第 {} 行：{fault}", i + 1)),
            }
        }
        let wanted = if afterwards == Afterwards::Ends { 2 } else { 1 };
        errors.check(
            !errors.0.is_empty() || read.len() >= wanted,
            "parts",
            "拆分后至少要有两个单位。",
        );
        let order = Order::collect(&mut errors, on, basis, version, today);
        errors.finish()?;
        Ok(Self {
            parts: read,
            afterwards,
            order: order.ok_or_else(form::unread)?,
        })
    }
}

fn part(line: &str) -> Result<Part, String> {
    let mut words = words(line);
    let code = words
        .next()
        .unwrap_or_default()
        .parse()
        .map_err(|e| format!("{e}。"))?;
    let name = words.next().unwrap_or_default().to_owned();
    if let Some(fault) = name_fault(&name) {
        return Err(fault.to_owned());
    }
    let takes = words
        .map(|word| word.parse().map_err(|e| format!("{word}：{e}。")))
        .collect::<Result<_, _>>()?;
    Ok(Part { code, name, takes })
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| c.is_whitespace() || matches!(c, ',' | '，' | '、'))
        .filter(|word| !word.is_empty())
}

fn code_field(errors: &mut FieldErrors, field: &str, text: &str) -> Option<Code> {
    text.trim()
        .parse()
        .map_err(|e| errors.add(field, format!("{e}。")))
        .ok()
}

fn code_list(errors: &mut FieldErrors, field: &str, text: &str) -> Vec<Code> {
    words(text)
        .filter_map(|word| {
            word.parse()
                .map_err(|e| errors.add(field, format!("{word}：{e}。")))
                .ok()
        })
        .collect()
}

#[cfg(test)]
#[path = "change_tests.rs"]
mod tests;
