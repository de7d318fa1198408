-- Matters that residents report, what was done with them, and to whom new ones go.

create table matter (
    id uuid primary key,
    -- Random, for its address: an id would tell when it was reported.
    code text collate "C" not null,
    -- From the gap-free counter of a unit and a year.
    number_node uuid not null references node (id),
    number_year bigint not null,
    number bigint not null,
    kind text collate "C" not null,
    category text collate "C" not null,
    urgency text collate "C" not null,
    state text collate "C" not null check (state in ('reported', 'refused', 'accepted', 'dispatched', 'handling', 'answered',
        'checked', 'rated', 'closed', 'paused', 'withdrawn', 'merged')),
    -- Category and place: stands in lists.
    title text collate "C" not null,
    -- Where it is.
    node_id uuid not null references node (id),
    lon bigint,
    lat bigint,
    cell bigint,
    -- Who has it: a role at a unit.
    unit_id uuid not null references node (id),
    holder_role text collate "C" not null,
    -- The community complained about: neither it nor what is below it finds the matter.
    accused_id uuid references node (id),
    -- Null once the account is no more.
    reporter_id uuid,
    -- Who wrote it down, where that was somebody else.
    entered_by uuid,
    -- Words, answers, address and door; sealed. Null once nothing may be kept.
    told text collate "C",
    -- Where the reporter is called; sealed.
    phone text collate "C",
    -- Whether the reporter agreed to its publication.
    may_publish boolean not null,
    published_at bigint,
    public_text text collate "C",
    -- Who began to handle it or answered.
    handled_by uuid,
    -- Since when it lies with whoever has it, when it was answered, and when it went up by the clock.
    passed_at bigint not null,
    answered_at bigint,
    escalated_at bigint,
    rating text collate "C",
    merged_into uuid,
    -- The task whose deadline counts.
    task_id uuid,
    -- How many there are; each change names how many it was made from.
    steps bigint not null,
    created_at bigint not null,
    updated_at bigint not null,
    ended_at bigint,
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
    id uuid primary key,
    matter_id uuid not null references matter (id),
    number bigint not null,
    action text collate "C" not null,
    -- How it stood afterwards.
    state text collate "C" not null,
    -- As what somebody did it.
    capacity text collate "C" not null,
    user_id uuid,
    at bigint not null,
    unit_id uuid references node (id),
    role text collate "C",
    days bigint,
    elsewhere text collate "C",
    rating text collate "C",
    seen text collate "C" not null check (seen in ('all', 'parties', 'staff')),
    -- Sealed.
    words text collate "C",
    unique (matter_id, number)
);
create index matter_step_user on matter_step (user_id, at) where user_id is not null;

create table matter_follower (
    matter_id uuid not null references matter (id),
    user_id uuid not null,
    since_at bigint not null,
    primary key (matter_id, user_id)
);
create index matter_follower_user on matter_follower (user_id, since_at);

-- What a deployment says of a category; those that are built in hold where it says nothing.
create table report_category (
    code text collate "C" primary key,
    position bigint not null,
    facts jsonb not null,
    updated_at bigint not null,
    updated_by uuid
);

-- A rule of routing that holds at and below a unit.
create table report_routing (
    id uuid primary key,
    node_id uuid not null references node (id),
    position bigint not null,
    facts jsonb not null,
    updated_at bigint not null,
    updated_by uuid
);
create index report_routing_node on report_routing (node_id, position, id);
