-- What a community asks its residents: proposals that each get an answer, and questionnaires of which nothing but counts is kept.

create table survey (
    id uuid primary key not null,
    -- Random, for its address.
    code text collate "C" not null,
    kind text collate "C" not null check (kind in ('proposals', 'questions')),
    -- Whose residents may take part.
    node_id uuid not null references node (id),
    title text collate "C" not null,
    words text collate "C" not null,
    -- One from each person, or from each household.
    per text collate "C" not null check (per in ('person', 'household')),
    -- JSON, read whole and by nothing else.
    questions text collate "C" not null,
    state text collate "C" not null check (state in ('running', 'done', 'stopped')),
    from_on text collate "C" not null,
    to_on text collate "C" not null,
    -- What came of it, for everybody.
    outcome text collate "C",
    -- Null once the account is no more.
    opened_by uuid,
    -- How many answered a questionnaire.
    answered bigint not null,
    created_at bigint not null,
    updated_at bigint not null,
    ended_at bigint
);
create unique index survey_code on survey (code);
create index survey_node on survey (node_id, to_on);
create index survey_opener on survey (opened_by, to_on) where state = 'running';

-- That somebody took part, without when and with what: nothing leads from here to an answer.
create table survey_taken (
    id uuid primary key not null,
    survey_id uuid not null references survey (id),
    user_id uuid,
    household_id uuid
);
create unique index survey_taken_user on survey_taken (survey_id, user_id);
create unique index survey_taken_household on survey_taken (survey_id, household_id);
create index survey_taken_by on survey_taken (user_id) where user_id is not null;

-- How many chose what. Of a question for a number: 0 how many, 1 their sum.
create table survey_count (
    survey_id uuid not null references survey (id),
    question bigint not null,
    choice bigint not null,
    many bigint not null,
    primary key (survey_id, question, choice)
);

-- Words of an answer, sealed. The id is random, and tells neither when nor whose.
create table survey_said (
    id uuid primary key not null,
    survey_id uuid not null references survey (id),
    question bigint not null,
    words text collate "C" not null
);
create index survey_said_survey on survey_said (survey_id, question, id);

create table survey_proposal (
    id uuid primary key not null,
    survey_id uuid not null references survey (id),
    number bigint not null,
    -- Known, and shown to nobody.
    user_id uuid,
    -- As it was written; sealed. Null once its writer is gone.
    words text collate "C",
    -- As everybody reads it, once it was looked through.
    published text collate "C",
    -- The like one that it goes with.
    into_id uuid,
    verdict text collate "C" check (verdict in ('adopted', 'declined')),
    reasons text collate "C",
    created_at bigint not null,
    decided_at bigint,
    unique (survey_id, number)
);
create index survey_proposal_into on survey_proposal (into_id) where into_id is not null;
create index survey_proposal_user on survey_proposal (user_id) where user_id is not null;

create table survey_support (
    proposal_id uuid not null references survey_proposal (id),
    user_id uuid not null,
    primary key (proposal_id, user_id)
);
create index survey_support_user on survey_support (user_id);
