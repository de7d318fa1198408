-- What is pressing about a matter, and what it became with a step.

-- Since when it waits for its reporter, and when they and those who dispatch were last reminded of it.
alter table matter add column paused_at integer;
alter table matter add column nudged_at integer;
-- When the level above pressed for it last, until it is answered.
alter table matter add column urged_at integer;
create index matter_paused on matter (paused_at) where paused_at is not null;

-- The kind and the category that a matter got with a step.
alter table matter_step add column kind text;
alter table matter_step add column category text;

update matter set paused_at = (select max(s.at) from matter_step s where s.matter_id = matter.id and s.action = 'pause') where state = 'paused';
