-- What people are told: each one's own inbox, and what they also want as a short message.

create table notice (
    id uuid primary key,
    user_id uuid not null references user_account (id),
    kind text collate "C" not null,
    importance text collate "C" not null check (importance in ('info', 'action', 'urgent')),
    -- What it says is told once: a job that runs again finds this.
    key text collate "C" not null,
    -- What it is about: when that is over, nothing is left to be done.
    subject_id uuid,
    -- The page that it leads to.
    href text collate "C",
    -- What stands in its words; sealed.
    params text collate "C" not null,
    -- Whether somebody who acts for the recipient may see it.
    by_proxy boolean not null,
    created_at bigint not null,
    read_at bigint,
    done_at bigint,
    -- When a short message was sent about it.
    texted_at bigint,
    expires_at bigint not null
);
create unique index notice_once on notice (user_id, key);
create index notice_of on notice (user_id, created_at, id);
create index notice_unread on notice (user_id, created_at, id) where read_at is null;
create index notice_open on notice (user_id, created_at, id) where done_at is null and importance <> 'info';
create index notice_subject on notice (subject_id) where done_at is null and importance <> 'info';
create index notice_end on notice (expires_at);

-- Where somebody has chosen; the topic's own rule holds otherwise.
create table notice_choice (
    user_id uuid not null references user_account (id),
    topic text collate "C" not null,
    texted boolean not null,
    updated_at bigint not null,
    primary key (user_id, topic)
);
