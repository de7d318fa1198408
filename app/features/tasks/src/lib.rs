//! Who has to do what by when: the working clock, deadlines, reminders, escalation. Every later pillar takes them from here.
pub mod model;
