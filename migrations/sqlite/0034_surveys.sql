-- What a community asks its residents: proposals that each get an answer, and questionnaires of which nothing but counts is kept.

create table survey (
    id text primary key not null,
    -- Random, for its address.
    code text not null,
    kind text not null check (kind in ('proposals', 'questions')),
    -- Whose residents may take part.
    node_id text not null references node (id),
    title text not null,
    words text not null,
    -- One from each person, or from each household.
    per text not null check (per in ('person', 'household')),
    -- JSON, read whole and by nothing else.
    questions text not null,
    state text not null check (state in ('running', 'done', 'stopped')),
    from_on text not null,
    to_on text not null,
    -- What came of it, for everybody.
    outcome text,
    -- Null once the account is no more.
    opened_by text,
    -- How many answered a questionnaire.
    answered integer not null,
    created_at integer not null,
    updated_at integer not null,
    ended_at integer
);
create unique index survey_code on survey (code);
create index survey_node on survey (node_id, to_on);
create index survey_opener on survey (opened_by, to_on) where state = 'running';

-- That somebody took part, without when and with what: nothing leads from here to an answer.
create table survey_taken (
    id text primary key not null,
    survey_id text not null references survey (id),
    user_id text,
    household_id text
);
create unique index survey_taken_user on survey_taken (survey_id, user_id);
create unique index survey_taken_household on survey_taken (survey_id, household_id);
create index survey_taken_by on survey_taken (user_id) where user_id is not null;

-- How many chose what. Of a question for a number: 0 how many, 1 their sum.
create table survey_count (
    survey_id text not null references survey (id),
    question integer not null,
    choice integer not null,
    many integer not null,
    primary key (survey_id, question, choice)
);

-- Words of an answer, sealed. The id is random, and tells neither when nor whose.
create table survey_said (
    id text primary key not null,
    survey_id text not null references survey (id),
    question integer not null,
    words text not null
);
create index survey_said_survey on survey_said (survey_id, question, id);

create table survey_proposal (
    id text primary key not null,
    survey_id text not null references survey (id),
    number integer not null,
    -- Known, and shown to nobody.
    user_id text,
    -- As it was written; sealed. Null once its writer is gone.
    words text,
    -- As everybody reads it, once it was looked through.
    published text,
    -- The like one that it goes with.
    into_id text,
    verdict text check (verdict in ('adopted', 'declined')),
    reasons text,
    created_at integer not null,
    decided_at integer,
    unique (survey_id, number)
);
create index survey_proposal_into on survey_proposal (into_id) where into_id is not null;
create index survey_proposal_user on survey_proposal (user_id) where user_id is not null;

create table survey_support (
    proposal_id text not null references survey_proposal (id),
    user_id text not null,
    primary key (proposal_id, user_id)
);
create index survey_support_user on survey_support (user_id);
