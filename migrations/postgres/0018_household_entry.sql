-- What residents tell of themselves and of those who live with them, until a grid worker has checked it.

-- Somebody of the household whom a member named. Once noted, the row is gone; refused, it stays a while for who wrote it.
create table household_entry (
    id uuid primary key,
    household_id uuid not null,
    -- Who wrote it.
    person_id uuid not null,
    -- Sealed: name, year or day of birth, telephone, how they live here.
    content text collate "C" not null,
    created_at bigint not null,
    refused_at bigint,
    refused_by uuid,
    -- Sealed: why it was refused.
    words text collate "C"
);
create index household_entry_open on household_entry (household_id) where refused_at is null;
create index household_entry_person on household_entry (person_id);

-- When somebody said by themselves when they were born and how they live here, as long as nobody has checked it.
alter table person add column stated_at bigint;
create index person_stated on person (id) where stated_at is not null;

-- What is asked for by user and by person, in the export of one's data and when an account goes.
create index task_entry_user on task_entry (user_id) where user_id is not null;
create index household_correction_person on household_correction (person_id);
