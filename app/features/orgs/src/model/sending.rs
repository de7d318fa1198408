//! Why a file that was sent is not taken, or not applied.

use shared::AppError;

/// The largest file of an import, in bytes, of whatever kind.
pub const LARGEST: usize = 50_000_000;

/// A reason for which the page has a sentence. Without script it travels in the address, by its code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    Empty,
    Large,
    Broken,
    /// Nothing came of it any more.
    Slow,
    Date,
    Datum,
    /// What it was compared with is no longer the same.
    Changed,
    /// Problems stand in the way that are not accepted.
    Standing,
    /// Its sender stopped it.
    Stopped,
}

impl Refusal {
    pub const ALL: [Self; 9] = [
        Self::Empty,
        Self::Large,
        Self::Broken,
        Self::Slow,
        Self::Date,
        Self::Datum,
        Self::Changed,
        Self::Standing,
        Self::Stopped,
    ];

    pub const fn code(self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::Large => "large",
            Self::Broken => "broken",
            Self::Slow => "slow",
            Self::Date => "date",
            Self::Datum => "datum",
            Self::Changed => "changed",
            Self::Standing => "standing",
            Self::Stopped => "stopped",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|refusal| refusal.code() == code)
    }

    /// The field that it is about, or empty.
    const fn field(self) -> &'static str {
        match self {
            Self::Empty | Self::Large | Self::Broken | Self::Slow => "file",
            Self::Date => "effective",
            Self::Datum => "datum",
            Self::Changed | Self::Standing | Self::Stopped => "",
        }
    }

    pub const fn words(self) -> &'static str {
        match self {
            Self::Empty => "没有收到文件，请选一个再传。",
            Self::Large => "文件太大，最多 50 MB。请检查是不是选错了；没有选错的话，请按区县分开导入。",
            Self::Broken => "文件没有传完整，请再传一次。",
            Self::Slow => "网络太慢，文件没有传完，请再试一次。",
            Self::Date => "生效日期要写成 2026-11-23 这样，而且不能晚于今天。",
            Self::Datum => "请选择文件用的坐标系。不知道的话，问一下制图的人：选错了边界会偏几百米。",
            Self::Changed => "文件导入过了，或者数据在这期间变过了，什么也没有改。请看过下面新的结果再决定。",
            Self::Standing => "还有问题没有改正，也没有例外通过，什么也没有改。",
            Self::Stopped => "已经停下，什么也没有改。",
        }
    }

    pub fn error(self) -> AppError {
        AppError::invalid(self.field(), self.words())
    }

    /// The reason that is nearest to an error; none for those that have a page of their own.
    pub fn of(error: &AppError) -> Option<Self> {
        match error {
            AppError::TooLarge => Some(Self::Large),
            AppError::Conflict(_) => Some(Self::Changed),
            AppError::Invalid(fields) => {
                let same = |refusal: &Self| fields.iter().any(|field| field.message == refusal.words());
                Some(Self::ALL.into_iter().find(same).unwrap_or(Self::Standing))
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_survives_its_way_through_error_and_address() {
        for refusal in Refusal::ALL {
            assert_eq!(Refusal::of(&refusal.error()), Some(refusal));
            assert_eq!(Refusal::from_code(refusal.code()), Some(refusal));
        }
        assert_eq!(Refusal::of(&AppError::NotFound), None);
        assert_eq!(Refusal::from_code("<script>"), None);
    }
}
