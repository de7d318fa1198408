-- What people are told: each one's own inbox, and what they also want as a short message.

create table notice (
    id text primary key not null,
    user_id text not null references user_account (id),
    kind text not null,
    importance text not null check (importance in ('info', 'action', 'urgent')),
    -- What it says is told once: a job that runs again finds this.
    key text not null,
    -- What it is about: when that is over, nothing is left to be done.
    subject_id text,
    -- The page that it leads to.
    href text,
    -- What stands in its words; sealed.
    params text not null,
    -- Whether somebody who acts for the recipient may see it.
    by_proxy boolean not null,
    created_at integer not null,
    read_at integer,
    done_at integer,
    -- When a short message was sent about it.
    texted_at integer,
    expires_at integer not null
);
create unique index notice_once on notice (user_id, key);
create index notice_of on notice (user_id, created_at, id);
create index notice_unread on notice (user_id, created_at, id) where read_at is null;
create index notice_open on notice (user_id, created_at, id) where done_at is null and importance <> 'info';
create index notice_subject on notice (subject_id) where done_at is null and importance <> 'info';
create index notice_end on notice (expires_at);

-- Where somebody has chosen; the topic's own rule holds otherwise.
create table notice_choice (
    user_id text not null references user_account (id),
    topic text not null,
    texted boolean not null,
    updated_at integer not null,
    primary key (user_id, topic)
);
