-- Units that have a part in a matter, people who step aside from one, meetings about what comes again, and what eases the work of those
-- who handle matters.

-- Which part a step is about.
alter table matter_step add column part integer;

-- A part of a matter that another unit has (协办), as its steps lead to it.
create table matter_part (
    id text primary key not null,
    matter_id text not null references matter (id),
    number integer not null,
    unit_id text not null references node (id),
    role text not null,
    state text not null check (state in ('asked', 'returned', 'done', 'released')),
    -- The task whose deadline counts.
    task_id text,
    asked_at integer not null,
    ended_at integer,
    unique (matter_id, number)
);
create index matter_part_post on matter_part (unit_id, role) where ended_at is null;

-- Who has stepped aside from a matter (回避): it is nothing of theirs any more.
create table matter_recusal (
    matter_id text not null references matter (id),
    user_id text not null,
    step_id text not null references matter_step (id),
    since_at integer not null,
    primary key (matter_id, user_id)
);
create index matter_recusal_user on matter_recusal (user_id);

-- A meeting about what comes again (联席会).
create table report_joint (
    id text primary key not null,
    -- Random, for its address.
    code text not null,
    node_id text not null references node (id),
    title text not null,
    held_on text not null,
    -- Where it was, who took part, what was said; sealed.
    told text not null,
    published_at integer,
    public_text text,
    created_at integer not null,
    created_by text,
    updated_at integer not null,
    check ((published_at is null) = (public_text is null))
);
create unique index report_joint_code on report_joint (code);
create index report_joint_node on report_joint (node_id, id);

create table report_joint_matter (
    joint_id text not null references report_joint (id),
    matter_id text not null references matter (id),
    primary key (joint_id, matter_id)
);
create index report_joint_matter_matter on report_joint_matter (matter_id);

-- What somebody promised there, and by when.
create table report_promise (
    id text primary key not null,
    joint_id text not null references report_joint (id),
    number integer not null,
    party text not null,
    -- What was promised, by whom, and what came of it; sealed.
    told text not null,
    -- The post that has it, where its unit is in the house.
    unit_id text references node (id),
    role text,
    due_on text not null,
    state text not null check (state in ('open', 'kept', 'dropped')),
    task_id text,
    ended_at integer,
    unique (joint_id, number),
    check ((unit_id is null) = (role is null))
);

-- A filter of the work list that somebody keeps.
create table report_view (
    id text primary key not null,
    user_id text not null,
    name text not null,
    facts text not null,
    created_at integer not null
);
create unique index report_view_name on report_view (user_id, name);

-- An answer that is given again and again, of a unit.
create table report_answer (
    id text primary key not null,
    node_id text not null references node (id),
    position integer not null,
    title text not null,
    words text not null,
    updated_at integer not null,
    updated_by text
);
create index report_answer_node on report_answer (node_id, position, id);
