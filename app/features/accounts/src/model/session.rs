//! How long a session lives. The more its holder may do, the shorter.

use shared::{Role, Timestamp};

/// Both limits, in microseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SessionLimits {
    /// Ends after this long unused.
    pub idle: i64,
    /// Ends this long after signing in, used or not.
    pub absolute: i64,
}

/// A resident's phone in a resident's pocket.
const RESIDENT: SessionLimits = SessionLimits {
    idle: 30 * Timestamp::DAY,
    absolute: 180 * Timestamp::DAY,
};
/// A working day with its breaks; a week at most.
const STAFF: SessionLimits = SessionLimits {
    idle: 12 * Timestamp::HOUR,
    absolute: 7 * Timestamp::DAY,
};
/// Whoever needs a second factor: half an hour at an empty desk, a working day at most.
const ADMINISTRATOR: SessionLimits = SessionLimits {
    idle: 30 * Timestamp::MINUTE,
    absolute: 12 * Timestamp::HOUR,
};

/// The limits for somebody who holds `roles`: the strictest that any of them asks for.
pub fn limits_for(roles: &[Role]) -> SessionLimits {
    if roles.iter().any(|role| role.needs_second_factor()) {
        ADMINISTRATOR
    } else if roles.iter().any(|role| role.is_staff()) {
        STAFF
    } else {
        RESIDENT
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn staff_is_signed_out_sooner_than_residents() {
        let idle = |roles: &[Role]| limits_for(roles).idle;
        assert!(idle(&[Role::Resident]) > idle(&[Role::Resident, Role::GridWorker]));
        assert!(idle(&[Role::GridWorker]) > idle(&[Role::GridWorker, Role::Auditor]));
        assert_eq!(limits_for(&[]), RESIDENT);
    }
}
