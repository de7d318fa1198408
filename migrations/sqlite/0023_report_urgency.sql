-- What a matter's urgency became with a step, where that was changed when it was taken.
alter table matter_step add column urgency text;
