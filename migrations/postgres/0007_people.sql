-- Places and people: estates, buildings and rooms under a grid, who lives in them, and the roll.
--
-- phone, identity, care, words and content hold sealed text (field encryption); *_blind are keyed hashes for equality search.
-- What changes with time has a row from a day (inclusive) to a day (exclusive). Nodes are never deleted, so node_id needs no
-- foreign key; nor does what is written in bulk by one program only.

create table estate (
    id uuid primary key,
    -- The community or village.
    node_id uuid not null,
    name text collate "C" not null,
    -- What spellings of the name have in common; see `model::estate_key`.
    key text collate "C" not null,
    pinyin text collate "C" not null,
    initials text collate "C" not null,
    -- 服务用房, in hundredths of a square metre.
    service_area bigint,
    version bigint not null,
    created_at bigint not null,
    updated_at bigint not null
);
create unique index estate_key on estate (node_id, key);

create table building (
    id uuid primary key,
    estate_id uuid not null references estate (id),
    -- The grid, or micro-grid, that answers for it.
    node_id uuid not null,
    -- `3` for 3幢, `12号` for a house.
    number text collate "C" not null,
    -- 1e-7 degrees.
    lon bigint,
    lat bigint,
    -- A GeoJSON polygon, where it was drawn.
    shape text collate "C",
    version bigint not null,
    created_at bigint not null,
    updated_at bigint not null
);
create unique index building_number on building (estate_id, number);
create index building_by_node on building (node_id);
create index building_by_place on building (lon, lat) where lon is not null;

create table room (
    id uuid primary key,
    building_id uuid not null,
    -- Empty where there is none: a building without units, a house without doors.
    unit text collate "C" not null,
    door text collate "C" not null,
    floor bigint,
    -- In hundredths of a square metre.
    area bigint,
    version bigint not null,
    updated_at bigint not null
);
create unique index room_door on room (building_id, unit, door);

create table household (
    id uuid primary key,
    room_id uuid not null,
    -- As its newest span says; kept here for lists of today.
    node_id uuid not null,
    valid_from text collate "C" not null,
    valid_to text collate "C",
    -- When one of them last said that it is so.
    confirmed_at bigint,
    confirmed_by uuid,
    version bigint not null,
    created_at bigint not null,
    updated_at bigint not null
);
create index household_by_room on household (room_id);
create index household_by_node on household (node_id, id) where valid_to is null;

-- To which grid and residents' group a household belonged, without a gap as long as it was one.
create table household_span (
    household_id uuid not null,
    valid_from text collate "C" not null,
    valid_to text collate "C",
    node_id uuid not null,
    -- The body of the residents' group.
    group_id uuid,
    primary key (household_id, valid_from)
);
create index household_span_node on household_span (node_id, valid_from);
create index household_span_group on household_span (group_id) where group_id is not null;

create table person (
    id uuid primary key,
    name text collate "C" not null,
    pinyin text collate "C" not null,
    initials text collate "C" not null,
    sex text collate "C" check (sex in ('male', 'female')),
    birth_year bigint,
    -- From which day on the person is certainly of age.
    adult_from text collate "C",
    phone text collate "C",
    phone_blind text collate "C",
    identity text collate "C",
    identity_blind text collate "C",
    care text collate "C",
    -- The person's account.
    user_id uuid,
    -- The grid that answers for the person: of the household, or of a room owned. None once somebody has gone: then nobody
    -- sees the record any more, but the roll of the past counts it.
    node_id uuid,
    -- How the record came to be.
    source text collate "C" not null check (source in ('import', 'registration', 'worker', 'demo')),
    confirmed_at bigint,
    version bigint not null,
    created_at bigint not null,
    updated_at bigint not null,
    -- Search terms: see `server::search`.
    tsv tsvector not null default ''
);
create index person_by_node on person (node_id, pinyin, id);
create index person_by_name on person (pinyin, id);
create index person_phone on person (phone_blind) where phone_blind is not null;
create unique index person_identity on person (identity_blind) where identity_blind is not null;
create unique index person_user on person (user_id) where user_id is not null;
create index person_terms on person using gin (tsv);

