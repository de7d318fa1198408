-- Reporting without an account: by a number that was proved, anonymously with a tracking code, or by a program with a key.

-- What stands behind a report: an account, also where that is no more by now; a proved number; nobody; a program.
alter table matter add column origin text not null default 'account' check (origin in ('account', 'phone', 'anonymous', 'client'));
-- By which those of a proved number are found; the number itself is in phone.
alter table matter add column phone_blind text;
-- Of the code with which a reporter without an account opens it: a keyed digest, the code itself is kept nowhere.
alter table matter add column tracking text;
-- The program's key.
alter table matter add column client_id text;
create index matter_phone on matter (phone_blind, id) where phone_blind is not null;
create unique index matter_tracking on matter (tracking) where tracking is not null;
create index matter_client on matter (client_id, id) where client_id is not null;
create index matter_strange on matter (ended_at) where origin <> 'account';

-- One-time codes may be asked for to report something; the check is the only change.
create table sign_in_code_anew (
    id text primary key not null,
    purpose text not null check (purpose in ('sign_in', 'phone', 'relative', 'guardian', 'report')),
    phone text not null,
    phone_blind text not null,
    code_hash text not null,
    attempts integer not null,
    -- Who asked, where somebody was signed in.
    asked_by text references user_account (id),
    created_at integer not null,
    expires_at integer not null,
    used_at integer,
    -- After a right code without an account: what the registration form, or the form of a report, shows.
    ticket_hash text
);
insert into sign_in_code_anew (id, purpose, phone, phone_blind, code_hash, attempts, asked_by, created_at, expires_at, used_at, ticket_hash)
    select id, purpose, phone, phone_blind, code_hash, attempts, asked_by, created_at, expires_at, used_at, ticket_hash from sign_in_code;
drop table sign_in_code;
alter table sign_in_code_anew rename to sign_in_code;
create index sign_in_code_phone on sign_in_code (phone_blind, created_at);
create index sign_in_code_age on sign_in_code (created_at);
create unique index sign_in_code_ticket on sign_in_code (ticket_hash) where ticket_hash is not null;
