//! Who of those who hold a post has a matter: a fair share, with leave considered.

use shared::{Timestamp, UserId};

/// Somebody who holds the post.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Candidate {
    pub user: UserId,
    /// On leave today.
    pub away: bool,
    /// What they have to do.
    pub open: i64,
    /// What has not ended: also what they answered.
    pub running: i64,
    /// When something that they had ended last.
    pub last: Option<Timestamp>,
}

/// Who has it: the first of `wished` who is there, or else whoever has the least to do; of two who have as much, whoever has been waiting
/// longer. On leave nobody gets anything, unless all are.
pub fn fair(all: &[Candidate], wished: &[UserId]) -> Option<UserId> {
    let everybody_is_away = all.iter().all(|one| one.away);
    let there = || all.iter().filter(|one| everybody_is_away || !one.away);
    let wished = wished
        .iter()
        .copied()
        .find(|user| there().any(|one| one.user == *user));
    wished.or_else(|| {
        there()
            .min_by_key(|one| (one.open, one.running, one.last, one.user))
            .map(|one| one.user)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn user(n: u128) -> UserId {
        UserId(uuid::Uuid::from_u128(n))
    }

    fn one(n: u128, open: i64) -> Candidate {
        Candidate {
            user: user(n),
            away: false,
            open,
            running: open,
            last: None,
        }
    }

    #[test]
    fn whoever_is_there_with_the_fewest_open_has_it() {
        let away = Candidate {
            away: true,
            ..one(1, 0)
        };
        assert_eq!(fair(&[away, one(2, 5), one(3, 4)], &[]), Some(user(3)));
        assert_eq!(fair(&[away], &[]), Some(user(1)), "nobody else is there");
        assert_eq!(fair(&[], &[user(1)]), None);
    }

    #[test]
    fn of_two_with_as_much_whoever_has_been_waiting_longer() {
        let answered = Candidate {
            running: 1,
            ..one(1, 0)
        };
        assert_eq!(fair(&[answered, one(2, 0)], &[]), Some(user(2)));
        let lately = Candidate {
            last: Some(Timestamp(9)),
            ..one(1, 0)
        };
        let before = Candidate {
            last: Some(Timestamp(8)),
            ..one(2, 0)
        };
        assert_eq!(fair(&[lately, before], &[]), Some(user(2)));
        assert_eq!(fair(&[lately, before, one(3, 0)], &[]), Some(user(3)));
    }

    #[test]
    fn who_is_wished_has_it_if_there_or_else_who_stands_in() {
        let away = Candidate {
            away: true,
            ..one(1, 0)
        };
        let all = [away, one(2, 0), one(3, 7)];
        assert_eq!(fair(&all, &[user(3)]), Some(user(3)));
        assert_eq!(fair(&all, &[user(1), user(3)]), Some(user(3)));
        assert_eq!(fair(&all, &[user(1), user(9)]), Some(user(2)));
    }
}
