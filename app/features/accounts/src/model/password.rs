//! What makes a password good enough (NIST SP 800-63B: length counts, composition rules do not).

use shared::AppError;

/// The shortest password, in characters.
pub const PASSWORD_MIN: usize = 10;
/// The longest password, in characters: bounds the work of hashing.
pub const PASSWORD_MAX: usize = 128;

/// # Errors
/// [`AppError::Invalid`] on `field` with what to change.
pub fn check_password(field: &str, password: &str, phone: Option<&str>) -> Result<(), AppError> {
    let length = password.chars().count();
    if length < PASSWORD_MIN {
        return Err(AppError::invalid(
            field,
            format!("密码至少 {PASSWORD_MIN} 个字符，可以是一句话。"),
        ));
    }
    if length > PASSWORD_MAX {
        return Err(AppError::invalid(
            field,
            format!("密码最多 {PASSWORD_MAX} 个字符。"),
        ));
    }
    let mut distinct: Vec<char> = password.chars().collect();
    distinct.sort_unstable();
    distinct.dedup();
    if distinct.len() < 4 || is_run(password) {
        return Err(AppError::invalid(field, "这个密码太好猜，请换一个。"));
    }
    if phone.is_some_and(|phone| password.contains(phone)) {
        return Err(AppError::invalid(field, "密码里不要有自己的手机号。"));
    }
    Ok(())
}

/// Whether each character follows the one before it: `1234567890`, `abcdefghij`, or backwards.
fn is_run(text: &str) -> bool {
    let steps: Vec<i64> = text
        .chars()
        .zip(text.chars().skip(1))
        .map(|(a, b)| i64::from(u32::from(b)) - i64::from(u32::from(a)))
        .collect();
    [1, -1]
        .iter()
        .any(|step| steps.iter().filter(|s| *s == step).count() * 10 >= steps.len() * 8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn length_is_what_counts() {
        assert!(check_password("password", "春江潮水连海平海上明", None).is_ok());
        assert!(check_password("password", "correct horse", None).is_ok());
    }

    #[test]
    fn refuses_what_is_easily_guessed() {
        for password in [
            "short",
            "aaaaaaaaaaaa",
            "1234567890",
            "0987654321",
            "abcdefghijkl",
            "a13812341234",
            &"x1y2".repeat(40),
        ] {
            assert!(
                check_password("password", password, Some("13812341234")).is_err(),
                "{password}"
            );
        }
    }
}
