//! Names of people and doors, as they are typed.

use shared::AppError;

/// The longest name, in characters.
pub const NAME_MAX: usize = 40;
/// The longest door, in characters.
pub const DOOR_MAX: usize = 80;

/// A person's name, trimmed.
///
/// # Errors
/// [`AppError::Invalid`] on `field` if it is empty, too long, or holds what no name holds.
pub fn check_name(field: &str, text: &str) -> Result<String, AppError> {
    let name = text.trim();
    if name.is_empty() {
        return Err(AppError::invalid(field, "请填姓名。"));
    }
    if name.chars().count() > NAME_MAX {
        return Err(AppError::invalid(field, format!("姓名最多 {NAME_MAX} 个字。")));
    }
    if !name
        .chars()
        .all(|c| c.is_alphabetic() || matches!(c, '·' | '•' | ' ' | '-' | '\'' | '.'))
    {
        return Err(AppError::invalid(
            field,
            "姓名里不能有数字或符号，请按证件上的写。",
        ));
    }
    Ok(name.to_owned())
}

/// A door as typed: `3 幢 2 单元 501 室`.
///
/// # Errors
/// [`AppError::Invalid`] on `field` if it is empty or too long.
pub fn check_door(field: &str, text: &str) -> Result<String, AppError> {
    let door = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if door.is_empty() {
        return Err(AppError::invalid(field, "请填门牌，例如“3 幢 2 单元 501 室”。"));
    }
    if door.chars().count() > DOOR_MAX || door.chars().any(char::is_control) {
        return Err(AppError::invalid(field, format!("门牌最多 {DOOR_MAX} 个字。")));
    }
    Ok(door)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_names_of_all_peoples() {
        for name in ["王芳", " 欧阳修 ", "买买提·艾力", "O'Neill-Smith"] {
            assert_eq!(check_name("name", name).unwrap(), name.trim());
        }
        for name in ["", "  ", "=cmd|x", "张3", "<b>", &"长".repeat(41)] {
            assert!(check_name("name", name).is_err(), "{name}");
        }
    }

    #[test]
    fn a_door_is_free_text_of_some_length() {
        assert_eq!(check_door("door", " 3 幢  501 室 ").unwrap(), "3 幢 501 室");
        assert!(check_door("door", "\u{7}").is_err());
        assert!(check_door("door", &"长".repeat(81)).is_err());
    }
}
