-- Working days and hours, and what somebody has to do by when.

-- A year of the State Council's calendar that is loaded.
create table calendar_year (
    year bigint primary key,
    -- The notice it follows, as it is cited.
    source text collate "C" not null,
    import_id uuid not null,
    loaded_at bigint not null
);

-- A day that a notice names: off, or worked although it is a weekend. A notice may name days of the year before its own.
create table calendar_day (
    day text collate "C" primary key,
    notice bigint not null references calendar_year (year),
    works boolean not null,
    name text collate "C" not null
);
create index calendar_day_notice on calendar_day (notice);

-- A calendar file between its preview and its application, which may happen on another server.
create table calendar_import (
    id uuid primary key,
    -- Null: the command line or the demonstration.
    created_by uuid,
    created_at bigint not null,
    file_name text collate "C" not null,
    source text collate "C" not null,
    -- Emptied when it is applied.
    content bytea,
    applied_at bigint,
    result jsonb
);
create index calendar_import_age on calendar_import (created_at);

-- A unit's own week from a date on; without one it has again what the unit above it has.
create table work_week (
    node_id uuid not null references node (id),
    valid_from text collate "C" not null,
    week jsonb,
    updated_at bigint not null,
    updated_by uuid,
    primary key (node_id, valid_from)
);

-- A single day on which a unit has other hours.
create table work_day (
    node_id uuid not null references node (id),
    day text collate "C" not null,
    hours text collate "C" not null,
    reason text collate "C" not null,
    updated_at bigint not null,
    updated_by uuid,
    primary key (node_id, day)
);

create table task (
    id uuid primary key,
    -- The pillar's key for it, and what it is called.
    kind text collate "C" not null,
    label text collate "C" not null,
    subject_id uuid not null,
    node_id uuid not null references node (id),
    title text collate "C" not null,
    -- The address of what it is about.
    href text collate "C",
    by_hand boolean not null,
    narrow boolean not null,
    -- How long somebody has, and since when.
    time_limit jsonb not null,
    from_at bigint not null,
    -- Null while the clock stands. Reckoned by a calendar that is not loaded yet, it is provisional.
    due_at bigint,
    provisional boolean not null,
    state text collate "C" not null check (state in ('open', 'paused', 'done', 'cancelled')),
    ended_at bigint,
    created_at bigint not null,
    check ((ended_at is not null) = (state in ('done', 'cancelled')))
);
create index task_subject on task (subject_id, kind);
create index task_node on task (node_id, due_at) where ended_at is null;
create index task_running on task (id) where ended_at is null;

-- When its clock stood still.
create table task_pause (
    task_id uuid not null references task (id),
    number bigint not null,
    from_at bigint not null,
    until_at bigint,
    primary key (task_id, number)
);

-- Who has it: at first one, and one more with each escalation. Either a user, or a role at a unit.
create table task_holder (
    task_id uuid not null references task (id),
    number bigint not null,
    user_id uuid,
    role text collate "C",
    node_id uuid,
    -- 0 for who is to do it, 1 for the first that it was escalated to.
    level bigint not null,
    since_at bigint not null,
    -- As the task's, so that the index finds what is open and what was done last.
    ended_at bigint,
    primary key (task_id, number),
    check ((user_id is null) = (role is not null) and (role is null) = (node_id is null))
);
create index task_holder_user on task_holder (user_id, ended_at);
create index task_holder_role on task_holder (node_id, role, ended_at);

-- Reminders and escalations. `due_at` is null while none is due: the clock stands, or the task has ended.
create table task_step (
    task_id uuid not null references task (id),
    number bigint not null,
    step jsonb not null,
    due_at bigint,
    fired_at bigint,
    primary key (task_id, number)
);
create index task_step_due on task_step (due_at, task_id, number) where fired_at is null and due_at is not null;

-- What has happened to it. Ids and codes in `facts`; what somebody wrote lies in `words`.
create table task_entry (
    id uuid primary key,
    task_id uuid not null references task (id),
    at bigint not null,
    what text collate "C" not null,
    user_id uuid,
    facts jsonb not null,
    words text collate "C"
);
create index task_entry_of on task_entry (task_id, at, id);
