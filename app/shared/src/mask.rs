//! How personal data is shown in lists: 张*, 138****1234, 320581********0024.

/// `张三丰` → `张**`; a name of one character stays.
pub fn name(name: &str) -> String {
    let mut chars = name.chars();
    let Some(first) = chars.next() else {
        return String::new();
    };
    let rest = chars.count().min(2);
    std::iter::once(first)
        .chain(std::iter::repeat_n('*', rest))
        .collect()
}

/// `13812341234` → `138****1234`; anything shorter than 8 characters is hidden whole.
pub fn phone(phone: &str) -> String {
    middle(phone, 3, 4)
}

/// `320581197001010024` → `320581********0024`.
pub fn identity_number(number: &str) -> String {
    middle(number, 6, 4)
}

fn middle(text: &str, head: usize, tail: usize) -> String {
    let chars: Vec<char> = text.chars().collect();
    if chars.len() <= head + tail {
        return "*".repeat(chars.len());
    }
    let hidden = chars.len() - head - tail;
    chars[..head]
        .iter()
        .copied()
        .chain(std::iter::repeat_n('*', hidden))
        .chain(chars[chars.len() - tail..].iter().copied())
        .collect()
}

#[cfg(test)]
mod tests {
    #[test]
    fn masks_as_the_product_promises() {
        assert_eq!(super::name("张三"), "张*");
        assert_eq!(super::name("欧阳修文"), "欧**");
        assert_eq!(super::name(""), "");
        assert_eq!(super::phone("13812341234"), "138****1234");
        assert_eq!(super::phone("12345"), "*****");
        assert_eq!(super::identity_number("320581197001010024"), "320581********0024");
    }
}
