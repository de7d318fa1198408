-- Finding matters among a million: by words, and by the units of those who read lists and maps of them.

-- Search terms: see `server::search`.
alter table matter add column tsv tsvector not null default '';
create index matter_terms on matter using gin (tsv);

-- Those in force have an index of their own; matters may belong to others too.
create index node_paths on node (path);
-- What changes with each step stays out of these: a row may then be changed in its place.
create index matter_open_node on matter (node_id, id) where ended_at is null;
create index matter_open_unit on matter (unit_id, id) where ended_at is null;
create index matter_open_cell on matter (cell) where ended_at is null and cell is not null;
create index matter_category on matter (category, id);
create index matter_published_node on matter (node_id, published_at, id) where published_at is not null;
create index matter_published_category on matter (category, published_at, id) where published_at is not null;
create index task_due on task (due_at) where ended_at is null;
