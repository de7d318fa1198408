-- Reporting without an account: by a number that was proved, anonymously with a tracking code, or by a program with a key.

-- What stands behind a report: an account, also where that is no more by now; a proved number; nobody; a program.
alter table matter add column origin text collate "C" not null default 'account' check (origin in ('account', 'phone', 'anonymous', 'client'));
-- By which those of a proved number are found; the number itself is in phone.
alter table matter add column phone_blind text collate "C";
-- Of the code with which a reporter without an account opens it: a keyed digest, the code itself is kept nowhere.
alter table matter add column tracking text collate "C";
-- The program's key.
alter table matter add column client_id uuid;
create index matter_phone on matter (phone_blind, id) where phone_blind is not null;
create unique index matter_tracking on matter (tracking) where tracking is not null;
create index matter_client on matter (client_id, id) where client_id is not null;
create index matter_strange on matter (ended_at) where origin <> 'account';

-- One-time codes may be asked for to report something; the check is the only change.
alter table sign_in_code drop constraint sign_in_code_purpose_check;
alter table sign_in_code add constraint sign_in_code_purpose_check
    check (purpose in ('sign_in', 'phone', 'relative', 'guardian', 'report'));
