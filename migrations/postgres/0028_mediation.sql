-- Mediation of disputes: who applied, who is named in it, sessions, what was agreed, and whether it was kept.

create table mediation (
    id uuid primary key,
    -- Random, for its address: an id would tell when it was applied for.
    code text collate "C" not null,
    -- From the gap-free counter of a community and a year.
    number_node uuid not null references node (id),
    number_year bigint not null,
    number bigint not null,
    kind text collate "C" not null,
    state text collate "C" not null check (state in ('applied', 'refused', 'accepted', 'declined', 'consented', 'mediating', 'reached',
        'in_force', 'fulfilled', 'unfulfilled', 'failed', 'withdrawn')),
    -- Kind and place: names nobody.
    title text collate "C" not null,
    -- The community whose committee mediates.
    node_id uuid not null references node (id),
    -- Where it is taken: a role at a unit, and who of them took it.
    unit_id uuid not null references node (id),
    desk_role text collate "C" not null,
    clerk_id uuid,
    -- The reported matter that it came of.
    matter_id uuid,
    -- Who wrote it down, where that was somebody else than the applicant.
    entered_by uuid,
    -- What happened and what is asked; sealed. Null once nothing may be kept.
    told text collate "C",
    -- Facts, who answers for what, clauses; sealed.
    agreement text collate "C",
    -- Written, or spoken and noted.
    shape text collate "C" check (shape in ('written', 'oral')),
    effective_on text collate "C",
    -- The task that it should be done within a month.
    task_id uuid,
    -- How many there are; each change names how many it was made from.
    steps bigint not null,
    created_at bigint not null,
    updated_at bigint not null,
    ended_at bigint
);
create unique index mediation_code on mediation (code);
create unique index mediation_number on mediation (number_node, number_year, number);
create index mediation_node on mediation (node_id, state);
create index mediation_unit on mediation (unit_id, id) where ended_at is null;
create index mediation_clerk on mediation (clerk_id, id) where clerk_id is not null;
create index mediation_matter on mediation (matter_id) where matter_id is not null;

-- Who is named: both sides, and mediators. Nobody else sees a case.
create table mediation_person (
    id uuid primary key,
    mediation_id uuid not null references mediation (id),
    part text collate "C" not null check (part in ('applicant', 'respondent', 'mediator')),
    -- Null for who has no account, and once it is no more.
    user_id uuid,
    -- Sealed.
    name text collate "C",
    phone text collate "C",
    address text collate "C",
    -- A mediator said that nothing ties them to a side, or has nothing to do with it any more, and why.
    declared_at bigint,
    left_at bigint,
    left_why text collate "C" check (left_why in ('objected', 'aside')),
    created_at bigint not null
);
create index mediation_person_case on mediation_person (mediation_id, id);
create index mediation_person_user on mediation_person (user_id, mediation_id) where user_id is not null;

create table mediation_session (
    id uuid primary key,
    mediation_id uuid not null references mediation (id),
    number bigint not null,
    held_at bigint not null,
    -- Place, who was there, what was said; sealed.
    told text collate "C",
    noted_by uuid,
    unique (mediation_id, number)
);

-- How far a clause of what was agreed is kept; its words lie with the agreement.
create table mediation_clause (
    id uuid primary key,
    mediation_id uuid not null references mediation (id),
    number bigint not null,
    due_on text collate "C",
    kept text collate "C" check (kept in ('kept', 'partly', 'not')),
    asked_at bigint,
    unique (mediation_id, number)
);

-- What was done; numbered without a gap, never changed.
create table mediation_step (
    id uuid primary key,
    mediation_id uuid not null references mediation (id),
    number bigint not null,
    action text collate "C" not null,
    -- How it stood afterwards.
    state text collate "C" not null,
    -- As what somebody did it.
    capacity text collate "C" not null,
    user_id uuid,
    at bigint not null,
    how text collate "C",
    elsewhere text collate "C",
    clause bigint,
    kept text collate "C",
    seen text collate "C" not null check (seen in ('parties', 'staff')),
    -- Sealed.
    words text collate "C",
    unique (mediation_id, number)
);
create index mediation_step_user on mediation_step (user_id, at) where user_id is not null;

-- When a reported matter went to mediation: all that its page says of it.
alter table matter add column mediated_at bigint;
