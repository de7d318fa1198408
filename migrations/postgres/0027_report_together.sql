-- Units that have a part in a matter, people who step aside from one, meetings about what comes again, and what eases the work of those
-- who handle matters.

-- Which part a step is about.
alter table matter_step add column part bigint;

-- A part of a matter that another unit has (协办), as its steps lead to it.
create table matter_part (
    id uuid primary key,
    matter_id uuid not null references matter (id),
    number bigint not null,
    unit_id uuid not null references node (id),
    role text collate "C" not null,
    state text collate "C" not null check (state in ('asked', 'returned', 'done', 'released')),
    -- The task whose deadline counts.
    task_id uuid,
    asked_at bigint not null,
    ended_at bigint,
    unique (matter_id, number)
);
create index matter_part_post on matter_part (unit_id, role) where ended_at is null;

-- Who has stepped aside from a matter (回避): it is nothing of theirs any more.
create table matter_recusal (
    matter_id uuid not null references matter (id),
    user_id uuid not null,
    step_id uuid not null references matter_step (id),
    since_at bigint not null,
    primary key (matter_id, user_id)
);
create index matter_recusal_user on matter_recusal (user_id);

-- A meeting about what comes again (联席会).
create table report_joint (
    id uuid primary key,
    -- Random, for its address.
    code text collate "C" not null,
    node_id uuid not null references node (id),
    title text collate "C" not null,
    held_on text collate "C" not null,
    -- Where it was, who took part, what was said; sealed.
    told text collate "C" not null,
    published_at bigint,
    public_text text collate "C",
    created_at bigint not null,
    created_by uuid,
    updated_at bigint not null,
    check ((published_at is null) = (public_text is null))
);
create unique index report_joint_code on report_joint (code);
create index report_joint_node on report_joint (node_id, id);

create table report_joint_matter (
    joint_id uuid not null references report_joint (id),
    matter_id uuid not null references matter (id),
    primary key (joint_id, matter_id)
);
create index report_joint_matter_matter on report_joint_matter (matter_id);

-- What somebody promised there, and by when.
create table report_promise (
    id uuid primary key,
    joint_id uuid not null references report_joint (id),
    number bigint not null,
    party text collate "C" not null,
    -- What was promised, by whom, and what came of it; sealed.
    told text collate "C" not null,
    -- The post that has it, where its unit is in the house.
    unit_id uuid references node (id),
    role text collate "C",
    due_on text collate "C" not null,
    state text collate "C" not null check (state in ('open', 'kept', 'dropped')),
    task_id uuid,
    ended_at bigint,
    unique (joint_id, number),
    check ((unit_id is null) = (role is null))
);

-- A filter of the work list that somebody keeps.
create table report_view (
    id uuid primary key,
    user_id uuid not null,
    name text collate "C" not null,
    facts jsonb not null,
    created_at bigint not null
);
create unique index report_view_name on report_view (user_id, name);

-- An answer that is given again and again, of a unit.
create table report_answer (
    id uuid primary key,
    node_id uuid not null references node (id),
    position bigint not null,
    title text collate "C" not null,
    words text collate "C" not null,
    updated_at bigint not null,
    updated_by uuid
);
create index report_answer_node on report_answer (node_id, position, id);
