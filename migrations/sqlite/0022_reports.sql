-- Matters that residents report, what was done with them, and to whom new ones go.

create table matter (
    id text primary key not null,
    -- Random, for its address: an id would tell when it was reported.
    code text not null,
    -- From the gap-free counter of a unit and a year.
    number_node text not null references node (id),
    number_year integer not null,
    number integer not null,
    kind text not null,
    category text not null,
    urgency text not null,
    state text not null check (state in ('reported', 'refused', 'accepted', 'dispatched', 'handling', 'answered',
        'checked', 'rated', 'closed', 'paused', 'withdrawn', 'merged')),
    -- Category and place: stands in lists.
    title text not null,
    -- Where it is.
    node_id text not null references node (id),
    lon integer,
    lat integer,
    cell integer,
    -- Who has it: a role at a unit.
    unit_id text not null references node (id),
    holder_role text not null,
    -- The community complained about: neither it nor what is below it finds the matter.
    accused_id text references node (id),
    -- Null once the account is no more.
    reporter_id text,
    -- Who wrote it down, where that was somebody else.
    entered_by text,
    -- Words, answers, address and door; sealed. Null once nothing may be kept.
    told text,
    -- Where the reporter is called; sealed.
    phone text,
    -- Whether the reporter agreed to its publication.
    may_publish boolean not null,
    published_at integer,
    public_text text,
    -- Who began to handle it or answered.
    handled_by text,
    -- Since when it lies with whoever has it, when it was answered, and when it went up by the clock.
    passed_at integer not null,
    answered_at integer,
    escalated_at integer,
    rating text,
    merged_into text,
    -- The task whose deadline counts.
    task_id text,
    -- How many there are; each change names how many it was made from.
    steps integer not null,
    created_at integer not null,
    updated_at integer not null,
    ended_at integer,
    check ((published_at is null) = (public_text is null)),
    check ((lon is null) = (lat is null) and (lon is null) = (cell is null))
);
create unique index matter_code on matter (code);
create unique index matter_number on matter (number_node, number_year, number);
create index matter_node on matter (node_id, id);
create index matter_unit on matter (unit_id, id);
create index matter_open on matter (id) where ended_at is null;
create index matter_reporter on matter (reporter_id, id) where reporter_id is not null;
create index matter_published on matter (published_at, id) where published_at is not null;
create index matter_cell on matter (cell, id) where cell is not null;

-- What was done with it; numbered without a gap, never changed.
create table matter_step (
    id text primary key not null,
    matter_id text not null references matter (id),
    number integer not null,
    action text not null,
    -- How it stood afterwards.
    state text not null,
    -- As what somebody did it.
    capacity text not null,
    user_id text,
    at integer not null,
    unit_id text references node (id),
    role text,
    days integer,
    elsewhere text,
    rating text,
    seen text not null check (seen in ('all', 'parties', 'staff')),
    -- Sealed.
    words text,
    unique (matter_id, number)
);
create index matter_step_user on matter_step (user_id, at) where user_id is not null;

create table matter_follower (
    matter_id text not null references matter (id),
    user_id text not null,
    since_at integer not null,
    primary key (matter_id, user_id)
);
create index matter_follower_user on matter_follower (user_id, since_at);

-- What a deployment says of a category; those that are built in hold where it says nothing.
create table report_category (
    code text primary key not null,
    position integer not null,
    facts text not null,
    updated_at integer not null,
    updated_by text
);

-- A rule of routing that holds at and below a unit.
create table report_routing (
    id text primary key not null,
    node_id text not null references node (id),
    position integer not null,
    facts text not null,
    updated_at integer not null,
    updated_by text
);
create index report_routing_node on report_routing (node_id, position, id);
