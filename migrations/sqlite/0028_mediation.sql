-- Mediation of disputes: who applied, who is named in it, sessions, what was agreed, and whether it was kept.

create table mediation (
    id text primary key not null,
    -- Random, for its address: an id would tell when it was applied for.
    code text not null,
    -- From the gap-free counter of a community and a year.
    number_node text not null references node (id),
    number_year integer not null,
    number integer not null,
    kind text not null,
    state text not null check (state in ('applied', 'refused', 'accepted', 'declined', 'consented', 'mediating', 'reached',
        'in_force', 'fulfilled', 'unfulfilled', 'failed', 'withdrawn')),
    -- Kind and place: names nobody.
    title text not null,
    -- The community whose committee mediates.
    node_id text not null references node (id),
    -- Where it is taken: a role at a unit, and who of them took it.
    unit_id text not null references node (id),
    desk_role text not null,
    clerk_id text,
    -- The reported matter that it came of.
    matter_id text,
    -- Who wrote it down, where that was somebody else than the applicant.
    entered_by text,
    -- What happened and what is asked; sealed. Null once nothing may be kept.
    told text,
    -- Facts, who answers for what, clauses; sealed.
    agreement text,
    -- Written, or spoken and noted.
    shape text check (shape in ('written', 'oral')),
    effective_on text,
    -- The task that it should be done within a month.
    task_id text,
    -- How many there are; each change names how many it was made from.
    steps integer not null,
    created_at integer not null,
    updated_at integer not null,
    ended_at integer
);
create unique index mediation_code on mediation (code);
create unique index mediation_number on mediation (number_node, number_year, number);
create index mediation_node on mediation (node_id, state);
create index mediation_unit on mediation (unit_id, id) where ended_at is null;
create index mediation_clerk on mediation (clerk_id, id) where clerk_id is not null;
create index mediation_matter on mediation (matter_id) where matter_id is not null;

-- Who is named: both sides, and mediators. Nobody else sees a case.
create table mediation_person (
    id text primary key not null,
    mediation_id text not null references mediation (id),
    part text not null check (part in ('applicant', 'respondent', 'mediator')),
    -- Null for who has no account, and once it is no more.
    user_id text,
    -- Sealed.
    name text,
    phone text,
    address text,
    -- A mediator said that nothing ties them to a side, or has nothing to do with it any more, and why.
    declared_at integer,
    left_at integer,
    left_why text check (left_why in ('objected', 'aside')),
    created_at integer not null
);
create index mediation_person_case on mediation_person (mediation_id, id);
create index mediation_person_user on mediation_person (user_id, mediation_id) where user_id is not null;

create table mediation_session (
    id text primary key not null,
    mediation_id text not null references mediation (id),
    number integer not null,
    held_at integer not null,
    -- Place, who was there, what was said; sealed.
    told text,
    noted_by text,
    unique (mediation_id, number)
);

-- How far a clause of what was agreed is kept; its words lie with the agreement.
create table mediation_clause (
    id text primary key not null,
    mediation_id text not null references mediation (id),
    number integer not null,
    due_on text,
    kept text check (kept in ('kept', 'partly', 'not')),
    asked_at integer,
    unique (mediation_id, number)
);

-- What was done; numbered without a gap, never changed.
create table mediation_step (
    id text primary key not null,
    mediation_id text not null references mediation (id),
    number integer not null,
    action text not null,
    -- How it stood afterwards.
    state text not null,
    -- As what somebody did it.
    capacity text not null,
    user_id text,
    at integer not null,
    how text,
    elsewhere text,
    clause integer,
    kept text,
    seen text not null check (seen in ('parties', 'staff')),
    -- Sealed.
    words text,
    unique (mediation_id, number)
);
create index mediation_step_user on mediation_step (user_id, at) where user_id is not null;

-- When a reported matter went to mediation: all that its page says of it.
alter table matter add column mediated_at integer;
