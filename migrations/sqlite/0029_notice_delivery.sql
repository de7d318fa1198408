-- Telling beside the inbox: when each person wants it, on which of their devices, and what became of each.

create table notice_setting (
    user_id text primary key not null references user_account (id),
    -- Hours of the day in Shanghai in which nothing rings. Both empty: the usual ones. Equal: none.
    quiet_from integer,
    quiet_to integer,
    -- Whether they read in 长辈版, whose usual quiet hours are longer.
    early boolean not null,
    -- The hour at which what was not urgent comes in one message; empty: each comes by itself.
    digest_hour integer,
    -- Up to when notices have been in one.
    digested_at integer,
    -- Codes of the topics that are not pushed, with blanks between.
    unpushed text not null,
    updated_at integer not null
);

create table push_subscription (
    id text primary key not null,
    user_id text not null references user_account (id),
    -- Nothing is pushed without it being alive. Sessions are swept by themselves, so this is no foreign key.
    session_id text not null,
    endpoint_hash text not null,
    -- Address and keys; sealed.
    sealed text not null,
    created_at integer not null
);
create unique index push_subscription_endpoint on push_subscription (endpoint_hash);
create index push_subscription_user on push_subscription (user_id);
create index push_subscription_session on push_subscription (session_id);

-- What left, or is to leave, beside the inbox.
create table notice_delivery (
    id text primary key not null,
    user_id text not null references user_account (id),
    channel text not null check (channel in ('text', 'push')),
    -- Empty: a digest. Notices end by themselves, so this is no foreign key.
    notice_id text,
    -- In a digest: how many notices it tells of.
    counted integer,
    -- To which device, where it is pushed.
    subscription_id text,
    -- The short message that it became, which has a state of its own.
    message_id text,
    state text not null check (state in ('waiting', 'sent', 'failed', 'dropped')),
    -- A code: why it failed or was dropped.
    reason text,
    attempts integer not null,
    due_at integer not null,
    expires_at integer not null,
    created_at integer not null,
    done_at integer
);
create index notice_delivery_user on notice_delivery (user_id, created_at, id);
create index notice_delivery_age on notice_delivery (created_at);
create index notice_delivery_waiting on notice_delivery (expires_at) where state = 'waiting';
