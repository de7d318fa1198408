-- What every pillar stores through: events, jobs, leases, audit, counters, settings, uploads.

create table event (
    id text primary key not null,
    -- Given by the relay after the commit: insert order is not commit order.
    seq integer,
    topic text not null,
    kind text not null,
    subject text,
    data text not null,
    created_at integer not null
);
create unique index event_seq on event (seq);
create index event_unnumbered on event (created_at, id) where seq is null;
create index event_age on event (created_at);

-- Who alone may do something until when; also the last number that the relay gave.
create table lease (
    name text primary key not null,
    holder text not null,
    until_at integer not null,
    value integer not null
);

create table job (
    id text primary key not null,
    kind text not null,
    payload text not null,
    due_at integer not null,
    unique_key text,
    state text not null check (state in ('waiting', 'running', 'done', 'dead')),
    attempts integer not null,
    lease_until integer,
    leased_by text,
    last_error text,
    created_at integer not null,
    finished_at integer
);
create index job_due on job (due_at, id) where state in ('waiting', 'running');
create index job_state on job (state, created_at);
create unique index job_once on job (kind, unique_key) where state = 'waiting' and unique_key is not null;

-- Append-only. Ids and codes; the words lie in audit_words.
create table audit_entry (
    id text primary key not null,
    created_at integer not null,
    user_id text,
    acting_for text,
    device_id text,
    system text,
    trace text not null,
    action text not null,
    kind text not null,
    record_id text,
    -- Whose data it is about, and where in the organisation.
    subject_id text,
    path text,
    reason text,
    -- Given by the job that closes a batch, not by each write: the batch, the entry's number in the whole log, and
    -- the hash of the entry and of the one before it.
    batch integer,
    number integer,
    hash text
);
create unique index audit_number on audit_entry (number);
create index audit_open on audit_entry (created_at, id) where batch is null;
create index audit_by_record on audit_entry (record_id, created_at);
create index audit_by_subject on audit_entry (subject_id, created_at);
create index audit_by_user on audit_entry (user_id, created_at);
create index audit_by_time on audit_entry (created_at, id);

create table audit_words (
    audit_id text primary key not null references audit_entry (id),
    words text not null
);

create table audit_batch (
    number integer primary key not null,
    -- The number of its last entry in the whole log, and how many it has.
    last integer not null,
    entries integer not null,
    previous_hash text not null,
    hash text not null,
    closed_at integer not null
);

-- What is written stays: only the job that closes a batch may add to an entry, once.
create trigger audit_entry_stays before update of
    id, created_at, user_id, acting_for, device_id, system, trace, action, kind, record_id, subject_id, path, reason
    on audit_entry begin
    select raise(abort, 'the audit log is append-only');
end;
create trigger audit_entry_closed_once before update of batch, number, hash on audit_entry
    when old.batch is not null or new.batch is null begin
    select raise(abort, 'the audit log is append-only');
end;
create trigger audit_entry_kept before delete on audit_entry begin
    select raise(abort, 'the audit log is append-only');
end;
create trigger audit_batch_stays before update on audit_batch begin
    select raise(abort, 'the audit log is append-only');
end;
create trigger audit_batch_kept before delete on audit_batch begin
    select raise(abort, 'the audit log is append-only');
end;

create table counter (
    series text not null,
    node_id text not null,
    year integer not null,
    last integer not null,
    primary key (series, node_id, year)
);

-- Settings of the deployment that are made in the product (a review number, say), not in its configuration.
create table setting (
    name text primary key not null,
    value text not null,
    updated_at integer not null,
    updated_by text
);

create table upload (
    id text primary key not null,
    owner_id text,
    -- What it belongs to; an upload that belongs to nothing is swept after a day.
    record_kind text,
    record_id text,
    -- Where the store keeps it: random, and nothing that was sent.
    object text not null,
    name text not null,
    media_type text not null,
    size integer not null,
    -- In pixels, of an image.
    width integer,
    height integer,
    sha256 text not null,
    created_at integer not null
);
create index upload_by_record on upload (record_id);
create index upload_unclaimed on upload (created_at) where record_id is null;

-- What a device sent under an id made once, so that sending it again changes nothing.
create table idempotency (
    user_id text not null,
    key text not null,
    endpoint text not null,
    response text not null,
    created_at integer not null,
    primary key (user_id, key)
);
create index idempotency_age on idempotency (created_at);

-- How often something was tried in a window of time. The key is a keyed hash: no address or number is stored.
create table throttle (
    key text not null,
    window_at integer not null,
    count integer not null,
    expires_at integer not null,
    primary key (key, window_at)
);
create index throttle_age on throttle (expires_at);
