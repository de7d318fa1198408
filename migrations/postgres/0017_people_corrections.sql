-- What residents wrote about their household is listed for those who work there, and told back once it was seen to.

-- What whoever handled it said to that, sealed.
alter table household_correction add column answer text collate "C";

create index household_correction_waiting on household_correction (created_at, id) where handled_at is null;
create index household_correction_handled on household_correction (handled_at, id) where handled_at is not null;

-- Who owned a room on a day, for what owners decide together.
create index ownership_room on ownership (room_id, valid_from);