-- Who belonged to which household from when to when.
create table residence (
    id uuid primary key,
    person_id uuid not null,
    household_id uuid not null,
    kind text collate "C" not null check (kind in ('registered', 'living', 'temporary', 'away')),
    relation text collate "C",
    valid_from text collate "C" not null,
    valid_to text collate "C",
    ended_by text collate "C" check (ended_by in ('moved', 'died', 'mistake', 'changed'))
);
create index residence_household on residence (household_id, valid_from);
create index residence_person on residence (person_id, valid_from);
create unique index residence_current on residence (person_id) where valid_to is null;

-- 户代表
create table representation (
    id uuid primary key,
    household_id uuid not null,
    person_id uuid not null,
    valid_from text collate "C" not null,
    valid_to text collate "C"
);
create index representation_household on representation (household_id, valid_from);
create index representation_person on representation (person_id);
create unique index representation_current on representation (household_id) where valid_to is null;

create table ownership (
    id uuid primary key,
    room_id uuid not null,
    person_id uuid not null,
    valid_from text collate "C" not null,
    valid_to text collate "C"
);
create unique index ownership_current on ownership (room_id, person_id) where valid_to is null;
create index ownership_person on ownership (person_id);

-- 居民代表
create table deputy (
    id uuid primary key,
    -- The community.
    node_id uuid not null,
    person_id uuid not null,
    -- The term of its residents' committee, and the group that elected.
    term_id uuid,
    group_id uuid,
    valid_from text collate "C" not null,
    valid_to text collate "C"
);
create index deputy_by_node on deputy (node_id, valid_from);
create unique index deputy_current on deputy (node_id, person_id) where valid_to is null;

create table party_member (
    id uuid primary key,
    person_id uuid not null,
    -- The branch.
    body_id uuid not null,
    standing text collate "C" not null check (standing in ('full', 'probationary')),
    valid_from text collate "C" not null,
    valid_to text collate "C"
);
create index party_member_branch on party_member (body_id, valid_from);
create unique index party_member_current on party_member (person_id) where valid_to is null;

-- Consents for what is sensitive. What rests on a duty needs none; see `model::DataKind`.
create table person_consent (
    id uuid primary key,
    person_id uuid not null,
    kind text collate "C" not null check (kind in ('identity', 'care', 'party_shown')),
    basis text collate "C" not null check (basis in ('consent', 'guardian')),
    version text collate "C" not null,
    -- Who wrote it down, if not the person.
    given_by uuid,
    given_at bigint not null,
    withdrawn_at bigint
);
create unique index person_consent_current on person_consent (person_id, kind) where withdrawn_at is null;

-- What a resident says is wrong about the household, for the grid worker.
create table household_correction (
    id uuid primary key,
    household_id uuid not null,
    person_id uuid not null,
    words text collate "C" not null,
    created_at bigint not null,
    handled_at bigint,
    handled_by uuid
);
create index household_correction_open on household_correction (household_id) where handled_at is null;

-- A file between its preview and its application, which may happen on another server. It is full of personal data, so its
-- parts are sealed, and gone once it is applied or a day has passed.
create table people_import (
    -- Another one once its sender has stopped whoever applies it; the parts stay with the file.
    id uuid primary key,
    file_id uuid not null,
    created_by uuid,
    created_at bigint not null,
    file_name text collate "C" not null,
    applied_at bigint,
    result jsonb
);
create index people_import_age on people_import (created_at);

create table people_import_part (
    id uuid primary key,
    file_id uuid not null,
    position bigint not null,
    content text collate "C" not null
);
create index people_import_part_of on people_import_part (file_id, position);

-- The path of each grid as the search terms of its people were made with: the organisation may move it meanwhile.
create table people_place (
    node_id uuid primary key,
    path text collate "C" not null
);

-- The last event of other pillars that was followed.
create table people_followed (
    name text collate "C" primary key,
    seq bigint not null
);
