-- Telling beside the inbox: when each person wants it, on which of their devices, and what became of each.

create table notice_setting (
    user_id uuid primary key references user_account (id),
    -- Hours of the day in Shanghai in which nothing rings. Both empty: the usual ones. Equal: none.
    quiet_from bigint,
    quiet_to bigint,
    -- Whether they read in 长辈版, whose usual quiet hours are longer.
    early boolean not null,
    -- The hour at which what was not urgent comes in one message; empty: each comes by itself.
    digest_hour bigint,
    -- Up to when notices have been in one.
    digested_at bigint,
    -- Codes of the topics that are not pushed, with blanks between.
    unpushed text collate "C" not null,
    updated_at bigint not null
);

create table push_subscription (
    id uuid primary key,
    user_id uuid not null references user_account (id),
    -- Nothing is pushed without it being alive. Sessions are swept by themselves, so this is no foreign key.
    session_id uuid not null,
    endpoint_hash text collate "C" not null,
    -- Address and keys; sealed.
    sealed text collate "C" not null,
    created_at bigint not null
);
create unique index push_subscription_endpoint on push_subscription (endpoint_hash);
create index push_subscription_user on push_subscription (user_id);
create index push_subscription_session on push_subscription (session_id);

-- What left, or is to leave, beside the inbox.
create table notice_delivery (
    id uuid primary key,
    user_id uuid not null references user_account (id),
    channel text collate "C" not null check (channel in ('text', 'push')),
    -- Empty: a digest. Notices end by themselves, so this is no foreign key.
    notice_id uuid,
    -- In a digest: how many notices it tells of.
    counted bigint,
    -- To which device, where it is pushed.
    subscription_id uuid,
    -- The short message that it became, which has a state of its own.
    message_id uuid,
    state text collate "C" not null check (state in ('waiting', 'sent', 'failed', 'dropped')),
    -- A code: why it failed or was dropped.
    reason text collate "C",
    attempts bigint not null,
    due_at bigint not null,
    expires_at bigint not null,
    created_at bigint not null,
    done_at bigint
);
create index notice_delivery_user on notice_delivery (user_id, created_at, id);
create index notice_delivery_age on notice_delivery (created_at);
create index notice_delivery_waiting on notice_delivery (expires_at) where state = 'waiting';
