-- Accounts: who somebody is, how they sign in, what they are where, and on what basis their data is held.
--
-- Columns named name, phone, door, totp, params hold sealed text (field encryption); *_blind are keyed hashes for
-- equality search. shown_name is what others may read: the whole name of staff, whose posts are public, 张* of anybody else.
-- Nodes are never deleted, so node_id needs no foreign key.

create table user_account (
    id text primary key not null,
    name text not null,
    name_blind text not null,
    shown_name text not null,
    -- Null for somebody without a phone, who is served by a grid worker (代办), and after erasure.
    phone text,
    phone_blind text,
    password_hash text,
    password_set_at integer,
    totp text,
    totp_pending text,
    -- The time step of the last code taken: a code serves once.
    totp_step integer,
    state text not null check (state in ('active', 'suspended', 'erased')),
    created_at integer not null,
    updated_at integer not null
);
create unique index user_account_phone on user_account (phone_blind) where phone_blind is not null;
create index user_account_name on user_account (name_blind);

create table recovery_code (
    id text primary key not null,
    user_id text not null references user_account (id),
    code_hash text not null,
    created_at integer not null,
    used_at integer
);
create index recovery_code_user on recovery_code (user_id);

create table device (
    id text primary key not null,
    user_id text not null references user_account (id),
    -- What kind of browser, coarsely: "微信 · 安卓".
    label text not null,
    created_at integer not null
);
create index device_user on device (user_id);

create table session (
    id text primary key not null,
    token_hash text not null,
    user_id text not null references user_account (id),
    device_id text not null references device (id),
    created_at integer not null,
    last_seen_at integer not null,
    -- How long it lives unused, in microseconds.
    idle_us integer not null,
    expires_at integer not null,
    second_factor_at integer,
    revoked_at integer,
    -- For whom its holder acts: as staff within the subtree of acting_node, or as a bound relative.
    acting_for text references user_account (id),
    acting_node text,
    acting_binding text
);
create unique index session_token on session (token_hash);
create index session_by_user on session (user_id, last_seen_at);
create index session_end on session (expires_at);

create table sign_in_code (
    id text primary key not null,
    purpose text not null check (purpose in ('sign_in', 'phone', 'relative', 'guardian')),
    phone text not null,
    phone_blind text not null,
    code_hash text not null,
    attempts integer not null,
    -- Who asked, where somebody was signed in.
    asked_by text references user_account (id),
    created_at integer not null,
    expires_at integer not null,
    used_at integer,
    -- After a right code for a number without account: what the registration form shows.
    ticket_hash text
);
create index sign_in_code_phone on sign_in_code (phone_blind, created_at);
create index sign_in_code_age on sign_in_code (created_at);
create unique index sign_in_code_ticket on sign_in_code (ticket_hash) where ticket_hash is not null;

create table delegation (
    id text primary key not null,
    from_user text not null references user_account (id),
    to_user text not null references user_account (id),
    starts_on text not null,
    ends_on text not null,
    created_at integer not null,
    ended_at integer,
    check (ends_on >= starts_on)
);
create index delegation_from on delegation (from_user, created_at);
create index delegation_to on delegation (to_user, created_at);

-- In force on every date from valid_from to valid_to. Taking a role away ends valid_to before today.
create table role_grant (
    id text primary key not null,
    user_id text not null references user_account (id),
    role text not null,
    node_id text not null,
    valid_from text not null,
    valid_to text,
    delegation_id text references delegation (id),
    -- Null: the command line, an import or a confirmed registration.
    granted_by text references user_account (id),
    created_at integer not null,
    revoked_at integer,
    revoked_by text references user_account (id)
);
create index role_grant_user on role_grant (user_id, valid_from);
create index role_grant_node on role_grant (node_id, role);
create unique index role_grant_once on role_grant (user_id, role, node_id, valid_from) where revoked_at is null and delegation_id is null;

-- A relative who may act for a resident (亲友代办): bound once, with the resident's consent.
create table act_binding (
    id text primary key not null,
    resident_id text not null references user_account (id),
    relative_id text not null references user_account (id),
    relation text not null,
    bound_at integer not null,
    revoked_at integer,
    revoked_by text references user_account (id),
    check (resident_id <> relative_id)
);
create unique index act_binding_pair on act_binding (resident_id, relative_id) where revoked_at is null;
create index act_binding_relative on act_binding (relative_id);

-- Where somebody says they live, and what the grid worker found.
create table residency (
    id text primary key not null,
    user_id text not null references user_account (id),
    node_id text not null,
    door text not null,
    state text not null check (state in ('waiting', 'confirmed', 'refused', 'ended')),
    reason text,
    words text,
    decided_by text references user_account (id),
    decided_at integer,
    created_at integer not null
);
create unique index residency_current on residency (user_id) where state in ('waiting', 'confirmed');
create index residency_node on residency (node_id, state, created_at);
create index residency_user on residency (user_id, created_at);

-- On what basis each kind of data is held, in which version of the wording; consent can be withdrawn.
create table legal_basis (
    id text primary key not null,
    user_id text not null references user_account (id),
    kind text not null,
    basis text not null,
    version text not null,
    -- The guardian or the worker who wrote it down, if not the person.
    given_by text references user_account (id),
    given_at integer not null,
    withdrawn_at integer
);
create unique index legal_basis_current on legal_basis (user_id, kind) where withdrawn_at is null;
create index legal_basis_user on legal_basis (user_id, given_at);

create table guardian (
    id text primary key not null,
    child_id text not null references user_account (id),
    guardian_id text not null references user_account (id),
    -- The day on which the child turns 14.
    until_on text not null,
    consented_at integer not null,
    withdrawn_at integer
);
create unique index guardian_child on guardian (child_id) where withdrawn_at is null;
create index guardian_guardian on guardian (guardian_id);

create table erasure_request (
    id text primary key not null,
    user_id text not null references user_account (id),
    requested_at integer not null,
    due_at integer not null,
    cancelled_at integer,
    done_at integer
);
create unique index erasure_request_open on erasure_request (user_id) where cancelled_at is null and done_at is null;

-- Messages on their way; a job carries only the id, and the words are wiped once they are sent.
create table message (
    id text primary key not null,
    phone text,
    phone_blind text not null,
    template text not null,
    params text,
    state text not null check (state in ('waiting', 'sent', 'failed')),
    created_at integer not null,
    expires_at integer not null,
    sent_at integer
);
create index message_phone on message (phone_blind, created_at);
create index message_age on message (created_at);
