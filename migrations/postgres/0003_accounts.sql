-- Accounts: who somebody is, how they sign in, what they are where, and on what basis their data is held.
--
-- Columns named name, phone, door, totp, params hold sealed text (field encryption); *_blind are keyed hashes for
-- equality search. shown_name is what others may read: the whole name of staff, whose posts are public, 张* of anybody else.
-- Nodes are never deleted, so node_id needs no foreign key.

create table user_account (
    id uuid primary key,
    name text collate "C" not null,
    name_blind text collate "C" not null,
    shown_name text collate "C" not null,
    -- Null for somebody without a phone, who is served by a grid worker (代办), and after erasure.
    phone text collate "C",
    phone_blind text collate "C",
    password_hash text collate "C",
    password_set_at bigint,
    totp text collate "C",
    totp_pending text collate "C",
    -- The time step of the last code taken: a code serves once.
    totp_step bigint,
    state text collate "C" not null check (state in ('active', 'suspended', 'erased')),
    created_at bigint not null,
    updated_at bigint not null
);
create unique index user_account_phone on user_account (phone_blind) where phone_blind is not null;
create index user_account_name on user_account (name_blind);

create table recovery_code (
    id uuid primary key,
    user_id uuid not null references user_account (id),
    code_hash text collate "C" not null,
    created_at bigint not null,
    used_at bigint
);
create index recovery_code_user on recovery_code (user_id);

create table device (
    id uuid primary key,
    user_id uuid not null references user_account (id),
    -- What kind of browser, coarsely: "微信 · 安卓".
    label text collate "C" not null,
    created_at bigint not null
);
create index device_user on device (user_id);

create table session (
    id uuid primary key,
    token_hash text collate "C" not null,
    user_id uuid not null references user_account (id),
    device_id uuid not null references device (id),
    created_at bigint not null,
    last_seen_at bigint not null,
    -- How long it lives unused, in microseconds.
    idle_us bigint not null,
    expires_at bigint not null,
    second_factor_at bigint,
    revoked_at bigint,
    -- For whom its holder acts: as staff within the subtree of acting_node, or as a bound relative.
    acting_for uuid references user_account (id),
    acting_node uuid,
    acting_binding uuid
);
create unique index session_token on session (token_hash);
create index session_by_user on session (user_id, last_seen_at);
create index session_end on session (expires_at);

create table sign_in_code (
    id uuid primary key,
    purpose text collate "C" not null check (purpose in ('sign_in', 'phone', 'relative', 'guardian')),
    phone text collate "C" not null,
    phone_blind text collate "C" not null,
    code_hash text collate "C" not null,
    attempts bigint not null,
    -- Who asked, where somebody was signed in.
    asked_by uuid references user_account (id),
    created_at bigint not null,
    expires_at bigint not null,
    used_at bigint,
    -- After a right code for a number without account: what the registration form shows.
    ticket_hash text collate "C"
);
create index sign_in_code_phone on sign_in_code (phone_blind, created_at);
create index sign_in_code_age on sign_in_code (created_at);
create unique index sign_in_code_ticket on sign_in_code (ticket_hash) where ticket_hash is not null;

create table delegation (
    id uuid primary key,
    from_user uuid not null references user_account (id),
    to_user uuid not null references user_account (id),
    starts_on text collate "C" not null,
    ends_on text collate "C" not null,
    created_at bigint not null,
    ended_at bigint,
    check (ends_on >= starts_on)
);
create index delegation_from on delegation (from_user, created_at);
create index delegation_to on delegation (to_user, created_at);

-- In force on every date from valid_from to valid_to. Taking a role away ends valid_to before today.
create table role_grant (
    id uuid primary key,
    user_id uuid not null references user_account (id),
    role text collate "C" not null,
    node_id uuid not null,
    valid_from text collate "C" not null,
    valid_to text collate "C",
    delegation_id uuid references delegation (id),
    -- Null: the command line, an import or a confirmed registration.
    granted_by uuid references user_account (id),
    created_at bigint not null,
    revoked_at bigint,
    revoked_by uuid references user_account (id)
);
create index role_grant_user on role_grant (user_id, valid_from);
create index role_grant_node on role_grant (node_id, role);
create unique index role_grant_once on role_grant (user_id, role, node_id, valid_from) where revoked_at is null and delegation_id is null;

-- A relative who may act for a resident (亲友代办): bound once, with the resident's consent.
create table act_binding (
    id uuid primary key,
    resident_id uuid not null references user_account (id),
    relative_id uuid not null references user_account (id),
    relation text collate "C" not null,
    bound_at bigint not null,
    revoked_at bigint,
    revoked_by uuid references user_account (id),
    check (resident_id <> relative_id)
);
create unique index act_binding_pair on act_binding (resident_id, relative_id) where revoked_at is null;
create index act_binding_relative on act_binding (relative_id);

-- Where somebody says they live, and what the grid worker found.
create table residency (
    id uuid primary key,
    user_id uuid not null references user_account (id),
    node_id uuid not null,
    door text collate "C" not null,
    state text collate "C" not null check (state in ('waiting', 'confirmed', 'refused', 'ended')),
    reason text collate "C",
    words text collate "C",
    decided_by uuid references user_account (id),
    decided_at bigint,
    created_at bigint not null
);
create unique index residency_current on residency (user_id) where state in ('waiting', 'confirmed');
create index residency_node on residency (node_id, state, created_at);
create index residency_user on residency (user_id, created_at);

-- On what basis each kind of data is held, in which version of the wording; consent can be withdrawn.
create table legal_basis (
    id uuid primary key,
    user_id uuid not null references user_account (id),
    kind text collate "C" not null,
    basis text collate "C" not null,
    version text collate "C" not null,
    -- The guardian or the worker who wrote it down, if not the person.
    given_by uuid references user_account (id),
    given_at bigint not null,
    withdrawn_at bigint
);
create unique index legal_basis_current on legal_basis (user_id, kind) where withdrawn_at is null;
create index legal_basis_user on legal_basis (user_id, given_at);

create table guardian (
    id uuid primary key,
    child_id uuid not null references user_account (id),
    guardian_id uuid not null references user_account (id),
    -- The day on which the child turns 14.
    until_on text collate "C" not null,
    consented_at bigint not null,
    withdrawn_at bigint
);
create unique index guardian_child on guardian (child_id) where withdrawn_at is null;
create index guardian_guardian on guardian (guardian_id);

create table erasure_request (
    id uuid primary key,
    user_id uuid not null references user_account (id),
    requested_at bigint not null,
    due_at bigint not null,
    cancelled_at bigint,
    done_at bigint
);
create unique index erasure_request_open on erasure_request (user_id) where cancelled_at is null and done_at is null;

-- Messages on their way; a job carries only the id, and the words are wiped once they are sent.
create table message (
    id uuid primary key,
    phone text collate "C",
    phone_blind text collate "C" not null,
    template text collate "C" not null,
    params text collate "C",
    state text collate "C" not null check (state in ('waiting', 'sent', 'failed')),
    created_at bigint not null,
    expires_at bigint not null,
    sent_at bigint
);
create index message_phone on message (phone_blind, created_at);
create index message_age on message (created_at);
